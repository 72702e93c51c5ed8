"""Citizen ID numbers, bank cards and mobile numbers in a text, in the forms people write them.

Linear in the length of the text: each group of digits begins at most a fixed number of candidates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import checks
from .characters import UNSEEN, plain
from .clusters import Cluster, Gap, Group, clusters
from .pieces import Kind


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it stands. `value` has its digits only (and a capital X)."""

    kind: Kind
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class _Text:
    """The text around the numbers. `label` heads its column; with `bridges` a number may go on in the next line."""

    text: str
    label: str
    bridges: bool

    def before(self, start: int, length: int = 24) -> str:
        return self.label + " " + self.text[max(0, start - length) : start].replace(UNSEEN, "")

    def after(self, end: int, length: int = 4) -> str:
        return self.text[end : end + length].lstrip(UNSEEN)


def find_numbers(text: str, *, label: str = "", bridges: bool = False) -> list[Number]:
    """The numbers of persons in a text, in order.

    `label`: what the column is headed with, if it is a cell; `bridges`: its lines were broken by a narrow column.
    """
    searched = _Text(plain(text), plain(label), bridges)
    found = [number for cluster in clusters(searched.text) for number in _in_cluster(cluster, searched)]
    return sorted(found, key=lambda number: number.start)


_LONGEST = 19
_Judged = tuple[Kind, str, int] | None


@dataclass(frozen=True, slots=True)
class _Judge:
    """Whether joined digits are a number of a kind: by length and first digit at once, then by a closer look.

    `look` is given the digits, the groups they came from, the groups before and after, and the text. It says kind,
    value, and by how many characters the find reaches over the last digit.
    """

    lengths: frozenset[int]
    starts: str
    look: Callable[[str, Cluster, Group | None, Group | None, _Text], _Judged]


def _in_cluster(cluster: Cluster, text: _Text) -> Iterator[Number]:
    """One kind after the other, the surest first; what one has taken is no other's."""
    if sum(len(group.digits) for group in cluster) < 11:
        return
    taken = [False] * len(cluster)
    for judge in _JUDGES:
        index = 0
        while index < len(cluster):
            reached = None if taken[index] else _longest(cluster, taken, index, judge, text)
            if reached is None:
                index += 1
                continue
            last, number = reached
            yield number
            taken[index : last + 1] = [True] * (last + 1 - index)
            index = last + 1
    for group, is_taken in zip(cluster, taken, strict=True):
        if not is_taken and len(group.digits) > 18:
            yield from _run_together(group, text)


def _longest(cluster: Cluster, taken: list[bool], first: int, judge: _Judge, text: _Text) -> tuple[int, Number] | None:
    """The longest number that begins with this group."""
    if cluster[first].digits[0] not in judge.starts:
        return None
    digits, best = "", None
    for last in range(first, min(first + _LONGEST, len(cluster))):
        if taken[last] or len(digits) + len(cluster[last].digits) > _LONGEST:
            break
        digits += cluster[last].digits
        if len(digits) not in judge.lengths:
            continue
        following = cluster[last + 1] if last + 1 < len(cluster) else None
        previous = cluster[first - 1] if first and not taken[first - 1] else None
        judged = judge.look(digits, cluster[first : last + 1], previous, following, text)
        if judged is not None:
            kind, value, longer = judged
            best = last, Number(kind, cluster[first].start, cluster[last].end + longer, value)
    return best


_X = re.compile(rf"[ \-\n{UNSEEN}]{{0,3}}[Xx](?![A-Za-z])")
_ID_WORDS = ("身份证", "证件号", "公民身份", "居民身份")


def _citizen_id(digits: str, groups: Cluster, previous: Group | None, following: Group | None, text: _Text) -> _Judged:
    end = groups[-1].end
    if digits[6:8] not in {"18", "19", "20"}:
        return None
    if len(digits) == 17:
        if (closing := _X.match(text.text, end)) is None:
            return None
        number, longer = f"{digits}X", closing.end() - end
    else:
        number, longer = digits, 0
    if checks.is_citizen_id(number) or (checks.has_id_form(number) and _speaks_of(_ID_WORDS, text, groups)):
        return Kind.CITIZEN_ID, number, longer
    return None


