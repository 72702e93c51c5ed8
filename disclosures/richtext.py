"""The text of a posting: which HTML is let in, and what it looks like as plain words.

An allow-list of tags and attributes; everything else goes. Text is cleaned when it is saved and again
when it is shown (`{{ version.body|rich }}`), so that a row written past the forms does no harm.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape, unescape

import nh3
from django.utils.translation import gettext as _

from .pasted import tidy

_TABLE = {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"}
TAGS = {"p", "h3", "h4", "h5", "ul", "ol", "li", "strong", "em", "br", "blockquote", "a"} | _TABLE
_SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": _SPANS, "td": _SPANS, "col": {"span"}, "colgroup": {"span"}}
URL_SCHEMES = {"http", "https", "mailto"}
MOST_SPANNED = 50
"""Columns or rows that one cell may span."""

DEEPEST = 100
MOST_TAGS = 60_000

_ELEMENT = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,40})")
_CLOSES_ITSELF = {"p", "li", "tr", "td", "th", "br", "hr", "img", "col", "input", "meta", "link", "option", "wbr"}
_HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>/])", re.IGNORECASE)
_SHOWN_AS = {"1": "3", "2": "3", "3": "3", "4": "4", "5": "5", "6": "5"}
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:/(?:p|h[345]|li|tr|blockquote|caption)|br)[^<>]*>")


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """An attribute's value, or None to drop it."""
    if attribute in {"colspan", "rowspan", "span", "start"}:
        most = MOST_SPANNED if attribute != "start" else 9999
        return value if value.isascii() and value.isdigit() and len(value) < 6 and 0 < int(value) <= most else None
    return value


_cleaner = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags={"script", "style", "title", "template", "iframe", "object", "svg", "math", "noscript"},
    attributes=ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=URL_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)


def clean(html: str) -> str:
    """The text with nothing in it but what is allowed. Headings are moved to the levels a page has for them.

    Cleaning twice changes nothing more. A text without any words is empty. One that no person wrote, with
    elements nested beyond all measure, is kept as plain words: parsing it would take minutes.
    """
    if _is_nested_too_deep(html):
        return f"<p>{escape(words(html), quote=False)}</p>"
    moved = _HEADING.sub(lambda found: f"<{found[1]}h{_SHOWN_AS[found[2]]}", tidy(html.replace("\x00", "")))
    cleaned = _cleaner.clean(moved).strip()
    return cleaned if words(cleaned) else ""


def _is_nested_too_deep(html: str) -> bool:
    """Whether more elements are open at once than `DEEPEST`, those left out that the next of their kind closes."""
    if html.count("<") > MOST_TAGS:
        return True
    depth = 0
    opened: Counter[str] = Counter()
    for closes, name in _ELEMENT.findall(html):
        if (name := name.lower()) in _CLOSES_ITSELF:
            continue
        if not closes:
            opened[name] += 1
            depth += 1
            if depth > DEEPEST:
                return True
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
    return False


_CELL = re.compile(r"(<(t[dh])\b[^<>]*>)(.*?)</\2>(\s*(?=<t[dh]\b))?", re.DOTALL)


def lines(html: str) -> list[str]:
    """The text line by line, one for each paragraph, list item or table row, the cells of a row parted by bars."""
    return words(_CELL.sub(_cell, html)).replace("｜ ", "｜").splitlines()


def _cell(found: re.Match[str]) -> str:
    """A cell on one line, however many paragraphs it has, and a bar where another one follows."""
    said = " ".join(_TAG.sub(" ", found[3]).split())
    return f"{found[1]}{said}{'｜' if found[4] is not None else ''}</{found[2]}>"


def words(html: str) -> str:
    """Cleaned text without its marks, a line for each paragraph or row."""
    lines = unescape(_TAG.sub(" ", _BREAK.sub("\n", html))).splitlines()
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def skeleton(elements: str) -> str:
    """A text to fill in: one heading for each content element of a catalogue item.

    Elements come by line, by semicolon, or numbered; without any, one empty paragraph.
    """
    return "".join(f"<h3>{escape(element)}</h3><p></p>" for element in content_elements(elements)) or "<p></p>"


def see_photo() -> str:
    """What a posting says whose content is a photo of the paper board."""
    return "<p>" + escape(_("The content of this disclosure is in the attached photo of the notice board.")) + "</p>"


_SEPARATOR = re.compile(r"[;；\r\n]+")
_NUMBER = re.compile(r"^\s*(?:[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]|[●•·■])\s*")


def content_elements(text: str) -> list[str]:
    """The content elements of a catalogue item one by one, without their numbers."""
    parts = (_NUMBER.sub("", part).strip(" \t　。；;") for part in _SEPARATOR.split(text))
    return [part for part in parts if part]
