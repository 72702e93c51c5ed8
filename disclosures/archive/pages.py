"""The volume as HTML: one file for the screen, the same pages for print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.template.loader import render_to_string

from .contents import Contents, Piece

PIECES_CHARS = 90_000
"""About how much text one PDF holds: some eighty pages, which take half a minute and some hundred megabytes."""


@dataclass(frozen=True)
class Maker:
    """What the cover and the closing sheet say about the volume."""

    number: str
    edition: int
    made_by: str
    made_on: str
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Print:
    """What of the volume one PDF shows, on which page it begins, and where each piece begins if that is known."""

    pieces: Sequence[Piece]
    has_front: bool = True
    has_end: bool = True
    after_page: int = 0
    pages: Mapping[int, str] = field(default_factory=dict)
    total: int = 0
    part: int = 0


def screen(contents: Contents, maker: Maker) -> str:
    """All of it as one file that needs nothing else; links to the attachments beside it."""
    return _rendered(contents, maker, Print(contents.pieces), for_print=False)


def printed(contents: Contents, maker: Maker, what: Print) -> str:
    """One PDF's worth of it."""
    return _rendered(contents, maker, what, for_print=True)


def _rendered(contents: Contents, maker: Maker, what: Print, *, for_print: bool) -> str:
    context = {"contents": contents, "maker": maker, "print": what, "for_print": for_print}
    context["rows"] = [(piece, what.pages.get(piece.order, "")) for piece in contents.pieces] if what.has_front else []
    return render_to_string("archive/volume.html", context)


def parts(contents: Contents) -> list[list[Piece]]:
    """The pieces in as many portions as there are to be PDFs; one portion for most organisations."""
    found: list[list[Piece]] = [[]]
    weight = 0
    for piece in contents.pieces:
        if found[-1] and weight + piece.weight > PIECES_CHARS:
            found.append([])
            weight = 0
        found[-1].append(piece)
        weight += piece.weight
    return found
