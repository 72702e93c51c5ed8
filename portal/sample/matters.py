"""Powers as they are used in the sample: lists of powers, and matters at different stages, dated back from today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from catalogue.actions import load_powers
from catalogue.models import PowerLink, PowerStep
from disclosures.actions.matters import abandon, finish, open_matter, reach
from disclosures.models import Matter, Obligation
from organisations.models import Organisation

from .days import AnyCalendar
from .founding import Staff
from .histories import Owed
from .ledger import Ledger, Words
from .places import places
from .texts import Text, remarks
from .texts.matters import BODIES, plain
from .timeline import moment, timeline

LISTS = {"MH": "minhang_power_links", "JX": "village_power_links", "YJ": "village_power_links"}
"""Whose list of powers is published."""


@dataclass(frozen=True)
class _Course:
    """A matter: how far it came, how many working days ago, and how fast.

    `published` says of a stage how many working days after it its posting came out; 1 unless told, None for not at all.
    """

    power: str
    title: str
    last: str
    ago: int
    gap: int = 3
    skipped: Mapping[str, str] = field(default_factory=dict)
    published: Mapping[str, int | None] = field(default_factory=dict)
    finished: bool = False
    abandoned: str = ""


_COURSES = (
    _Course("JX-Q01", "星火路集体厂房2号楼公开招租", "实施结果公开", ago=45, gap=4, finished=True),
    _Course(
        "JX-Q01",
        "沿街商铺8至11号公开招租",
        "发布招租公告",
        ago=4,
        gap=4,
        published={"决议公开": 7},
    ),
    _Course("JX-Q02", "金星二组道路与排水管网改造", "施工与变更", ago=6, gap=7),
    _Course(
        "JX-Q02",
        "村民活动室屋面翻修",
        "招标或比选",
        ago=30,
        skipped={"镇级审核立项": "预算金额低于镇级审核限额，按镇规定由村民代表会议决定。"},
        abandoned="屋面经房屋质量检测需整体重建，原翻修方案终止，改列入明年建设计划。",
    ),
    _Course("JX-Q03", "村务工作者（社会保障岗位）选用", "拟用人选公示", ago=3, gap=5),
    _Course("JX-Q04", "老年助餐点厨房设备采购", "使用结果公开", ago=20, gap=2, finished=True),
    _Course("MH01", "社区老年助餐服务三年行动计划", "印发决议", ago=8, gap=4),
    _Course("MH02", "区委全委会下半年议题确定", "公布议题与结果", ago=60, gap=2, finished=True),
    _Course("MH03", "区管领导干部任免（第二批）", "任职前公示", ago=3, gap=5),
    _Course("MH03", "区管领导干部任免（第一批）", "公布任免", ago=70, gap=5, finished=True),
    _Course("MH04", "镇党委书记人选全委会票决", "公示", ago=40, gap=3, finished=True),
    _Course(
        "MH05",
        "浦江郊野公园西区配套道路工程",
        "招标采购",
        ago=14,
        gap=7,
        published={"下达计划": 9, "招标采购": None},
    ),
    _Course("MH05", "莘庄社区文化活动中心改建", "进度与审计公开", ago=30, gap=6, finished=True),
    _Course("MH06", "困难群众冬季帮扶专项资金", "结果公开", ago=35, gap=2, finished=True),
    _Course("MH07", "本年度区级预算调整方案", "执行中期通报", ago=50, gap=3, finished=True),
    _Course("MH08", "颛桥镇老工业地块控制性详细规划局部调整", "批前公示", ago=9, gap=5),
    _Course("MH09", "党务公开工作实施细则", "征求意见", ago=7, gap=5),
    _Course("MH10", "违反中央八项规定精神问题通报（第三季度）", "通报公开", ago=25, gap=8, finished=True),
    _Course("MH11", "老旧小区停车难诉求集中办理", "承办部门办理", ago=5, gap=6),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stage that is owed, with how long after it its posting comes out."""

    obligation: Obligation
    step: PowerStep
    delay: int | None


