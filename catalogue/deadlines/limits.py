"""Time limits and the due dates that follow from them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol, Self

from django.utils.translation import gettext as _

from ..choices import DayType, DueRule
from .periods import PeriodSpan
from .working_days import DeadlineError, WorkingCalendar

STANDING_DAYS = 20
"""Working days in which a permanent matter goes up: 《政府信息公开条例》 Art. 26 (R8)."""

MOST_DAYS = 1000
_PERIOD_RULES = {DueRule.AFTER_PERIOD, DueRule.FIXED_DAY}
_COUNTED_RULES = {DueRule.AFTER_PERIOD, DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT}


class HasTimeLimit(Protocol):
    """What carries a time limit: a catalogue item, or anything with these attributes."""

    due_rule: str
    due_days: int | None
    day_type: str
    fixed_month: int | None
    fixed_day: int | None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """From where the days are counted, how many, and of which kind; or a fixed day of the period.

    `fixed_month` counts from the period's first month: 1 is July for the third quarter. A standing limit
    without days has the 20 working days of R8. Raises DeadlineError where the limit cannot be meant.
    """

    rule: DueRule
    days: int | None = None
    day_type: DayType = DayType.WORKING
    fixed_month: int | None = None
    fixed_day: int | None = None

    def __post_init__(self) -> None:
        if self.rule == DueRule.STANDING and self.days is None:
            object.__setattr__(self, "days", STANDING_DAYS)
            object.__setattr__(self, "day_type", DayType.WORKING)
        if self.rule in _COUNTED_RULES and self.days is None:
            raise DeadlineError(_("The time limit does not say how many days. Fill in the days."))
        if self.days is not None and not 0 <= self.days <= MOST_DAYS:
            raise DeadlineError(_("A time limit has 0 to %(most)s days. Correct the days.") % {"most": MOST_DAYS})
        if self.rule == DueRule.FIXED_DAY and not (
            self.fixed_month and 1 <= self.fixed_month <= 12 and self.fixed_day and 1 <= self.fixed_day <= 31
        ):
            raise DeadlineError(
                _("A fixed day needs a month of the period (1 to 12) and a day of the month (1 to 31). Fill in both.")
            )

    @classmethod
    def of(cls, item: HasTimeLimit) -> Self:
        """The time limit of a catalogue item. Raises DeadlineError if it has none, or half of one."""
        try:
            rule, day_type = (
                DueRule(item.due_rule),
                DayType(item.day_type or DayType.WORKING),
            )
        except ValueError:
            raise DeadlineError(_("The item has no usable time limit. Choose a due rule and a kind of days.")) from None
        return cls(rule, item.due_days, day_type, item.fixed_month, item.fixed_day)

    @property
    def counts_working_days(self) -> bool:
        """Whether each day on the way must be a working day, not the last one alone."""
        return self.rule != DueRule.FIXED_DAY and self.day_type == DayType.WORKING


@dataclass(frozen=True, slots=True)
class UnconfirmedYear:
    """A due date was counted through a year whose days off are not known: it is provisional (R9)."""

    year: int

    def __str__(self) -> str:
        return _(
            "The days off of %(year)s have not been announced or not been entered; the due date is provisional"
        ) % {"year": self.year}


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day allowed, and how it came about.

    `nominal` is where the count ended before it was moved off a day that is not worked (R4-R6); `skipped`
    are the days passed over, each with its reason, and `made_up` the weekend days that did count.
    """

    on: date
    counted_from: date
    limit: TimeLimit
    skipped: tuple[tuple[date, str], ...] = ()
    warnings: tuple[UnconfirmedYear, ...] = ()
    nominal: date = field(default=date.min, kw_only=True)
    made_up: tuple[tuple[date, str], ...] = field(default=(), kw_only=True)
    span: PeriodSpan | None = field(default=None, kw_only=True)

    @property
    def provisional(self) -> bool:
        """Whether it may still move when a year's days off are announced."""
        return bool(self.warnings)


