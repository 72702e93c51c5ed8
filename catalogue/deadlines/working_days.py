"""Working days: the plain week, less the days off, plus the weekend days worked to make up for them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Self, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKEND = cast(str, gettext_lazy("weekend"))
"""Why an ordinary Saturday or Sunday is not counted; translated when it is shown."""

_LAST = date.max.toordinal()


class DeadlineError(ValueError):
    """A deadline that cannot be worked out; the message says in words what is missing or impossible."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked.

    `days_off` and `make_up_days` name the days that differ from the plain week (R2, R3); should a day stand in
    both, it is worked. `confirmed_years` are those whose arrangement has been announced: any other year is
    counted as plain weeks, and whoever counts in it warns (R9). Nothing here depends on how far apart two
    days are: working days are ranked by formula and found by bisection.
    """

    days_off: Mapping[date, str] = field(default_factory=dict, hash=False)
    make_up_days: Mapping[date, str] = field(default_factory=dict, hash=False)
    confirmed_years: frozenset[int] = frozenset()
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False, hash=True)
    _gained: tuple[int, ...] = field(init=False, repr=False, compare=False, hash=True)

    def __post_init__(self) -> None:
        lost = sorted(day.toordinal() for day in self.days_off if _in_week(day) and day not in self.make_up_days)
        gained = sorted(day.toordinal() for day in self.make_up_days if not _in_week(day))
        object.__setattr__(self, "days_off", MappingProxyType(dict(self.days_off)))
        object.__setattr__(self, "make_up_days", MappingProxyType(dict(self.make_up_days)))
        object.__setattr__(self, "_lost", tuple(lost))
        object.__setattr__(self, "_gained", tuple(gained))

    @classmethod
    def plain_weeks(cls) -> Self:
        """A calendar that knows no holidays and confirms no year."""
        return cls()

    def is_working(self, day: date) -> bool:
        """Whether the day is worked."""
        return day in self.make_up_days or (_in_week(day) and day not in self.days_off)

    def days_not_worked(self, first: date, last: date) -> list[tuple[date, str]]:
        """The days from `first` to `last`, both included, that are not worked, each with the reason: the holiday's
        name or "weekend". Empty if `last` lies before `first`."""
        days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
        return [(day, self.days_off.get(day) or WEEKEND) for day in days if not self.is_working(day)]

    def days_made_up(self, first: date, last: date) -> list[tuple[date, str]]:
        """The Saturdays and Sundays from `first` to `last`, both included, that are worked, each with its name."""
        begin = bisect_left(self._gained, first.toordinal())
        days = map(
            date.fromordinal,
            self._gained[begin : bisect_right(self._gained, last.toordinal())],
        )
        return [(day, self.make_up_days[day]) for day in days]

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        return self._nth(self._rank(day.toordinal() - 1) + 1)

    def previous_working(self, day: date) -> date:
        """The day itself if it is worked, else the last working day before it."""
        return self._nth(self._rank(day.toordinal()))

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself (R1); the |n|-th before it if n < 0.

        `n == 0` gives `day` itself, worked or not. Raises DeadlineError beyond the years 1 to 9999.
        """
        if n == 0:
            return day
        if n > 0:
            return self._nth(self._rank(day.toordinal()) + n)
        return self._nth(self._rank(day.toordinal() - 1) + 1 + n)

    def count_working_days(self, after: date, until: date) -> int:
        """Working days after `after` up to and including `until`.

        With `until` before `after`, minus the working days from `until` up to but without `after`, so that
        the count undoes `add_working_days` in both directions.
        """
        if until >= after:
            return self._rank(until.toordinal()) - self._rank(after.toordinal())
        return self._rank(until.toordinal() - 1) - self._rank(after.toordinal() - 1)

    def unconfirmed_years(self, first: date, last: date) -> list[int]:
        """The years from one day to the other whose arrangement of days off is not known."""
        return [year for year in range(first.year, last.year + 1) if year not in self.confirmed_years]

    def _rank(self, ordinal: int) -> int:
        """How many working days there are from 1 January of the year 1, a Monday, up to and including the day."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) - bisect_right(self._lost, ordinal) + bisect_right(self._gained, ordinal)

    def _nth(self, rank: int) -> date:
        """The working day of that rank: the inverse of `_rank`."""
        if not 1 <= rank <= self._rank(_LAST):
            raise DeadlineError(
                _("The date lies outside of the years 1 to 9999. Check the date and the number of days.")
            )
        return date.fromordinal(bisect_left(range(_LAST + 1), rank, key=self._rank))


def _in_week(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5
