"""Parts that every page is made of, from plain arguments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ..parts import Part

register = template.Library()

_MOST_KEPT = 200
_kept: dict[tuple[Any, ...], SafeString] = {}

_figure = Part("components/part_figure.html")
_fact = Part("components/part_fact.html")
_row_link = Part("components/part_link.html")
_link = Part("components/part_plain_link.html")


@register.simple_tag(takes_context=True)
def kept(context: Context, template_name: str, *depends_on: Any) -> SafeString:
    """A part of the page's frame. For visitors it is rendered once for each value of what it depends on.

    For whoever is signed in it is rendered each time, with the whole context.
    """
    if context.get("viewer") is not None or settings.DEBUG:
        return get_template(template_name).template.render(context)  # type: ignore[attr-defined]
    key = (template_name, get_language(), *depends_on)
    found = _kept.get(key)
    if found is None:
        found = get_template(template_name).template.render(context)  # type: ignore[attr-defined]
        if len(_kept) < _MOST_KEPT:
            _kept[key] = found
    return found


@register.simple_tag
def figure_rows(figures: Iterable[Mapping[str, Any]]) -> SafeString:
    """Rows of a `<dl class="figures">`: label and value; url, unit and tone where there are any."""
    return _figure.each(
        {
            "css": f"is-{figure.get('tone') or 'plain'}",
            "label": figure["label"],
            "value": _linked(figure),
            "unit": figure.get("unit", ""),
        }
        for figure in figures
    )


@register.simple_tag
def fact_rows(facts: Iterable[Mapping[str, Any]]) -> SafeString:
    """Rows of a `<dl class="facts">`: label and value, and a url where there is one; without a value no row."""
    return _fact.each({"label": fact["label"], "value": _linked(fact)} for fact in facts if fact["value"])


@register.simple_tag
def link_rows(links: Iterable[Mapping[str, Any]]) -> SafeString:
    """Items of a list of links: url and label."""
    return _row_link.each(links)


def _linked(row: Mapping[str, Any]) -> Any:
    """The value, as a link where the row has one."""
    return _link.fill({"url": row["url"], "label": row["value"]}) if row.get("url") else row["value"]
