"""Lists handed out as CSV or XLSX. Every cell is text, and none of it a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from .cells import harmless

MOST_ROWS = {"csv": 50_000, "xlsx": 5_000}
"""So many rows by format; more are narrowed down first. A workbook is built before its first byte is sent."""


def text_of(value: Any) -> str:
    """What stands in a cell for a value of a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    words = strip_tags(value) if isinstance(value, SafeString) else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("", words).strip()


class _Echo:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Line by line, with the mark by which Excel and WPS know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def as_xlsx(rows: Iterable[Sequence[str]]) -> IO[bytes]:
    """A workbook with one sheet, at its beginning."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text[:32_000] or None)
            if text:
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = TemporaryFile()  # noqa: SIM115 - closed with the response
    book.save(file)
    file.seek(0)
    return file
