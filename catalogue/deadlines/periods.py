"""Periods that are reported on: months, quarters, halves and years, each with a key such as 2026Q3."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..choices import Period
from .working_days import DeadlineError

_KEYS = {
    Period.YEARLY: re.compile(r"([0-9]{4})"),
    Period.HALF_YEARLY: re.compile(r"([0-9]{4})H([12])"),
    Period.QUARTERLY: re.compile(r"([0-9]{4})Q([1-4])"),
    Period.MONTHLY: re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"),
}


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """One period: its kind, its key, its first and its last day."""

    kind: Period
    key: str
    starts_on: date
    ends_on: date

    @property
    def number(self) -> int:
        """Which of its kind it is in the year, from 1."""
        return (self.starts_on.month - 1) // self.kind.months + 1

    @property
    def label(self) -> str:
        """Its name in words: the third quarter of 2026."""
        names = {
            Period.YEARLY: [_("the year %(year)s")],
            Period.HALF_YEARLY: [
                _("the first half of %(year)s"),
                _("the second half of %(year)s"),
            ],
            Period.QUARTERLY: [
                _("the first quarter of %(year)s"),
                _("the second quarter of %(year)s"),
                _("the third quarter of %(year)s"),
                _("the fourth quarter of %(year)s"),
            ],
        }
        if self.kind == Period.MONTHLY:
            return dateformat.format(self.starts_on, pgettext("date format of a month", "F Y"))
        return names[self.kind][self.number - 1] % {"year": self.starts_on.year}


def period_of(kind: Period, day: date) -> PeriodSpan:
    """The period of that kind in which the day lies."""
    kind = Period(kind)
    number = (day.month - 1) // kind.months + 1
    return _span(kind, day.year, number)


def next_period(span: PeriodSpan) -> PeriodSpan:
    """The period that begins the day after the span ends. Raises DeadlineError after the year 9999."""
    if span.ends_on == date.max:
        raise DeadlineError(_("No period begins after the year 9999."))
    return period_of(span.kind, span.ends_on + timedelta(days=1))


def parse_period(key: str) -> PeriodSpan:
    """The period of a key such as 2026, 2026H2, 2026Q3 or 2026-11. Raises DeadlineError, a ValueError, on any other."""
    for kind, pattern in _KEYS.items():
        found = pattern.fullmatch(key) if isinstance(key, str) else None
        if found and int(found[1]):
            return _span(kind, int(found[1]), int(found[2]) if pattern.groups == 2 else 1)
    raise DeadlineError(_("“%(key)s” is not a period. Write 2026, 2026H2, 2026Q3 or 2026-11.") % {"key": key})


def _span(kind: Period, year: int, number: int) -> PeriodSpan:
    """The number-th period of the kind in the year."""
    suffix = {
        Period.YEARLY: "",
        Period.HALF_YEARLY: f"H{number}",
        Period.QUARTERLY: f"Q{number}",
        Period.MONTHLY: f"-{number:02}",
    }[kind]
    last_month = number * kind.months
    return PeriodSpan(
        kind=kind,
        key=f"{year:04}{suffix}",
        starts_on=date(year, last_month - kind.months + 1, 1),
        ends_on=date(year, last_month, monthrange(year, last_month)[1]),
    )
