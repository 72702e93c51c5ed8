"""What is looked through, and what is found in it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What was found. The values are those of `choices.FindKind`, which has the words."""

    CITIZEN_ID = "citizen_id"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    ADDRESS = "address"
    HIDDEN = "hidden"
    PHOTO = "photo"
    SCAN = "scan"
    UNREADABLE = "unreadable"
    MANY = "many"


class Hidden(StrEnum):
    """How something hides in a file."""

    COMMENT = "comment"
    CHANGE = "change"
    TEXT = "hidden_text"
    SHEET = "hidden_sheet"
    CELLS = "hidden_cells"
    EMBEDDED = "embedded"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece of text stands. Numbers count from 1; 0 and empty: does not apply."""

    part: str
    paragraph: int = 0
    table: int = 0
    row: int = 0
    column: int = 0
    page: int = 0
    sheet: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def is_cell(self) -> bool:
        return bool(self.row)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that a number does not reach beyond: a paragraph, a cell, a page.

    `is_lines`: its lines were broken by the page, not by the writer. `hidden`: how it hides, if it does.
    """

    text: str
    place: Place
    hidden: str = ""
    is_lines: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One find in one piece. `value` is the raw value: it goes nowhere but into a fingerprint and a mask."""

    kind: Kind
    value: str = field(repr=False)
    masked: str
    place: Place
    start: int = 0
    end: int = 0
    before: str = ""
    after: str = ""
    index: int = -1
    """The piece it is in, counted from 0 among those looked through."""
