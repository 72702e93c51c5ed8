"""Digits that may belong together: groups, and what stands between them.

A number is looked for from the start of a group to the end of a group, so that a part of a longer number is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from .characters import UNSEEN

_DIGITS = re.compile(r"[0-9]+")
_WIDEST_GAP = 8


class Gap(Enum):
    """What stands between two groups of digits."""

    SPACE = "space"
    WIDE = "wide"
    DASH = "dash"
    DOT = "dot"
    LINE = "line"


@dataclass(slots=True)
class Group:
    """Digits in a row; characters that take no room do not part them. `gap` is what leads to the next group."""

    start: int
    end: int
    digits: str
    gap: Gap | None = None


Cluster = list[Group]


def clusters(text: str) -> Iterator[Cluster]:
    """The groups of digits in a text made `plain`, in clusters parted by anything but blanks, dashes and dots."""
    cluster: Cluster = []
    for found in _DIGITS.finditer(text):
        start, end = found.span()
        if cluster:
            between = text[cluster[-1].end : start] if start - cluster[-1].end <= _WIDEST_GAP else None
            if between is not None and between.strip(UNSEEN) == "":
                cluster[-1].digits += found[0]
                cluster[-1].end = end
                continue
            gap = between and _gap(between)
            if gap:
                cluster[-1].gap = gap
            else:
                yield cluster
                cluster = []
        cluster.append(Group(start, end, found[0]))
    if cluster:
        yield cluster


def _gap(between: str) -> Gap | None:
    seen = between.replace(UNSEEN, "")
    middle = seen.strip(" ")
    if middle == "":
        return Gap.SPACE if len(seen) == 1 else Gap.WIDE if len(seen) <= 3 else None
    if middle.strip("-_") == "":
        return Gap.DASH if len(middle) <= 3 else None
    if middle == ".":
        return Gap.DOT
    if middle in {"\n", "-\n"}:
        return Gap.LINE
    return None
