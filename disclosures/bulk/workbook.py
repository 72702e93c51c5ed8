"""Writing the bulk workbook: rows to fill in, an explanations sheet, lists to choose from, locked key columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalogue.choices import Scope

from ..choices import BulkDecision
from ..tables import carriers
from .columns import BY_NAME, COLUMNS, COMMON_CARRIERS, PROBLEM, Column
from .owed import Cells

HEADER_ROW = 3
"""Below the title and one line on how to go about it."""

_LEAST_HEIGHT, _MOST_HEIGHT, _LINE = 34, 240, 17

_THIN = Side(style="thin", color="C9C3BB")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_FONT = "Microsoft YaHei"
_TOP = Alignment(vertical="top", wrap_text=True)
_PLAIN = Font(name=_FONT, size=11)
_QUIET = Font(name=_FONT, size=10, color="6B645C")
_ALARM = Font(name=_FONT, size=11, color="A61B1B", bold=True)
_HEAD = Font(name=_FONT, size=11, bold=True, color="FFFFFF")
_TITLE = Font(name=_FONT, size=16, bold=True, color="A61B1B")
_RED = PatternFill("solid", fgColor="A61B1B")
_GREY = PatternFill("solid", fgColor="F1EEEA")
_ROSE = PatternFill("solid", fgColor="FBE9E7")


def write(
    file: BinaryIO,
    rows: Iterable[Cells],
    *,
    count: int,
    title: str,
    with_problems: bool = False,
    report: Callable[[int, int], object] = lambda done, total: None,
) -> None:
    """Writes the workbook. `count` is how many rows there are, for the lists to choose from and the progress."""
    book = Workbook(write_only=True)
    columns = [*COLUMNS, PROBLEM] if with_problems else COLUMNS
    sheet = book.create_sheet(_("Fill in"))
    _set_up(sheet, columns, count)
    sheet.append([_cell(sheet, title, font=_TITLE)])
    sheet.append([_cell(sheet, _brief(), font=_QUIET)])
    sheet.append([_cell(sheet, str(column.header), font=_HEAD, fill=_RED, border=_BORDER) for column in columns])
    for done, cells in enumerate(rows, start=1):
        sheet.row_dimensions[HEADER_ROW + done].height = _height(cells, columns)
        sheet.append([_value_cell(sheet, column, cells) for column in columns])
        if done % 200 == 0:
            report(done, count)
    _explain(book)
    book.save(file)


def sheet_name() -> str:
    return _("Fill in")


def _brief() -> str:
    return _(
        "Choose what to do in the column “%(decision)s”, fill in the white columns, save, and hand the file in at "
        "the portal. Grey columns are locked; the second sheet explains the rest."
    ) % {"decision": BY_NAME["decision"].header}


def _set_up(sheet: Any, columns: Sequence[Column], count: int) -> None:
    """Widths, frozen head, protection without a password, lists. All must be there before the first row."""
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    names = [column.name for column in columns]
    sheet.freeze_panes = f"{get_column_letter(names.index('period') + 1)}{HEADER_ROW + 1}"
    sheet.row_dimensions[1].height = 26
    sheet.row_dimensions[HEADER_ROW].height = 34
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.sort = protection.autoFilter = False
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    lists = {
        "decision": ([str(each.label) for each in BulkDecision], True),
        "scope": ([str(each.label) for each in Scope], True),
        "carriers": ([carriers(";".join(several)) for several in COMMON_CARRIERS], False),
    }
    for name, (choices, strict) in lists.items():
        letter = get_column_letter(names.index(name) + 1)
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=strict)
        rule.error = _("Choose one from the list.")
        rule.errorTitle = str(BY_NAME[name].header)
        rule.add(f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + max(count, 1)}")
        sheet.data_validations.append(rule)


def _cell(sheet: Any, text: str, **style: Any) -> Any:
    """Text, and never a formula, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=text or None)
    if text:
        cell.data_type = "s"
    for name, value in style.items():
        setattr(cell, name, value)
    return cell


def _value_cell(sheet: Any, column: Column, cells: Cells) -> Any:
    problem = column is PROBLEM
    cell = _cell(sheet, cells.get(column.name, ""), font=_ALARM if problem else _QUIET if column.locked else _PLAIN)
    cell.alignment, cell.border, cell.number_format = _TOP, _BORDER, "@"
    if column.locked:
        cell.fill = _ROSE if problem and cells.get(PROBLEM.name) else _GREY
    else:
        cell.protection = _UNLOCKED
    return cell


_UNLOCKED = Protection(locked=False)


def _height(cells: Cells, columns: Sequence[Column]) -> int:
    """High enough for the longest cell as far as that is sensible. A Chinese character is two Latin ones wide."""
    lines = max(
        sum(max(1, -(-2 * len(line) // column.width)) for line in cells.get(column.name, "").split("\n"))
        for column in columns
    )
    return min(max(lines * _LINE, _LEAST_HEIGHT), _MOST_HEIGHT)


def _explain(book: Workbook) -> None:
    sheet = book.create_sheet(_("Explanations"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 110
    sheet.append([_cell(sheet, _("How to fill in"), font=_TITLE)])
    for step in _steps():
        sheet.append([None, _cell(sheet, step, font=_PLAIN, alignment=_TOP)])
    sheet.append([])
    for column in COLUMNS:
        words = str(column.explains) or _("Filled in by the system; locked.")
        sheet.append(
            [
                _cell(sheet, str(column.header), font=_HEAD, fill=_RED, alignment=_TOP, border=_BORDER),
                _cell(sheet, words, font=_PLAIN, alignment=_TOP, border=_BORDER),
            ]
        )


def _steps() -> list[str]:
    return [
        _("1. Each row is one thing your organisation owes. Fill in as many rows as you like, leave the others."),
        _("2. Hand the file in at “Bulk upload”. It is only checked: you see what would happen and what is wrong."),
        _("3. While anything is wrong nothing is done at all. Correct the file you get back and hand it in again."),
        _("4. When all is in order, confirm. Handing the same file in twice does nothing twice."),
        _("5. Nothing is published by this file: what you disclose passes review and approval as always."),
        _("6. Write no identity-card, telephone or bank-card numbers and no home addresses into the content."),
    ]
