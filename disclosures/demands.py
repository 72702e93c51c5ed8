"""What the duties ask for: items, periods and due dates. Worked out in Python, once for all organisations.

The rules are numbered in docs/rules.md (R41-R47). What is found here is compared with what the generator has
stored (`Demand`), and obligations are made from the difference in sets (generation.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import F

from catalogue.choices import CatalogueStatus, Openness, Period, TimeLimitClass
from catalogue.deadlines import (
    DeadlineError,
    DueDate,
    PeriodSpan,
    TimeLimit,
    WorkingCalendar,
    due_date,
    next_period,
    period_of,
)
from catalogue.models import Catalogue, Item

from .choices import DutyReach
from .models import Duty

ONCE = "once"
"""The period key of permanent items: owed once, and then kept up."""

_COLUMNS = (
    "code",
    "time_limit_class",
    "period",
    "due_rule",
    "due_days",
    "day_type",
    "fixed_month",
    "fixed_day",
    "applies_to",
    "owned_from",
    "catalogue__code",
    "owner__path",
)
"""Of thousands of items, only what is asked about."""

Key = tuple[int, int, str, date]
"""Duty, item, period key, anchor."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One item asked for by one duty for one period; see the model `Demand`."""

    duty_id: int
    item_id: int
    period_key: str
    period_start: date | None
    period_end: date | None
    opens_on: date
    closes_on: date | None
    anchor_on: date
    due_on: date
    terms: str

    @property
    def key(self) -> Key:
        return self.duty_id, self.item_id, self.period_key, self.anchor_on


@dataclass(slots=True)
class Plan:
    """Everything asked for in the periods from one day to another and the one after."""

    on: date
    asked: dict[Key, Asked] = field(default_factory=dict)
    period_keys: set[str] = field(default_factory=set)
    """The periods looked at. What is stored for others is not judged by this plan."""
    items: dict[int, Item] = field(default_factory=dict)
    problems: dict[str, None] = field(default_factory=dict)
    """Items whose due date cannot be worked out, in words, each once."""


def path_range(duty: Duty) -> tuple[str, str]:
    """The paths of the organisations a duty reaches, as a half-open range.

    "!" sorts before every character of a path and "~" after: a path and "!" enclose that path alone.
    """
    path = duty.organisation.path
    return path, path + ("~" if duty.reach == DutyReach.SUBTREE else "!")


