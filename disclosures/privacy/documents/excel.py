"""The text of an .xlsx: every sheet, hidden ones too, comments, headers and footers, hidden rows and columns."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping

from ..pieces import Hidden, Place
from .office import parse
from .results import Enough, Reading

_MOST_SHEETS = 200
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")


def read_excel(archive: zipfile.ZipFile, reading: Reading) -> None:
    """Raises what `office.parse` does, and Enough."""
    names = set(archive.namelist())
    strings = _Strings()
    if "xl/sharedStrings.xml" in names:
        parse(archive, "xl/sharedStrings.xml", strings)
    book, paths = _Book(), _Relations("xl")
    parse(archive, "xl/workbook.xml", book)
    if "xl/_rels/workbook.xml.rels" in names:
        parse(archive, "xl/_rels/workbook.xml.rels", paths)
    if len(book.sheets) > _MOST_SHEETS:
        raise Enough
    sheets: dict[str, tuple[str, bool]] = {
        paths.targets.get(relation, ""): (name, state) for name, relation, state in book.sheets
    }
    for number, path in enumerate(sorted(name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)), 1):
        name, is_hidden = sheets.get(path, ("", True))
        reading.add(name, Place("sheet_name", sheet=name))
        parse(archive, path, _Sheet(reading, strings.found, name or str(number), number, is_hidden=is_hidden))
        for comments in _comments_of(archive, names, path):
            parse(archive, comments, _Comments(reading, name))


def _comments_of(archive: zipfile.ZipFile, names: set[str], path: str) -> list[str]:
    folder, file = posixpath.split(path)
    if (rels := f"{folder}/_rels/{file}.rels") not in names:
        return []
    relations = _Relations(folder)
    parse(archive, rels, relations)
    return [target for target in relations.targets.values() if "comment" in target.lower() and target in names
            and target.endswith(".xml")]  # fmt: skip


class _Relations:
    """Targets by the id of the relation, as paths within the archive."""

    def __init__(self, folder: str) -> None:
        self.folder, self.targets = folder, dict[str, str]()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(self.folder, target)
            self.targets[attributes.get("Id", "")] = posixpath.normpath(path)

    def end(self, name: str) -> None:
        """Relations have no content."""

    def text(self, words: str) -> None:
        """Relations have no content."""


class _Book:
    """The sheets: name, relation, whether it is hidden."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            is_hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attributes.get("id", ""), is_hidden))

    def end(self, name: str) -> None:
        """Only attributes count."""

    def text(self, words: str) -> None:
        """Only attributes count."""


class _Strings:
    """The shared strings, runs of one string joined."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.held: list[str] = []
        self.takes = self.is_reading = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self.held = []
        elif name == "rPh":
            self.is_reading = True
        self.takes = name == "t" and not self.is_reading

    def end(self, name: str) -> None:
        self.takes = False
        if name == "rPh":
            self.is_reading = False
        elif name == "si":
            self.found.append("".join(self.held))

    def text(self, words: str) -> None:
        if self.takes:
            self.held.append(words)


class _Sheet:
    """The cells of a sheet, row by row."""

    def __init__(self, reading: Reading, strings: list[str], sheet: str, number: int, *, is_hidden: bool) -> None:
        self.reading, self.strings, self.sheet, self.number = reading, strings, sheet, number
        self.way = Hidden.SHEET if is_hidden else ""
        self.columns: list[tuple[int, int]] = []
        self.row = self.column = 0
        self.row_hidden = False
        self.kind = ""
        self.held: list[str] = []
        self.takes = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row = _number(attributes.get("r"), self.row + 1)
            self.column = 0
            self.row_hidden = attributes.get("hidden") in {"1", "true"}
        elif name == "col" and attributes.get("hidden") in {"1", "true"} and len(self.columns) < 1000:
            self.columns.append((_number(attributes.get("min"), 0), _number(attributes.get("max"), 0)))
        elif name == "c":
            found = _ADDRESS.match(attributes.get("r", ""))
            self.column = _column(found[1]) if found else self.column + 1
            self.kind, self.held = attributes.get("t", "n"), []
        elif name in {"v", "t", "f"} or name.endswith(("Header", "Footer")):
            self.takes = name != "f"

    def end(self, name: str) -> None:
        if name.endswith(("Header", "Footer")):
            self.reading.add("".join(self.held), Place("header_footer", sheet=self.sheet))
            self.held = []
        if name == "c":
            self._put()
        self.takes = False

    def text(self, words: str) -> None:
        if self.takes:
            self.held.append(words)

    def _put(self) -> None:
        text, self.held = "".join(self.held), []
        if self.kind == "s":
            index = _number(text, -1)
            text = self.strings[index] if 0 <= index < len(self.strings) else ""
        elif self.kind == "n":
            text = whole_number(text)
        place = Place("cell", table=self.number, row=self.row, column=self.column, sheet=self.sheet)
        is_folded = self.row_hidden or any(first <= self.column <= last for first, last in self.columns)
        self.reading.add(text, place, hidden=self.way or (Hidden.CELLS if is_folded else ""))


class _Comments:
    """Comments on cells, each with its cell."""

    def __init__(self, reading: Reading, sheet: str) -> None:
        self.reading, self.sheet = reading, sheet
        self.row = self.column = 0
        self.held: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"comment", "threadedComment"}:
            found = _ADDRESS.match(attributes.get("ref", ""))
            self.row, self.column = (int(found[2]), _column(found[1])) if found else (0, 0)
            self.held = []

    def end(self, name: str) -> None:
        if name in {"comment", "threadedComment"}:
            place = Place("comment", sheet=self.sheet, row=self.row, column=self.column)
            self.reading.add("".join(self.held), place, hidden=Hidden.COMMENT)

    def text(self, words: str) -> None:
        self.held.append(words)


def whole_number(text: str) -> str:
    """A number as a person sees it: a telephone number may be kept as 1.3812345678E10."""
    if text.isascii() and text.isdigit():
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e20 else text


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
