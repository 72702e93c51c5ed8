"""The text of a posting as pieces, and masking in it: HTML that was cleaned, looked at character by character.

Linear: tags are skipped, never matched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from .pieces import Piece, Place

_BLOCKS = frozenset("p h3 h4 h5 li ul ol blockquote caption table thead tbody tfoot tr td th".split())
_LONGEST_ENTITY = 34
_NOWHERE = -1


@dataclass(slots=True)
class Stretch:
    """A piece, and where its characters stand in the HTML.

    `runs`: positions in the text and in the HTML, and the length of the entity if it is one.
    """

    piece: Piece
    runs: list[tuple[int, int, int]] = field(default_factory=list)

    def positions(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Start and end in the HTML of each character from `start` to before `end`."""
        starts = [run[0] for run in self.runs]
        for position in range(start, end):
            text_at, html_at, entity = self.runs[bisect_right(starts, position) - 1]
            if entity == _NOWHERE:
                continue
            if entity:
                yield html_at, html_at + entity
            else:
                yield html_at + position - text_at, html_at + position - text_at + 1


@dataclass(slots=True)
class _Reader:
    """Goes through the HTML once and gathers the stretches."""

    html: str
    done: list[Stretch] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    runs: list[tuple[int, int, int]] = field(default_factory=list)
    length: int = 0
    paragraph: int = 0
    tables: int = 0
    open_tables: list[list[int]] = field(default_factory=list)

    def read(self) -> list[Stretch]:
        position = 0
        while position < len(self.html):
            opening = self.html.find("<", position)
            if opening < 0:
                opening = len(self.html)
            self.add_text(position, opening)
            position = self.add_tag(opening)
        self.close()
        return self.done

    def add_text(self, start: int, end: int) -> None:
        while start < end:
            ampersand = self.html.find("&", start, end)
            plain_end = end if ampersand < 0 else ampersand
            if plain_end > start:
                self.append(self.html[start:plain_end].replace("\n", " "), start, 0)
            if ampersand < 0:
                return
            semicolon = self.html.find(";", ampersand, min(end, ampersand + _LONGEST_ENTITY))
            entity = self.html[ampersand : semicolon + 1] if semicolon > 0 else "&"
            char = unescape(entity)
            if len(char) != 1:
                entity, char = "&", "&"
            self.append(char, ampersand, len(entity))
            start = ampersand + len(entity)

    def append(self, text: str, html_at: int, entity: int) -> None:
        self.runs.append((self.length, html_at, entity))
        self.text.append(text)
        self.length += len(text)

    def add_tag(self, opening: int) -> int:
        """Takes note of the tag that begins here; where it ends."""
        if opening >= len(self.html):
            return opening
        end = self._end_of_tag(opening)
        inside = self.html[opening + 1 : end - 1]
        name = inside.lstrip("/").split(None, 1)[0].strip("/").lower() if inside.strip("/ ") else ""
        if name == "br":
            self.append("\n", opening, end - opening)
        elif name in _BLOCKS:
            self._block(name, is_closing=inside.startswith("/"))
        elif name == "a" and (href := inside.find('href="')) >= 0:
            self._link(opening + 1 + href + 6, end)
        return end

    def _end_of_tag(self, opening: int) -> int:
        """Behind its `>`; one within quotes does not count."""
        position = opening
        while True:
            closing = self.html.find(">", position)
            if closing < 0:
                return len(self.html)
            quote = self.html.find('"', position, closing)
            if quote < 0:
                return closing + 1
            quote = self.html.find('"', quote + 1)
            if quote < 0:
                return closing + 1
            position = quote + 1

    def _block(self, name: str, *, is_closing: bool) -> None:
        in_cell = bool(self.open_tables and self.open_tables[-1][2])
        if in_cell and name not in {"td", "th", "tr", "table", "tbody", "thead", "tfoot", "caption"}:
            if self.length:
                self.append("\n", 0, _NOWHERE)
            return
        self.close()
        if name == "table" and not is_closing:
            self.tables += 1
            self.open_tables.append([self.tables, 0, 0, 0])
        elif name == "table" and self.open_tables:
            self.open_tables.pop()
        elif self.open_tables:
            table = self.open_tables[-1]
            if name == "tr" and not is_closing:
                table[1], table[2], table[3] = table[1] + 1, 0, 0
            elif name in {"td", "th"}:
                table[3] += 0 if is_closing else 1
                table[2] = 0 if is_closing else table[3]

    def _link(self, start: int, end: int) -> None:
        """The target of a link, as a piece of its own."""
        closing = self.html.find('"', start, end)
        if closing > start:
            place = Place("link", paragraph=self.paragraph + 1)
            self.done.append(Stretch(Piece(self.html[start:closing], place), [(0, start, 0)]))

    def close(self) -> None:
        """The stretch ends here."""
        text, runs = "".join(self.text), self.runs
        self.text, self.runs, self.length = [], [], 0
        if not text.strip():
            return
        if self.open_tables and self.open_tables[-1][2]:
            number, row, column, _count = self.open_tables[-1]
            place = Place("cell", table=number, row=row, column=column)
        else:
            self.paragraph += 1
            place = Place("text", paragraph=self.paragraph)
        self.done.append(Stretch(Piece(text, place), runs))


def stretches(html: str) -> list[Stretch]:
    """The paragraphs, cells and link targets of a cleaned text."""
    return _Reader(html).read()


def text_pieces(title: str, body: str, note: str) -> list[Piece]:
    """Everything a version says, as it is looked through."""
    single = [Piece(text, Place(part)) for part, text in (("title", title), ("note", note)) if text.strip()]
    return single + [stretch.piece for stretch in stretches(body)]


def replaced(html: str, changes: Iterable[tuple[Stretch, int, int, str]]) -> str:
    """The HTML with spans of its text replaced; tags within a span stay. Spans must not overlap."""
    edits: list[tuple[int, int, str]] = []
    for stretch, start, end, words in changes:
        for number, (at, until) in enumerate(stretch.positions(start, end)):
            if html[at:until].startswith("<"):
                continue
            edits.append((at, until, words if number == 0 else ""))
    parts, done = [], 0
    for at, until, words in sorted(set(edits)):
        parts += [html[done:at], words]
        done = max(done, until)
    return "".join([*parts, html[done:]])