class Planner:
    """Works out a plan. Due dates are counted once per time limit and period, however many duties ask."""

    def __init__(self, *, since: date, on: date, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self.plan = Plan(on=on)
        self._dues: dict[tuple[int, PeriodSpan | date], DueDate | None] = {}
        self._spans = {kind: list(_spans(kind, since, on)) for kind in Period}
        for spans in self._spans.values():
            self.plan.period_keys.update(span.key for span in spans)

    def work_out(self) -> Plan:
        """Everything that is asked for, duty by duty."""
        duties = Duty.objects.select_related("catalogue", "organisation").order_by("pk")
        for duty in duties.filter(starts_on__lte=max(span.ends_on for spans in self._spans.values() for span in spans)):
            editions = self._editions[duty.catalogue.code]
            for edition in editions:
                self._add_permanent(duty, edition)
            for kind, spans in self._spans.items():
                for span in spans:
                    self._add_periodic(duty, kind, span, editions)
        return self.plan

    def due(self, item: Item, *, span: PeriodSpan | None = None, anchor: date | None = None) -> DueDate | None:
        """The due date of an item; None, and a problem noted, where its time limit gives none."""
        key = (item.pk, span or anchor or date.min)
        if key not in self._dues:
            try:
                found = due_date(TimeLimit.of(item), span=span, anchor=anchor, calendar=self.calendar)
            except DeadlineError as error:
                self.plan.problems[f"{item.catalogue.code} {item.code}: {error}"] = None
                found = None
            self._dues[key] = found
        return self._dues[key]

    @cached_property
    def _editions(self) -> dict[str, list[Edition]]:
        """Editions that are or were in force, by code, the oldest first."""
        found: dict[str, list[Edition]] = defaultdict(list)
        codes = Duty.objects.order_by().values("catalogue__code")
        published = Catalogue.objects.exclude(status=CatalogueStatus.DRAFT).filter(code__in=codes)
        for catalogue in published.order_by("effective_from", "edition"):
            found[catalogue.code].append(Edition(catalogue))
        return found

    def _add_permanent(self, duty: Duty, edition: Edition) -> None:
        """Permanent items are owed once, from the day duty, edition and organisation are all there (R43)."""
        ends = [day for day in (duty.ends_on, edition.last) if day]
        closes = min(ends, default=None)
        for item in edition.owed("", path_range(duty)):
            opens = max(duty.starts_on, edition.first, item.owned_from or date.min)
            if opens > self.plan.on or (closes and closes < opens):
                continue
            self._add(duty, item, ONCE, None, opens, closes, self.due(item, anchor=opens))

    def _add_periodic(self, duty: Duty, kind: Period, span: PeriodSpan, editions: list[Edition]) -> None:
        """A period is governed by the edition in force when it, or the duty within it, begins (R42)."""
        first, last = max(span.starts_on, duty.starts_on), min(span.ends_on, duty.ends_on or date.max)
        edition = next((e for e in editions if e.first <= last and (e.last or date.max) >= first), None)
        if first > last or edition is None:
            return
        for item in edition.owed(kind, path_range(duty)):
            opens = max(first, edition.first, item.owned_from or date.min)
            if opens <= last:
                self._add(duty, item, span.key, span, opens, last, self.due(item, span=span))

    def _add(
        self,
        duty: Duty,
        item: Item,
        key: str,
        span: PeriodSpan | None,
        opens: date,
        closes: date | None,
        due: DueDate | None,
    ) -> None:
        if due is None or due.on < opens:  # what fell due before it was owed is not owed (R44)
            return
        asked = Asked(
            duty_id=duty.pk,
            item_id=item.pk,
            period_key=key,
            period_start=span.starts_on if span else None,
            period_end=span.ends_on if span else None,
            opens_on=opens,
            closes_on=closes,
            anchor_on=due.counted_from,
            due_on=due.on,
            terms=f"{duty.reach}|{duty.kind}|{item.owner_id or ''}|{item.applies_to}",
        )
        self.plan.asked[asked.key] = asked
        self.plan.items[item.pk] = item


class Edition:
    """An edition with the items of it that are owed without an event, by the period they are owed for."""

    def __init__(self, catalogue: Catalogue) -> None:
        assert catalogue.effective_from is not None  # noqa: S101  # catalogue_in_force_has_a_first_day
        self.catalogue = catalogue
        self.first: date = catalogue.effective_from
        self.last = catalogue.effective_to

    @cached_property
    def _items(self) -> dict[str, tuple[list[Item], list[Item], list[str]]]:
        """By period ("" for permanent items): those of everybody, and those of one organisation with its path."""
        leaves = (
            Item.objects.filter(catalogue=self.catalogue, openness=Openness.PROACTIVE, rght=F("lft") + 1)
            .filter(time_limit_class__in=[TimeLimitClass.PERIODIC, TimeLimitClass.PERMANENT])
            .exclude(due_rule="")
            .select_related("catalogue", "owner")
            .only(*_COLUMNS)
            .order_by("owner__path", "pk")
        )
        found: dict[str, tuple[list[Item], list[Item], list[str]]] = defaultdict(lambda: ([], [], []))
        for item in leaves:
            shared, owned, paths = found[item.period if item.time_limit_class == TimeLimitClass.PERIODIC else ""]
            if item.owner is None:
                shared.append(item)
            else:
                owned.append(item)
                paths.append(item.owner.path)
        return found

    def owed(self, period: str, paths: tuple[str, str]) -> Iterable[Item]:
        """The items of the period that organisations within the range of paths may owe."""
        shared, owned, owners = self._items.get(period, ((), (), ()))
        return [*shared, *owned[bisect_left(owners, paths[0]) : bisect_left(owners, paths[1])]]


def _spans(kind: Period, since: date, on: date) -> Iterator[PeriodSpan]:
    """The periods that touch the days from `since` to `on`, and the next one (R41)."""
    span = period_of(kind, since)
    while span.starts_on <= on:
        yield span
        try:
            span = next_period(span)
        except DeadlineError:
            return
    yield span
