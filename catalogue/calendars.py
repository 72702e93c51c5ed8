"""The working calendar: how it is read, and the only ways it changes.

Every change goes through an action below, which tells those who asked to be told. An upper app that keeps
dates worked out from the calendar asks in its `AppConfig.ready`:

    calendars.on_change(recompute_due_dates)

Its function is called with a `CalendarChange`, in the transaction of the change and after the rows are written,
so that `working_calendar()` already counts with them; what it raises undoes the change. Long work belongs into
`transaction.on_commit`. It may return how many dates it moved, which is shown to whoever made the change. A date
that was counted between two days is affected only if `change.touches(first, last)`; to find such rows in sets,
compare with `change.first_day` and `change.last_day`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from django.db import models, transaction
from django.db.models import F, Func, QuerySet, Value

from organisations.locks import WORKING_CALENDAR, hold
from organisations.models import User

from .calendar_files import CalendarFileError, DayRow, check_day, read_days
from .choices import DayKind
from .deadlines import WorkingCalendar
from .models import CalendarDay, CalendarYear

BUNDLED = Path(__file__).parent / "data" / "public_holidays_cn.csv"
"""The arrangements of 2024 to 2026 as announced by the General Office of the State Council."""

ANNOUNCED_BY_MONTH = 11
"""The next year's arrangement is announced in October or November (docs/rules.md, R3)."""


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """What a change of the calendar touched: nothing, if it is false.

    `days` are those that turned from working day to day off or back; `years` those whose arrangement became,
    or ceased to be, announced, so that dates in them became certain or provisional.
    """

    days: tuple[date, ...] = ()
    years: tuple[int, ...] = ()
    by: User | None = None
    moved: int = 0
    """How many dates were moved because of it, as far as those told have counted."""

    def __bool__(self) -> bool:
        return bool(self.days or self.years)

    @property
    def first_day(self) -> date | None:
        """The first day that may count differently."""
        return min([*self.days, *(date(year, 1, 1) for year in self.years)], default=None)

    @property
    def last_day(self) -> date | None:
        """The last day that may count differently."""
        return max([*self.days, *(date(year, 12, 31) for year in self.years)], default=None)

    def touches(self, first: date, last: date) -> bool:
        """Whether a count from one day to the other, in either direction, may come out differently."""
        first, last = sorted((first, last))
        return any(first <= day <= last for day in self.days) or any(
            first.year <= year <= last.year for year in self.years
        )


Listener = Callable[[CalendarChange], int | None]
_listeners: list[Listener] = []


def on_change(listener: Listener) -> Listener:
    """Asks for a function to be called with every change (see the top of this module). Twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


class _FirstOfYear(Func):
    """1 January of a year."""

    template = "make_date(%(expressions)s, 1, 1)"
    output_field = models.DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || '-01-01')", **context)


def working_calendar() -> WorkingCalendar:
    """The calendar as the database has it now: one query of some forty short rows a year.

    What is built from the rows is kept per process and found again by the rows themselves, so that it can never be
    stale, in whatever transaction, process or database they were written.
    """
    days = CalendarDay.objects.order_by().values_list("date", "kind", "name")
    years = CalendarYear.objects.order_by().annotate(date=_FirstOfYear(F("year")), kind=Value("year"), name=Value(""))
    return _built(frozenset(days.union(years.values_list("date", "kind", "name"), all=True)))


@lru_cache(maxsize=4)
def _built(rows: frozenset[tuple[date, str, str]]) -> WorkingCalendar:
    return WorkingCalendar(
        days_off={day: name for day, kind, name in rows if kind == DayKind.HOLIDAY},
        make_up_days={day: name for day, kind, name in rows if kind == DayKind.WORKDAY},
        confirmed_years=frozenset(day.year for day, kind, _name in rows if kind == "year"),
    )


def years_to_confirm(on: date) -> list[int]:
    """The years whose arrangement should have been entered by now: this one, and from November the next."""
    wanted = [on.year, on.year + 1] if on.month >= ANNOUNCED_BY_MONTH else [on.year]
    known = set(CalendarYear.objects.filter(year__in=wanted).values_list("year", flat=True))
    return [year for year in wanted if year not in known]


@transaction.atomic
def save_day(day: CalendarDay, *, by: User | None = None) -> CalendarChange:
    """Adds or changes one day. The day must have been validated."""
    hold(WORKING_CALENDAR)
    before = dict(CalendarDay.objects.filter(pk=day.pk).values_list("date", "kind")) if day.pk else {}
    day.save()
    return _announce(before, {day.date: day.kind}, by=by)


@transaction.atomic
def delete_days(days: QuerySet[CalendarDay], *, by: User | None = None) -> CalendarChange:
    """Takes days out of the calendar: they count as in a plain week again."""
    hold(WORKING_CALENDAR)
    before = dict(days.values_list("date", "kind"))
    CalendarDay.objects.filter(date__in=before).delete()
    return _announce(before, {}, by=by)


@transaction.atomic
def save_year(year: CalendarYear, *, by: User | None = None) -> CalendarChange:
    """Records that a year's arrangement has been announced, or changes the record."""
    hold(WORKING_CALENDAR)
    before = set(CalendarYear.objects.filter(pk=year.pk).values_list("year", flat=True)) if year.pk else set()
    year.save()
    return _announce({}, {}, years=before ^ {year.year}, by=by)


