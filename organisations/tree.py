"""The organisation tree: paths, and the only code that writes them.

A path is a row of fixed-width base-36 segments, one a level. A subtree is the range
`path >= p AND path < p + "~"` ("~" sorts after every segment character), so that a subtree filter is
one index range, and an insert or a move writes the moved subtree only.
"""

SEGMENT = 4
"""Characters a level: 36**4 = 1,679,616 children under one superior."""

MAX_PATH = 255 - 255 % SEGMENT
"""Longest path a row holds: 63 levels."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def segment(number: int) -> str:
    """The number-th child's segment, counted from 1. Raises OverflowError past 36**SEGMENT - 1."""
    if not 0 < number < 36**SEGMENT:
        raise OverflowError(number)
    digits = []
    for _ in range(SEGMENT):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


def ancestor_paths(path: str) -> list[str]:
    """Paths of all superiors, the root first, the organisation itself left out."""
    return [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]


def child_path(parent_path: str, number: int) -> str:
    """The path of the number-th child. Raises OverflowError when the tree would be deeper than a path can say."""
    path = parent_path + segment(number)
    if len(path) > MAX_PATH:
        raise OverflowError(path)
    return path


def number_of(path: str) -> int:
    """Which child of its superior a path is, counted from 1."""
    return int(path[-SEGMENT:], 36)
