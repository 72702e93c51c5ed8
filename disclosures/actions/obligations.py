"""What people decide about obligations: an event that must be disclosed, a nil return, a waiver, an extension.

Who may do it is asked at the doors (`access.can`: `disclose` for secretaries, `release_from_duty` above them).
An obligation ends once: each action changes it only while it is still open, and of two at the same time the
second is refused. Decisions are rows that only grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.calendars import working_calendar
from catalogue.choices import DueRule, Openness, TimeLimitClass
from catalogue.deadlines import DeadlineError, DueDate, TimeLimit, due_date
from catalogue.models import Item
from catalogue.querysets import in_force
from organisations.models import Organisation, User

from ..choices import DecisionKind, DueChangeCause, Outcome, PostingStatus
from ..hats import releaser_stands_in_for, secretary_stands_in_for
from ..models import DueChange, Event, Obligation, ObligationDecision, OverdueEntry
from ..owing import owing
from .boards import touch_boards
from .moves import AT_ONCE, batches
from .refusals import ObligationClosed, Refused

LONGEST_EXTENSION = timedelta(days=366)
"""A later day than this is a waiver by another name, or a slip of the pen."""

OF_EVENTS = (TimeLimitClass.PROMPT, TimeLimitClass.STAGED)
"""Items that are owed because something happened, or a stage was reached."""


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event with the obligation it made; `is_new` is false if it had been recorded before."""

    event: Event
    obligation: Obligation
    is_new: bool


def record_event(
    *,
    organisation: Organisation,
    item: Item,
    title: str,
    stage: str = "",
    occurred_on: date,
    by: User,
    at: datetime,
) -> RecordedEvent:
    """Records what happened (or, for limits before an event, will), and what is owed because of it (R45).

    The same event is recorded once: a second time gives back the first. Recorded late, the obligation is overdue from
    the start, and logged so. Raises Refused where the item is not owed by events, or not by this organisation.
    """
    what = {
        "organisation": organisation,
        "item": item,
        "title": title.strip(),
        "stage": stage.strip(),
        "occurred_on": occurred_on,
    }
    if (known := Event.objects.filter(**what).first()) is not None:
        return RecordedEvent(known, known.obligation, is_new=False)
    today = timezone.localdate(at)
    due = _due_of_event(organisation, item, occurred_on, today)
    with transaction.atomic():
        event, is_new = Event.objects.get_or_create(**what, defaults={"recorded_by": by, "recorded_at": at})
        if not is_new:
            return RecordedEvent(event, event.obligation, is_new=False)
        obligation = Obligation.objects.create(
            organisation=organisation,
            item=item,
            period_key=f"E{event.pk}",
            event=event,
            opens_on=min(today, due.on),
            anchor_on=due.counted_from,
            due_on=due.on,
            created_at=at,
        )
        if due.on < today:
            OverdueEntry.objects.create(obligation=obligation, became_on=due.on + timedelta(days=1), logged_at=at)
        touch_boards([organisation.pk], at)
    return RecordedEvent(event, obligation, is_new=True)


def _due_of_event(organisation: Organisation, item: Item, occurred_on: date, today: date) -> DueDate:
    """When the event must be disclosed. Raises Refused if it need not be, or cannot be yet."""
    if item.time_limit_class not in OF_EVENTS:
        raise Refused(_("“%(item)s” is not owed because of events. Choose a prompt or a staged item.") % {"item": item})
    try:
        limit = TimeLimit.of(item)
        due = due_date(limit, anchor=occurred_on, calendar=working_calendar())
    except DeadlineError as error:
        raise Refused(str(error)) from error
    if occurred_on > today and limit.rule != DueRule.BEFORE_EVENT:
        raise Refused(_("The event has not happened yet. Record it on the day it happens."))
    known_on = min(occurred_on, today)
    if not _owes(organisation, item, known_on):
        raise Refused(
            _("On %(day)s, “%(organisation)s” did not owe “%(item)s”. Check the date, or choose another item.")
            % {"day": date_format(known_on), "organisation": organisation, "item": item}
        )
    return due


def _owes(organisation: Organisation, item: Item, on: date) -> bool:
    """Whether the organisation owes the item on the day, under the edition in force then."""
    leaf = item.openness == Openness.PROACTIVE and item.is_leaf_node()
    edition_holds = Item.objects.filter(in_force(on, "catalogue__"), pk=item.pk)
    there = (Q(established_on=None) | Q(established_on__lte=on)) & (Q(ended_on=None) | Q(ended_on__gte=on))
    owes = Organisation.objects.filter(owing(item, on=on), there, pk=organisation.pk)
    return leaf and edition_holds.exists() and owes.exists() and (item.owned_from is None or item.owned_from <= on)


def nil_return(obligation: Obligation, *, reason: str, by: User, at: datetime) -> Obligation:
    """There is nothing to disclose for this period: a fact with a name and a day, which meets the obligation.

    For periodic items whose period has begun and for which no posting is being written. Raises Refused, and
    ObligationClosed if it was settled meanwhile.
    """
    being_written = obligation.postings.filter(status=PostingStatus.DRAFT).exists()
    if why := why_not_nil(obligation, timezone.localdate(at), being_written=being_written):
        raise Refused(why)
    return _settle(obligation, Outcome.NIL, DecisionKind.NIL_RETURN, reason=reason, by=by, at=at)