@transaction.atomic
def delete_years(years: QuerySet[CalendarYear], *, by: User | None = None) -> CalendarChange:
    """Takes back that years have been announced: dates in them are provisional again. Their days stay."""
    hold(WORKING_CALENDAR)
    before = set(years.values_list("year", flat=True))
    CalendarYear.objects.filter(year__in=before).delete()
    return _announce({}, {}, years=before, by=by)


@dataclass(slots=True)
class Loaded:
    """What a load did, or in a dry run would do."""

    created: list[DayRow] = field(default_factory=list)
    updated: list[DayRow] = field(default_factory=list)
    unchanged: int = 0
    removed: list[date] = field(default_factory=list)
    kept: list[date] = field(default_factory=list)
    """Days of the same years that the table does not name and that stay."""
    confirmed: list[int] = field(default_factory=list)
    """Years that now count as announced."""
    change: CalendarChange = field(default_factory=CalendarChange)


def load_file(
    source: str | os.PathLike[str] | BinaryIO = BUNDLED,
    *,
    name: str = "",
    replace_years: bool = False,
    dry_run: bool = False,
    by: User | None = None,
) -> Loaded:
    """Loads a table of days (see `calendar_files.read_days`). Raises CalendarFileError; all rows are loaded or none."""
    return load_days(read_days(source, name=name), replace_years=replace_years, dry_run=dry_run, by=by)


def replace_year(year: int, days: Iterable[DayRow], *, by: User | None = None) -> Loaded:
    """Makes the days the whole arrangement of the year, which counts as announced from now on.

    Raises CalendarFileError if one of the days lies in another year.
    """
    rows = list(days)
    if strange := [row.date for row in rows if row.date.year != year]:
        raise CalendarFileError([str(day) for day in strange])
    return load_days(rows, replace_years=True, by=by, years={year: rows[0].source if rows else ""})


@transaction.atomic
def load_days(
    days: Iterable[DayRow],
    *,
    replace_years: bool = False,
    dry_run: bool = False,
    by: User | None = None,
    years: Mapping[int, str] | None = None,
) -> Loaded:
    """Adds the days to the calendar, or corrects those that it has; loading twice changes nothing more.

    A year of which the rows name a day off counts as announced. With `replace_years` the rows are the
    whole arrangement of those years, and other days of theirs go.
    """
    hold(WORKING_CALENDAR)
    rows = {row.date: row for row in days}
    for row in rows.values():
        check_day(row.date, row.kind)
    years = years or {row.date.year: row.source for row in rows.values() if row.kind == DayKind.HOLIDAY}
    stored = {day.date: day for day in CalendarDay.objects.filter(models.Q(date__in=rows) | _in_years(years))}
    strangers = sorted(stored.keys() - rows.keys())
    loaded = Loaded(removed=strangers if replace_years else [], kept=[] if replace_years else strangers)
    for row in rows.values():
        if row.date not in stored:
            loaded.created.append(row)
        elif _differs(stored[row.date], row):
            loaded.updated.append(row)
        else:
            loaded.unchanged += 1
    loaded.confirmed = sorted(years.keys() - set(CalendarYear.objects.values_list("year", flat=True)))
    if not dry_run:
        _write(loaded, stored, {year: years[year] for year in loaded.confirmed})
        before = {day: stored[day].kind for day in [*loaded.removed, *(row.date for row in loaded.updated)]}
        after = {row.date: row.kind.value for row in [*loaded.created, *loaded.updated]}
        loaded.change = _announce(before, after, years=set(loaded.confirmed), by=by)
    return loaded


def _in_years(years: Iterable[int]) -> models.Q:
    return models.Q(date__year__in=list(years))


def _differs(day: CalendarDay, row: DayRow) -> bool:
    return (day.kind, day.name, day.source) != (row.kind, row.name, row.source)


def _write(loaded: Loaded, stored: Mapping[date, CalendarDay], confirmed: Mapping[int, str]) -> None:
    """Puts a load into the database."""
    for row in loaded.updated:
        day = stored[row.date]
        day.kind, day.name, day.source = row.kind, row.name, row.source
    CalendarDay.objects.bulk_update([stored[row.date] for row in loaded.updated], ["kind", "name", "source"])
    CalendarDay.objects.filter(date__in=loaded.removed).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=row.date, kind=row.kind, name=row.name, source=row.source) for row in loaded.created
    )
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source=source) for year, source in confirmed.items())


def _announce(
    before: Mapping[date, str], after: Mapping[date, str], *, years: Iterable[int] = (), by: User | None
) -> CalendarChange:
    """Tells everybody who asked, if the change can matter to a date."""
    turned = [day for day in {*before, *after} if _worked(day, before.get(day)) != _worked(day, after.get(day))]
    change = CalendarChange(days=tuple(sorted(turned)), years=tuple(sorted(years)), by=by)
    if not change:
        return change
    return replace(change, moved=sum(listener(change) or 0 for listener in _listeners))


def _worked(day: date, kind: str | None) -> bool:
    """Whether a day is worked, given what the calendar says of it, if anything."""
    return kind == DayKind.WORKDAY or (kind != DayKind.HOLIDAY and day.weekday() < 5)
