"""Objections to a notice: taken while it is up, answered one by one; then the notice is closed.

Each action holds the posting's row, so that an objection and the closing never pass each other; the database refuses
what is out of order besides. Nothing personal is ever logged.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.models import User

from ..choices import ObjectionChannel, ObjectionOutcome, PostingStatus
from ..models import NoticeClosing, Objection, ObjectionView, Posting
from .boards import touch_boards
from .moves import hold
from .refusals import Incomplete, MovedOn, Refused

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH, _GROUP = 16, 4
"""16 of 32 letters: 80 bits."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever objected online is shown, once: the code is kept as a hash only."""

    objection: Objection
    code: str


@transaction.atomic
def object_online(
    posting: Posting, *, words: str, name: str = "", contact: str = "", sheet: str = "", at: datetime
) -> Receipt:
    """Takes an objection from anybody, with or without a name.

    `sheet` names the form it was written on: the same words sent again from the same form are the same objection,
    with the same code. Raises Refused when none is taken any more, Incomplete without words.
    """
    code = _code(sheet or secrets.token_hex(16), str(posting.pk), words.strip(), name, contact)
    hold(posting.pk)
    if (sent := Objection.objects.filter(code_hash=hashed(code)).first()) is not None:
        return Receipt(sent, code)
    objection = _take(
        posting,
        ObjectionChannel.WEB,
        on=timezone.localdate(at),
        at=at,
        words=words,
        name=name,
        contact=contact,
        code_hash=hashed(code),
    )
    return Receipt(objection, code)


def _code(*parts: str) -> str:
    """A query code that nobody guesses and that is the same for the same words on the same form."""
    drawn = salted_hmac("disclosures.objection", "\0".join(parts), algorithm="sha256").digest()
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in drawn[:_CODE_LENGTH])
    return "-".join(letters[start : start + _GROUP] for start in range(0, _CODE_LENGTH, _GROUP))


@transaction.atomic
def record_objection(
    posting: Posting,
    *,
    channel: ObjectionChannel,
    received_on: date,
    words: str,
    name: str = "",
    contact: str = "",
    by: User,
    at: datetime,
) -> Objection:
    """Writes down an objection that came in by phone, visit or letter. Raises Refused, Incomplete."""
    if channel == ObjectionChannel.WEB:
        raise Refused(_("Online objections are sent in by whoever objects. Choose how it came in."))
    if received_on > timezone.localdate(at):
        raise Refused(_("This day has not come yet. Give the day on which it came in."))
    return _take(posting, channel, on=received_on, at=at, words=words, name=name, contact=contact, recorded_by=by)


def _take(
    posting: Posting, channel: ObjectionChannel, *, on: date, at: datetime, words: str, **who: object
) -> Objection:
    if not words.strip():
        raise Incomplete(_("Say what you object to."))
    posting = hold(posting.pk)
    if posting.status != PostingStatus.PUBLISHED or posting.notice_until is None or posting.published_at is None:
        raise Refused(_("No objections are taken to this: it is no notice, or not up any more."))
    if on > posting.notice_until or NoticeClosing.objects.filter(posting=posting).exists():
        raise Refused(
            _("Objections were taken until %(day)s. Turn to the organisation, or to the one above it.")
            % {"day": date_format(posting.notice_until)}
        )
    if on < timezone.localdate(posting.published_at):
        raise Refused(_("The notice was not up yet on that day. Give the day on which the objection came in."))
    last = Objection.objects.filter(posting=posting).aggregate(last=Max("number"))["last"] or 0
    objection = Objection.objects.create(
        posting=posting, number=last + 1, channel=channel, received_on=on, received_at=at, words=words.strip(), **who
    )
    touch_boards([posting.organisation_id], at)
    return objection


def hashed(code: str) -> str:
    """What is kept of a query code. It has 80 bits of chance, so that a plain hash gives nothing away."""
    letters = "".join(letter for letter in code.upper() if letter in _ALPHABET)
    return sha256(f"objection:{letters}".encode()).hexdigest()


@transaction.atomic
def answer(objection: Objection, *, outcome: ObjectionOutcome, text: str, by: User, at: datetime) -> Objection:
    """Answers an objection that is open: upheld, in part, or not, with the words the public will read.

    Raises Incomplete without words, MovedOn if it was answered meanwhile.
    """
    if not text.strip():
        raise Incomplete(_("Give the reason: the public reads it when the notice is closed."))
    posting = hold(objection.posting_id)
    open_still = Objection.objects.filter(pk=objection.pk, outcome="")
    if open_still.update(outcome=outcome, answer=text.strip(), answered_by=by, answered_at=at) != 1:
        raise MovedOn(_("Somebody else has answered it meanwhile. Look at it again."))
    touch_boards([posting.organisation_id], at)
    objection.refresh_from_db()
    return objection


@transaction.atomic
def close_notice(posting: Posting, *, by: User, at: datetime) -> NoticeClosing:
    """Ends the notice and publishes its result: how many objections there were, and how each was answered.

    Raises Refused before the period is over or while an objection is open, MovedOn if it is closed already.
    """
    posting, today = hold(posting.pk), timezone.localdate(at)
    if posting.notice_until is None or posting.status != PostingStatus.PUBLISHED:
        raise Refused(_("This is no notice, or it is not up any more."))
    if NoticeClosing.objects.filter(posting=posting).exists():
        raise MovedOn(_("The notice was closed already."))
    if today <= posting.notice_until:
        raise Refused(
            _("Objections are taken until the end of %(day)s. Close the notice after that day.")
            % {"day": date_format(posting.notice_until)}
        )
    if waiting := Objection.objects.filter(posting=posting, outcome="").count():
        raise Refused(_("%(n)d objections are not answered yet. Answer each of them first.") % {"n": waiting})
    closing = NoticeClosing.objects.create(
        posting=posting,
        objections=Objection.objects.filter(posting=posting).count(),
        closed_on=today,
        closed_by=by,
        closed_at=at,
    )
    touch_boards([posting.organisation_id], at)
    return closing


def reveal(posting: Posting, *, by: User, at: datetime) -> list[Objection]:
    """The objections as they were written, for somebody who may read them; that they were read is put on record."""
    with transaction.atomic():
        ObjectionView.objects.create(posting=posting, by=by, at=at)
        return list(Objection.objects.filter(posting=posting).order_by("number"))
