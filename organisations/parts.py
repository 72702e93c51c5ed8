"""Small parts of pages that are filled in by the hundred: rows of lists and badges.

A part is a template file of markup and plain `{{ names }}`, and nothing else. Filling in a hundred rows takes
Django's template engine ten milliseconds and this a tenth of one; see docs/decisions. Values are escaped
unless they are parts themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import escape
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString

_NAME = re.compile(r"\{\{ (\w+) \}\}")


class Part:
    """The part in a template file, read when it is first used.

    Raises ValueError for a file with tags, filters or anything else that only Django's engine understands.
    """

    def __init__(self, template_name: str) -> None:
        self.template_name = template_name

    @cached_property
    def _compiled(self) -> tuple[str, tuple[str, ...]]:
        source: str = get_template(self.template_name).template.source.strip()  # type: ignore[attr-defined]
        pieces = _NAME.split(source)
        if any(mark in text for text in pieces[::2] for mark in ("{{", "{%", "{#")):
            raise ValueError(f"{self.template_name} holds more than markup and plain names.")
        return "%s".join(text.replace("%", "%%") for text in pieces[::2]), tuple(pieces[1::2])

    def fill(self, values: Mapping[str, Any]) -> SafeString:
        """The part with the values of its names. Raises KeyError for a name without a value."""
        markup, names = self._compiled
        return SafeString(markup % tuple([_safe(values[name]) for name in names]))

    def each(self, rows: Iterable[Mapping[str, Any]]) -> SafeString:
        """The part once for each row, one after the other."""
        markup, names = self._compiled
        return SafeString("\n".join([markup % tuple([_safe(row[name]) for name in names]) for row in rows]))


def joined(parts: Iterable[str]) -> SafeString:
    """Parts and texts in a row; texts are escaped."""
    return SafeString("".join([_safe(part) for part in parts]))


def _safe(value: Any) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))
