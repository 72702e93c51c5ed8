"""What is under way when the visitor comes: drafts, returned and waiting versions, one urgent, one scheduled.

Made through the actions themselves, by the people concerned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalogue.models import Item
from disclosures.actions.drafts import save_draft, start_draft
from disclosures.actions.obligations import extend, record_event, waive
from disclosures.actions.postings import approve, propose, publish_urgently, review, schedule, send_back
from disclosures.choices import ReviewConclusion, VersionState
from disclosures.models import Obligation, Version
from organisations.choices import Role
from organisations.models import Organisation, User

from .days import AnyCalendar
from .founding import Staff
from .histories import SHOWN, Owed, write
from .places import places
from .texts import remarks
from .timeline import moment

_REACHED = (
    ("JX", "M103", "审议冬季农田水利养护方案", "", VersionState.DRAFT),
    ("JX", "M303", "确定发展对象", "", VersionState.PROPOSED),
    ("JX", "X26", "集体厂房租约到期时间表", "", VersionState.REVIEWED),
    ("JX-LN", "M103", "讨论老党员谈心日安排", "", VersionState.PROPOSED),
    ("MQ", "X02", "村居公开栏统一更新", "", VersionState.REVIEWED),
    ("MQ-TX", "M103", "审议集体收益分配方案", "", VersionState.RETURNED),
    ("YJ", "M105", "党群议事长廊改建", "", VersionState.PROPOSED),
    ("WJS", "X24", "冬季公共场所卫生检查", "", VersionState.APPROVED),
    ("QP", "QP010201", "常委会会议主要议定事项（近期）", "", VersionState.PROPOSED),
    ("XH", "XH0704", "热点问题专题公开（近期）", "", VersionState.DRAFT),
)
"""Organisation, item, what happened on the last working day, its stage, and how far its posting has got."""


@dataclass(frozen=True)
class Desk:
    """The sample's people and organisations as the actions need them."""

    organisations: dict[str, Organisation]
    staff: dict[str, Staff]
    users: dict[tuple[str, Role | None], User]
    calendar: AnyCalendar
    now: datetime
    today: date
    last_working_day: date

    def item(self, code: str) -> Item:
        return Item.objects.select_related("catalogue").get(code=code)

    def owed(self, obligation: Obligation) -> Owed:
        code = obligation.organisation.code
        return Owed(obligation, places()[code], self.organisations[code], obligation.item, self.staff[code])


def set_up(desk: Desk) -> None:
    """Everything that is under way."""
    for code, item, title, stage, reached in _REACHED:
        obligation = _happened(desk, code, item, title, stage, on=desk.last_working_day)
        _work_on(desk, obligation, reached, begun=moment(desk.last_working_day, 9, 30))
    _scheduled(desk)
    _returned_and_overdue(desk)
    _released(desk)
    _urgent(desk)


def _happened(desk: Desk, code: str, item: str, title: str, stage: str = "", *, on: date) -> Obligation:
    recorded = record_event(
        organisation=desk.organisations[code],
        item=desk.item(item),
        title=title,
        stage=stage,
        occurred_on=on,
        by=desk.staff[code].author,
        at=moment(on, 8, 30),
    )
    return recorded.obligation


def _work_on(desk: Desk, obligation: Obligation, reached: VersionState, *, begun: datetime) -> Version:
    """Takes a posting so far, an hour a step."""
    owed, staff = desk.owed(obligation), desk.staff[obligation.organisation.code]
    version = start_draft(obligation=obligation, by=staff.author, at=begun)
    text = write(owed, version.stated_on, desk.calendar)
    version = save_draft(
        version,
        expected_revision=version.revision,
        title=text.title,
        body=text.body,
        stated_on=version.stated_on,
        by=staff.author,
        at=begun + timedelta(minutes=20),
    )
    if reached == VersionState.DRAFT:
        return version
    propose(version, by=staff.author, at=begun + timedelta(minutes=30))
    if reached == VersionState.RETURNED:
        reason = owed.rng("returned").choice(remarks.RETURN_REASONS)
        send_back(version, reason=reason, by=staff.reviewer, at=begun + timedelta(hours=1))
    if reached in (VersionState.REVIEWED, VersionState.APPROVED):
        grounds = owed.rng("grounds").choice(remarks.REVIEW_GROUNDS)
        review(
            version,
            conclusion=ReviewConclusion.MAY_BE_DISCLOSED,
            grounds=grounds,
            by=staff.reviewer,
            at=begun + timedelta(hours=1),
        )
    if reached == VersionState.APPROVED:
        opinion = owed.rng("opinion").choice(remarks.APPROVAL_OPINIONS)
        approve(version, opinion=opinion, by=staff.approver, at=begun + timedelta(hours=2))
    return version