def due_date(
    limit: TimeLimit,
    *,
    anchor: date | None = None,
    span: PeriodSpan | None = None,
    calendar: WorkingCalendar,
) -> DueDate:
    """The last day on which disclosing is in time.

    `anchor` is the day of the event, of the stage reached, or the day a standing duty begins; `span` the
    period, for limits that depend on one. The day counted from is not counted itself (R1). Limits end on a
    working day: later ones move forward to the next (R4, R5), those before an event back to the last one
    before (R6). Raises DeadlineError if the limit lacks its anchor or span, or leaves the years 1 to 9999.
    """
    start = _start(limit, anchor, span)
    try:
        nominal = _nominal(limit, start, span, calendar)
    except OverflowError:
        raise DeadlineError(
            _("The date lies outside of the years 1 to 9999. Check the date and the number of days.")
        ) from None
    backwards = limit.rule == DueRule.BEFORE_EVENT
    on = calendar.previous_working(nominal) if backwards else calendar.next_working(nominal)
    first, last = sorted((_first_passed(limit, start, nominal, backwards), on))
    return DueDate(
        on=on,
        counted_from=start,
        limit=limit,
        skipped=tuple(calendar.days_not_worked(first, last)),
        warnings=tuple(UnconfirmedYear(year) for year in calendar.unconfirmed_years(first, last)),
        nominal=nominal,
        made_up=tuple(calendar.days_made_up(first, last)),
        span=span if limit.rule in _PERIOD_RULES else None,
    )


def reminder_threshold(on: date, offset: int, day_type: DayType, calendar: WorkingCalendar) -> date:
    """The latest due day to be reminded of on a day, by a rung that stands `offset` days after the due day.

    T-7 is offset -7: everything due up to seven days ahead. In working days, T+5 means that the fifth
    working day after the due day has come. Clamped to the years 1 to 9999, for it is a bound to filter by.
    """
    try:
        if day_type == DayType.CALENDAR or offset == 0:
            return on - timedelta(days=offset)
        if offset < 0:
            return calendar.add_working_days(on, -offset)
        return calendar.add_working_days(on + timedelta(days=1), -offset) - timedelta(days=1)
    except (OverflowError, DeadlineError):
        return date.max if offset < 0 else date.min


def _start(limit: TimeLimit, anchor: date | None, span: PeriodSpan | None) -> date:
    """The day the limit is counted from."""
    if limit.rule in _PERIOD_RULES:
        if span is None:
            raise DeadlineError(_("The time limit depends on a period, but the item has none. Choose a period."))
        return span.ends_on if limit.rule == DueRule.AFTER_PERIOD else span.starts_on
    if anchor is None:
        raise DeadlineError(_("The time limit is counted from a day that is not known. Record the date of the event."))
    return anchor


def _nominal(limit: TimeLimit, start: date, span: PeriodSpan | None, calendar: WorkingCalendar) -> date:
    """Where the count ends, before it is moved off a day that is not worked."""
    if limit.rule == DueRule.FIXED_DAY and span is not None:
        return _fixed_day(limit, span)
    days = -(limit.days or 0) if limit.rule == DueRule.BEFORE_EVENT else limit.days or 0
    return calendar.add_working_days(start, days) if limit.counts_working_days else start + timedelta(days=days)


def _fixed_day(limit: TimeLimit, span: PeriodSpan) -> date:
    """The fixed day in the period; the month's last where the month is too short (R7)."""
    month = limit.fixed_month or 1
    if month > span.kind.months:
        raise DeadlineError(
            _("The period has %(months)s months, so the fixed day cannot be in month %(month)s. Correct the month.")
            % {"months": span.kind.months, "month": month}
        )
    first = span.starts_on.replace(month=span.starts_on.month + month - 1)
    return first.replace(day=min(limit.fixed_day or 1, monthrange(first.year, first.month)[1]))


def _first_passed(limit: TimeLimit, start: date, nominal: date, backwards: bool) -> date:
    """The first day on which the calendar mattered: where working days are counted, the day next to the start;
    else the day on which the count ended."""
    if limit.counts_working_days and limit.days:
        return start + timedelta(days=-1 if backwards else 1)
    return nominal
