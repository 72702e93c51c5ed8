"""What differs between two texts, by paragraph and table row, for the eye of whoever writes or reviews.

Paragraphs are compared whole; within one that was changed the words that differ are marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from . import richtext

MOST_LINES = 1500
"""Longer texts are compared no more: nobody reads such a comparison."""
LONGEST_MARKED = 600
"""Characters of a paragraph within which words are marked; a longer one is shown whole, before and now."""


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


Piece = tuple[str, bool]
"""Some words, and whether they differ."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or table row as it was and as it is; empty on the side where it is not."""

    kind: Kind
    before: list[Piece]
    now: list[Piece]


@dataclass(frozen=True, slots=True)
class Differences:
    """The comparison line by line; without lines if the texts are too long to be compared."""

    lines: list[Line]
    is_too_long: bool = False

    def count(self, kind: Kind) -> int:
        return sum(line.kind == kind for line in self.lines)

    @property
    def same(self) -> int:
        return self.count(Kind.SAME)

    @property
    def changed(self) -> int:
        return self.count(Kind.CHANGED)

    @property
    def added(self) -> int:
        return self.count(Kind.ADDED)

    @property
    def gone(self) -> int:
        return self.count(Kind.GONE)

    @property
    def is_same(self) -> bool:
        """Word for word the same."""
        return not self.is_too_long and self.same == len(self.lines)


def compare(before: str, now: str) -> Differences:
    """Compares two texts (HTML as it is kept)."""
    old, new = richtext.lines(before), richtext.lines(now)
    if max(len(old), len(new)) > MOST_LINES:
        return Differences([], is_too_long=True)
    return Differences(list(_lines(old, new)))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (Line(Kind.SAME, [(text, False)], [(text, False)]) for text in new[from_new:to_new])
            continue
        for was, now in zip_longest(old[from_old:to_old], new[from_new:to_new]):
            if was is None:
                yield Line(Kind.ADDED, [], [(now, True)])
            elif now is None:
                yield Line(Kind.GONE, [(was, True)], [])
            else:
                yield _changed(was, now)


def _changed(was: str, now: str) -> Line:
    if max(len(was), len(now)) > LONGEST_MARKED:
        return Line(Kind.CHANGED, [(was, True)], [(now, True)])
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, from_was, to_was, from_now, to_now in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        differs = tag != "equal"
        if to_was > from_was:
            before.append((was[from_was:to_was], differs))
        if to_now > from_now:
            after.append((now[from_now:to_now], differs))
    return Line(Kind.CHANGED, before, after)
