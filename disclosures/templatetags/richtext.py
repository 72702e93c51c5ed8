"""Shows the text of a posting."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from .. import richtext

register = template.Library()


@register.filter
def rich(html: str) -> SafeString:
    """The text as HTML, cleaned once more: {{ version.body|rich }}."""
    return mark_safe(richtext.clean(html or ""))  # noqa: S308


@register.filter
def plain(html: str) -> str:
    """The text as plain words, for lists and excerpts: {{ version.body|plain|truncatechars:80 }}."""
    return richtext.words(richtext.clean(html or ""))
