"""File names: metadata from a stranger, made safe to show and to save under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from django.utils.translation import gettext as _

LONGEST = 100
_NOT_IN_A_PATH = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_BANNED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, invisible and bidirectional marks, surrogates, private and unassigned characters, line breaks."""


def extension_of(name: str) -> str:
    """The ending in lower case without its dot; empty if there is none."""
    return _visible(name).rpartition(".")[2].strip().lower() if "." in name else ""


def safe_name(name: str, extension: str, *, taken: Container[str] = ()) -> str:
    """The name with the given ending, at most `LONGEST` characters, unlike any in `taken`.

    Folders before the name are dropped, characters that mean something in a path become `_`, invisible ones
    go, and names that Windows keeps for devices get a `_` in front.
    """
    stem = re.split(r"[/\\]", _visible(name))[-1]
    if "." in stem:
        stem = stem.rpartition(".")[0]
    stem = " ".join(_NOT_IN_A_PATH.sub("_", stem).split()).strip(". ")
    if _RESERVED.fullmatch(stem.partition(".")[0]):
        stem = f"_{stem}"
    stem = stem or _("Attachment")
    number = 1
    while True:
        ending = f".{extension}" if number == 1 else f" ({number}).{extension}"
        found = stem[: LONGEST - len(ending)].rstrip(". ") + ending
        if found not in taken:
            return found
        number += 1


def _visible(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return "".join(char for char in composed if unicodedata.category(char) not in _BANNED_CATEGORIES)
