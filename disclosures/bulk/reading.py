"""Reading a bulk workbook that somebody handed in. Nothing here trusts the file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from organisations.spreadsheets import Limits, SpreadsheetError, read_grid

from .columns import COLUMNS, PROBLEM

MOST_ROWS = 10_000
LIMITS = Limits(file_bytes=20_000_000, unpacked_bytes=120_000_000, rows=MOST_ROWS + 50, columns=60, cells=700_000)
_HEAD_IS_WITHIN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was handed in. `number` is that of the sheet, for the person to find it."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook holds: its rows, and the sheet's name."""

    sheet: str
    rows: list[Row]


def read(path: Path, *, name: str) -> Filled:
    """The rows of the workbook. Raises SpreadsheetError with a sentence for whatever cannot be read as one."""
    if not name.lower().endswith(".xlsx"):
        raise SpreadsheetError(_("Hand in the workbook as .xlsx: in Excel or WPS, save it under that type."))
    grid = read_grid(path, name=name, limits=LIMITS)
    head, places = _head(grid.rows)
    rows = [
        Row(number, {column: line[place] for column, place in places.items()})
        for number, line in enumerate(grid.rows[head + 1 :], start=head + 2)
        if any(line[place] for place in places.values())
    ]
    if not rows:
        raise SpreadsheetError(_("There are no rows below the head of the table. Download the template anew."))
    return Filled(grid.sheet, rows)


def _head(lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    """The line with the column names, and where each column is. Columns may be moved, but none may be missing."""
    headers = {str(column.header): column.name for column in [*COLUMNS, PROBLEM]}
    for number, line in enumerate(lines[:_HEAD_IS_WITHIN]):
        places = {headers[text]: place for place, text in enumerate(line) if text in headers}
        if "key" in places:
            missing = [str(column.header) for column in COLUMNS if column.name not in places]
            if missing:
                raise SpreadsheetError(
                    _("The columns %(names)s are missing. Download the template anew and copy your rows into it.")
                    % {"names": "、".join(missing)}
                )
            return number, places
    raise SpreadsheetError(_("This is not the template of the bulk upload. Download it first, and fill that in."))