def _scheduled(desk: Desk) -> None:
    """A letting that the board shows from nine o'clock on the next working day."""
    obligation = _happened(desk, SHOWN, "X08", "沿街门面15号招租", on=desk.last_working_day)
    version = _work_on(desk, obligation, VersionState.APPROVED, begun=moment(desk.last_working_day, 10))
    opens = moment(desk.calendar.next_working(desk.today + timedelta(days=1)), 9)
    schedule(version, publish_at=opens, by=desk.staff[SHOWN].author, at=moment(desk.last_working_day, 13))


def _returned_and_overdue(desk: Desk) -> None:
    """The village's dues were returned for their figures, and are overdue meanwhile."""
    open_still = Obligation.objects.overdue(on=desk.today).filter(
        organisation=desk.organisations[SHOWN], item__code="M306"
    )
    for obligation in open_still.select_related("organisation", "item", "event"):
        staff = desk.staff[SHOWN]
        begun = moment(desk.last_working_day, 14)
        version = _work_on(desk, obligation, VersionState.PROPOSED, begun=begun)
        send_back(version, reason=remarks.DUES_RETURNED, by=staff.reviewer, at=begun + timedelta(hours=1))


def _released(desk: Desk) -> None:
    """One obligation is waived and one extended, by the town above."""
    above, at = desk.users["MQ", Role.APPROVER], moment(desk.last_working_day, 15, 30)
    upcoming = Obligation.objects.open().filter(
        organisation=desk.organisations["JX-1"], item__code="M307", opens_on__lte=desk.last_working_day
    )
    if (spared := upcoming.order_by("-due_on").first()) is not None:
        waive(spared, reason=remarks.WAIVER_REASON, by=above, at=at)
    days_ago = desk.calendar.add_working_days(desk.today, -7)
    audit = _happened(desk, "MQ-QZ", "X16", "党总支书记任期经济责任审计", on=days_ago)
    later = desk.calendar.add_working_days(audit.due_on, 10)
    extend(audit, new_due_on=later, reason=remarks.EXTENSION_REASON, by=above, at=at)


def _urgent(desk: Desk) -> None:
    """Published within the hour, before approval: the village's approver will find it."""
    begun = desk.now - timedelta(minutes=55)
    day = begun.date()
    staff = desk.staff[SHOWN]
    recorded = record_event(
        organisation=desk.organisations[SHOWN],
        item=desk.item("M105"),
        title="极端天气应急避险安置安排",
        occurred_on=day,
        by=staff.author,
        at=begun,
    )
    version = start_draft(obligation=recorded.obligation, by=staff.author, at=begun + timedelta(minutes=5))
    version = save_draft(
        version,
        expected_revision=version.revision,
        title=remarks.URGENT_TITLE,
        body=remarks.URGENT_BODY,
        stated_on=day,
        by=staff.author,
        at=begun + timedelta(minutes=20),
    )
    propose(version, by=staff.author, at=begun + timedelta(minutes=25))
    review(
        version,
        conclusion=ReviewConclusion.MAY_BE_DISCLOSED,
        grounds=remarks.REVIEW_GROUNDS[0],
        by=staff.reviewer,
        at=begun + timedelta(minutes=40),
    )
    publish_urgently(version, reason=remarks.URGENT_REASON, by=staff.author, at=begun + timedelta(minutes=50))
