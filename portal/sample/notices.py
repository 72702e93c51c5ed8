"""Notices of the sample: past ones were closed, some after an objection; those that run today take objections."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from disclosures.actions.objections import hashed, object_online
from disclosures.choices import ObjectionChannel, ObjectionOutcome
from disclosures.models import NoticeClosing, Objection, Posting
from organisations.encryption import is_available

from .days import AnyCalendar
from .founding import Staff
from .timeline import moment

_ONE_IN = 6
"""So many past notices to one that was objected to."""

_PAST = (
    (
        "公示对象的任职年限与实际不符，请核实。",
        ObjectionOutcome.PARTLY,
        "经查阅档案，任职起始年份确有笔误，已发布更正；任职资格不受影响。",
    ),
    (
        "希望说明报名人数和资格审查情况。",
        ObjectionOutcome.NOT_UPHELD,
        "报名和资格审查情况已在前一阶段公开，审查由村务监督委员会全程参与，结果符合规定。",
    ),
    (
        "公示栏张贴时间比网上晚了两天。",
        ObjectionOutcome.UPHELD,
        "情况属实，公示期已顺延至张贴满五个工作日，并对经办人作了提醒。",
    ),
)

_RUNNING = (
    ("JX", "建议一并公布报名人数和民主推荐情况。"),
    ("MH", "拟任人选分管领域与其亲属从业领域有重合，请组织部门核实是否需要回避。"),
)


def close_past(staff: dict[str, Staff], calendar: AnyCalendar, *, today: date) -> None:
    """Closes what ran out by yesterday, on the working day after its last day; now and then after an objection."""
    past = Posting.objects.published().filter(notice_until__lt=today, closing=None).select_related("organisation")
    closings, objections = [], []
    for index, posting in enumerate(past.order_by("published_at", "pk")):
        assert posting.notice_until is not None and posting.published_at is not None  # noqa: S101  (filtered)
        closed_on = calendar.next_working(posting.notice_until + timedelta(days=1))
        if closed_on >= today:
            continue
        team = staff[posting.organisation.code]
        objected = index % _ONE_IN == 0 and is_available()
        if objected:
            words, outcome, answer = _PAST[index // _ONE_IN % len(_PAST)]
            objections.append(
                Objection(
                    posting=posting,
                    number=1,
                    channel=ObjectionChannel.WEB,
                    words=words,
                    code_hash=hashed(f"SAMPLE{posting.pk}"),
                    received_on=posting.notice_until,
                    received_at=moment(posting.notice_until, 15),
                    outcome=outcome,
                    answer=answer,
                    answered_by=team.author,
                    answered_at=moment(closed_on, 10),
                )
            )
        closings.append(
            NoticeClosing(
                posting=posting,
                objections=int(objected),
                closed_on=closed_on,
                closed_by=team.approver,
                closed_at=moment(closed_on, 11),
            )
        )
    Objection.objects.bulk_create(objections)
    NoticeClosing.objects.bulk_create(closings)


def object_to_running(*, now: datetime) -> None:
    """One objection waits for its answer in the village, and one in the district."""
    if not is_available():
        return
    for code, words in _RUNNING:
        running = Posting.objects.published().filter(organisation__code=code, notice_until__gte=now.date())
        posting = running.order_by("-published_at").first()
        if posting is not None:
            object_online(posting, words=words, at=now - timedelta(hours=1))
