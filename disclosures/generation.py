"""Obligations, made in sets: which organisation owes what for which period.

The work of a night is the difference between what is asked for (demands.py) and what was asked for the night
before (`Demand`), and between the organisations as they are and as they were last seen (`SeenOrganisation`). A
night on which no period begins and no organisation changed finds no difference and makes nothing.

Each step is a transaction of its own and notes how far it got, so that a run that was killed is finished by the
next. No statement here goes organisation by organisation: the database joins organisations with demands.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Max, QuerySet

from catalogue.calendars import working_calendar
from catalogue.choices import TimeLimitClass
from catalogue.deadlines import parse_period
from organisations.locks import OBLIGATIONS, hold
from organisations.models import Organisation

from . import generation_sql as sql
from .actions.boards import touch_boards
from .choices import DemandState
from .demands import ONCE, Asked, Planner, path_range
from .models import Demand, Duty, GenerationRun

logger = logging.getLogger(__name__)

BATCH = 500
"""Rows named in one statement."""

MANY = 2000
"""If more organisations than this changed, whole duties are gone through again: that is cheaper."""

_T = TypeVar("_T")


@dataclass(slots=True)
class GenerationResult:
    """What a run made and removed. `by_kind` counts what was made: by kind of period, or as permanent."""

    created: int = 0
    removed: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    problems: tuple[str, ...] = ()


def generate(
    on: date, at: datetime, *, thorough: bool = False, progress: Callable[[str], None] | None = None
) -> GenerationResult:
    """Makes the obligations of the current and the next period of every duty that holds (rules R41-R47).

    Periods since the last run are caught up. Made twice, nothing is made twice. What is open, untouched and no
    longer owed is removed. `at` is the moment the rows bear; `thorough` goes through everything again and not
    only through what changed. Items whose due date cannot be worked out are named in `problems` and left out.
    """
    run = _Run(on, at, progress or (lambda words: None))
    run.go(thorough=thorough)
    for problem in run.result.problems:
        logger.warning("No obligations were made: %s", problem)
    logger.info("Obligations on %s: %d made, %d removed", on, run.result.created, run.result.removed)
    return run.result


class _Run:
    """One run of the generator, step by step."""

    def __init__(self, on: date, at: datetime, progress: Callable[[str], None]) -> None:
        self.on, self.progress = on, progress
        self.at, self.now = at, connection.ops.adapt_datetimefield_value(at)
        last = GenerationRun.objects.filter(on__lt=on).aggregate(last=Max("on"))["last"]
        self.since = min(on, last + timedelta(days=1)) if last else on
        self.planner = Planner(since=self.since, on=on, calendar=working_calendar())
        self.plan = self.planner.work_out()
        self.ranges = {duty.pk: path_range(duty) for duty in Duty.objects.select_related("organisation")}
        self.permanent: dict[int, list[Asked]] = defaultdict(list)
        for asked in self.plan.asked.values():
            if asked.period_key == ONCE:
                self.permanent[asked.duty_id].append(asked)
        self.result = GenerationResult(problems=tuple(self.plan.problems))

    def go(self, *, thorough: bool) -> None:
        self._compare()
        if thorough:
            Demand.objects.filter(state=DemandState.MADE).update(state=DemandState.CHANGED)
        self._remove_what_is_gone()
        self._look_at_changed_organisations()
        self._make_what_is_new()
        self._record()

    # What is asked for now, against what was asked for before

    @transaction.atomic
    def _compare(self) -> None:
        """Stores the plan, and notes which of its rows are new, changed or gone."""
        hold(OBLIGATIONS)
        missing = dict(self.plan.asked)
        changed: list[Demand] = []
        gone: list[int] = []
        past: list[int] = []
        for row in Demand.objects.iterator():
            asked = missing.pop((row.duty_id, row.item_id, row.period_key, row.anchor_on), None) or self._younger(row)
            if asked is not None:
                if _bring_up_to_date(row, asked):
                    changed.append(row)
            elif row.period_key in self.plan.period_keys or (row.period_key == ONCE and row.opens_on <= self.on):
                gone.append(row.pk)
            elif row.period_end and row.period_end < self.since:
                past.append(row.pk)
        self._store(missing.values())
        Demand.objects.bulk_update(changed, ["opens_on", "closes_on", "due_on", "terms", "state"], 200)
        for pks in _batches(gone):
            Demand.objects.filter(pk__in=pks).update(state=DemandState.GONE)
        for pks in _batches(past):
            Demand.objects.filter(pk__in=pks).delete()

    def _store(self, asked: Iterable[Asked]) -> None:
        rows = (Demand(**{name: getattr(row, name) for name in Asked.__slots__}) for row in asked)
        Demand.objects.bulk_create(rows, 1000, ignore_conflicts=True)

    def _younger(self, row: Demand) -> Asked | None:
        """What a row asks for that stands for organisations younger than a permanent item."""
        base = self.plan.asked.get((row.duty_id, row.item_id, row.period_key, row.opens_on))
        return self._from_day(base, row.anchor_on) if base else None

    def _from_day(self, base: Asked, day: date) -> Asked | None:
        """A permanent item as asked of organisations established on a later day, if it still is."""
        if day <= base.opens_on or (base.closes_on and day > base.closes_on):
            return None
        due = self.planner.due(self.plan.items[base.item_id], anchor=day)
        return replace(base, anchor_on=day, due_on=due.on) if due else None

    # What is no longer owed

    def _remove_what_is_gone(self) -> None:
        """Checks the obligations of demands that are gone or changed: period by period, for all duties at once."""
        unsettled = Demand.objects.filter(state__in=[DemandState.GONE, DemandState.CHANGED])
        for key in unsettled.order_by("period_key").values_list("period_key", flat=True).distinct():
            with transaction.atomic():
                hold(OBLIGATIONS)
                self._remove(sql.OF_CHANGED_DEMANDS, {"key": key})
                rows = Demand.objects.filter(period_key=key)
                rows.filter(state=DemandState.GONE).delete()
                rows.filter(state=DemandState.CHANGED).update(state=DemandState.NEW)

    def _remove(self, which: str, params: Mapping[str, Any]) -> None:
        """Removes open and untouched obligations that no demand stands behind."""
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE not_owed (id bigint PRIMARY KEY, organisation_id bigint)")
            cursor.execute(sql.FIND_NOT_OWED.format(which=which), params)
            if cursor.rowcount:
                touch_boards("SELECT organisation_id FROM not_owed", self.at)
                cursor.execute("DELETE FROM disclosures_duechange WHERE obligation_id IN (SELECT id FROM not_owed)")
                cursor.execute("DELETE FROM disclosures_obligation WHERE id IN (SELECT id FROM not_owed)")
                self.result.removed += cursor.rowcount
            cursor.execute("DROP TABLE not_owed")

    # Organisations that are new, were moved or closed, or changed their kind

    def _look_at_changed_organisations(self) -> None:
        """Makes for changed organisations what was made for the others before, and removes what they owe no more."""
        with connection.cursor() as cursor:
            cursor.execute(sql.changed_organisations(), {"since": self.since, "on": self.on})
            rows = cursor.fetchall()
        made = Demand.objects.filter(state=DemandState.MADE)
        if len(rows) > MANY:
            made.update(state=DemandState.NEW)
        one_by_one = made.exists()
        for batch in _batches(rows):
            with transaction.atomic():
                hold(OBLIGATIONS)
                self._note_as_seen([pk for pk, _seen in batch])
                self._check([pk for pk, seen in batch if seen])
                if one_by_one:
                    self._make_for([pk for pk, _seen in batch])

    def _note_as_seen(self, pks: list[int]) -> None:
        """Before anything is made for them: if they change meanwhile, the next run sees it."""
        these = sql.names("org", pks)
        with connection.cursor() as cursor:
            cursor.execute(sql.NOTE_AS_SEEN.format(organisations=these.text), these.params)

    def _check(self, pks: list[int]) -> None:
        if pks:
            these, keys = sql.names("org", pks), sql.names("key", [*self.plan.period_keys, ONCE])
            which = sql.OF_ORGANISATIONS.format(organisations=these.text, keys=keys.text)
            self._remove(which, these.params | keys.params)

    def _make_for(self, pks: list[int]) -> None:
        """What others had made before. Younger organisations add days from which permanent items are counted."""
        reached = set()
        for path, day in Organisation.objects.filter(pk__in=pks).values_list("path", "established_on"):
            duties = {duty for duty, (first, last) in self.ranges.items() if first <= path < last}
            reached |= duties
            if day and day <= self.on:
                for duty in duties:
                    self._ask_from_days(duty, [day])
        these, by = sql.names("org", pks), sql.names("duty", sorted(reached))
        created = 0
        for key in sorted({*self.plan.period_keys, ONCE}) if reached else []:
            statements = sql.make_for_organisations(these.text, by.text, permanent=key == ONCE)
            created += self._make(statements, key, these.params | by.params)
        if created:
            touch_boards(pks, self.at)

    def _ask_from_days(self, duty: int, days: Iterable[date | None]) -> None:
        """Adds rows for organisations younger than the duty's permanent items."""
        younger = (self._from_day(base, day) for base in self.permanent[duty] for day in days if day)
        self._store(asked for asked in younger if asked)

    # What is new

    def _make_what_is_new(self) -> None:
        """Duty by duty and period by period; permanent items for organisations of every age."""
        rows = Demand.objects.filter(state=DemandState.NEW)
        for duty, _key in _groups(rows.filter(period_key=ONCE)):
            opens = min((asked.opens_on for asked in self.permanent[duty]), default=self.on)
            young = self._reached_by(duty).filter(established_on__gt=opens, established_on__lte=self.on)
            self._ask_from_days(duty, young.values_list("established_on", flat=True).distinct())
        for duty, key in _groups(rows.filter(period_key__in=self.plan.period_keys)):
            self._make_group(duty, key, rows.filter(duty=duty, period_key=key))
        for duty, key in _groups(rows.filter(period_key=ONCE, anchor_on__lte=self.on)):
            self._make_group(duty, key, rows.filter(duty=duty, period_key=key, anchor_on__lte=self.on))

    @transaction.atomic
    def _make_group(self, duty: int, key: str, rows: QuerySet[Demand]) -> None:
        hold(OBLIGATIONS)
        first, last = self.ranges[duty]
        statements = sql.make_for_duty(permanent=key == ONCE)
        created = self._make(statements, key, {"duty": duty, "first": first, "last": last})
        rows.update(state=DemandState.MADE)
        if created:
            touch_boards(self._reached_by(duty).values("pk"), self.at)
        self.progress(f"{key}: {created}")

    def _reached_by(self, duty: int) -> QuerySet[Organisation]:
        first, last = self.ranges[duty]
        return Organisation.objects.filter(path__gte=first, path__lt=last).order_by()

    def _make(self, statements: Iterable[str], key: str, params: Mapping[str, Any]) -> int:
        """Runs statements that make obligations of a period, and counts them."""
        values = {"key": key, "at": self.now, "on": self.on, **params}
        created = 0
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)
                created += cursor.rowcount
        if created:
            self.result.created += created
            self.result.by_kind[_kind(key)] += created
        return created

    @transaction.atomic
    def _record(self) -> None:
        """Notes that the day is done, and what was done."""
        GenerationRun.objects.get_or_create(on=self.on, defaults={"finished_at": self.at})
        GenerationRun.objects.filter(on=self.on).update(
            finished_at=self.at,
            created=F("created") + self.result.created,
            removed=F("removed") + self.result.removed,
        )


def _bring_up_to_date(row: Demand, asked: Asked) -> bool:
    """Gives a stored row the days and terms asked for now; says whether it had others."""
    who_owes = (asked.opens_on, asked.closes_on, asked.terms)
    if who_owes == (row.opens_on, row.closes_on, row.terms) and row.state != DemandState.GONE:
        if row.due_on == asked.due_on:
            return False
    else:
        row.opens_on, row.closes_on, row.terms = who_owes
        row.state = DemandState.CHANGED
    row.due_on = asked.due_on
    return True


def _groups(rows: QuerySet[Demand]) -> list[tuple[int, str]]:
    """The duties and period keys of rows: what one statement makes or removes."""
    return list(rows.order_by("duty", "period_key").values_list("duty", "period_key").distinct())


def _kind(period_key: str) -> str:
    return TimeLimitClass.PERMANENT.value if period_key == ONCE else parse_period(period_key).kind.value


def _batches(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
