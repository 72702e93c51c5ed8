"""What stands in one cell: published text kept for display, normalised text for matching."""

from __future__ import annotations

import re
import unicodedata

TICKS = frozenset("√✓✔☑■▄●") | {"是", "有", "v", "V", "Y", "y", "1", "TRUE"}
"""How a tick is typed. √ is usual; a lost symbol font leaves others."""

NONE_MARKS = frozenset({"\\", "/", "-", "--", "—", "——", "无"})
"""How a publisher says that a cell is meant to be empty."""

DITTO_MARKS = frozenset({"同上", "〃", '"', "″", "''", "同前"})

_CJK = "\u3400-\u9fff"
_INNER_SPACE = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_SPACE = re.compile(r"\s+")
_TRAILING = re.compile(r"[\s;；。，,、:：]+$")
_UNIT = "万亿元%倍级类个人件次年月日号层期"
_NUMBERING = re.compile(
    r"""(?:
        第[一二三四五六七八九十百\d]{1,4}(?:部分|章|节|条|类)[\s、:：]*
      | [（(]\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[)）][\s、.．]*
      | [一二三四五六七八九十]{1,3}[、.．]\s*
      | \d{1,2}(?:[.．]\d{1,2}){1,3}[.．、]?\s*(?![UNIT\d])
      | \d{1,3}[.．、)）]\s*(?!\d)
      | 0\d{3}(?!\d)\s*
      | [①-⑳]\s*
    )""".replace("UNIT", _UNIT),
    re.VERBOSE,
)


def matchable(text: str) -> str:
    """NFKC and without any white space: what header words and marks are compared in."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def half_width(text: str) -> str:
    """NFKC with single spaces: brackets, digits and colons in one width, for reading rules out of text."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def is_tick(text: str) -> bool:
    return matchable(text) in TICKS or text.strip() in TICKS


def is_none_mark(text: str) -> bool:
    """Whether the cell says that there is nothing: \\, — or 无."""
    return matchable(text) in NONE_MARKS


def is_ditto(text: str) -> bool:
    """Whether the cell says “as above”."""
    return matchable(text) in DITTO_MARKS


def title_of(text: str) -> str:
    """A title for display: without its number, line breaks and trailing punctuation; the words stay as published.

    >>> title_of("1.1主要文艺演出活动查询服务"), title_of("一、制度类"), title_of("5万元以上支出；")
    ('主要文艺演出活动查询服务', '制度类', '5万元以上支出')
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joiner = "；" if len(lines) > 1 and min(map(len, lines)) >= 6 else ""
    joined = joiner.join(_TRAILING.sub("", line) for line in lines)
    joined = _INNER_SPACE.sub("", joined)
    match = _NUMBERING.match(joined)
    if match and match.end() < len(joined):
        joined = joined[match.end() :]
    return _TRAILING.sub("", _SPACE.sub(" ", joined)).strip()


def has_numbering(text: str) -> bool:
    """Whether the text starts like a heading: 一、 （一） 1. 第一部分."""
    return bool(_NUMBERING.match(text.strip()))


def holds_several_titles(text: str) -> bool:
    """Whether the lines of a title cell look like titles of their own rather than one broken title."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and min(len(line.strip()) for line in lines) >= 6
