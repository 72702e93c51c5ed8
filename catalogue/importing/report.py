"""What an import found: items, what was guessed, and what became of every row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum

from django.utils.translation import gettext as _

from ..choices import DayType, DisclosureType, ItemKind, Openness

LENGTHS = {"code": 40, "title": 300, "time_limit_text": 300, "responsible_department": 120}
"""How long a text may be; as the model has it. Texts not named here have no limit of their own."""


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something that keeps a file from being imported: where, and what to do. `row` 0 means the whole file."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.row:
            return self.message
        if not self.column:
            return _("Row %(row)d: %(message)s") % {"row": self.row, "message": self.message}
        place = {"row": self.row, "column": self.column, "message": self.message}
        return _("Row %(row)d, column “%(column)s”: %(message)s") % place


class ImportFailed(ValueError):
    """A file cannot be imported; nothing of it was. Holds every problem found."""

    def __init__(self, problems: Iterable[ImportProblem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was guessed or left out. `code` names the item it concerns, if one; `row` 0 the whole table."""

    row: int
    column: str
    message: str
    code: str = ""


class Fate(StrEnum):
    """What became of a row of the file."""

    ITEM = "item"
    HEADING = "heading"
    CONTINUATION = "continuation"
    TITLE = "title"
    HEADER = "header"
    NOTE = "note"
    EMPTY = "empty"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """For people."""
        return {
            Fate.ITEM: _("entries"),
            Fate.HEADING: _("headings"),
            Fate.CONTINUATION: _("continuations"),
            Fate.TITLE: _("titles"),
            Fate.HEADER: _("header rows"),
            Fate.NOTE: _("notes"),
            Fate.EMPTY: _("empty rows"),
            Fate.SKIPPED: _("rows passed over"),
        }[self]


@dataclass(frozen=True, slots=True)
class RowFate:
    """A row and what became of it; for an item, a heading and a continuation the code of the item concerned."""

    row: int
    fate: Fate
    code: str = ""


@dataclass
class ParsedItem:
    """An item as it will be stored; the names are those of the model's fields."""

    code: str
    title: str
    row: int
    parent: ParsedItem | None = None
    kind: str = ItemKind.MANDATORY
    disclosure_type: str = DisclosureType.PARTY
    content_elements: str = ""
    legal_basis: str = ""
    scope: str = ""
    time_limit_class: str = ""
    period: str = ""
    due_rule: str = ""
    due_days: int | None = None
    day_type: str = DayType.WORKING
    fixed_month: int | None = None
    fixed_day: int | None = None
    time_limit_text: str = ""
    display_days: int | None = None
    notice_days: int | None = None
    responsible_department: str = ""
    carriers: str = ""
    carriers_text: str = ""
    openness: str = Openness.PROACTIVE
    partial: bool = False
    exemption_reason: str = ""
    guidance: str = ""
    applies_to: str = ""
    implements: tuple[str, str] | None = None
    """Catalogue code and item code of the superior's item."""
    implements_as: str = ""
    children: list[ParsedItem] = field(default_factory=list, repr=False)

    @property
    def parent_code(self) -> str:
        return self.parent.code if self.parent else ""

    def contents(self) -> dict[str, object]:
        """Field values as the model takes them, without place, link and code."""
        apart = {"code", "row", "parent", "children", "implements", "implements_as"}
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in apart}


@dataclass
class Parsed:
    """A whole file, read. `roots` are the items at the top, in order."""

    roots: list[ParsedItem] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    rows: list[RowFate] = field(default_factory=list)
    title: str = ""
    basis: str = ""
    """Lines above and below the table, kept with the edition."""

    @property
    def items(self) -> list[ParsedItem]:
        """All items, each before those under it."""
        found: list[ParsedItem] = []
        waiting = list(reversed(self.roots))
        while waiting:
            item = waiting.pop()
            found.append(item)
            waiting.extend(reversed(item.children))
        return found

    def guess(self, row: int, column: str, message: str, code: str = "") -> None:
        self.guesses.append(Guess(row, column, message, code))

    def count(self, fate: Fate) -> int:
        return sum(1 for row in self.rows if row.fate == fate)
