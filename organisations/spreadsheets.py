"""Reading tables that people hand in: CSV and Excel files become a grid of text, or a sentence that says why not.

Nothing here trusts the file. Sizes are checked before anything is unpacked, the cells of a workbook are counted
before they are put into memory, and whatever is wrong ends in a `SpreadsheetError` that can be shown as it stands.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from . import workbooks
from .workbooks import Limits, SpreadsheetError

__all__ = ["Grid", "Limits", "Merge", "SpreadsheetError", "read_grid"]

DEFAULT_LIMITS = Limits()

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Merge:
    """A merged range, both corners included, rows and columns counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Grid:
    """One table as text. Row i is row i + 1 of the sheet; all rows have the same length.

    Cells of a merged range all carry the text of its first cell; `merged` says which ranges those were, so that
    a reader can tell a repeated text from a continued one. A CSV has no merged ranges.
    """

    rows: list[list[str]]
    name: str = ""
    sheet: str = ""
    merged: list[Merge] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    """Further sheets that hold something and were not read."""
    encoding: str = ""
    """For a text file, the encoding it was read in."""


def read_grid(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    name: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Grid:
    """The first visible sheet that holds anything, or the CSV, as a grid of text.

    `source` is a path or an open binary file; `name` is the file name shown and judged (for an upload: the name it
    was uploaded under). Raises SpreadsheetError with a translated sentence for anything that cannot be read.
    """
    name = name or Path(str(getattr(source, "name", source))).name
    data = _content(source, limits)
    suffix = Path(name).suffix.lower()
    if not data.strip(b"\0\t\r\n \xef\xbb\xbf"):
        raise SpreadsheetError(_("The file “%(name)s” is empty.") % {"name": name})
    if suffix in _TEXT_SUFFIXES:
        if data.startswith((_ZIP, _OLE)):
            raise SpreadsheetError(
                _("“%(name)s” is named like a text table but is a workbook. Give it its proper ending, .xlsx or .xls.")
                % {"name": name}
            )
        grid = _read_text(data, limits)
    elif suffix in {".xlsx", ".xls"}:
        grid = _read_workbook(data, suffix, limits, name)
    else:
        raise SpreadsheetError(
            _("“%(name)s” is not a CSV, XLSX or XLS file. Save the table as one of these.") % {"name": name}
        )
    grid.name = name
    return _checked(grid, limits)


def _content(source: str | os.PathLike[str] | BinaryIO, limits: Limits) -> bytes:
    try:
        if isinstance(source, (str, os.PathLike)):
            with open(source, "rb") as file:
                data = file.read(limits.file_bytes + 1)
        else:
            source.seek(0)
            data = source.read(limits.file_bytes + 1)
    except OSError as error:
        raise SpreadsheetError(
            _("The file cannot be opened: %(reason)s.") % {"reason": error.strerror or error}
        ) from None
    if len(data) > limits.file_bytes:
        raise SpreadsheetError(
            _("The file is larger than %(limit)d MB. Split the table into several files.")
            % {"limit": limits.file_bytes // 1_000_000}
        )
    return data


def _read_text(data: bytes, limits: Limits) -> Grid:
    text, encoding = _decoded(data)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        for row in reader:
            if len(rows) >= limits.rows:
                raise SpreadsheetError(limits.too_many_rows())
            if len(row) > limits.columns:
                raise SpreadsheetError(limits.too_many_columns())
            rows.append(row)
    except csv.Error as error:
        raise SpreadsheetError(
            _("Line %(line)d of the CSV cannot be read: %(reason)s.") % {"line": reader.line_num, "reason": error}
        ) from None
    return Grid(rows=rows, encoding=encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was in: UTF-8, UTF-16 with its mark, else GB18030 (which contains GBK)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.reason == "unexpected end of data":
                raise SpreadsheetError(
                    _("The file breaks off in the middle of a character: it is not complete. Hand it in again.")
                ) from None
            continue
        if encoding == "gb18030" and _looks_garbled(text):
            continue
        return text, encoding
    raise SpreadsheetError(
        _("The encoding of the file cannot be made out. In Excel or WPS save it as “CSV UTF-8”, then import it again.")
    )


def _looks_garbled(text: str) -> bool:
    """Bytes that merely happen to decode: control characters, or characters no Chinese table holds."""
    sample = text[:20_000]
    odd = sum(1 for c in sample if "\ue000" <= c <= "\uf8ff" or c in "\x00\x7f" or _CONTROLS.match(c))
    return odd > 0 and odd * 100 >= len(sample)


def _delimiter(text: str) -> str:
    """Comma, unless the first lines hold more tabs, or semicolons and no comma at all."""
    sample = "".join(text.splitlines(keepends=True)[:20])[:20_000]
    if sample.count("\t") > sample.count(","):
        return "\t"
    return ";" if ";" in sample and "," not in sample else ","


def _read_workbook(data: bytes, suffix: str, limits: Limits, name: str) -> Grid:
    if not data.startswith((_ZIP, _OLE)):
        raise SpreadsheetError(
            _("“%(name)s” is not an Excel workbook although it is named like one. Open it and save it as .xlsx.")
            % {"name": name}
        )
    is_zip = data.startswith(_ZIP)
    if is_zip and suffix == ".xls":
        raise SpreadsheetError(
            _("The ending of “%(name)s” does not fit its content. Open it and save it as .xlsx.") % {"name": name}
        )
    sheet = workbooks.first_sheet(data, limits, is_zip=is_zip)
    rows = [[_text(value) for value in row] for row in sheet.rows]
    _put_formulas(rows, sheet.formulas)
    merged = _filled(rows, sheet.merged, limits)
    return Grid(rows=rows, sheet=sheet.name, merged=merged, unread_sheets=sheet.others)


def _put_formulas(rows: list[list[str]], formulas: Mapping[tuple[int, int], str]) -> None:
    """A formula without a stored result is kept as text; the reader gives such a cell as empty, or not at all."""
    for (row, column), formula in formulas.items():
        rows.extend([] for _missing in range(row + 1 - len(rows)))
        rows[row].extend("" for _missing in range(column + 1 - len(rows[row])))
        rows[row][column] = rows[row][column] or "=" + formula


def _text(value: object) -> str:
    """What a person sees in the cell, near enough: whole numbers without a point, dates as YYYY-MM-DD."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _filled(
    rows: list[list[str]],
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    limits: Limits,
) -> list[Merge]:
    """Give every cell of a merged range the text of its first cell; ranges are cut to the cells there are."""
    height, width = len(rows), max(map(len, rows), default=0)
    merged: list[Merge] = []
    cells = 0
    for (top, left), (bottom, right) in ranges:
        bottom, right = min(bottom, height - 1), min(right, width - 1)
        if top > bottom or left > right or (top, left) == (bottom, right):
            continue
        cells += (bottom - top + 1) * (right - left + 1)
        if cells > limits.cells:
            raise SpreadsheetError(limits.too_many_cells())
        text = rows[top][left]
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [text] * (right - left + 1)
        merged.append(Merge(top, left, bottom, right))
    return merged


def _checked(grid: Grid, limits: Limits) -> Grid:
    """Line ends made equal, trailing empty rows and columns cut, every cell within bounds."""
    if sum(map(len, grid.rows)) > limits.cells:
        raise SpreadsheetError(limits.too_many_cells())
    for number, row in enumerate(grid.rows, start=1):
        for column, text in enumerate(row):
            place = {"row": number, "column": column + 1, "limit": limits.cell_chars}
            if "\0" in text:
                raise SpreadsheetError(
                    _("Row %(row)d, column %(column)d holds a NUL character. Type the cell anew.") % place
                )
            if len(text) > limits.cell_chars:
                raise SpreadsheetError(
                    _("Row %(row)d, column %(column)d is longer than %(limit)d characters. Shorten it.") % place
                )
            row[column] = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    while grid.rows and not any(grid.rows[-1]):
        grid.rows.pop()
    if not grid.rows:
        raise SpreadsheetError(_("The table holds no text at all."))
    width = max(
        (column + 1 for row in grid.rows for column in range(len(row) - 1, -1, -1) if row[column]),
        default=0,
    )
    grid.rows = [row[:width] + [""] * (width - len(row)) for row in grid.rows]
    return grid
