"""What became of each obligation: met in time or late, answered with nothing to disclose, or still open."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from random import Random

from catalogue.choices import Period, Scope, TimeLimitClass
from catalogue.models import Item
from disclosures.choices import DecisionKind, Outcome, WithdrawalReason
from disclosures.models import Obligation
from organisations.models import Organisation, User

from .days import AnyCalendar
from .founding import Staff
from .ledger import Ledger, Paper, Words
from .places import Group, Place, places
from .texts import MATTERS, Scene, Text, district, remarks
from .timeline import Timeline, moment, timeline

SHOWN = "JX"
"""The village that visitors are led to."""

OVERDUE_THERE = ("M605", "X11", "M306")
"""What it is overdue with at the latest due day, so that there is something to post."""


class Fate(Enum):
    """How an obligation ends."""

    IN_TIME = auto()
    LATE = auto()
    NIL = auto()
    OPEN = auto()


class Twist(Enum):
    """What else happened on the way."""

    NONE = auto()
    RETURNED = auto()
    CORRECTED = auto()
    POSTED_TWICE = auto()
    WITHDRAWN = auto()


_NIL: dict[str, float] = {"M307": 0.25, "M601": 0.06, "M603": 0.08, "X05": 0.2, "X13": 0.35, "M505": 0.15}
_NIL_OF_A_BRANCH = {"M307": 0.45, "M601": 0.3, "M602": 0.75, "M603": 0.35, "M605": 0.25, "M504": 0.7, "M505": 0.8}
_NIL_OF_A_FIRM = {"M602": 0.3, "M603": 0.25, "M307": 0.3}
_NIL_OF_A_DISTRICT = 0.03
"""How likely there is nothing to disclose."""

_HABITS = (0.015, 0.03, 0.03, 0.05, 0.05, 0.08, 0.13)
"""How likely an organisation is late; each has its own habit."""

_HABIT_THERE = 0.04

_FRESH = timedelta(days=45)


@dataclass(frozen=True)
class Owed:
    """An obligation with what the story needs of it."""

    row: Obligation
    place: Place
    organisation: Organisation
    item: Item
    staff: Staff

    @property
    def first_day(self) -> date:
        """The first day on which there is something to disclose."""
        if self.row.event is not None:
            return self.row.event.occurred_on
        if self.row.period_end is not None:
            return self.row.period_end + timedelta(days=1)
        return self.row.opens_on

    def rng(self, *key: object) -> Random:
        event = self.row.event
        matter = (event.title, event.stage, event.occurred_on) if event else (self.row.period_key,)
        return self.place.rng(self.item.code, *matter, *key)

    def stated_on(self, drafted_on: date) -> date:
        """The date of the matter, as a new draft has it."""
        if self.row.event is not None:
            return self.row.event.occurred_on
        return min(self.row.period_end or drafted_on, drafted_on)

    def scene(self, stated_on: date, calendar: AnyCalendar) -> Scene:
        """What the text of a posting is written from."""
        event = self.row.event
        return Scene(
            place=self.place,
            item=self.item.title,
            when=when(self.row.period_key),
            start=event.occurred_on - timedelta(days=30) if event else self.row.period_start or self.row.opens_on,
            end=event.occurred_on if event else self.row.period_end or stated_on,
            day=stated_on,
            subject=event.title if event else "",
            stage=event.stage if event else "",
            elements=self.item.content_elements,
            department=self.item.responsible_department,
            rng=self.rng("text"),
            calendar=calendar,
        )


def when(period_key: str) -> str:
    """A period as the texts name it: 2026年度, 2026年下半年, 2026年第三季度, 2026年11月; nothing for any other key."""
    year, rest = period_key[:4], period_key[4:]
    if not year.isdigit():
        return ""
    if rest.startswith("Q"):
        return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
    if rest.startswith("H"):
        return f"{year}年{'上下'[int(rest[1]) - 1]}半年"
    return f"{year}年{int(rest[1:])}月" if rest else f"{year}年度"


class Story:
    """Tells what became of every obligation up to a moment, into a ledger."""

    def __init__(self, ledger: Ledger, calendar: AnyCalendar, *, now: datetime, today: date, member: User) -> None:
        self.ledger, self.calendar, self.now, self.today = ledger, calendar, now, today
        self.member = member

    def tell(self, owed: Iterable[Owed]) -> None:
        obligations = list(owed)
        left_open = set(_left_open_where_visitors_look(obligations, self.today))
        for one in obligations:
            fate = Fate.OPEN if one.row.pk in left_open else self._fate(one)
            done = fate != Fate.OPEN and self._happens(one, fate)
            if not done and one.row.due_on < self.today:
                self._log_overdue(one, since=one.row.due_on)

    def _fate(self, owed: Owed) -> Fate:
        rng, place = owed.rng("fate"), owed.place
        if rng.random() < _nil_chance(owed):
            return Fate.NIL
        habit = _HABIT_THERE if place.code == SHOWN else place.rng("habit").choice(_HABITS)
        if self.today - owed.row.due_on <= _FRESH and place.code != SHOWN and rng.random() < habit * 0.7:
            return Fate.OPEN
        return Fate.LATE if rng.random() < habit else Fate.IN_TIME

    def _happens(self, owed: Owed, fate: Fate) -> bool:
        """Whether it has happened by now."""
        day = self._day(owed, fate)
        if fate == Fate.NIL:
            return self._nil_return(owed, day)
        rng = owed.rng("times")
        twist = _twist(owed)
        times = timeline(
            rng,
            earliest=min(owed.first_day, day),
            published_on=day,
            calendar=self.calendar,
            returned=twist == Twist.RETURNED,
        )
        if times.published_at > self.now:
            return False
        text = self._write(owed, times)
        paper = self._publish(owed, text, times)
        self._turn(owed, paper, twist, text, times)
        if times.published_at.date() > owed.row.due_on:
            self._log_overdue(owed, since=owed.row.due_on)
        return True

    def _day(self, owed: Owed, fate: Fate) -> date:
        """A working day between the matter and its due day, rather late than early; or some days after that."""
        rng = owed.rng("day")
        if fate == Fate.LATE:
            return self.calendar.add_working_days(owed.row.due_on, rng.randint(1, 8))
        before = owed.first_day - timedelta(days=1)
        room = self.calendar.count_working_days(before, owed.row.due_on)
        if room < 1:
            return owed.row.due_on
        return self.calendar.add_working_days(before, max(1, math.ceil(room * rng.random() ** 0.6)))

    def _nil_return(self, owed: Owed, day: date) -> bool:
        rng = owed.rng("nil")
        at = moment(day, rng.randint(9, 16), rng.randint(0, 59))
        if at > self.now:
            return False
        self.ledger.decide(
            owed.row.pk,
            kind=DecisionKind.NIL_RETURN,
            outcome=Outcome.NIL,
            reason=rng.choice(remarks.NIL_REASONS),
            by=owed.staff.author,
            at=at,
        )
        return True

    def _log_overdue(self, owed: Owed, *, since: date) -> None:
        """In the first night in which it was found open after its due day."""
        logged_at = moment(since + timedelta(days=1), 0, 10)
        self.ledger.became_overdue(owed.row.pk, due_on=owed.row.due_on, logged_at=logged_at)

    def _write(self, owed: Owed, times: Timeline) -> Text:
        drafted_on = times.drafted_at.date()
        return write(owed, owed.stated_on(drafted_on), self.calendar)

    def _publish(self, owed: Owed, text: Text, times: Timeline, *, beside: bool = False) -> Paper:
        """A posting for the obligation, or beside it."""
        paper = self.ledger.publish(
            organisation=owed.organisation,
            item=owed.item,
            obligation_id=None if beside else owed.row.pk,
            staff=owed.staff,
            text=text,
            stated_on=owed.stated_on(times.drafted_at.date()),
            times=times,
            words=_words(owed),
        )
        if owed.item.scope == Scope.SPECIFIC:
            self.ledger.name_readers(paper, users=[self.member] if owed.place.code == SHOWN else [])
        return paper

    def _turn(self, owed: Owed, paper: Paper, twist: Twist, text: Text, times: Timeline) -> None:
        """What happens to the posting afterwards, unless that lies in the future."""
        rng, published_on = owed.rng("turn"), times.published_at.date()
        turned_on = self.calendar.add_working_days(published_on, rng.randint(2, 4))
        again = self._again(rng, after=turned_on)
        if again.published_at > self.now:
            return
        if twist == Twist.CORRECTED:
            index = rng.randrange(len(remarks.CORRECTION_NOTES))
            note, addendum = remarks.CORRECTION_NOTES[index], remarks.CORRECTION_ADDENDA[index]
            self.ledger.correct(paper, body=text.body + addendum, note=note, times=again, words=_words(owed))
        elif twist == Twist.POSTED_TWICE:
            double = self._publish(owed, text, self._again(rng, after=published_on), beside=True)
            reason, note = remarks.POSTED_TWICE
            self.ledger.withdraw(double, reason=WithdrawalReason(reason), note=note, at=again.published_at)
        elif twist == Twist.WITHDRAWN:
            reason, note = rng.choice(remarks.WITHDRAWALS)
            at = moment(turned_on, rng.randint(9, 16), rng.randint(0, 59))
            self.ledger.withdraw(paper, reason=WithdrawalReason(reason), note=note, at=at)
            self._publish(owed, text, again)
            if published_on <= owed.row.due_on < again.published_at.date():
                self._log_overdue(owed, since=max(owed.row.due_on, turned_on))

    def _again(self, rng: Random, *, after: date) -> Timeline:
        """The way of another publication, one to three working days after a day."""
        day = self.calendar.add_working_days(after, rng.randint(1, 3))
        earliest = after + timedelta(days=1)
        return timeline(rng, earliest=earliest, published_on=day, calendar=self.calendar, returned=False)


def write(owed: Owed, stated_on: date, calendar: AnyCalendar) -> Text:
    """The text of a posting for the obligation."""
    scene = owed.scene(stated_on, calendar)
    matter = MATTERS.get(owed.item.code)
    return matter.write(scene) if matter else district.write(scene)


def _words(owed: Owed) -> Words:
    rng = owed.rng("words")
    return Words(
        grounds=rng.choice(remarks.REVIEW_GROUNDS),
        opinion=rng.choice(remarks.APPROVAL_OPINIONS),
        returned=rng.choice(remarks.RETURN_REASONS),
    )


def _nil_chance(owed: Owed) -> float:
    if owed.item.time_limit_class != TimeLimitClass.PERIODIC:
        return 0.0
    if owed.place.group == Group.DISTRICT:
        return _NIL_OF_A_DISTRICT if owed.item.period in (Period.MONTHLY, Period.QUARTERLY) else 0.0
    of_the_group = {Group.BRANCH: _NIL_OF_A_BRANCH, Group.FIRM: _NIL_OF_A_FIRM}.get(owed.place.group, {})
    return of_the_group.get(owed.item.code, _NIL.get(owed.item.code, 0.0))


def _twist(owed: Owed) -> Twist:
    """One in ten is returned on the way; a few are corrected or withdrawn. More of it where visitors look."""
    chance = owed.rng("twist").random() / (2 if owed.place.code == SHOWN else 1)
    for twist, below in (
        (Twist.WITHDRAWN, 0.003),
        (Twist.POSTED_TWICE, 0.006),
        (Twist.CORRECTED, 0.026),
        (Twist.RETURNED, 0.1),
    ):
        if chance < below:
            return twist
    return Twist.NONE


def _left_open_where_visitors_look(obligations: Iterable[Owed], today: date) -> Iterator[int]:
    """The latest obligations past their due day of the items that the village is overdue with."""
    latest: dict[str, Obligation] = {}
    for owed in obligations:
        if owed.place.code == SHOWN and owed.item.code in OVERDUE_THERE and owed.row.due_on < today:
            before = latest.get(owed.item.code)
            if before is None or before.due_on < owed.row.due_on:
                latest[owed.item.code] = owed.row
    return (row.pk for row in latest.values())


def owed_up_to(organisations: dict[str, Organisation], staff: dict[str, Staff], *, until: date) -> list[Owed]:
    """Obligations about which something may have happened by the day; those of matters are told by themselves."""
    by_pk = {organisation.pk: code for code, organisation in organisations.items()}
    rows = (
        Obligation.objects.filter(organisation__in=by_pk, opens_on__lte=until, event__stage_of_matter=None)
        .select_related("event")
        .order_by("organisation", "due_on", "pk")
    )
    items = Item.objects.in_bulk({row.item_id for row in rows})
    known = places()
    found = []
    for row in rows:
        code = by_pk[row.organisation_id]
        one = Owed(row, known[code], organisations[code], items[row.item_id], staff[code])
        if one.first_day <= until:
            found.append(one)
    return found
