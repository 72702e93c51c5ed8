"""Writing: a draft is begun with everything prefilled, saved without losing anybody's words, given its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.choices import Scope
from catalogue.models import Item
from organisations.models import Organisation, User

from .. import attachments, richtext
from ..choices import EDITABLE_VERSION_STATES, WRITING_STEPS, FindState, PostingStatus, StepKind, VersionState
from ..models import Attachment, Obligation, Posting, PostingReader, Version
from ..previous import last_disclosed
from ..titles import title_for
from .moves import hold, move, moved_on, record
from .refusals import MovedOn, ObligationClosed, Refused, StaleDraft
from .screening import end_finds, look_into, screen_text, settle


@dataclass(frozen=True, slots=True)
class FileWords:
    """What a person says of a file: its name (empty: as it is), a caption, and its place among the others."""

    name: str
    caption: str
    place: int


def start_draft(
    *,
    obligation: Obligation | None = None,
    organisation: Organisation | None = None,
    item: Item | None = None,
    photo: bool = False,
    by: User,
    at: datetime,
) -> Version:
    """Begins a posting against an obligation, or beside any for an organisation and item; all is prefilled.

    It begins from what was disclosed for the last period, if there is anything; else from the outline of the catalogue
    item, or, for a `photo` of the paper board, from a sentence that says so.
    Begun twice, it is begun once: the draft that is there is given back. Raises ObligationClosed.
    """
    if obligation is not None:
        organisation, item = obligation.organisation, obligation.item
    if organisation is None or item is None:
        raise TypeError("A draft is begun for an obligation, or for an organisation and an item.")
    if (begun := _begun(obligation, organisation, item, by)) is not None:
        return begun
    if obligation is not None and obligation.fulfilled_on is not None:
        raise closed(obligation)
    try:
        return _create(obligation, organisation, item, photo=photo, by=by, at=at)
    except IntegrityError:
        if obligation is None or (begun := _begun(obligation, organisation, item, by)) is None:
            raise
        return begun


def closed(obligation: Obligation) -> ObligationClosed:
    """Says how the obligation ended."""
    obligation.refresh_from_db()
    return ObligationClosed(
        _("“%(item)s” for this period was settled on %(day)s (%(outcome)s), so nothing can be published for it.")
        % {"item": obligation.item.title, "day": obligation.fulfilled_on, "outcome": obligation.get_outcome_display()}
    )


def _begun(obligation: Obligation | None, organisation: Organisation, item: Item, by: User) -> Version | None:
    """The open version there is: for the obligation, or beside any obligation one that nobody has touched yet."""
    versions = Version.objects.select_related("posting").filter(posting__status=PostingStatus.DRAFT)
    if obligation is not None:
        return versions.filter(posting__obligation=obligation).exclude(state=VersionState.DISCARDED).first()
    untouched = {"state": VersionState.DRAFT, "revision": 1, "author": by}
    return versions.filter(
        posting__obligation=None, posting__organisation=organisation, posting__item=item, **untouched
    ).first()


@transaction.atomic
def _create(
    obligation: Obligation | None, organisation: Organisation, item: Item, *, photo: bool, by: User, at: datetime
) -> Version:
    last = last_disclosed(organisation, item, obligation)
    posting = prefilled_posting(obligation, organisation, item, at=at)
    posting.carriers = last.posting.carriers if last else posting.carriers
    posting.save(force_insert=True)
    version = prefilled_version(posting, by=by, at=at)
    if last or photo:
        version.body = last.body if last else richtext.see_photo()
    version.save(force_insert=True)
    record(version, StepKind.DRAFTED, by=by, at=at)
    return version


def prefilled_posting(
    obligation: Obligation | None, organisation: Organisation, item: Item, *, at: datetime
) -> Posting:
    """A posting as it begins, not saved yet."""
    return Posting(
        organisation=organisation,
        item=item,
        obligation=obligation,
        scope=item.scope or Scope.UNIT,
        carriers=item.carriers,
        created_at=at,
    )


def prefilled_version(posting: Posting, *, by: User, at: datetime) -> Version:
    """The first version of a posting as it begins, not saved yet."""
    return Version(
        posting=posting,
        title=title_for(posting.item, posting.obligation),
        body=richtext.skeleton(posting.item.content_elements),
        stated_on=usual_day(posting.obligation, timezone.localdate(at)),
        author=by,
        created_at=at,
        saved_at=at,
    )


def usual_day(obligation: Obligation | None, today: date) -> date:
    """The date of the matter as far as it is known: of the event, the end of a period that is over, today."""
    if obligation is None:
        return today
    if obligation.event is not None:
        return obligation.event.occurred_on
    return min(obligation.period_end or today, today)


@transaction.atomic
def save_draft(
    version: Version,
    *,
    expected_revision: int,
    title: str,
    body: str,
    stated_on: date,
    scope: str | None = None,
    carriers: str | None = None,
    note: str | None = None,
    covered: str | None = None,
    by: User,
    at: datetime,
) -> Version:
    """Saves the text; cleans it. Scope and carriers change only until the posting is first published.

    Raises StaleDraft, with both texts, if it was saved by somebody since `expected_revision`; MovedOn if it is no
    draft any more.
    """
    posting = hold(version.posting_id)
    changes: dict[str, Any] = {"title": title, "body": richtext.clean(body), "stated_on": stated_on}
    if version.ordinal > 1 and note is not None:
        changes["note"] = note
    if covered is not None:
        changes["covered"] = covered
    rows = _editable(version).filter(revision=expected_revision)
    if rows.update(**changes, revision=F("revision") + 1, author=by, saved_at=at) != 1:
        now = Version.objects.select_related("author", "posting").get(pk=version.pk)
        if now.state not in EDITABLE_VERSION_STATES:
            raise moved_on(version)
        raise StaleDraft(theirs=now, yours=changes)
    if posting.status == PostingStatus.DRAFT:
        plan = {"scope": scope, "carriers": carriers}
        Posting.objects.filter(pk=posting.pk).update(**{key: value for key, value in plan.items() if value is not None})
    version.refresh_from_db()
    _note_writer(version, by=by, at=at)
    screen_text(version, by=by, at=at)
    return version


def attach(version: Version, upload: UploadedFile, *, by: User, at: datetime) -> Attachment:
    """Adds a file, and looks through it for personal information. The same file again gives back what is there.

    Raises AttachmentRefused, MovedOn. The file is on disk before the row, and goes again if the row fails.
    """
    files = list(version.attachments.all())
    _check_room(files, upload.size or 0)
    stored = attachments.store(upload, at=at, taken={file.name for file in files})
    try:
        found = look_into(Attachment(version=version, file=stored.path, **_described(stored)))
        with transaction.atomic():
            _touch(version, by=by, at=at)
            files = list(version.attachments.all())
            same = next((file for file in files if file.sha256 == stored.sha256), None)
            if same is None:
                _check_room(files, stored.size)
                row = Attachment.objects.create(
                    version=version,
                    file=stored.path,
                    **_described(stored),
                    place=max((file.place for file in files), default=0) + 1,
                    added_by=by,
                    added_at=at,
                    screened_at=at,
                )
                settle(version, row, found, by=by, at=at)
    except BaseException:
        attachments.remove(stored.path)
        raise
    if same is not None:
        attachments.remove(stored.path)
    return same or row


def _described(stored: attachments.StoredFile) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in ("name", "content_type", "size", "sha256")}


@transaction.atomic
def detach(attachment: Attachment, *, by: User, at: datetime) -> None:
    """Takes a file from a draft. It leaves the disk once this is committed and no other version has it."""
    path = str(attachment.file.name)
    _touch(attachment.version, by=by, at=at)
    end_finds(attachment.finds, FindState.REMOVED, by=by, at=at)
    Attachment.objects.filter(pk=attachment.pk).delete()
    if not Attachment.objects.filter(file=path).exists():
        transaction.on_commit(lambda: attachments.remove(path))


@transaction.atomic
def describe_files(version: Version, wanted: Mapping[int, FileWords], *, by: User, at: datetime) -> None:
    """Gives the files of a draft, by primary key, their names, captions and order. Changes nothing that is so already.

    Raises MovedOn. A name keeps the ending of its file, and is told apart from the others.
    """
    files = {file.pk: file for file in version.attachments.all()}
    changed, taken = [], {file.name for file in files.values()}
    for pk, words in wanted.items():
        file = files.get(pk)
        if file is None:
            continue
        name = file.name
        if words.name and words.name != file.name:
            taken.discard(file.name)
            ending = attachments.extension_of(file.name)
            name = attachments.safe_name(f"{_stem(words.name, ending)}.{ending}", ending, taken=taken)
            taken.add(name)
        if (name, words.caption, words.place) != (file.name, file.caption, file.place):
            file.name, file.caption, file.place = name, words.caption, words.place
            changed.append(file)
    if changed:
        _touch(version, by=by, at=at)
        Attachment.objects.bulk_update(changed, ["name", "caption", "place"])


def _stem(name: str, ending: str) -> str:
    """The name without the ending of its file, if it was written with it."""
    return name[: -len(ending) - 1] if name.lower().endswith(f".{ending}") else name


@transaction.atomic
def add_reader(
    posting: Posting,
    *,
    user: User | None = None,
    organisation: Organisation | None = None,
    by: User,
    at: datetime,
) -> PostingReader:
    """Names who may read a posting of scope `specific`. Named twice is named once.

    Before publication as part of the draft; afterwards (by an approver, see rules.py) it is put on record.
    """
    posting = hold(posting.pk)
    version = posting.versions.order_by("ordinal").last()
    if posting.status == PostingStatus.DRAFT and version is not None:
        _touch(version, by=by, at=at)
    elif posting.status != PostingStatus.PUBLISHED:
        raise MovedOn(_("It is not published any more, so nobody can be named as its reader."))
    reader, is_new = PostingReader.objects.get_or_create(posting=posting, user=user, organisation=organisation)
    if is_new and posting.current is not None:
        record(posting.current, StepKind.READER_ADDED, by=by, at=at, words=str(reader))
    return reader


@transaction.atomic
def remove_reader(reader: PostingReader, *, by: User, at: datetime) -> None:
    """Takes a reader off the draft. What was published to somebody stays published to them."""
    posting = hold(reader.posting_id)
    version = posting.versions.order_by("ordinal").last()
    if posting.status != PostingStatus.DRAFT or version is None:
        raise Refused(_("It was published to this reader. Withdraw it if that was wrong."))
    _touch(version, by=by, at=at)
    PostingReader.objects.filter(pk=reader.pk).delete()


@transaction.atomic
def discard(version: Version, *, revision: int | None = None, by: User, at: datetime) -> None:
    """Gives a draft up. It stays on record; the obligation is open for another. Raises MovedOn."""
    posting = hold(version.posting_id)
    move(version, StepKind.DISCARDED, by=by, at=at, revision=revision)
    if posting.status == PostingStatus.DRAFT:
        Posting.objects.filter(pk=posting.pk).update(status=PostingStatus.DISCARDED)


def _editable(version: Version) -> Any:
    return Version.objects.filter(pk=version.pk, state__in=EDITABLE_VERSION_STATES)


def _touch(version: Version, *, by: User, at: datetime) -> None:
    """Counts a change of the files or readers as a change of the draft. Raises MovedOn if it is no draft any more."""
    hold(version.posting_id)
    if _editable(version).update(revision=F("revision") + 1, author=by, saved_at=at) != 1:
        raise moved_on(version)
    version.refresh_from_db()
    _note_writer(version, by=by, at=at)


def _note_writer(version: Version, *, by: User, at: datetime) -> None:
    """Puts on record whoever writes on the version for the first time."""
    if not version.steps.filter(by=by, kind__in=WRITING_STEPS).exists():
        record(version, StepKind.DRAFTED, by=by, at=at)


def _check_room(files: list[Attachment], size: int) -> None:
    """Raises AttachmentRefused if another file of that size is too much for one version."""
    if len(files) >= settings.ATTACHMENTS_MOST:
        raise attachments.AttachmentRefused(
            _("There are %(limit)d files already, which is the most. Take one away, or put several into one.")
            % {"limit": settings.ATTACHMENTS_MOST}
        )
    if sum(file.size for file in files) + size > settings.ATTACHMENTS_BYTES:
        raise attachments.AttachmentRefused(
            _("The files together would be larger than %(limit)s. Take one away, or make them smaller.")
            % {"limit": filesizeformat(settings.ATTACHMENTS_BYTES)}
        )
