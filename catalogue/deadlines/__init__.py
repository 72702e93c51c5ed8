"""When something must be disclosed: dates only, no database, no clock.

`working_days` knows the calendar, `periods` the stretches of it that are reported on, `limits` turns a
time limit into a due date, and `words` says why it is that day. The legal rules are numbered in docs/rules.md.
"""

from .limits import (
    STANDING_DAYS,
    DueDate,
    TimeLimit,
    UnconfirmedYear,
    due_date,
    reminder_threshold,
)
from .periods import PeriodSpan, next_period, parse_period, period_of
from .words import explain
from .working_days import WEEKEND, DeadlineError, WorkingCalendar

__all__ = [
    "STANDING_DAYS",
    "WEEKEND",
    "DeadlineError",
    "DueDate",
    "PeriodSpan",
    "TimeLimit",
    "UnconfirmedYear",
    "WorkingCalendar",
    "due_date",
    "explain",
    "next_period",
    "parse_period",
    "period_of",
    "reminder_threshold",
]