def _old_citizen_id(
    digits: str, groups: Cluster, previous: Group | None, following: Group | None, text: _Text
) -> _Judged:
    if [len(group.digits) for group in groups] not in ([15], [6, 6, 3]):
        return None
    is_labelled = _speaks_of(_ID_WORDS, text, groups)
    if not is_labelled and (_is_glued(text, groups) or _is_other_number(text, groups) or previous or following):
        return None
    if checks.is_old_citizen_id(digits, is_labelled=is_labelled):
        return Kind.CITIZEN_ID, digits, 0
    return None


_CARD_WORDS = ("卡号", "银行卡", "账号", "帐号", "账户", "帐户", "信用卡", "储蓄卡", "借记卡", "工资卡", "卡")


def _bank_card(digits: str, groups: Cluster, previous: Group | None, following: Group | None, text: _Text) -> _Judged:
    if not checks.passes_luhn(digits):
        return None
    sizes = [len(group.digits) for group in groups]
    in_fours = len(sizes) > 3 and set(sizes[:-1]) == {4} and sizes[-1] <= 4
    spelt = set(sizes) == {1}
    written = len(sizes) == 1 or in_fours or spelt or (sizes[0] == 6 and len(sizes) <= 3)
    if not written and not any(group.gap == Gap.LINE for group in groups[:-1]):
        return None
    if _is_decimal(text, groups) or (len(sizes) == 1 and _is_glued(text, groups) and not digits.startswith("62")):
        return None
    stands_alone = previous is None and following is None
    is_labelled = (in_fours and stands_alone) or _speaks_of(_CARD_WORDS, text, groups)
    if not is_labelled and _is_other_number(text, groups):
        return None
    return (Kind.BANK_CARD, digits, 0) if checks.is_bank_card(digits, is_labelled=is_labelled) else None


