"""What is done about a find: masked, passed with a reason, opened again; and the second look at what was passed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import User

from ..choices import LIVE_FIND_STATES, LOOKED_AT, FindKind, FindState, StepKind, VersionState
from ..models import Attachment, PrivacyFind, Version
from ..privacy.fingerprints import fingerprints
from ..privacy.markup import Stretch, replaced, stretches
from ..privacy.pieces import Piece, Place
from ..privacy.scanning import mask_text, scan
from . import drafts
from .moves import hold, moved_on, record, refuse_own_work
from .refusals import Incomplete, MovedOn, Refused
from .screening import UNCONFIRMED, end_finds, refuse_in_words


@transaction.atomic
def mask(version: Version, *, only: Collection[int] | None = None, by: User, at: datetime) -> int:
    """Masks finds in title, text, note and names of files: a new revision of the draft. How many.

    `only`: the finds by their keys; None for everything that is open. What stands in a file cannot be masked here:
    the file is taken away and a masked one attached. Raises MovedOn.
    """
    hold(version.posting_id)
    version.refresh_from_db()
    if not version.is_editable:
        raise moved_on(version)
    finds = PrivacyFind.objects.filter(version=version, state__in=LIVE_FIND_STATES)
    wanted = finds.filter(state=FindState.OPEN) if only is None else finds.filter(pk__in=only)
    in_text = list(wanted.filter(attachment=None))
    in_names = [find for find in wanted.exclude(attachment=None) if find.place.get("part") == "file_name"]
    masked = [find for find in (*in_text, *in_names) if FindKind(find.kind).is_value or find.kind == FindKind.MANY]
    if not masked:
        return 0
    end_finds(PrivacyFind.objects.filter(pk__in=[find.pk for find in masked]), FindState.MASKED, by=by, at=at)
    everything = any(find.kind == FindKind.MANY for find in masked)
    kept: set[str] = set() if everything else _other_values(version, {find.fingerprint for find in masked})
    _mask_names(in_names, version)
    _mask_text(version, kept, by=by, at=at)
    words = "、".join(sorted({find.masked for find in masked})[:8])
    record(version, StepKind.PERSONAL_MASKED, by=by, at=at, words=words)
    return len(masked)


def _other_values(version: Version, masked: set[str]) -> set[str]:
    """The masked forms that stay as they are: of finds that are passed, or not asked for."""
    live = PrivacyFind.objects.filter(version=version, attachment=None, state__in=LIVE_FIND_STATES)
    return set(live.exclude(fingerprint__in=masked).values_list("fingerprint", flat=True))


def _mask_text(version: Version, kept: set[str], *, by: User, at: datetime) -> None:
    """Saves the draft with everything masked in it but the values kept."""
    texts = [version.title, version.note]
    body = stretches(version.body)
    pieces = [Piece(version.title, Place("title")), Piece(version.note, Place("note"))]
    changes: list[tuple[Stretch, int, int, str]] = []
    for one in sorted(scan([*pieces, *(stretch.piece for stretch in body)]), key=lambda each: -each.start):
        if not FindKind(one.kind).is_value or kept.intersection(fingerprints(one.kind, one.value)):
            continue
        if one.index < len(texts):
            text = texts[one.index]
            texts[one.index] = text[: one.start] + one.masked + text[one.end :]
        else:
            changes.append((body[one.index - len(texts)], one.start, one.end, one.masked))
    drafts.save_draft(
        version,
        expected_revision=version.revision,
        title=texts[0],
        body=replaced(version.body, changes),
        stated_on=version.stated_on,
        note=texts[1],
        by=by,
        at=at,
    )


def _mask_names(finds: list[PrivacyFind], version: Version) -> None:
    for attachment in Attachment.objects.filter(version=version, pk__in={find.attachment_id for find in finds}):
        Attachment.objects.filter(pk=attachment.pk).update(name=mask_text(attachment.name).replace("*", "＊"))


@transaction.atomic
def pass_finds(version: Version, finds: Collection[int], *, reason: str, by: User, at: datetime) -> int:
    """Lets open finds stand, for a reason; the reviewer looks at them again. How many. Raises Incomplete, MovedOn.

    A picture needs no reason: whoever looked at it says so. The same value elsewhere in the version passes with it.
    """
    hold(version.posting_id)
    version.refresh_from_db()
    if not version.is_editable:
        raise moved_on(version)
    chosen = PrivacyFind.objects.filter(version=version, pk__in=finds, state=FindState.OPEN)
    rows = list(chosen)
    if not reason.strip() and any(find.kind != FindKind.PHOTO for find in rows):
        raise Incomplete(_("Say why it must be disclosed; the reviewer reads it."))
    if any(find.kind == FindKind.MANY for find in rows):
        raise Refused(_("There are too many to be passed together. Take the file away, or mask them in it."))
    refuse_in_words(reason)
    same = PrivacyFind.objects.filter(
        version=version, state=FindState.OPEN, fingerprint__in=[f.fingerprint for f in rows]
    )
    done = same.update(state=FindState.PASSED, reason=reason.strip(), decided_by=by, decided_at=at)
    told = [find for find in rows if find.kind != FindKind.PHOTO]
    if told:
        shown = "、".join(find.masked or find.get_kind_display() for find in told[:3])
        words = _("%(shown)s: %(reason)s") % {"shown": shown, "reason": reason.strip()}
        record(version, StepKind.PERSONAL_PASSED, by=by, at=at, words=words)
    return done


def pass_looked_at(version: Version, *, by: User, at: datetime) -> None:
    """Says of every picture, scanned page and unreadable file that a person looked through it.

    In the transaction of the proposal, the posting held.
    """
    unread = PrivacyFind.objects.filter(version=version, state=FindState.OPEN, kind__in=LOOKED_AT)
    if keys := list(unread.values_list("pk", flat=True)):
        pass_finds(version, keys, reason=looked_through(), by=by, at=at)


def looked_through() -> str:
    """The reason of what no program can read."""
    return _("I have looked through it page by page; there is nothing personal in it.")


def confirm_looked_at(version: Version, *, by: User, at: datetime) -> None:
    """The second look at what no program can read, taken with the review."""
    waiting = PrivacyFind.objects.filter(UNCONFIRMED, version=version, kind__in=LOOKED_AT)
    if keys := list(waiting.values_list("pk", flat=True)):
        confirm(version, keys, by=by, at=at)


@transaction.atomic
def reopen(version: Version, find: int, *, by: User, at: datetime) -> None:
    """Takes a pass back, in the draft. Raises MovedOn."""
    hold(version.posting_id)
    version.refresh_from_db()
    if not version.is_editable:
        raise moved_on(version)
    passed = PrivacyFind.objects.filter(version=version, pk=find, state=FindState.PASSED)
    as_found = {"reason": "", "decided_by": None, "decided_at": None, "confirmed_by": None, "confirmed_at": None}
    passed.update(state=FindState.OPEN, **as_found)


@transaction.atomic
def confirm(version: Version, finds: Collection[int], *, by: User, at: datetime) -> int:
    """The second look: the reviewer, who neither wrote nor passed it, agrees. How many.

    Raises OwnWork, MovedOn, Refused.
    """
    refuse_own_work(by, version)
    hold(version.posting_id)
    version.refresh_from_db()
    if version.state != VersionState.PROPOSED:
        raise moved_on(version)
    chosen = PrivacyFind.objects.filter(UNCONFIRMED, version=version, pk__in=finds)
    if chosen.filter(decided_by=by).exists():
        raise Refused(_("You passed it yourself. Somebody else must take the second look."))
    done = chosen.update(confirmed_by=by, confirmed_at=at)
    if not done:
        raise MovedOn(_("It was confirmed already; nothing was done."))
    words = ngettext("%(count)d find", "%(count)d finds", done) % {"count": done}
    record(version, StepKind.PERSONAL_CONFIRMED, by=by, at=at, words=words)
    return done
