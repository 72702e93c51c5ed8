"""Opening Excel workbooks that may be hostile: looked through before they are read.

A workbook is a ZIP of XML. 194 KB of it can unpack to 200 MB, and two cells in opposite corners make a reader ask
for 17 thousand million cells. So the directory is read first, then every part is unpacked once as a stream and
measured, and only then is it handed to the reader.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

import python_calamine
from django.utils.translation import gettext as _


class SpreadsheetError(ValueError):
    """A file cannot be read as a table; the message is a sentence for the person who handed it in."""


@dataclass(frozen=True)
class Limits:
    """How large a table may be. The defaults hold a city's register of 86,264 organisations several times over."""

    file_bytes: int = 30_000_000
    unpacked_bytes: int = 300_000_000
    ratio: int = 250
    """Unpacked over packed size, for one part of a workbook of a megabyte or more."""
    entries: int = 1_000
    rows: int = 200_000
    columns: int = 200
    cells: int = 4_000_000
    cell_chars: int = 32_767

    def too_many_rows(self) -> str:
        return _("The table has more than %(limit)d rows. Split it into several files.") % {"limit": self.rows}

    def too_many_columns(self) -> str:
        return _("The table has more than %(limit)d columns. Delete those that are not needed.") % {
            "limit": self.columns
        }

    def too_many_cells(self) -> str:
        return _("The table has more than %(limit)d cells. Split it into several files.") % {"limit": self.cells}


@dataclass
class Sheet:
    """One sheet as the reader gives it, from cell A1 on."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    others: list[str]
    formulas: dict[tuple[int, int], str]


@dataclass
class _Part:
    """What was found in the XML of one sheet."""

    formulas: dict[tuple[int, int], str] = field(default_factory=dict)


def first_sheet(data: bytes, limits: Limits, *, is_zip: bool) -> Sheet:
    """The first visible sheet with anything in it. Raises SpreadsheetError."""
    formulas = _inspected(data, limits) if is_zip else {}
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            return _first_filled(book, limits, formulas)
    except SpreadsheetError:
        raise
    except python_calamine.PasswordError:
        raise SpreadsheetError(_("The workbook is protected by a password. Save it without one.")) from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise SpreadsheetError(_damaged()) from error
    except BaseException as error:  # the reader is Rust: a panic of its is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise SpreadsheetError(_damaged()) from error


def _damaged() -> str:
    return _("The workbook is damaged. Open it in Excel or WPS and save it anew as .xlsx.")


def _first_filled(
    book: python_calamine.CalamineWorkbook,
    limits: Limits,
    formulas: dict[str, dict[tuple[int, int], str]],
) -> Sheet:
    visible = [
        meta.name
        for meta in book.sheets_metadata
        if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        and meta.visible == python_calamine.SheetVisibleEnum.Visible
    ]
    found: Sheet | None = None
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > limits.rows:
            raise SpreadsheetError(limits.too_many_rows())
        if sheet.total_width > limits.columns:
            raise SpreadsheetError(limits.too_many_columns())
        if sheet.total_height * sheet.total_width > limits.cells:
            raise SpreadsheetError(limits.too_many_cells())
        if sheet.start is None and not formulas.get(name):
            continue
        if found:
            found.others.append(name)
        else:
            rows = sheet.to_python(skip_empty_area=False)
            found = Sheet(name, rows, sheet.merged_cell_ranges or [], [], formulas.get(name, {}))
    if not found:
        raise SpreadsheetError(_("The workbook holds no table."))
    return found


def _inspected(data: bytes, limits: Limits) -> dict[str, dict[tuple[int, int], str]]:
    """Formulas by sheet name, after the directory, the real sizes and the cell addresses have been checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive, limits)
            parts = {info.filename: _measured(archive, info, limits) for info in archive.infolist()}
            return {name: parts[path].formulas for name, path in _sheet_paths(archive) if path in parts}
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ):
        raise SpreadsheetError(_damaged()) from None


def _check_directory(archive: zipfile.ZipFile, limits: Limits) -> None:
    """What the archive says of itself: number of entries, unpacked size, ratio."""
    infos = archive.infolist()
    suspicious = any(
        info.file_size > 1_000_000 and info.file_size > limits.ratio * max(info.compress_size, 1) for info in infos
    )
    if len(infos) > limits.entries or sum(i.file_size for i in infos) > limits.unpacked_bytes or suspicious:
        raise SpreadsheetError(
            _("The workbook would unpack to far more than a table needs. Copy the table into a new workbook.")
        )
    if "xl/workbook.xml" not in archive.namelist():
        raise SpreadsheetError(_("The file is an archive but not an Excel workbook. Save the table as .xlsx."))


def _measured(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> _Part:
    """Unpack one part as a stream; it must be as long as the directory says, or zipfile finds the checksum wrong."""
    part = _Part()
    with archive.open(info) as stream:
        chunks = iter(lambda: stream.read(1 << 16), b"")
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
            _look_through_sheet(chunks, part, limits)
        else:
            for _chunk in chunks:
                pass
    return part


def _look_through_sheet(chunks: Iterator[bytes], part: _Part, limits: Limits) -> None:
    """Refuse cells outside the limits before the reader makes room for all that lie between; note formulas."""
    parser = expat.ParserCreate()
    row = column = -1
    formula: list[str] | None = None

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, formula
        tag = tag.rpartition(":")[2]
        if tag == "row":
            row, column = int(attributes["r"]) - 1 if "r" in attributes else row + 1, -1
        elif tag == "c":
            if "r" in attributes:
                row, column = _address(attributes["r"])
            else:
                column += 1
        elif tag == "f":
            formula = []
        if row >= limits.rows:
            raise SpreadsheetError(limits.too_many_rows())
        if column >= limits.columns:
            raise SpreadsheetError(limits.too_many_columns())

    def end(tag: str) -> None:
        nonlocal formula
        if formula is not None and tag.rpartition(":")[2] == "f":
            part.formulas[row, column] = "".join(formula)
            formula = None

    def text(data: str) -> None:
        if formula is not None:
            formula.append(data)

    def refuse(*_arguments: object) -> None:
        raise SpreadsheetError(_damaged())

    (
        parser.StartElementHandler,
        parser.EndElementHandler,
        parser.CharacterDataHandler,
    ) = start, end, text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (ValueError, OverflowError) as error:
        raise (error if isinstance(error, SpreadsheetError) else SpreadsheetError(_damaged())) from None


def _address(reference: str) -> tuple[int, int]:
    """“C5” as (4, 2). Raises ValueError for anything else."""
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})", reference)
    if not found:
        raise ValueError(reference)
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _sheet_paths(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Name of each sheet and its part of the archive."""
    targets = {
        attributes.get("Id", ""): attributes.get("Target", "")
        for attributes in _elements(archive.read("xl/_rels/workbook.xml.rels"), "Relationship")
    }
    paths = []
    for attributes in _elements(archive.read("xl/workbook.xml"), "sheet"):
        reference = next(
            (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"),
            "",
        )
        target = targets.get(reference, "")
        paths.append(
            (
                attributes.get("name", ""),
                posixpath.normpath(posixpath.join("/xl", target)).lstrip("/"),
            )
        )
    return paths


def _elements(xml: bytes, name: str) -> list[dict[str, str]]:
    """Attributes of all elements of one name."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == name:
            found.append(attributes)

    def refuse(*_arguments: object) -> None:
        raise SpreadsheetError(_damaged())

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.Parse(xml, True)
    return found
