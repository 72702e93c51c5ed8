"""Open due dates follow the working-day calendar: the old date and the new one are logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone

from catalogue.calendars import CalendarChange, working_calendar
from catalogue.choices import Period
from catalogue.deadlines import DeadlineError, TimeLimit, WorkingCalendar, due_date, period_of
from catalogue.models import Item
from organisations.locks import OBLIGATIONS, hold

from ..choices import DecisionKind, DueChangeCause
from ..models import DueDateReview, Obligation, ObligationDecision
from .boards import touch_boards

AT_ONCE = 5000
"""So many due dates are worked out again while whoever changed the calendar waits; more are left to the worker."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Obligations that share their due date and all it follows from."""

    item_id: int
    period_start: date | None
    anchor_on: date
    due_on: date

    def rows(self) -> QuerySet[Obligation]:
        return Obligation.objects.open().filter(
            item=self.item_id, period_start=self.period_start, anchor_on=self.anchor_on, due_on=self.due_on
        )


def follow_calendar(change: CalendarChange) -> int | None:
    """Called with every change of the calendar, in its transaction (catalogue.calendars.on_change).

    Notes the days that turned, and works out at once what was counted across them if that is not much: then it says how
    many due dates moved. Otherwise None, and `recompute_due_dates` does it within a minute.
    """
    if not change.days:
        return None
    now = timezone.now()
    review = DueDateReview.objects.create(first_day=min(change.days), last_day=max(change.days), asked_at=now)
    if _counted_across(review)[: AT_ONCE + 1].count() > AT_ONCE:
        return None
    return _carry_out(review, now)


def recompute_due_dates(at: datetime) -> int:
    """Works out what is left of earlier changes of the calendar; how many due dates moved. Twice is once.

    Each set of equal due dates is moved in a transaction of its own, so that a killed run is taken up by the next.
    """
    return sum(_carry_out(review, at) for review in DueDateReview.objects.filter(finished_at=None).order_by("pk"))


def _counted_across(review: DueDateReview) -> QuerySet[Obligation]:
    """Open obligations between whose anchor and due day, in either order, a day turned."""
    first, last = review.first_day, review.last_day
    after = Q(anchor_on__lte=last, due_on__gte=first)
    before = Q(due_on__lte=last, anchor_on__gte=first)
    return Obligation.objects.open().filter(after | before).order_by()


def _carry_out(review: DueDateReview, at: datetime) -> int:
    calendar = working_calendar()
    columns = ("item_id", "period_start", "anchor_on", "due_on")
    groups = [_Group(*values) for values in _counted_across(review).values_list(*columns).distinct()]
    items = Item.objects.in_bulk({group.item_id for group in groups})
    moved = 0
    for group in groups:
        due = _due(items[group.item_id], group, calendar)
        if due != group.due_on:
            moved += _move(group, due, at)
    DueDateReview.objects.filter(pk=review.pk).update(finished_at=at, moved=F("moved") + moved)
    return moved


def _due(item: Item, group: _Group, calendar: WorkingCalendar) -> date:
    """The due date by the calendar as it is now; the one there is, where none can be worked out any more."""
    span = period_of(Period(item.period), group.period_start) if group.period_start else None
    anchor = None if span else group.anchor_on
    try:
        return due_date(TimeLimit.of(item), span=span, anchor=anchor, calendar=calendar).on
    except DeadlineError:
        return group.due_on


@transaction.atomic
def _move(group: _Group, due: date, at: datetime) -> int:
    """Moves a group, except those that were given longer than the new date; logs old and new."""
    hold(OBLIGATIONS)
    extended = ObligationDecision.objects.filter(
        obligation=OuterRef("pk"), kind=DecisionKind.EXTENSION, new_due_on__gte=due
    )
    rows = group.rows().exclude(Exists(extended))
    logged = (
        rows.select_for_update()
        .order_by("pk")
        .values_list(
            "pk",
            "due_on",
            Value(due, DateField()),
            Value(DueChangeCause.CALENDAR.value),
            Value(at, DateTimeField()),
        )
    )
    query, params = logged.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO disclosures_duechange (obligation_id, old_due_on, new_due_on, cause, changed_at) " + query,
            params,
        )
    touch_boards(rows.order_by().values("organisation_id"), at)
    return rows.update(due_on=due, opens_on=Least(F("opens_on"), Value(due, DateField())))
