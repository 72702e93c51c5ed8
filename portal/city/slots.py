"""What is owed in the year, and how it went: computed once per item and period, for all organisations.

A *slot* is one item in one period. Each slot has `VARIANTS` ways it may have gone; an organisation's way is
drawn from its and the slot's number, so that no two organisations have the same history and every load is alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalogue.choices import DueRule, Period
from catalogue.deadlines import PeriodSpan, TimeLimit, WorkingCalendar, due_date, next_period, period_of
from catalogue.models import Item
from disclosures.choices import Outcome

VARIANTS = 64
_SHANGHAI = ZoneInfo("Asia/Shanghai")

ON_TIME, LATE, NIL, WAIVED, OPEN = "on_time", "late", "nil", "waived", "open"
_PAST = [LATE] * 5 + [NIL] * 4 + [WAIVED] + [OPEN]
_RECENT = [LATE] * 3 + [NIL] * 4 + [WAIVED] + [OPEN] * 4
_RUNNING = [ON_TIME] * 24 + [NIL] * 2
_RECENTLY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Slot:
    """One item in one period (`period_key` once: a permanent item)."""

    id: int
    item: Item
    period_key: str
    period_start: date | None
    period_end: date | None
    opens_on: date
    anchor_on: date
    due_on: date

    @property
    def title(self) -> str:
        return f"{self.item.title}（{self.period_key}）" if self.period_start else self.item.title


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a slot may have gone."""

    slot: int
    number: int
    outcome: str
    fulfilled_on: date | None
    published_at: datetime | None
    posting_suffix: str


def slots(items: list[Item], *, since: date, on: date, calendar: WorkingCalendar) -> Iterator[Slot]:
    """Every period from the one `since` lies in to the one after `on`, of every item owed by the calendar."""
    number = 0
    for item in items:
        limit = TimeLimit.of(item)
        if item.due_rule == DueRule.STANDING:
            number += 1
            due = due_date(limit, anchor=since, calendar=calendar)
            yield Slot(number, item, "once", None, None, since, since, due.on)
        elif item.due_rule in (DueRule.AFTER_PERIOD, DueRule.FIXED_DAY):
            for span in _spans(Period(item.period), since, on):
                number += 1
                due = due_date(limit, span=span, calendar=calendar)
                opens = min(span.starts_on, due.on)
                yield Slot(number, item, span.key, span.starts_on, span.ends_on, opens, due.counted_from, due.on)


def _spans(period: Period, since: date, on: date) -> Iterator[PeriodSpan]:
    span = period_of(period, since)
    last = next_period(period_of(period, on))
    while span.starts_on <= last.starts_on:
        yield span
        span = next_period(span)


def variants(slot: Slot, *, on: date) -> Iterator[Variant]:
    """The ways the slot may have gone by the day `on`."""
    if slot.due_on < on - _RECENTLY:
        ways = _PAST
    elif slot.due_on < on:
        ways = _RECENT
    elif slot.period_end is not None and slot.period_end < on:
        ways = _RUNNING
    else:
        ways = []
    rest = ON_TIME if slot.due_on < on else OPEN
    for number in range(VARIANTS):
        way = ways[number] if number < len(ways) else rest
        yield _variant(slot, number, way, on)


def _variant(slot: Slot, number: int, way: str, on: date) -> Variant:
    if way == OPEN:
        return Variant(slot.id, number, "", None, None, "")
    first = max(slot.period_end or slot.opens_on, slot.opens_on)
    if way == LATE:
        fulfilled = min(slot.due_on + timedelta(days=1 + number % 20), on)
    else:
        fulfilled = min(max(slot.due_on - timedelta(days=number % 9), first), on)
    if way in (NIL, WAIVED):
        return Variant(slot.id, number, Outcome.NIL if way == NIL else Outcome.WAIVED, fulfilled, None, "")
    local = datetime.combine(fulfilled, time(9 + number % 8, number % 60), tzinfo=_SHANGHAI)
    return Variant(
        slot.id, number, Outcome.POSTED, fulfilled, local.astimezone(UTC), f"-{fulfilled.year}-{slot.id:06d}"
    )