def why_not_nil(obligation: Obligation, today: date, *, being_written: bool) -> str:
    """Why no nil return can be made for what is open, in a sentence; empty if one can."""
    if obligation.item.time_limit_class != TimeLimitClass.PERIODIC:
        return _("Only periodic items have nil returns: what happened, or is permanent, must be disclosed.")
    if obligation.opens_on > today:
        return _("The period has not begun. A nil return can be made from %(day)s on.") % {
            "day": date_format(obligation.opens_on)
        }
    if being_written:
        return _("A posting is being written for it. Publish that, or discard it first.")
    return ""


def nil_returns(reasons: Mapping[Obligation, str], *, by: User, at: datetime) -> None:
    """Nil returns for many obligations, each with its reason; for which `why_not_nil` had nothing to say.

    All or none: raises ObligationClosed if one was settled meanwhile, Refused without a reason. In the transaction
    of the caller.
    """
    on = timezone.localdate(at)
    units = {obligation.organisation for obligation in reasons}
    steads = {unit.pk: secretary_stands_in_for(by, unit, on=on) for unit in units}
    for some in batches(obligation.pk for obligation in reasons):
        still_open = Obligation.objects.open().filter(pk__in=some)
        if still_open.update(outcome=Outcome.NIL, fulfilled_on=on) != len(some):
            raise ObligationClosed(_("Some of it was settled meanwhile; nothing was done. Try again."))
    ObligationDecision.objects.bulk_create(
        [
            ObligationDecision(
                obligation=obligation,
                kind=DecisionKind.NIL_RETURN,
                reason=needed(reason),
                decided_by=by,
                on_behalf_of_id=steads[obligation.organisation_id],
                decided_at=at,
            )
            for obligation, reason in reasons.items()
        ],
        batch_size=AT_ONCE,
    )
    touch_boards([unit.pk for unit in units], at)


def waive(obligation: Obligation, *, reason: str, by: User, at: datetime) -> Obligation:
    """Releases the organisation from disclosing this once. Raises Refused without a reason, and ObligationClosed."""
    return _settle(obligation, Outcome.WAIVED, DecisionKind.WAIVER, reason=reason, by=by, at=at)


def extend(obligation: Obligation, *, new_due_on: date, reason: str, by: User, at: datetime) -> Obligation:
    """Gives the organisation time until a later day, today at the earliest and a year from now at the latest.

    What was overdue until now stays in the overdue log. Raises Refused, and ObligationClosed if it was settled, or
    its due date moved, meanwhile.
    """
    reason, today, old = needed(reason), timezone.localdate(at), obligation.due_on
    check_new_day(obligation, new_due_on, today)
    with transaction.atomic():
        unmoved = Obligation.objects.open().filter(pk=obligation.pk, due_on=old)
        if unmoved.update(due_on=new_due_on) != 1:
            raise closed(obligation)
        ObligationDecision.objects.create(
            obligation=obligation,
            kind=DecisionKind.EXTENSION,
            reason=reason,
            decided_by=by,
            on_behalf_of_id=releaser_stands_in_for(by, obligation.organisation, on=today),
            decided_at=at,
            new_due_on=new_due_on,
        )
        DueChange.objects.create(
            obligation=obligation,
            old_due_on=old,
            new_due_on=new_due_on,
            cause=DueChangeCause.EXTENSION,
            changed_at=at,
        )
        touch_boards([obligation.organisation_id], at)
    obligation.refresh_from_db()
    return obligation


def check_new_day(obligation: Obligation, new_due_on: date, today: date) -> None:
    """Raises Refused for a day that no extension can lead to."""
    old = obligation.due_on
    if new_due_on <= old or new_due_on < today:
        raise Refused(
            _("The new due date must be later than %(day)s and must not have passed.") % {"day": date_format(old)}
        )
    if new_due_on > max(today, old) + LONGEST_EXTENSION:
        raise Refused(_("An extension is for one year at most. Waive the obligation if it need not be met at all."))


def _settle(
    obligation: Obligation, outcome: Outcome, kind: DecisionKind, *, reason: str, by: User, at: datetime
) -> Obligation:
    """Ends an obligation that is still open, and says who decided it, when and why."""
    reason, on = needed(reason), timezone.localdate(at)
    stands_in = secretary_stands_in_for if kind == DecisionKind.NIL_RETURN else releaser_stands_in_for
    with transaction.atomic():
        still_open = Obligation.objects.open().filter(pk=obligation.pk)
        if still_open.update(outcome=outcome, fulfilled_on=on) != 1:
            raise closed(obligation)
        ObligationDecision.objects.create(
            obligation=obligation,
            kind=kind,
            reason=reason,
            decided_by=by,
            on_behalf_of_id=stands_in(by, obligation.organisation, on=on),
            decided_at=at,
        )
        touch_boards([obligation.organisation_id], at)
    obligation.refresh_from_db()
    return obligation


def needed(reason: str) -> str:
    """The reason without blanks around it. Raises Refused if there is none."""
    if not reason.strip():
        raise Refused(_("Give the reason: it is kept with the decision."))
    return reason.strip()


def closed(obligation: Obligation) -> ObligationClosed:
    """Says how it ended while somebody else was deciding, or that its due date moved."""
    found = Obligation.objects.filter(pk=obligation.pk).first()
    if found is None or found.fulfilled_on is None:
        return ObligationClosed(_("The obligation was changed meanwhile. Open it again and decide anew."))
    return ObligationClosed(
        _("The obligation was settled meanwhile: %(outcome)s, on %(day)s. Nothing was changed.")
        % {"outcome": found.get_outcome_display(), "day": date_format(found.fulfilled_on)}
    )
