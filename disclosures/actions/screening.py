"""Looking through what was written and attached; what is found is put on record and stays until it is dealt with.

Only what changed is looked through. A value that was passed with a reason stays passed within the version, and is
taken over into its corrections; a new value is new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organisations.models import User

from ..choices import EDITABLE_VERSION_STATES, LIVE_FIND_STATES, FindKind, FindState
from ..models import Attachment, PrivacyFind, Version
from ..privacy.files import scan_file
from ..privacy.fingerprints import fingerprints
from ..privacy.markup import text_pieces
from ..privacy.numbers import find_numbers
from ..privacy.pieces import Found, Kind, Place
from ..privacy.scanning import scan
from .refusals import Incomplete, PersonalData

MOST_FINDS = 200
"""Different values listed for a text or a file; of more it is only said that there are more."""


def screen_text(version: Version, *, by: User, at: datetime) -> None:
    """Brings the record of finds up to date with title, text and note. In the transaction of the change."""
    settle(version, None, scan(text_pieces(version.title, version.body, version.note)), by=by, at=at)


def screen(version: Version, *, by: User, at: datetime) -> None:
    """Looks through the text, and through files that never were. What is found stays, whatever comes after."""
    unseen = list(version.attachments.filter(screened_at=None))
    found = {attachment.pk: look_into(attachment) for attachment in unseen}
    with transaction.atomic():
        version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if version.state not in EDITABLE_VERSION_STATES:
            return
        screen_text(version, by=by, at=at)
        for attachment in unseen:
            if Attachment.objects.filter(pk=attachment.pk).update(screened_at=at):
                settle(version, attachment, found[attachment.pk], by=by, at=at)


def screen_many(versions: Collection[int], *, by: User, at: datetime) -> None:
    """Looks through the texts of drafts that were written together. In the transaction of the change."""
    live = PrivacyFind.objects.filter(version__in=versions, attachment=None, state__in=LIVE_FIND_STATES)
    known = set(live.values_list("version", flat=True))
    for version in Version.objects.filter(pk__in=versions):
        found = scan(text_pieces(version.title, version.body, version.note))
        if found or version.pk in known:
            settle(version, None, found, by=by, at=at)


def personal_in(title: str, body: str) -> str:
    """What is personal in a text that is not saved yet, masked; empty if nothing is."""
    return "、".join(sorted({one.masked for one in scan(text_pieces(title, body, ""))})[:3])


def look_into(attachment: Attachment) -> list[Found]:
    """What is in a file. It may take seconds: to be done before the transaction."""
    return scan_file(
        str(attachment.file.name),
        name=attachment.name,
        content_type=attachment.content_type,
        sha256=attachment.sha256,
    )


def settle(version: Version, attachment: Attachment | None, found: Iterable[Found], *, by: User, at: datetime) -> None:
    """Makes the record say what was found in the text, or in a file: new values are open, those gone are removed."""
    live = PrivacyFind.objects.filter(version=version, attachment=attachment, state__in=LIVE_FIND_STATES)
    known = {(find.kind, find.fingerprint): find for find in live}
    passed: dict[tuple[str, str], PrivacyFind] | None = None
    new: list[PrivacyFind] = []
    kept: set[int] = set()
    for one, times in _by_value(found):
        keys = _keys(one)
        find = next((known[key] for key in keys if key in known), None)
        if find is not None:
            kept.add(find.pk)
            _move(find, one, times)
            continue
        passed = _passed(version) if passed is None else passed
        before = next((passed[key] for key in keys if key in passed), None)
        new.append(_new(version, attachment, one, times, keys[0][1], before, at=at))
    gone = [find.pk for find in known.values() if find.pk not in kept]
    if gone:
        end_finds(PrivacyFind.objects.filter(pk__in=gone), FindState.REMOVED, by=by, at=at)
    PrivacyFind.objects.bulk_create(new)


def end_finds(finds: Any, state: FindState, *, by: User, at: datetime) -> int:
    """Says of finds that they were masked or are gone; the words around them go with them."""
    ended = {"decided_by": by, "decided_at": at, "confirmed_by": None, "confirmed_at": None, "before": "", "after": ""}
    return int(finds.filter(state__in=LIVE_FIND_STATES).update(state=state, **ended))


def take_over(old: Version, new: Version, files: dict[int, Attachment]) -> None:
    """What was passed in a version stays passed in its correction, as long as it stands there; looked at again."""
    taken = ["kind", "fingerprint", "masked", "place", "start", "end", "before", "after", "occurrences", "state"]
    taken += ["found_at", "reason", "decided_by_id", "decided_at"]
    passed = PrivacyFind.objects.filter(version=old, state=FindState.PASSED)
    PrivacyFind.objects.bulk_create(
        PrivacyFind(
            version=new,
            attachment=files[find.attachment_id] if find.attachment_id else None,
            **{name: getattr(find, name) for name in taken},
        )
        for find in passed
        if find.attachment_id is None or find.attachment_id in files
    )


def refuse_personal_data(versions: Collection[int]) -> None:
    """Raises PersonalData while a find is open in one of the versions."""
    open_still = PrivacyFind.objects.filter(version__in=versions, state=FindState.OPEN)
    kinds = list(open_still.values_list("kind", flat=True))
    if not kinds:
        return
    listed = "、".join(
        _("%(kind)s (%(count)d)") % {"kind": kind.label, "count": kinds.count(kind)}
        for kind in FindKind
        if kind in kinds
    )
    raise PersonalData(
        ngettext(
            "Nothing was passed on: there is still %(count)d find of personal information: %(listed)s."
            " Mask it, take the file away, or say why it must be disclosed.",
            "Nothing was passed on: there are still %(count)d finds of personal information: %(listed)s."
            " Mask each, take the file away, or say why it must be disclosed.",
            len(kinds),
        )
        % {"count": len(kinds), "listed": listed}
    )


def refuse_unconfirmed(version: Version) -> None:
    """Raises PersonalData while something passed has not been looked at by a second person."""
    waiting = PrivacyFind.objects.filter(version=version, state=FindState.PASSED, confirmed_by=None)
    count = waiting.exclude(kind=FindKind.PHOTO).count()
    if count:
        raise PersonalData(
            ngettext(
                "%(count)d find of personal information is to be disclosed with a reason. Look at it and confirm it"
                " first, or return the posting.",
                "%(count)d finds of personal information are to be disclosed with a reason. Look at each and confirm"
                " it first, or return the posting.",
                count,
            )
            % {"count": count}
        )


def refuse_unscreened(version: Version) -> None:
    """Raises PersonalData if it was proposed before there was a gate, and holds something the gate would have found."""
    if version.screened_revision == version.revision:
        return
    found = scan(text_pieces(version.title, version.body, version.note))
    files = [one for attachment in version.attachments.all() for one in look_into(attachment)]
    if [one for one in (*found, *files) if one.kind != Kind.PHOTO]:
        raise PersonalData(
            _("It was proposed before personal information was looked for, and there is some in it. Return it.")
        )


def refuse_in_words(words: str) -> None:
    """Raises Incomplete if words that are published beside a posting hold a number of a person."""
    if find_numbers(words, bridges=True):
        raise Incomplete(
            _("Your words hold an ID, card or mobile number, and they are published. Take it out or mask it.")
        )


def _by_value(found: Iterable[Found]) -> list[tuple[Found, int]]:
    """Each value once, as it stands first, and how often it stands there; no more than are listed."""
    first: dict[tuple[str, str], Found] = {}
    times: dict[tuple[str, str], int] = {}
    for one in found:
        key = one.kind, one.value
        first.setdefault(key, one)
        times[key] = times.get(key, 0) + 1
    listed = [(one, times[key]) for key, one in first.items()]
    if len(listed) <= MOST_FINDS:
        return listed
    rest = len(listed) - MOST_FINDS
    return [*listed[:MOST_FINDS], (Found(Kind.MANY, "many", str(rest), Place("file")), rest)]


def _keys(one: Found) -> list[tuple[str, str]]:
    """What a find is known by, the present key first."""
    return [(str(one.kind), remembered_by) for remembered_by in fingerprints(one.kind, one.value)]


def _passed(version: Version) -> dict[tuple[str, str], PrivacyFind]:
    """What was passed in the version, by value."""
    finds = PrivacyFind.objects.filter(version=version, state=FindState.PASSED)
    return {(find.kind, find.fingerprint): find for find in finds}


def _move(find: PrivacyFind, one: Found, times: int) -> None:
    """The find as it stands now. What is written nowhere else is written only if it changed."""
    now = _described(one, times)
    if any(getattr(find, name) != value for name, value in now.items()):
        PrivacyFind.objects.filter(pk=find.pk).update(**now)


def _described(one: Found, times: int) -> dict[str, Any]:
    return {
        "masked": one.masked[:100],
        "place": one.place.as_dict(),
        "start": one.start,
        "end": one.end,
        "before": one.before[:80],
        "after": one.after[:80],
        "occurrences": times,
    }


def _new(
    version: Version,
    attachment: Attachment | None,
    one: Found,
    times: int,
    remembered_by: str,
    passed: PrivacyFind | None,
    *,
    at: datetime,
) -> PrivacyFind:
    """A new find: open, or passed if the same value is passed elsewhere in the version."""
    find = PrivacyFind(
        version=version,
        attachment=attachment,
        kind=one.kind,
        fingerprint=remembered_by,
        found_at=at,
        **_described(one, times),
    )
    if passed is not None:
        find.state, find.reason = FindState.PASSED, passed.reason
        find.decided_by_id, find.decided_at = passed.decided_by_id, passed.decided_at
    return find


def forget_confirmations(versions: Collection[int]) -> None:
    """Each time it is proposed, what is passed is looked at anew."""
    confirmed = PrivacyFind.objects.filter(version__in=versions, confirmed_by__isnull=False)
    confirmed.update(confirmed_by=None, confirmed_at=None)


SCREENED = {"screened_revision": F("revision")}
"""Written with the move out of the draft: this very revision was looked through. A trigger insists on it."""

UNCONFIRMED = Q(state=FindState.PASSED, confirmed_by=None) & ~Q(kind=FindKind.PHOTO)
