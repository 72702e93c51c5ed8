"""Reading a table of days off and make-up working days: CSV or Excel, all rows or none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organisations.spreadsheets import Limits, SpreadsheetError, read_grid

from .choices import DayKind
from .models import FIRST_CALENDAR_YEAR, LAST_CALENDAR_YEAR, CalendarDay

LIMITS = Limits(file_bytes=2_000_000, rows=5_000, columns=20, cells=100_000, cell_chars=1_000)

_HEADERS = {
    "date": ("date", "日期"),
    "kind": ("kind", "类型", "类别"),
    "name": ("name", "名称", "节日"),
    "source": ("source", "来源", "依据"),
}
_KINDS = {
    DayKind.HOLIDAY: ("holiday", "放假", "节假日", "休息日", "休"),
    DayKind.WORKDAY: ("workday", "上班", "调休上班", "工作日", "班"),
}
_DATE = re.compile(r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?")
_TOLD = 20
"""So many errors are told one by one."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the table."""

    date: date
    kind: DayKind
    name: str
    source: str = ""


class CalendarFileError(ValueError):
    """A table of days that cannot be loaded; one line for each row that is wrong, in the order of the table."""

    def __init__(self, errors: list[str]) -> None:
        self.errors = errors
        told = errors[:_TOLD]
        if len(errors) > _TOLD:
            told.append(_("and %(number)s more rows with errors") % {"number": len(errors) - _TOLD})
        super().__init__("\n".join(told))


def check_day(day: date, kind: str) -> None:
    """Raises ValidationError for a day that no arrangement can contain, with a message that says what to do."""
    if not FIRST_CALENDAR_YEAR <= day.year <= LAST_CALENDAR_YEAR:
        raise ValidationError(_("The date lies outside of the years 1900 to 2200. Check the year."))
    if kind == DayKind.WORKDAY and day.weekday() < 5:
        raise ValidationError(
            _(
                "%(date)s is not a Saturday or Sunday, so it is a working day anyway. "
                "Only weekend days are entered as make-up working days; check the date."
            )
            % {"date": day}
        )


def read_days(source: str | os.PathLike[str] | BinaryIO, *, name: str = "") -> list[DayRow]:
    """The days of a table with the columns date, kind, name and, if there is one, source, in any order.

    Raises CalendarFileError with every wrong row, numbered as in the table with its header as row 1, or
    because the file as a whole cannot be read.
    """
    try:
        grid = read_grid(source, name=name, limits=LIMITS)
    except SpreadsheetError as error:
        raise CalendarFileError([str(error)]) from None
    columns = _columns(grid.rows[0])
    days: dict[date, tuple[int, DayRow]] = {}
    errors = []
    for number, cells in enumerate(grid.rows[1:], start=2):
        if not any(cells):
            continue
        try:
            row = _row({header: cells[at] for header, at in columns.items()})
            if row.date in days:
                raise ValidationError(
                    _("%(date)s already stands in row %(row)s. Keep one of them.")
                    % {"date": row.date, "row": days[row.date][0]}
                )
            days[row.date] = (number, row)
        except ValidationError as error:
            errors += [_("Row %(row)s: %(error)s") % {"row": number, "error": text} for text in error.messages]
    if errors:
        raise CalendarFileError(errors)
    if not days:
        raise CalendarFileError([_("The table has a header but no days. Check that this is the right file.")])
    return [row for _number, row in days.values()]


def _columns(header: list[str]) -> dict[str, int]:
    """Where each column stands."""
    names = [cell.strip().lower() for cell in header]
    found = {key: names.index(name) for key, words in _HEADERS.items() for name in words if name in names}
    if not {"date", "kind", "name"} <= found.keys():
        raise CalendarFileError(
            [_("Row 1 must be the header: date, kind, name, source. Add it, or use the Chinese names of the columns.")]
        )
    return found


def _row(cells: dict[str, str]) -> DayRow:
    """One row, checked. Raises ValidationError with everything that is wrong with it."""
    errors = []
    day, kind = _date(cells["date"]), _kind(cells["kind"])
    if day is None:
        errors.append(_("“%(text)s” is not a date. Write it as 2026-10-01.") % {"text": cells["date"][:40]})
    if kind is None:
        errors.append(_("“%(text)s” is not a kind of day. Write holiday or workday.") % {"text": cells["kind"][:40]})
    if not cells["name"]:
        errors.append(_("The name is missing. Fill in which holiday the day belongs to."))
    errors += _too_long((key, cells.get(key, "")) for key in ("name", "source"))
    if day and kind:
        try:
            check_day(day, kind)
        except ValidationError as error:
            errors += error.messages
    if errors or day is None or kind is None:
        raise ValidationError(errors)
    return DayRow(day, kind, cells["name"], cells.get("source", ""))


def _date(text: str) -> date | None:
    """2026-10-01, 2026/10/1, 2026.10.1 or 2026年10月1日."""
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _kind(text: str) -> DayKind | None:
    return next((kind for kind, words in _KINDS.items() if text.lower() in words), None)


def _too_long(cells: Iterable[tuple[str, str]]) -> list[str]:
    """A sentence for each text that does not fit its column."""
    errors = []
    for key, text in cells:
        most = getattr(CalendarDay._meta.get_field(key), "max_length", 0)
        if len(text) > most:
            errors.append(
                _("“%(text)s…” has more than %(most)s characters. Shorten it.") % {"text": text[:10], "most": most}
            )
    return errors
