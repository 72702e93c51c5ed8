"""Bodies for the districts' own catalogues, made from an item's title, content elements and department."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache

from ..places import DATA
from .html import paragraphs, table, yuan
from .scene import Scene, Text, cn, cn_full, split

STAGES = ("方案", "推进", "结果")
"""What the districts' staged items go through."""

_NUMBER = re.compile(r"~(\d+)-(\d+)~")
_ELEMENT_MARK = "、"

_OPENINGS_OF_A_PERIOD = (
    "按照{region}党务公开目录，现将{when}“{title}”有关情况公开如下，由{dept}提出并负责解释。",
    "{when}“{title}”已由{dept}汇总核实，经审核、审批，现予公开。",
    "根据公开目录规定的时限，{dept}对{when}“{title}”进行公开，接受党员和群众监督。",
)
_OPENINGS_OF_AN_EVENT = (
    "{day}，{dept}办理“{title}”有关事项，经审核、审批，现按规定公开。",
    "现将{title}公开如下（形成日期：{day}），由{dept}负责解释。",
    "根据{region}党务公开目录，{dept}将{day}形成的“{title}”有关内容予以公开。",
)
_OPENINGS_STANDING = (
    "“{title}”为长期公开事项，由{dept}负责更新，现行内容如下。",
    "{dept}按照公开目录长期公开“{title}”，内容有变化的及时更新。",
)
_CLOSINGS = (
    "如需查阅原件或附表，可到公开查阅点办理；对公开内容有疑问的，可通过意见箱或来信来访反映。",
    "涉及个人隐私和工作秘密的内容已按规定处理。欢迎对公开内容和公开方式提出意见建议。",
    "后续变化将按目录规定的时限及时更新，历史版本保留可查。",
    "群众提出的疑问，由责任部门在规定时限内答复，并视情扩大公开范围。",
)


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    with (DATA / "elements.csv").open(encoding="utf-8", newline="") as file:
        return {
            element: tuple(row["phrases"].split("|"))
            for row in csv.DictReader(file)
            for element in row["elements"].split()
        }


def region(scene: Scene) -> str:
    """青浦区委: the committee without the marks of the sample."""
    return scene.place.short.removesuffix("（演示）")


def _headed(scene: Scene, title: str) -> str:
    """青浦区2026年第三季度…, 青浦区委…: the title with the district before it, without saying 区 twice."""
    name = region(scene).removesuffix("委")
    if scene.when:
        return f"{name}{scene.when}{title}"
    return (name.removesuffix("区") if title.startswith("区") else name) + title


def write(scene: Scene) -> Text:
    """A text for any leaf of a district's catalogue."""
    title = scene.subject or scene.item
    openings: tuple[str, ...]
    if scene.when:
        heading, openings = _headed(scene, title), _OPENINGS_OF_A_PERIOD
    elif scene.subject:
        heading, openings = (f"{title}：{scene.stage}" if scene.stage else title), _OPENINGS_OF_AN_EVENT
    else:
        heading, openings = _headed(scene, title), _OPENINGS_STANDING
    opening = scene.rng.choice(openings).format(
        region=region(scene), when=scene.when, title=title, dept=scene.department, day=cn_full(scene.day)
    )
    at_stage = f"本次公开的是“{scene.stage}”阶段情况，其他阶段另行逐段公开。" if scene.stage else ""
    return Text(
        heading,
        paragraphs(opening, at_stage)
        + table(("公开内容", "具体情况"), _rows(scene))
        + paragraphs(scene.rng.choice(_CLOSINGS)),
    )


def _rows(scene: Scene) -> list[tuple[str, str]]:
    elements = tuple(element for element in scene.elements.split(_ELEMENT_MARK) if element)
    for together, figures in _FIGURES.items():
        if set(together) <= set(elements):
            known = dict(zip(together, figures(scene), strict=True))
            return [(element, known.get(element) or phrase(scene, element)) for element in elements]
    return [(element, phrase(scene, element)) for element in elements]


def phrase(scene: Scene, element: str) -> str:
    """What is said about one content element. Raises KeyError for one that elements.csv does not know."""
    words = scene.rng.choice(_phrases()[element])
    words = words.replace("~dept~", scene.department).replace("~d~", cn(scene.date_between(70, 100)))
    return _NUMBER.sub(lambda found: str(scene.rng.randint(int(found[1]), int(found[2]))), words)


def _appeals(scene: Scene) -> tuple[str, ...]:
    received = scene.rng.randint(120, 460)
    going = received * scene.rng.randint(12, 24) // 100
    cannot = received * scene.rng.randint(1, 4) // 100
    return f"{received}件", f"{received - going - cannot}件", f"{going}件", f"{cannot}件"


def _appeals_without_parked(scene: Scene) -> tuple[str, ...]:
    received, resolved, going, cannot = (int(text.removesuffix("件")) for text in _appeals(scene))
    return f"{received}件", f"{resolved}件", f"{going + cannot}件（其中暂不能办{cannot}件）"


def _rents(scene: Scene) -> tuple[str, ...]:
    owed = scene.rng.randint(800, 2600) * 10_000_00
    open_still = owed * scene.rng.randint(0, 5) // 100
    return f"{yuan(owed)}元", f"{yuan(owed - open_still)}元", f"{yuan(open_still)}元"


def _dues(scene: Scene) -> tuple[str, ...]:
    owed = scene.rng.randint(260, 420) * 1_000_00
    late = owed * scene.rng.randint(0, 3) // 1000
    return f"{yuan(owed)}元", f"{yuan(owed)}元（含补缴）", f"{yuan(late)}元"


def _fund(scene: Scene) -> tuple[int, int, int, int]:
    """Opening balance, income, spending and closing balance in fen."""
    opening, income = scene.rng.randint(90, 160) * 1_000_00, scene.rng.randint(260, 420) * 1_000_00
    spent = income * scene.rng.randint(80, 99) // 100
    return opening, income, spent, opening + income - spent


def _dues_and_balance(scene: Scene) -> tuple[str, ...]:
    opening, income, spent, closing = _fund(scene)
    return f"{yuan(income)}元（上年结存{yuan(opening)}元）", f"{yuan(spent)}元", f"{yuan(closing)}元"


def _spending_and_balance(scene: Scene) -> tuple[str, ...]:
    opening, income, spent, closing = _fund(scene)
    parts = split(scene.rng, spent, (5, 3, 2), step=100)
    names = ("教育培训", "困难帮扶", "组织活动")
    detail = "、".join(f"{name}{yuan(part)}元" for name, part in zip(names, parts, strict=True))
    return (
        detail,
        f"上年结存{yuan(opening)}元，本年收入{yuan(income)}元，支出合计{yuan(spent)}元",
        f"{yuan(closing)}元",
    )


_FIGURES: dict[tuple[str, ...], Callable[[Scene], tuple[str, ...]]] = {
    ("收件", "办结", "在办", "暂不能办"): _appeals,
    ("收件", "办结", "在办"): _appeals_without_parked,
    ("应收", "实收", "欠缴"): _rents,
    ("应缴", "实缴", "补缴"): _dues,
    ("收缴", "支出", "结存"): _dues_and_balance,
    ("支出项目", "金额", "结存"): _spending_and_balance,
}
"""Elements whose figures must agree with one another."""
