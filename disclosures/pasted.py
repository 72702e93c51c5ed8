"""Text from word processors, turned into plain HTML before it is cleaned.

Word and WPS write a list as paragraphs with a painted number, bold type as a style, and namespaced elements of their
own. Here lists become lists and bold type becomes bold type; everything else of theirs goes in `richtext.clean`.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_THEIRS = re.compile(r"mso-|class=[\"']?(?:Mso|WPS)|<o:|<w:|<!--\[if|<!\[if|font-weight|<b[\s>]|<i[\s>]", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LIST = re.compile(r"mso-list\s*:\s*(?!none|skip|ignore)\S", re.IGNORECASE)
_MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NUMBERED = re.compile(r"[0-9A-Za-z一二三四五六七八九十]")
_VOID = {"br", "img", "hr", "col", "meta", "link", "input", "wbr"}
_SAME = {"b": "strong", "i": "em"}
_ITEM = "\x00item"
"""Where a list paragraph begins in what is written."""
_SKIPPED = {"head", "style", "script", "xml", "title"}


def tidy(html: str) -> str:
    """The text without what only word processors understand; text from elsewhere as it came."""
    if not _THEIRS.search(html):
        return html
    parser = _Tidy()
    parser.feed(html)
    parser.close()
    return parser.result()


class _Tidy(HTMLParser):
    """Writes the text anew, element by element."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[tuple[str, str]] = []
        """The elements open in the source, each with what has to be written when it closes."""
        self.painted = 0
        """How many open elements hold a painted number or bullet."""
        self.conditional = False
        self.skipped = 0
        self.items = 0
        """How many list paragraphs are being read."""
        self.list = ""
        """The list that is being written, `ol` or `ul`."""
        self.mark = ""
        """The painted number or bullet of the list paragraph that is being read."""

    def result(self) -> str:
        while self.open:
            self._close(self.open.pop())
        self._end_list()
        return "".join(self.out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = given.get("style", "")
        if tag in _SKIPPED:
            self.skipped += 1
            self.open.append((tag, "skip"))
            return
        if _MARK.search(style):
            self.painted += 1
            self.open.append((tag, "mark"))
            return
        if tag == "p" and _LIST.search(style):
            self.out.append(_ITEM)
            self.items += 1
            self.mark = ""
            self.open.append((tag, "item"))
            return
        name = _SAME.get(tag, tag)
        if tag in _VOID:
            self._write(f"<{name}{_attributes(given)}>")
            return
        if tag not in {"span", "font", "strong", "em"} | set(_SAME):
            self._leave_list()
        if ":" in tag or tag in {"span", "font"}:
            bold = bool(_BOLD.search(style))
            self._write("<strong>" if bold else "")
            self.open.append((tag, "</strong>" if bold else ""))
            return
        bold = tag in {"p", "td", "th", "li"} and bool(_BOLD.search(style))
        self._write(f"<{name}{_attributes(given)}>" + ("<strong>" if bold else ""))
        self.open.append((tag, ("</strong>" if bold else "") + f"</{name}>"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in [name for name, _closing in self.open]:
            return
        while True:
            closed = self.open.pop()
            self._close(closed)
            if closed[0] == tag:
                return

    def _close(self, closed: tuple[str, str]) -> None:
        _tag, closing = closed
        if closing == "skip":
            self.skipped -= 1
        elif closing == "mark":
            self.painted -= 1
        elif closing == "item":
            self._end_item()
        else:
            self._write(closing)

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if self.painted or self.conditional:
            self.mark += data
            return
        if data.strip():
            self._leave_list()
        self.out.append(escape(data, quote=False))

    def handle_comment(self, data: str) -> None:
        self._condition(data)

    def unknown_decl(self, data: str) -> None:
        self._condition(data)

    def _condition(self, data: str) -> None:
        """Between `if !supportLists` and `endif` stands the painted number."""
        if "supportLists" in data:
            self.conditional = True
        elif "endif" in data:
            self.conditional = False

    def _write(self, markup: str) -> None:
        if not self.skipped and not self.painted and not self.conditional:
            self.out.append(markup)

    def _end_item(self) -> None:
        start = len(self.out) - 1 - self.out[::-1].index(_ITEM)
        words = "".join(self.out[start + 1 :])
        del self.out[start:]
        self.items -= 1
        wanted = "ol" if _NUMBERED.search(self.mark) else "ul"
        if self.list != wanted:
            self._end_list()
            self.out.append(f"<{wanted}>")
            self.list = wanted
        self.out.append(f"<li>{words.strip()}</li>")

    def _end_list(self) -> None:
        if self.list:
            self.out.append(f"</{self.list}>")
            self.list = ""

    def _leave_list(self) -> None:
        """A list ends where anything but a list paragraph begins."""
        if self.list and not self.items:
            self._end_list()


def _attributes(given: dict[str, str]) -> str:
    kept = ("href", "colspan", "rowspan", "span", "start")
    return "".join(f' {name}="{escape(given[name])}"' for name in kept if name in given)