_MOBILE_SIZES = {
    (11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (5, 6), (6, 5), (4, 7), (2, 9),
    (1,) * 11,
}  # fmt: skip
_PREFIXES = frozenset({"0086", "086", "86", "0"})
_MEASURES = ("元", "万", "亿", "吨", "亩", "平方", "立方", "千瓦", "度", "公斤", "%")
_PHONE_WORDS = frozenset(
    "tel telephone phone mobile mob cell t m p hp h wx vx v wechat weixin qq no call sms dh sj and or".split()
)
_LETTERS = re.compile(r"[A-Za-z]{1,12}\Z")


def _mobile(digits: str, groups: Cluster, previous: Group | None, following: Group | None, text: _Text) -> _Judged:
    if (without := _without_prefix(digits, groups)) is None:
        return None
    sizes, gaps = without
    if sizes not in _MOBILE_SIZES and Gap.LINE not in gaps:
        return None
    if Gap.WIDE in gaps or (Gap.LINE in gaps and not (text.bridges and len(gaps) <= 3)):
        return None
    if len(set(gaps) - {Gap.LINE}) > 1 or _is_decimal(text, groups):
        return None
    if _is_glued(text, groups) or text.after(groups[-1].end).startswith(_MEASURES) or _is_other_number(text, groups):
        return None
    if not _stands_alone(sizes, previous, groups[-1], following):
        return None
    return Kind.MOBILE, digits[-11:], 0


def _without_prefix(digits: str, groups: Cluster) -> tuple[tuple[int, ...], list[Gap | None]] | None:
    """The sizes of the groups and the gaps between them, without the code of the country; None if it is no mobile."""
    if not checks.is_mobile(digits[-11:]):
        return None
    sizes, gaps = [len(group.digits) for group in groups], [group.gap for group in groups[:-1]]
    prefix = digits[:-11]
    if prefix and prefix not in _PREFIXES:
        return None
    left = len(prefix)
    while left and sizes[0] <= left:
        left -= sizes.pop(0)
        if gaps.pop(0) == Gap.DOT:
            return None
    sizes[0] -= left
    return tuple(sizes), gaps


def _stands_alone(sizes: tuple[int, ...], previous: Group | None, last: Group, following: Group | None) -> bool:
    """Whether it is no part of a row of figures, or of a longer number with dashes."""
    if following is not None and last.gap == Gap.DASH and len(following.digits) > 5:
        return checks.is_mobile(following.digits)
    if previous is not None and previous.gap == Gap.DASH and len(previous.digits) >= 4 and previous.digits != "0086":
        return len(previous.digits) in {7, 8, 11}
    if len(sizes) == 1:
        return True
    if previous is not None and previous.gap in {Gap.SPACE, Gap.DOT} and 3 <= len(previous.digits) <= 5:
        return previous.digits in {"086", "0086"}
    if following is not None and last.gap in {Gap.SPACE, Gap.DASH, Gap.DOT} and len(following.digits) <= 5:
        return following.digits[:2] in {"13", "14", "15", "16", "17", "18", "19"} and len(following.digits) == 3
    return True


_JUDGES = (
    _Judge(frozenset({17, 18}), "123456789", _citizen_id),
    _Judge(frozenset({16, 17, 18, 19}), "34569", _bank_card),
    _Judge(frozenset({11, 12, 13, 14, 15}), "018", _mobile),
    _Judge(frozenset({15}), "123456789", _old_citizen_id),
)


def _speaks_of(words: tuple[str, ...], text: _Text, groups: Cluster) -> bool:
    return any(word in text.before(groups[0].start) for word in words)


_OTHER_NUMBERS = (
    "编号", "文号", "档号", "单号", "流水号", "发票号", "发票号码", "票据号", "票据号码", "票号", "合同号", "项目号",
    "证书号", "备案号", "注册号", "许可证号", "登记号", "代码", "批次号", "工单号", "订单号", "税号", "条码", "序列号",
    "批号", "案号", "卷号", "宗地号", "地号", "产权证号", "单元号", "标识码", "受理号", "业务号", "凭证号", "支票号",
    "识别号", "监督号", "报告号", "采购号", "标段号", "图斑号", "地块号", "材料号", "机号",
)  # fmt: skip


def _is_other_number(text: _Text, groups: Cluster) -> bool:
    """Whether the text says that it is the number of a paper, a bill or a plot."""
    directly = text.text[max(0, groups[0].start - 12) : groups[0].start].replace(UNSEEN, "")
    return directly.rstrip(" :：为是（(#№").endswith(_OTHER_NUMBERS) or text.label.strip().endswith(_OTHER_NUMBERS)


def _is_glued(text: _Text, groups: Cluster) -> bool:
    """Whether letters stand right before it, that are no word for a telephone."""
    start = groups[0].start
    letters = _LETTERS.search(text.text[max(0, start - 12) : start])
    return letters is not None and letters[0].lower() not in _PHONE_WORDS


def _is_decimal(text: _Text, groups: Cluster) -> bool:
    """Whether it is a part of a decimal fraction."""
    start, end = groups[0].start, groups[-1].end
    behind_point = text.text[max(0, start - 2) : start]
    before_point = text.text[end : end + 2]
    return (len(behind_point) == 2 and behind_point[0].isdigit() and behind_point[1] == ".") or (
        len(before_point) == 2 and before_point[0] == "." and before_point[1].isdigit() and len(groups) == 1
    )


def _run_together(group: Group, text: _Text) -> Iterator[Number]:
    """Numbers that ran into one another where the cells of a table were lost."""
    digits = group.digits
    if group.end - group.start != len(digits):
        return
    position = 0
    while position + 18 <= len(digits):
        number = digits[position : position + 18]
        if number[6:8] in {"19", "20"} and checks.is_citizen_id(number):
            yield Number(Kind.CITIZEN_ID, group.start + position, group.start + position + 18, number)
            rest = digits[position + 18 :]
            if checks.is_mobile(rest):
                yield Number(Kind.MOBILE, group.start + position + 18, group.end, rest)
            if checks.is_mobile(digits[:position]):
                yield Number(Kind.MOBILE, group.start, group.start + position, digits[:position])
            position += 18
        else:
            position += 1
    if len(digits) == 22 and checks.is_mobile(digits[:11]) and checks.is_mobile(digits[11:]):
        yield Number(Kind.MOBILE, group.start, group.start + 11, digits[:11])
        yield Number(Kind.MOBILE, group.start + 11, group.end, digits[11:])
