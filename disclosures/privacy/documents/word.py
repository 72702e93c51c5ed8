"""The text of a .docx: body, tables, headers and footers, notes, comments, tracked changes, hidden text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping

from ..pieces import Hidden, Place
from .office import parse
from .results import Reading

_PARTS = re.compile(r"word/(document|header[0-9]*|footer[0-9]*|comments|footnotes|endnotes)\.xml")
_NAMES = {"document": "text", "comments": "comment", "footnotes": "footnote", "endnotes": "footnote"}


def read_word(archive: zipfile.ZipFile, reading: Reading) -> None:
    """Raises what `office.parse` does, and Enough."""
    for name in sorted(archive.namelist(), key=lambda one: (not one.endswith("/document.xml"), one)):
        if found := _PARTS.fullmatch(name):
            part = _NAMES.get(found[1], "header_footer")
            parse(archive, name, _Document(reading, part))


class _Document:
    """Gathers text by paragraph, and by cell within tables; what was deleted or hidden apart from the rest."""

    def __init__(self, reading: Reading, part: str) -> None:
        self.reading, self.part = reading, part
        self.is_comment = part == "comment"
        self.shown: list[list[str]] = [[]]
        self.apart: dict[str, list[str]] = {}
        self.paragraphs = self.tables = 0
        self.cells: list[list[int]] = []
        self.deleted = self.inserted = 0
        self.vanish = False
        self.takes = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"t", "delText", "instrText"}:
            self.takes = True
        elif name in {"br", "cr"}:
            self._add("\n")
        elif name == "tab":
            self._add("\t")
        elif name in {"noBreakHyphen", "softHyphen"}:
            self._add("-")
        elif name == "r":
            self.vanish = False
        elif name == "vanish":
            self.vanish = attributes.get("val", "1") not in {"0", "false", "off"}
        elif name in {"del", "moveFrom"}:
            self.deleted += 1
        elif name in {"ins", "moveTo"}:
            self.inserted += 1
        elif name == "p":
            self.shown.append([])
        elif name == "docPr":
            self.reading.add(attributes.get("descr", ""), self._place())
        elif name == "tbl":
            self.tables += 1
            self.cells.append([self.tables, 0, 0])
        elif self.cells:
            self._enter(name)

    def _enter(self, name: str) -> None:
        table = self.cells[-1]
        if name == "tr":
            table[1], table[2] = table[1] + 1, 0
        elif name == "tc":
            table[2] += 1
            self.shown.append([])

    def end(self, name: str) -> None:
        if name in {"t", "delText", "instrText"}:
            self.takes = False
        elif name in {"del", "moveFrom"}:
            self.deleted -= 1
        elif name in {"ins", "moveTo"}:
            self.inserted -= 1
        elif name == "p":
            self._end_paragraph()
        elif name == "tc" and self.cells:
            self._put("".join(self.shown.pop()).strip("\n"), self._place())
        elif name == "tbl" and self.cells:
            self.cells.pop()

    def text(self, words: str) -> None:
        if self.takes:
            self._add(words)

    def _add(self, words: str) -> None:
        if self.deleted:
            self.apart.setdefault(Hidden.CHANGE, []).append(words)
        elif self.vanish:
            self.apart.setdefault(Hidden.TEXT, []).append(words)
        else:
            self.shown[-1].append(words)
            if self.inserted:
                self.apart.setdefault(Hidden.CHANGE, []).append("")

    def _end_paragraph(self) -> None:
        self.paragraphs += 1
        text = "".join(self.shown.pop()) if len(self.shown) > 1 else ""
        if self.cells and self.cells[-1][2]:
            self.shown[-1] += [text, "\n"]
        else:
            self._put(text, self._place())
        for way, words in self.apart.items():
            self.reading.add("".join(words) or text, self._place(), hidden=way)
        self.apart = {}

    def _put(self, text: str, place: Place) -> None:
        self.reading.add(text, place, hidden=Hidden.COMMENT if self.is_comment else "")

    def _place(self) -> Place:
        if self.cells and self.cells[-1][2]:
            table, row, column = self.cells[-1]
            return Place(self.part, table=table, row=row, column=column)
        return Place(self.part, paragraph=self.paragraphs)
