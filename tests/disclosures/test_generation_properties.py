"""The generator against a patient clerk: in any small world, on any day, both find the same.

The clerk knows nothing of sets, paths or stored demands. For each organisation, item and period he goes through
the days and looks for the first on which everything that must hold for it to be owed holds at once.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.choices import CatalogueStatus, DueRule, ItemKind, Openness, Period, TimeLimitClass
from catalogue.deadlines import PeriodSpan, TimeLimit, WorkingCalendar, due_date, next_period, period_of
from catalogue.models import Catalogue, Item
from disclosures import generation
from disclosures.choices import DutyReach
from disclosures.generation import generate
from disclosures.models import Duty, Obligation
from organisations.choices import OrganisationStatus
from organisations.models import Organisation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
DAY = timedelta(days=1)
PLAIN = WorkingCalendar.plain_weeks()
Owed = dict[tuple[int, int, str], tuple[date, date, date]]
"""Organisation, item and period key; from when, counted from when, due when."""

days = st.dates(date(2026, 6, 1), date(2027, 3, 31))
perhaps = st.one_of(st.none(), st.none(), days)
kinds = st.sampled_from(["village", "branch"])
five = st.integers(0, 4)

organisation = st.fixed_dictionaries(
    {"under": st.integers(-1, 4), "kind": kinds, "established_on": perhaps, "ended_on": perhaps}
)
item = st.fixed_dictionaries(
    {
        "edition": five,
        "code": st.sampled_from(["M1", "M2", "M3"]),
        "period": st.sampled_from(["", *Period.values]),
        "fixed_day": st.one_of(st.none(), st.sampled_from([1, 15])),
        "applies_to": st.sampled_from(["", "", ";branch;"]),
        "openness": st.sampled_from([Openness.PROACTIVE] * 3 + [Openness.ON_APPLICATION]),
        "owner": st.one_of(st.none(), st.none(), five),
        "owned_from": days,
    }
)
duty = st.fixed_dictionaries(
    {
        "organisation": five,
        "edition": five,
        "reach": st.sampled_from(DutyReach),
        "kind": st.one_of(st.just(""), kinds),
        "starts_on": st.one_of(st.just(date(2026, 5, 1)), days),
        "ends_on": perhaps,
    }
)
world = st.fixed_dictionaries(
    {
        "organisations": st.lists(organisation, min_size=2, max_size=5),
        "editions": st.lists(days, max_size=2, unique=True).map(sorted),
        "items": st.lists(item, min_size=1, max_size=5, unique_by=lambda values: (values["edition"], values["code"])),
        "duties": st.lists(duty, min_size=1, max_size=3),
    }
)
few = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def build(world: dict[str, Any]) -> None:
    """A tree of organisations, a catalogue in up to three editions, items, and duties."""
    tree: list[Organisation] = []
    for values in world["organisations"]:
        parent = tree[values["under"] % len(tree)] if tree and values["under"] >= 0 else None
        tree.append(OrganisationFactory(parent=parent))
        change_organisation(tree[-1], values)
    editions = [
        CatalogueFactory(
            code="C",
            edition=number,
            issuer=tree[0],
            effective_from=first,
            effective_to=later - DAY if later else None,
            status=CatalogueStatus.SUPERSEDED if later else CatalogueStatus.IN_FORCE,
        )
        for number, (first, later) in enumerate(
            zip([date(2026, 5, 1), *world["editions"]], [*world["editions"], None], strict=True), start=1
        )
    ]
    for values in world["items"]:
        add_item(values, editions[values["edition"] % len(editions)], tree)
    for values in world["duties"]:
        add_duty(values, editions[values["edition"] % len(editions)], tree)


def change_organisation(organisation: Organisation, values: dict[str, Any]) -> None:
    established, ended = values["established_on"], values["ended_on"]
    if established and ended and ended < established:
        ended = None
    status = OrganisationStatus.CLOSED if ended else OrganisationStatus.ACTIVE
    Organisation.objects.filter(pk=organisation.pk).update(
        kind=values["kind"], established_on=established, ended_on=ended, status=status
    )


def add_item(values: dict[str, Any], edition: Catalogue, tree: list[Organisation]) -> None:
    if Item.objects.filter(catalogue=edition, code=values["code"]).exists():
        return
    rest: dict[str, Any] = {"permanent": not values["period"]}
    if values["period"]:
        rest |= {"period": values["period"]}
        if values["fixed_day"]:
            rest |= {"due_rule": DueRule.FIXED_DAY, "fixed_month": 1, "fixed_day": values["fixed_day"]}
    if values["owner"] is not None:
        owner = tree[values["owner"] % len(tree)]
        rest |= {"kind": ItemKind.EXTRA, "owner": owner, "owned_from": values["owned_from"]}
    names = ("code", "applies_to", "openness")
    ItemFactory(catalogue=edition, **{name: values[name] for name in names}, **rest)


def add_duty(values: dict[str, Any], edition: Catalogue, tree: list[Organisation]) -> None:
    starts, ends = values["starts_on"], values["ends_on"]
    where = {"catalogue": edition, "organisation": tree[values["organisation"] % len(tree)], "kind": values["kind"]}
    if not Duty.objects.filter(**where, starts_on=starts).exists():
        DutyFactory(**where, reach=values["reach"], starts_on=starts, ends_on=ends if ends and ends >= starts else None)


# The clerk


def clerk(on: date) -> Owed:
    """What is owed on a day of the current and the next period, and permanently. He begins with nothing."""
    found: Owed = {}
    for duty in Duty.objects.select_related("organisation"):
        for who in reached(duty):
            for kind in Period:
                span = period_of(kind, on)
                for period in (span, next_period(span)):
                    owe_for_period(found, duty, who, period)
            owe_for_good(found, duty, who, on)
    return found


def reached(duty: Duty) -> Iterator[Organisation]:
    """The organisation of the duty and, up their superiors, those under it."""
    for who in Organisation.objects.all():
        above = {who.pk}
        superior = who.parent
        while superior and duty.reach == DutyReach.SUBTREE:
            above.add(superior.pk)
            superior = superior.parent
        if duty.organisation_id in above and duty.kind in {"", who.kind}:
            yield who


def owe_for_period(found: Owed, duty: Duty, who: Organisation, period: PeriodSpan) -> None:
    held = [day for day in days_of(period.starts_on, period.ends_on) if holds(duty, day)]
    edition = next((edition for day in held if (edition := in_force(day))), None)
    for item in items_of(edition, who):
        if item.time_limit_class != TimeLimitClass.PERIODIC or item.period != period.kind:
            continue
        due = due_date(TimeLimit.of(item), span=period, calendar=PLAIN)
        opens = next((day for day in held if day >= edition.effective_from and is_there(who, item, day)), None)
        if opens and due.on >= opens:
            keep_first(found, (who.pk, item.pk, period.key), (opens, due.counted_from, due.on))


def owe_for_good(found: Owed, duty: Duty, who: Organisation, on: date) -> None:
    edition = in_force(on)
    for item in items_of(edition, who):
        if item.time_limit_class == TimeLimitClass.PERMANENT and holds(duty, on) and is_there(who, item, on):
            since = days_of(edition.effective_from, on)
            opens = next(day for day in since if holds(duty, day) and is_there(who, item, day))
            due = due_date(TimeLimit.of(item), anchor=opens, calendar=PLAIN)
            keep_first(found, (who.pk, item.pk, "once"), (opens, opens, due.on))


def keep_first(found: Owed, key: tuple[int, int, str], days: tuple[date, date, date]) -> None:
    """Of two duties that ask for the same, the one that was recorded first makes the obligation."""
    found.setdefault(key, days)


def in_force(day: date) -> Catalogue | None:
    editions = (e for e in Catalogue.objects.all() if e.effective_from <= day <= (e.effective_to or date.max))
    return next(editions, None)


def items_of(edition: Catalogue | None, who: Organisation) -> list[Item]:
    mine = Item.objects.filter(catalogue=edition, openness=Openness.PROACTIVE) if edition else []
    return [
        item
        for item in mine
        if (not item.applies_to or who.kind in item.applies_to.split(";")) and item.owner_id in {None, who.pk}
    ]


def holds(duty: Duty, day: date) -> bool:
    return duty.starts_on <= day <= (duty.ends_on or date.max)


def is_there(who: Organisation, item: Item, day: date) -> bool:
    owned = item.owned_from is None or item.owned_from <= day
    return owned and (who.established_on or date.min) <= day <= (who.ended_on or date.max)


def days_of(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def made(*, keys: set[str] | None = None) -> Owed:
    rows = Obligation.objects.all() if keys is None else Obligation.objects.filter(period_key__in=keys)
    names = ("organisation", "item", "period_key", "opens_on", "anchor_on", "due_on")
    return {(who, item, key): tuple(rest) for who, item, key, *rest in rows.values_list(*names)}


def window(on: date) -> set[str]:
    spans = [period_of(kind, on) for kind in Period]
    return {span.key for span in spans} | {next_period(span).key for span in spans}


# What both find


@few
@given(world=world, on=days)
def test_from_nothing_the_generator_makes_what_the_clerk_finds(world, on):
    with transaction.atomic():
        build(world)
        generate(on, AT)
        expected = clerk(on)
        assert made().keys() == expected.keys()
        if len(world["duties"]) == 1:
            assert made() == expected
        assert generate(on, AT).created == 0
        assert generate(on, AT, thorough=True).created == 0
        assert made().keys() == expected.keys()
        transaction.set_rollback(True)


@few
@given(
    world=world,
    on=days,
    later=st.integers(0, 40),
    changed=st.lists(st.tuples(five, organisation), max_size=2),
    ended=st.one_of(st.none(), st.tuples(five, days)),
    added=st.one_of(st.none(), duty),
    many=st.booleans(),
)
def test_whatever_changed_since_periods_are_owed_as_if_made_afresh(
    world, on, later, changed, ended, added, many, monkeypatch
):
    monkeypatch.setattr(generation, "MANY", 0 if many else 100)
    with transaction.atomic():
        build(world)
        generate(on, AT)
        tree = list(Organisation.objects.order_by("pk"))[: len(world["organisations"])]
        for number, values in changed:
            change_organisation(tree[number % len(tree)], values)
        if ended:
            duties = list(Duty.objects.order_by("pk"))
            chosen = duties[ended[0] % len(duties)]
            Duty.objects.filter(pk=chosen.pk).update(ends_on=max(chosen.starts_on, ended[1]))
        if added:
            add_duty(added, Catalogue.objects.first(), tree)
        day = on + later * DAY
        generate(day, AT)
        expected = {key for key in clerk(day) if key[2] != "once"}
        assert made(keys=window(day)).keys() == expected
        transaction.set_rollback(True)