class Matters:
    """The matters of the sample: first recorded as they went, then told in the ledger."""

    def __init__(
        self, organisations: dict[str, Organisation], staff: dict[str, Staff], calendar: AnyCalendar, *, today: date
    ) -> None:
        self.organisations, self.staff, self.calendar, self.today = organisations, staff, calendar, today
        self.owed: list[Loaded] = []

    def record(self) -> None:
        """Publishes the lists, and takes every matter as far as it came."""
        for code, name in LISTS.items():
            load_powers(name, self.organisations[code])
        for course in _COURSES:
            power = PowerLink.objects.select_related("organisation").get(code=course.power)
            self._take(course, power)

    def _take(self, course: _Course, power: PowerLink) -> None:
        by = self.staff[power.organisation.code].author
        steps = list(power.steps.order_by("ordinal"))
        last = next(step.ordinal for step in steps if step.title == course.last)
        began = self._day(course, last)
        matter = open_matter(power, title=course.title, began_on=began, by=by, at=moment(began, 9))
        for step in steps[:last]:
            if step.title not in course.skipped:
                self._reach(course, matter, step, steps, on=self._day(course, last - step.ordinal))
        ended = moment(self.calendar.add_working_days(self._day(course, 0), 2), 16)
        if course.finished:
            finish(matter, seen=matter.revision, by=by, at=ended)
        elif course.abandoned:
            abandon(matter, seen=matter.revision, reason=course.abandoned, by=by, at=ended)

    def _reach(self, course: _Course, matter: Matter, step: PowerStep, steps: list[PowerStep], *, on: date) -> None:
        by = self.staff[matter.power.organisation.code].author
        before = steps[step.ordinal - 2].title if step.ordinal > 1 else ""
        because = course.skipped.get(before, "")
        reached = reach(matter, step, on=on, seen=matter.revision, skipped_because=because, by=by, at=moment(on, 17))
        if reached.obligation is not None:
            self.owed.append(Loaded(reached.obligation, step, course.published.get(step.title, 1)))

    def _day(self, course: _Course, steps_before_the_last: int) -> date:
        return self.calendar.add_working_days(self.today, -(course.ago + steps_before_the_last * course.gap))

    def tell(self, ledger: Ledger, *, until: datetime) -> None:
        """Puts the postings of the stages into the ledger, and what became overdue."""
        for one in self.owed:
            day = None if one.delay is None else self.calendar.add_working_days(one.obligation.anchor_on, one.delay)
            if day is not None and moment(day, 23) < until:
                self._publish(ledger, one.obligation, one.step, day)
            if (day or self.today) > one.obligation.due_on:
                since = one.obligation.due_on
                logged_at = moment(since + timedelta(days=1), 0, 10)
                ledger.became_overdue(one.obligation.pk, due_on=since, logged_at=logged_at)

    def _publish(self, ledger: Ledger, obligation: Obligation, step: PowerStep, day: date) -> None:
        code = obligation.organisation.code
        owed = Owed(obligation, places()[code], self.organisations[code], obligation.item, self.staff[code])
        first = owed.first_day
        times = timeline(owed.rng("times"), earliest=first, published_on=day, calendar=self.calendar, returned=False)
        ledger.publish(
            organisation=owed.organisation,
            item=owed.item,
            obligation_id=obligation.pk,
            staff=owed.staff,
            text=self._text(owed, step, first),
            stated_on=first,
            times=times,
            words=Words(
                grounds=owed.rng("grounds").choice(remarks.REVIEW_GROUNDS),
                opinion=owed.rng("opinion").choice(remarks.APPROVAL_OPINIONS),
            ),
        )

    def _text(self, owed: Owed, step: PowerStep, day: date) -> Text:
        event = owed.row.event
        assert event is not None  # noqa: S101  (a stage is an event)
        scene = owed.scene(day, self.calendar)
        body = BODIES.get((event.title, event.stage)) or plain(scene, step.power.responsible_department, step.gives)
        return Text(f"{event.title}：{event.stage}", body)
