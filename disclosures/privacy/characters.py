"""Text as it is searched: the many forms of a digit, a blank and a dash made one, each at its old position.

Position for position the same length, so that a find points into the text as it was written.
"""

from __future__ import annotations

import unicodedata

UNSEEN = "\u200b"
"""Stands for everything that takes no room: zero-width characters, marks, soft hyphens."""


class _Plain(dict[int, str]):
    """What a character is searched as; worked out once for each."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category in {"Cf", "Mn", "Me"} or char in "\u115f\u1160\u3164\uffa0":
        return UNSEEN
    if category == "Pd" or char in "\u2212\u2043\u30fc\uff5e\uff70~":
        return "-"
    if category == "Zs":
        return " "
    if category in {"Zl", "Zp"} or char in "\r\x0b\x0c\x85":
        return "\n"
    if char in "\u00b7\u2022\u30fb\uff0e\u2027":
        return "."
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and category != "No" else char


_TABLE = _Plain()


def plain(text: str) -> str:
    """The text as it is searched; of the same length."""
    return text.translate(_TABLE)
