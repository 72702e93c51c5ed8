"""Taking a posting down before its time: proposed by the secretary with a reason, decided by an approver.

The obligation it met stays met: it was disclosed, and long enough. What should never have been up is withdrawn instead.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisations.models import User

from ..choices import PostingStatus, StepKind
from ..models import NoticeClosing, Posting
from .boards import touch_boards
from .moves import hold, record
from .refusals import Incomplete, MovedOn, OwnWork, Refused

NOT_ASKED = {"ending_asked_by": None, "ending_asked_at": None, "ending_reason": ""}
"""What a posting holds while nobody proposes its early end."""


@transaction.atomic
def ask_to_end(posting: Posting, *, reason: str, by: User, at: datetime) -> Posting:
    """Proposes that the posting comes down before its time; it stays up until an approver agrees.

    Raises Incomplete without a reason, Refused while a notice is not closed or approval is to follow, MovedOn if it
    is not up or that is proposed already.
    """
    if not reason.strip():
        raise Incomplete(_("Say why its display is to end early; it is shown in public once it is approved."))
    posting = hold(posting.pk)
    if posting.notice_until is not None and timezone.localdate(at) <= posting.notice_until:
        raise Refused(
            _("Objections are taken until %(day)s; until then it stays up.")
            % {"day": date_format(posting.notice_until, "Y-m-d")}
        )
    if posting.notice_until is not None and not NoticeClosing.objects.filter(posting=posting).exists():
        raise Refused(_("The notice is not closed yet: answer what was objected and close it first."))
    if posting.current is not None and posting.current.awaits_approval:
        raise Refused(_("It was published urgently and is not approved yet. It is approved or withdrawn first."))
    asked = {"ending_asked_by": by, "ending_asked_at": at, "ending_reason": reason.strip()}
    rows = Posting.objects.filter(pk=posting.pk, status=PostingStatus.PUBLISHED, ending_asked_at=None)
    if rows.update(**asked) != 1 or posting.current is None:
        raise MovedOn(_("It is not up any more, or its early end is proposed already; nothing was done."))
    record(posting.current, StepKind.ENDING_ASKED, by=by, at=at, words=reason.strip())
    posting.refresh_from_db()
    return posting


@transaction.atomic
def end_early(posting: Posting, *, opinion: str = "", by: User, at: datetime) -> Posting:
    """Approves the early end: the posting comes down at once, its record stays. Raises OwnWork, MovedOn."""
    held = _asked(posting, by)
    words = (
        _("%(reason)s (approval opinion: %(opinion)s)") % {"reason": held.ending_reason, "opinion": opinion.strip()}
        if opinion.strip()
        else held.ending_reason
    )
    _decide(held, StepKind.ENDED, words, by=by, at=at, status=PostingStatus.ENDED)
    touch_boards([held.organisation_id], at)
    held.refresh_from_db()
    return held


@transaction.atomic
def refuse_ending(posting: Posting, *, reason: str, by: User, at: datetime) -> Posting:
    """Does not approve the early end: the posting stays up. Raises Incomplete without a reason, OwnWork, MovedOn."""
    if not reason.strip():
        raise Incomplete(_("Say why it is to stay up."))
    held = _asked(posting, by)
    _decide(held, StepKind.ENDING_REFUSED, reason.strip(), by=by, at=at, status=PostingStatus.PUBLISHED)
    held.refresh_from_db()
    return held


def _asked(posting: Posting, by: User) -> Posting:
    """The posting, held. Raises OwnWork if the person asked who would decide."""
    held = hold(posting.pk)
    if held.ending_asked_by_id == by.pk:
        raise OwnWork(_("You proposed this yourself. Somebody else must decide it."))
    return held


def _decide(posting: Posting, kind: StepKind, words: str, *, by: User, at: datetime, status: PostingStatus) -> None:
    asked = Posting.objects.filter(pk=posting.pk, status=PostingStatus.PUBLISHED, ending_asked_at__isnull=False)
    if asked.update(status=status, **NOT_ASKED) != 1 or posting.current is None:
        raise MovedOn(_("Its early end is no longer proposed, or was decided already; nothing was done."))
    record(posting.current, kind, by=by, at=at, words=words)
