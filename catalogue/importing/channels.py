"""The channel cell: which boxes are ticked, and which of the five carriers they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ..choices import Carrier
from .cells import half_width

_CARRIERS: tuple[tuple[Carrier, re.Pattern[str]], ...] = (
    (Carrier.MEETING, re.compile(r"会议|发布会|听证会|座谈会|代表会|党员大会|村民大会|大会|例会|全会")),
    (
        Carrier.BULLETIN,
        re.compile(r"公报|简报|通报|纸质|报刊|报纸|广播|电视|(?<!新)媒体|宣传册|手册|宣传单|明白纸|明白卡"),
    ),
    (Carrier.DOCUMENT, re.compile(r"文件|公文|下发|印发")),
    (
        Carrier.BOARD,
        re.compile(
            r"[示开告传]栏|橱窗|长廊|画廊|电子屏|显示屏|查阅点|服务中心|服务站|服务的?场所|服务大厅|办事大厅|窗口|图书馆|公开墙"
        ),
    ),
    (
        Carrier.WEBSITE,
        re.compile(
            r"网站|门户|网页|互联网|官网|党建网|两微|微信|微博|公众号|客户端|APP|新媒体|平台|推送|短信|QQ群|https?://",
            re.I,
        ),
    ),
)
"""A proposal (domain notes, section 7); what none of these words catches is told and kept in words."""

_TICKED = "■▄☑☒✓✔√●▣█"
_OPEN = "□☐○"
_SEPARATORS = " \t\n;:,、。.；：，"
_MARK = re.compile(f"[{_TICKED}{_OPEN}]+")
_MOUTH = re.compile(r"(?:(?<=^)|(?<=[\s;:,、。]))口(?=[^\s;:,、。])")
_LOST_TICK = re.compile(r"(?:(?<=^)|(?<=[\s;:,、。]))[tT](?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Channels:
    """The five carriers in their usual order, and what was guessed on the way."""

    carriers: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        """As `Item.carriers` stores them."""
        return ";".join(self.carriers)


def read_channels(text: str) -> Channels:
    """The carriers a cell means: of a list of boxes the ticked ones, of a plain list all.

    A channel without a box among boxes counts as ticked, which is said; so is a channel that is none of the five.
    """
    guesses: list[str] = []
    named = _ticked(_with_plain_marks(text), guesses)
    found: set[Carrier] = set()
    unknown = []
    for channel in named:
        carriers = {carrier for carrier, words in _CARRIERS if words.search(channel)}
        found |= carriers
        if not carriers and channel not in unknown:
            unknown.append(channel)
    if unknown:
        guesses.append(
            _("None of the five carriers, kept in words only: %(channels)s.") % {"channels": "、".join(unknown)[:120]}
        )
    return Channels(tuple(carrier.value for carrier in Carrier if carrier in found), tuple(guesses))


def _with_plain_marks(text: str) -> str:
    """Boxes typed as the character 口, and ticks that a lost symbol font left as the letter t, as marks proper."""
    words = "\n".join(half_width(line) for line in text.split("\n"))
    if len(_MOUTH.findall(words)) > 1 or any(mark in words for mark in _TICKED):
        words = _MOUTH.sub("□", words)
    return _LOST_TICK.sub("■", words) if "□" in words else words


def _ticked(words: str, guesses: list[str]) -> list[str]:
    """The channels that are ticked; all of them where there is no box."""
    marks = list(_MARK.finditer(words))
    if not marks:
        return [part for part in (p.strip(_SEPARATORS) for p in re.split(r"[、,;\s]", words)) if part]
    boxless = _split(words[: marks[0].start()])
    named = []
    ends = [mark.start() for mark in marks[1:]] + [len(words)]
    for mark, end in zip(marks, ends, strict=True):
        own, *further = _split(words[mark.end() : end]) or [""]
        if any(sign in _TICKED for sign in mark[0]):
            named += [own, *further] if own else further
        else:
            boxless += further
    if boxless:
        guesses.append(
            _("A channel without a box among boxes was read as ticked: %(channels)s.")
            % {"channels": "、".join(boxless)[:120]}
        )
    if not named + boxless:
        guesses.append(_("No box is ticked; fill in the carriers."))
    return named + boxless


def _split(segment: str) -> list[str]:
    return [part for part in (p.strip(_SEPARATORS) for p in re.split(r"[;\n]", segment)) if part]
