"""Calendars for the tests, and a reference that counts them day by day.

The reference shares nothing with the code it judges: it reads the announced days itself and asks of one day
after the other whether it is worked.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from catalogue.choices import DayType, DueRule, Period
from catalogue.deadlines import PeriodSpan, TimeLimit, WorkingCalendar, period_of

ANNOUNCED = Path(__file__).parents[2] / "catalogue" / "data" / "public_holidays_cn.csv"
ONE_DAY = timedelta(days=1)


def announced_calendar() -> WorkingCalendar:
    """2024 to 2026 as announced."""
    days: dict[str, dict[date, str]] = {"holiday": {}, "workday": {}}
    with ANNOUNCED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days[row["kind"]][date.fromisoformat(row["date"])] = row["name"]
    return WorkingCalendar(days["holiday"], days["workday"], frozenset({2024, 2025, 2026}))


def is_worked(calendar: WorkingCalendar, day: date) -> bool:
    """The reference's idea of a working day."""
    if day in calendar.make_up_days:
        return True
    return day.isoweekday() not in (6, 7) and day not in calendar.days_off


def nth_day(calendar: WorkingCalendar, day: date, n: int) -> date:
    """The n-th working day after a day, or the -n-th before it, by walking there."""
    step = ONE_DAY if n > 0 else -ONE_DAY
    for _ in range(abs(n)):
        day += step
        while not is_worked(calendar, day):
            day += step
    return day


def rolled(calendar: WorkingCalendar, day: date, step: timedelta = ONE_DAY) -> date:
    """The day itself, or the nearest working day that way."""
    while not is_worked(calendar, day):
        day += step
    return day


def walked_due_day(calendar: WorkingCalendar, limit: TimeLimit, anchor: date, span: PeriodSpan) -> date:
    """The due day, by walking there."""
    if limit.rule == DueRule.FIXED_DAY:
        month = span.starts_on
        for _ in range((limit.fixed_month or 1) - 1):
            month = (month + 31 * ONE_DAY).replace(day=1)
        last = (month + 31 * ONE_DAY).replace(day=1) - ONE_DAY
        return rolled(calendar, min(month + ((limit.fixed_day or 1) - 1) * ONE_DAY, last))
    days = 20 if limit.days is None else limit.days
    start = span.ends_on if limit.rule == DueRule.AFTER_PERIOD else anchor
    sign = -1 if limit.rule == DueRule.BEFORE_EVENT else 1
    if limit.day_type == DayType.WORKING:
        end = nth_day(calendar, start, sign * days)
    else:
        end = start + sign * days * ONE_DAY
    return rolled(calendar, end, sign * ONE_DAY)


around_2026 = st.dates(date(2023, 6, 1), date(2028, 6, 30))
any_day = st.dates(date(5, 1, 1), date(9994, 12, 31))


odd_calendars = st.builds(
    WorkingCalendar,
    days_off=st.dictionaries(around_2026, st.just("假"), max_size=60),
    make_up_days=st.dictionaries(around_2026, st.just("班"), max_size=40),
    confirmed_years=st.frozensets(st.integers(2023, 2028)),
)
"""Calendars stranger than any the State Council would announce."""

calendars = st.one_of(st.just(announced_calendar()), odd_calendars)

limits = st.builds(
    TimeLimit,
    rule=st.sampled_from(DueRule),
    days=st.integers(0, 60),
    day_type=st.sampled_from(DayType),
    fixed_month=st.just(1),
    fixed_day=st.integers(1, 31),
)
"""Any time limit an item can carry, whatever its period."""

spans = st.builds(period_of, st.sampled_from(Period), around_2026)
