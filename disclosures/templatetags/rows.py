"""Lists that may be long, filled in from plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from organisations.parts import Part, joined

register = template.Library()

_OPEN = SafeString(" open")
_badge = Part("components/part_badge.html")
_phrase = Part("components/part_phrase.html")
_posting = Part("components/part_posting.html")
_item = Part("components/part_item.html")
_section = Part("components/part_section.html")
_group = Part("components/part_group.html")


@register.simple_tag
def posting_rows(postings: Iterable[dict[str, Any]]) -> SafeString:
    """Rows of `listings.rows`, inside of a `<ul class="postings">`."""
    published_on = _("published on %(moment)s")
    return _posting.each(
        row
        | {
            "css": "is-withdrawn" if row["withdrawn"] else "is-out",
            "moment": published_on % {"moment": row["moment"]},
            "badges": joined([_badge.fill({"tone": tone, "label": words}) for tone, words in row["badges"]]),
            "meta": _phrases(row["meta"]),
        }
        for row in postings
    )


@register.simple_tag
def tree_sections(sections: Iterable[dict[str, Any]]) -> SafeString:
    """The sections of one catalogue of `boards.tree`, for a `<div class="tree">`; open where something is late."""
    late, items = _("%(n)s overdue"), _("%(n)s items")
    return _section.each(
        {
            "open": _OPEN if section["overdue"] else "",
            "title": section["title"],
            "alarm": _badge.fill({"tone": "alarm", "label": late % {"n": section["overdue"]}})
            if section["overdue"]
            else "",
            "items": items % {"n": section["items"]},
            "rows": _items(section["rows"]),
        }
        for section in sections
    )


def _items(rows: Iterable[dict[str, Any]]) -> SafeString:
    return SafeString(
        "\n".join(
            [
                _group.fill(row) if "group" in row else _item.fill(row | {"words": _phrases(row["words"])})
                for row in rows
            ]
        )
    )


def _phrases(words: Iterable[str]) -> SafeString:
    return joined([_phrase.fill({"words": phrase}) for phrase in words])
