"""Catalogues, duties and obligations of the sample: who owes what since when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from catalogue.actions import change_item, load_builtin, put_in_force
from catalogue.choices import TimeLimitClass
from catalogue.deadlines import DueDate, TimeLimit, due_date
from catalogue.models import Catalogue, Item
from disclosures.choices import DutyReach
from disclosures.generation import generate
from disclosures.models import Duty, Event, Obligation
from organisations.choices import OrganisationKind
from organisations.models import Organisation

from .days import RememberingCalendar
from .founding import Staff
from .places import Place, places
from .planning import Year, happenings
from .timeline import moment

GRASSROOTS = "grassroots_7_plus_x"
CATALOGUES = {"xuhui_district": "XH", "qingpu_district": "QP", "minhang_district": "MH", GRASSROOTS: "SH"}
"""In the order of loading: entries of a unit lead to the district's."""

_TOWNS = (OrganisationKind.TOWN_COMMITTEE, OrganisationKind.STREET_COMMITTEE, OrganisationKind.WORKING_COMMITTEE)
_OFFICES = (OrganisationKind.ORGAN, OrganisationKind.INSTITUTION)
_BRANCHES = (OrganisationKind.GENERAL_BRANCH, OrganisationKind.BRANCH)
_GRASSROOTS = tuple(
    kind
    for kind in OrganisationKind
    if kind not in (OrganisationKind.CITY_COMMITTEE, OrganisationKind.DISTRICT_COMMITTEE)
)
_CHOSEN = {
    "X01": _TOWNS,
    "X02": (*_TOWNS, OrganisationKind.VILLAGE, OrganisationKind.ENTERPRISE),
    "X03": (OrganisationKind.TOWN_COMMITTEE, OrganisationKind.STREET_COMMITTEE),
    "X05": (*_TOWNS, *_OFFICES),
    "X06": (*_TOWNS, *_OFFICES),
    "X07": (*_TOWNS, *_OFFICES),
    "X25": (OrganisationKind.TOWN_COMMITTEE, OrganisationKind.STREET_COMMITTEE),
}
"""X items are chosen; these name departments that only some kinds of organisation have."""

_NOT_OF_A_BRANCH = frozenset("M404 M501 M502 M503 M504 M505 M602 M604 M605 M701 M703 M705".split())
"""Matters of a leading group with offices of its own; a branch's are disclosed by the organisation above."""


def first_day(today: date) -> date:
    """The first day of the sample's history: of a quarter, a year back or more.

    So far back that the yearly items of a whole year have fallen due: they do in January and February.
    """
    year_ago = today - timedelta(days=366)
    reported = today.year - 1 if today.month > 2 else today.year - 2
    return min(date(year_ago.year, (year_ago.month - 1) // 3 * 3 + 1, 1), date(reported, 10, 1))


def bring_into_force(founded: dict[str, Organisation], *, on: date) -> None:
    """Puts the catalogues in force and says who owes them, from the day on."""
    editions: dict[str, Catalogue] = {}
    for name, issuer in CATALOGUES.items():
        draft = load_builtin(name, founded[issuer])
        if name == GRASSROOTS:
            _choose(draft)
        editions[name] = put_in_force(draft, on=on)
    for catalogue, code, reach in (
        (GRASSROOTS, "MH", DutyReach.SUBTREE),
        (GRASSROOTS, "XH", DutyReach.SUBTREE),
        ("minhang_district", "MH", DutyReach.SELF),
        ("qingpu_district", "QP", DutyReach.SELF),
        ("xuhui_district", "XH", DutyReach.SELF),
    ):
        Duty.objects.create(catalogue=editions[catalogue], organisation=founded[code], reach=reach, starts_on=on)


def _choose(draft: Catalogue) -> None:
    """Says of every entry which kinds of organisation owe it, where the catalogue leaves it open."""
    for item in Item.objects.filter(catalogue=draft, applies_to="").leaves():
        kinds = _CHOSEN.get(item.code, _GRASSROOTS)
        if item.code in _NOT_OF_A_BRANCH:
            kinds = tuple(kind for kind in kinds if kind not in _BRANCHES)
        change_item(item, applies_to=f";{';'.join(kinds)};")


def make_obligations(*, since: date, today: date) -> None:
    """Runs the generator as it ran then: on the first day of each quarter up to now. It takes up what lay between."""
    day = since
    while day <= today:
        generate(day, moment(day, 0, 20))
        day = (day + timedelta(days=95)).replace(day=1)


def record_events(
    founded: dict[str, Organisation],
    staff: dict[str, Staff],
    *,
    since: date,
    until: date,
    calendar: RememberingCalendar,
) -> None:
    """What happened, and what is owed because of it: the rows `record_event` would have written on those days."""
    year = Year(since, until, calendar)
    events: list[Event] = []
    for code, items in _event_items(founded).items():
        for one in happenings(places()[code], items, year):
            events.append(
                Event(
                    organisation=founded[code],
                    item=items[one.item],
                    title=one.title,
                    stage=one.stage,
                    occurred_on=one.day,
                    recorded_by=staff[code].author,
                    recorded_at=moment(one.day, 8, 30),
                )
            )
    Event.objects.bulk_create(events, 2000)

    @cache
    def due(limit: TimeLimit, day: date) -> DueDate:
        return due_date(limit, anchor=day, calendar=calendar.calendar)

    Obligation.objects.bulk_create(
        (_owed(event, due(TimeLimit.of(event.item), event.occurred_on)) for event in events), 2000
    )


def _owed(event: Event, due: DueDate) -> Obligation:
    return Obligation(
        organisation_id=event.organisation_id,
        item_id=event.item_id,
        period_key=f"E{event.pk}",
        event=event,
        opens_on=event.occurred_on,
        anchor_on=due.counted_from,
        due_on=due.on,
        created_at=event.recorded_at,
    )


def _event_items(founded: dict[str, Organisation]) -> dict[str, dict[str, Item]]:
    """The prompt and staged items each organisation owes, by organisation code and item code."""
    of_events = Item.objects.leaves().filter(time_limit_class__in=[TimeLimitClass.PROMPT, TimeLimitClass.STAGED])
    by_catalogue: dict[str, list[Item]] = defaultdict(list)
    for item in of_events.select_related("catalogue"):
        by_catalogue[item.catalogue.code].append(item)
    found = {}
    for place in places().values():
        if catalogue := _catalogue_of(place):
            found[place.code] = {item.code: item for item in _of_kind(by_catalogue[catalogue], place)}
    return found


def _catalogue_of(place: Place) -> str:
    if place.merged_into or place.code in ("SH", "MH"):
        return ""
    return {"QP": "qingpu_district", "XH": "xuhui_district"}.get(place.code, GRASSROOTS)


def _of_kind(items: Iterable[Item], place: Place) -> list[Item]:
    return [item for item in items if not item.applies_to or f";{place.kind};" in item.applies_to]
