"""Asking for more time, or to be let off: by the secretary, decided by somebody above, told to both.

Doors ask `can` first (`disclose` to ask, `decide` for the request). A request stops no clock: until it is granted the
obligation is due on its day. Superiors may still extend and waive without being asked (`obligations.py`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import User

from .. import letters
from ..choices import DecisionKind, RequestState
from ..hats import releaser_stands_in_for, secretary_stands_in_for
from ..models import Obligation, ObligationDecision, ReleaseRequest
from ..superiors import addressee
from .obligations import check_new_day, closed, extend, needed, waive
from .refusals import MovedOn, OwnWork, Refused

OPEN_ALREADY = "request_one_open_of_a_kind"


@transaction.atomic
def ask(
    obligation: Obligation,
    *,
    kind: DecisionKind,
    reason: str,
    new_due_on: date | None = None,
    by: User,
    at: datetime,
) -> ReleaseRequest:
    """Asks the nearest superior that has somebody to decide, and tells them.

    Raises Refused without a reason, for a day that cannot be granted, or without a superior; ObligationClosed once it
    is met; MovedOn if the same was asked already and is not decided.
    """
    reason, today = needed(reason), timezone.localdate(at)
    rows = Obligation.objects.select_for_update(of=("self",)).select_related("organisation")
    held = rows.get(pk=obligation.pk)
    if held.fulfilled_on is not None:
        raise closed(held)
    if kind == DecisionKind.EXTENSION and new_due_on is not None:
        check_new_day(held, new_due_on, today)
    superior = addressee(held.organisation, on=today)
    if superior is None:
        raise Refused(_("There is no superior organisation in the portal that could be asked."))
    try:
        with transaction.atomic():
            request = ReleaseRequest.objects.create(
                obligation=held,
                kind=kind,
                reason=reason,
                new_due_on=new_due_on,
                addressed_to=superior,
                asked_by=by,
                on_behalf_of_id=secretary_stands_in_for(by, held.organisation, on=today),
                asked_at=at,
            )
    except IntegrityError as error:
        if not ReleaseRequest.objects.filter(obligation=held, kind=kind, state=RequestState.OPEN).exists():
            raise
        raise MovedOn(_("The same has been asked for already and is not decided yet.")) from error
    letters.tell_deciders(request, at=at)
    return request


@transaction.atomic
def grant(
    request: ReleaseRequest, *, answer: str, new_due_on: date | None = None, by: User, at: datetime
) -> ReleaseRequest:
    """Grants it; of an extension to the day asked for, or to `new_due_on`. The decision is put on the obligation.

    Raises Refused without words or for a day that cannot be; OwnWork, MovedOn, ObligationClosed.
    """
    answer = needed(answer)
    held = _held(request, by)
    if held.kind == DecisionKind.EXTENSION:
        extend(held.obligation, new_due_on=new_due_on or _asked_for(held), reason=answer, by=by, at=at)
    else:
        waive(held.obligation, reason=answer, by=by, at=at)
    decision = held.obligation.decisions.order_by("pk").last()
    return _decide(held, RequestState.GRANTED, answer, decision, by=by, at=at)


@transaction.atomic
def refuse(request: ReleaseRequest, *, answer: str, by: User, at: datetime) -> ReleaseRequest:
    """Does not grant it: the obligation stays due on its day. Raises Refused without a reason, OwnWork, MovedOn."""
    answer = needed(answer)
    held = _held(request, by)
    if held.obligation.fulfilled_on is not None:
        raise closed(held.obligation)
    return _decide(held, RequestState.REFUSED, answer, None, by=by, at=at)


@transaction.atomic
def take_back(request: ReleaseRequest, *, at: datetime) -> ReleaseRequest:
    """Takes back what is not decided yet. Raises MovedOn."""
    rows = ReleaseRequest.objects.filter(pk=request.pk, state=RequestState.OPEN)
    if rows.update(state=RequestState.TAKEN_BACK, decided_at=at) != 1:
        raise _moved_on(request)
    request.refresh_from_db()
    return request


def _held(request: ReleaseRequest, by: User) -> ReleaseRequest:
    """The request with its obligation as it is now, its row taken. Raises OwnWork, MovedOn."""
    rows = ReleaseRequest.objects.select_for_update(of=("self",))
    held = rows.select_related("obligation__organisation", "obligation__item").get(pk=request.pk)
    if held.asked_by_id == by.pk:
        raise OwnWork(_("You asked for this yourself. Somebody else must decide it."))
    if not held.is_open:
        raise _moved_on(held)
    return held


def _asked_for(request: ReleaseRequest) -> date:
    if request.new_due_on is None:
        raise Refused(_("Say until which day."))
    return request.new_due_on


def _decide(
    held: ReleaseRequest,
    state: RequestState,
    answer: str,
    decision: ObligationDecision | None,
    *,
    by: User,
    at: datetime,
) -> ReleaseRequest:
    organisation = held.obligation.organisation
    rows = ReleaseRequest.objects.filter(pk=held.pk, state=RequestState.OPEN)
    changed = rows.update(
        state=state,
        answer=answer,
        decision=decision,
        decided_by=by,
        decided_for=releaser_stands_in_for(by, organisation, on=timezone.localdate(at)),
        decided_at=at,
    )
    if changed != 1:
        raise _moved_on(held)
    held.refresh_from_db()
    letters.tell_secretaries(held, at=at)
    return held


def _moved_on(request: ReleaseRequest) -> MovedOn:
    now = ReleaseRequest.objects.select_related("decided_by").get(pk=request.pk)
    if now.decided_by is None:
        return MovedOn(_("The request was taken back meanwhile; nothing was done."))
    return MovedOn(
        _("%(person)s has decided this already: %(state)s. Nothing was done.")
        % {"person": now.decided_by, "state": now.get_state_display()}
    )
