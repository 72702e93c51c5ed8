"""After publication there are only corrections, withdrawal, and the end of display; each leaves a public trace."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User

from ..choices import OPEN_VERSION_STATES, Outcome, PostingStatus, StepKind, VersionState, WithdrawalReason
from ..models import Attachment, Obligation, Posting, Step, Version
from .boards import touch_boards
from .endings import NOT_ASKED
from .moves import hold, record
from .refusals import Incomplete, MovedOn
from .screening import refuse_in_words, screen_text, take_over

_SWEPT_AT_ONCE = 500


@transaction.atomic
def begin_correction(posting: Posting, *, note: str, by: User, at: datetime) -> Version:
    """A new version with the content and files of the one shown, to be changed and passed through all steps again.

    Until it is published the old one stays up; number and time of publication stay for ever. Raises Incomplete
    without a note on what is corrected and why, MovedOn if it is not up any more or a correction is under way.
    """
    if not note.strip():
        raise Incomplete(_("Say what is corrected, and why; it is published with the correction."))
    posting = hold(posting.pk)
    if posting.status != PostingStatus.PUBLISHED or posting.current is None:
        raise MovedOn(_("Only what is published and still up can be corrected."))
    if posting.versions.filter(state__in=OPEN_VERSION_STATES).exists():
        raise MovedOn(_("A correction is under way already. Go on with that one."))
    shown = posting.current
    version = Version.objects.create(
        posting=posting,
        ordinal=posting.versions.aggregate(last=Max("ordinal"))["last"] + 1,
        title=shown.title,
        body=shown.body,
        stated_on=shown.stated_on,
        covered=shown.covered,
        note=note,
        author=by,
        created_at=at,
        saved_at=at,
    )
    old_files = list(shown.attachments.all())
    files = Attachment.objects.bulk_create(_copied(file, version) for file in old_files)
    take_over(shown, version, {old.pk: new for old, new in zip(old_files, files, strict=True)})
    record(version, StepKind.CORRECTION_BEGUN, by=by, at=at, words=note)
    screen_text(version, by=by, at=at)
    return version


def _copied(file: Attachment, version: Version) -> Attachment:
    """The same file on disk, for another version."""
    return Attachment(
        version=version,
        file=file.file.name,
        name=file.name,
        caption=file.caption,
        place=file.place,
        content_type=file.content_type,
        size=file.size,
        sha256=file.sha256,
        added_by_id=file.added_by_id,
        added_at=file.added_at,
        screened_at=file.screened_at,
    )


@transaction.atomic
def withdraw(posting: Posting, *, reason: WithdrawalReason, note: str = "", by: User, at: datetime) -> Posting:
    """Takes a posting down; a tombstone with the typed reason stays. A correction under way is discarded.

    An obligation it had met is open again, from its own due date, and that is put on record. Raises MovedOn,
    Incomplete if the note holds a number of a person.
    """
    refuse_in_words(note)
    posting = hold(posting.pk)
    up = Posting.objects.filter(pk=posting.pk, status__in=[PostingStatus.PUBLISHED, PostingStatus.ENDED])
    withdrawal = NOT_ASKED | {
        "withdrawn_at": at,
        "withdrawn_by": by,
        "withdrawal_reason": reason,
        "withdrawal_note": note,
    }
    if up.update(status=PostingStatus.WITHDRAWN, **withdrawal) != 1 or posting.current is None:
        raise MovedOn(_("It is not published, or was withdrawn already; nothing was done."))
    words = _("%(reason)s: %(note)s") % {"reason": reason.label, "note": note} if note else reason.label
    record(posting.current, StepKind.WITHDRAWN, by=by, at=at, words=str(words))
    for version in posting.versions.filter(state__in=OPEN_VERSION_STATES):
        Version.objects.filter(pk=version.pk).update(state=VersionState.DISCARDED)
        record(version, StepKind.DISCARDED, by=by, at=at, words=_("What it corrects was withdrawn."))
    _reopen(posting, by=by, at=at)
    touch_boards([posting.organisation_id], at)
    posting.refresh_from_db()
    return posting


def _reopen(posting: Posting, *, by: User, at: datetime) -> None:
    """The obligation a withdrawn posting had met is owed again."""
    if posting.obligation_id is None or posting.current is None:
        return
    met = Obligation.objects.filter(pk=posting.obligation_id, outcome=Outcome.POSTED)
    if met.update(outcome="", fulfilled_on=None):
        record(posting.current, StepKind.REOPENED, by=by, at=at)


def end_display(now: datetime) -> int:
    """Takes down what has been up for its time: `display_until` was its last day. How many it took down.

    A notice stays up until it is closed, however long that takes: what was objected is answered first.

    Run twice, or by two workers at once, each is taken down once.
    """
    over = Q(status=PostingStatus.PUBLISHED, display_until__lt=timezone.localdate(now))
    over &= Q(notice_until=None) | Q(closing__isnull=False)
    done = 0
    while ended := _end_some(over, now):
        done += ended
    return done


@transaction.atomic
def _end_some(over: Q, now: datetime) -> int:
    rows = Posting.objects.select_for_update(of=("self",), skip_locked=True).filter(over).order_by("pk")
    found = list(rows.values_list("pk", "current", "organisation")[:_SWEPT_AT_ONCE])
    Posting.objects.filter(pk__in=[pk for pk, _current, _organisation in found]).update(
        status=PostingStatus.ENDED, **NOT_ASKED
    )
    Step.objects.bulk_create(Step(version_id=current, kind=StepKind.ENDED, at=now) for _pk, current, _org in found)
    touch_boards([organisation for _pk, _current, organisation in found], now)
    return len(found)
