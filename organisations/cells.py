"""Cells of tables handed out: no spreadsheet may take what somebody typed for a formula."""

from __future__ import annotations

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\0")


def harmless(text: str) -> str:
    """The text for a cell of a CSV file; an apostrophe goes before what Excel or WPS would calculate."""
    return f"'{text}" if text.lstrip(" \u3000\n").startswith(_BEGINS_A_FORMULA) else text
