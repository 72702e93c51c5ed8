"""What was read from a file, and its limits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ..pieces import Piece, Place

MOST_TEXT = 2_000_000
MOST_PIECES = 200_000
MOST_PAGES = 1_000


class Enough(Exception):
    """More text than is looked through; what was read so far counts."""


@dataclass
class Reading:
    """The pieces of a file; how many pictures it holds, and on which pages there is nothing but a picture.

    `problem`: why it could not be read, or not to its end: empty, `damaged`, `password`, `long`, `slow`.
    """

    pieces: list[Piece] = field(default_factory=list)
    pictures: int = 0
    picture_pages: list[int] = field(default_factory=list)
    problem: str = ""
    length: int = 0

    def add(self, text: str, place: Place, *, hidden: str = "", is_lines: bool = False) -> None:
        """Raises Enough."""
        if not text or text.isspace():
            return
        self.length += len(text)
        if self.length > MOST_TEXT or len(self.pieces) >= MOST_PIECES:
            raise Enough
        self.pieces.append(Piece(text, place, hidden, is_lines))

    def as_json(self) -> str:
        pieces = [[piece.text, piece.place.as_dict(), piece.hidden, piece.is_lines] for piece in self.pieces]
        return json.dumps([pieces, self.pictures, self.picture_pages, self.problem])

    @classmethod
    def from_json(cls, text: str) -> Reading:
        pieces, pictures, picture_pages, problem = json.loads(text)
        found = [Piece(words, Place(**place), hidden, is_lines) for words, place, hidden, is_lines in pieces]
        return cls(found, pictures, picture_pages, problem)
