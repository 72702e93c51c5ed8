"""Header rows of published tables: which column says what, whatever it is called and wherever it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from .attributes import kinds_at_level
from .cells import matchable


class Role(StrEnum):
    """What a column of a published table says."""

    NUMBER = "number"
    GROUP = "group"
    TITLE = "title"
    CONTENT = "content"
    ELEMENTS = "elements"
    BASIS = "basis"
    TIME = "time"
    DISPLAY = "display"
    BODY = "body"
    CHANNEL = "channel"
    AUDIENCE = "audience"
    SOCIETY = "society"
    SPECIFIC = "specific"
    MANNER = "manner"
    PROACTIVE = "proactive"
    APPLICATION = "application"
    ATTRIBUTE = "attribute"
    REASON = "reason"
    LEVEL = "level"
    LEVEL_TICK = "level_tick"
    GUIDANCE = "guidance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where, what it says, and the words of its header."""

    index: int
    role: Role
    label: str


@dataclass
class Header:
    """The header of a table and the rows it takes, counted from 0."""

    first: int
    last: int
    columns: list[Column] = field(default_factory=list)

    def of(self, *roles: Role) -> list[Column]:
        return [column for column in self.columns if column.role in roles]

    def one(self, role: Role) -> Column | None:
        return next(iter(self.of(role)), None)


_TOP: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.NUMBER, r"序号?|编号|号|No\.?|项目?编号|行号"),
        (Role.REASON, r".*(?:不予公开|部分公开|不公开).*理由|.*理由|不公开原因"),
        (Role.ATTRIBUTE, r"公开属性|公开类型属性"),
        (
            Role.GROUP,
            r"(?:公开|信息|内容|事项|项目|目录)?(?:类别|类目|大类|门类|分类)|相应领域|所属领域|领域|(?:事项|公开)?类型|栏目(?:名称)?",
        ),
        (Role.BASIS, r"(?:公开|法律|政策|法规|主要|公开的)?(?:法律|政策)?依据(?:文件)?"),
        (Role.DISPLAY, r"公开时长|公示时长|展示(?:时长|期限)|公开持续时间"),
        (Role.TIME, r"(?:公开)?(?:时限|时间|期限|频次|频率|周期)(?:要求|和频次|及频次|或频次)?|公开时效"),
        (
            Role.BODY,
            r"(?:公开|责任|公开责任|承办|实施|牵头|负责)(?:主体|单位|部门|科室|机构|处室|人)(?:\(单位\))?|公开主体\(责任部门\)|责任主体",
        ),
        (
            Role.CHANNEL,
            r"公开(?:渠道|载体|形式|平台|途径和载体)(?:[和及、与](?:载体|渠道|形式|方式))?|公开方式(?:[和及、与])(?:载体|渠道|形式)|渠道|载体|公开形式\(载体\)",
        ),
        (Role.AUDIENCE, r"公开(?:对象|范围|对象和范围|范围和对象)|范围"),
        (Role.MANNER, r"公开方式|方式"),
        (Role.LEVEL, r"公开层级|层级|公开级别"),
        (Role.GUIDANCE, r"备注|说明|公开途径|查询途径|办理途径|(?:监督|联系|咨询|投诉|举报)?电话|联系人|链接|网址"),
        (Role.ELEMENTS, r"(?:公开|内容|信息)?要素"),
        (Role.CONTENT, r"(?:公开|主要|具体|信息)?内容(?:\(?(?:要素|和要素|及要素|要求)\)?)?|公开具体内容"),
        (
            Role.TITLE,
            r".*(?:公开|办事|服务|目录)?事项(?:名称|目录|清单)?|公开(?:项目|目录|条目)|(?:信息|项目|目录|条目)名称|.*类别及事项",
        ),
    )
)
_SUB: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(pattern))
    for role, pattern in (
        (Role.TITLE, r"[一二三四1234]级(?:公开)?(?:事项|目录|类别|指标|内容|栏目)?(?:名称)?|事项名称|子项|小项"),
        (Role.SOCIETY, r"全社会|社会|社会公众|面向社会"),
        (Role.SPECIFIC, r"特定(?:群众|群体|对象|人员|人群)?(?:\(请写明\))?"),
        (Role.PROACTIVE, r"主动(?:公开)?"),
        (Role.APPLICATION, r"依申请(?:公开)?"),
    )
)
_LEVEL = re.compile(r"(?:[省市县区乡镇村、,/和与]|街道|社区|居委会|行政村|居)+级?")


def find_header(rows: list[list[str]]) -> Header | None:
    """The header within the first 40 rows, or None. A header names the matter and at least one more thing."""
    for first in range(min(40, len(rows))):
        top = [_top_role(cell) for cell in rows[first]]
        known = {role for role in top if role}
        if len(known) < 2 or not known & {Role.TITLE, Role.CONTENT, Role.ELEMENTS}:
            continue
        last = first + 1 if first + 1 < len(rows) and _is_second_row(rows[first + 1]) else first
        return Header(first, last, _columns(rows[first], rows[last] if last > first else None))
    return None


def repeats_header(header: Header, rows: list[list[str]], index: int) -> bool:
    """Whether a row below is the header once more, as at the top of a printed page."""
    row = [matchable(cell) for cell in rows[index]]
    originals = [[matchable(cell) for cell in rows[original]] for original in range(header.first, header.last + 1)]
    filled = sum(1 for cell in row if cell)
    return filled >= 2 and any(
        sum(1 for cell, old in zip(row, original, strict=True) if cell and cell == old) >= filled
        for original in originals
    )


def _top_role(cell: str) -> Role | None:
    word = matchable(cell)
    if not word or len(word) > 30:
        return None
    return next((role for role, pattern in _TOP if pattern.fullmatch(word)), None) or _sub_role(cell)


def _sub_role(cell: str) -> Role | None:
    word = matchable(cell)
    found = next((role for role, pattern in _SUB if pattern.fullmatch(word)), None)
    return found or (
        Role.LEVEL_TICK if 0 < len(word) <= 30 and _LEVEL.fullmatch(word) and kinds_at_level(word) else None
    )


def _is_second_row(row: list[str]) -> bool:
    """Whether a row refines the header above it: all it holds is known sub-headers."""
    filled = [cell for cell in row if cell]
    return bool(filled) and all(_sub_role(cell) for cell in filled)


def _columns(top: list[str], second: list[str] | None) -> list[Column]:
    """A blank cell in the upper row belongs to the merged one on its left, if what stands below it fits."""
    columns = []
    group = ""
    for index, cell in enumerate(top):
        below = second[index] if second else ""
        group = cell or group
        role, label = _role(group, below, starts=bool(cell)), below or group
        columns.append(Column(index, role, label.replace("\n", "") if role != Role.UNKNOWN or cell else ""))
    return columns


def _role(group: str, below: str, *, starts: bool) -> Role:
    over = _top_role(group) or Role.UNKNOWN
    if below:
        return _sub_role(below) or Role.UNKNOWN
    if starts:
        return over
    # a second column under one header word: two levels of matters, or how soon and how long
    return {Role.TITLE: Role.TITLE, Role.TIME: Role.DISPLAY}.get(over, Role.UNKNOWN)
