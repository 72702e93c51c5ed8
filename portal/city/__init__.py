"""A made-up city for measuring: organisations, people, and a year of obligations and postings.

The same scale, seed and day make the same rows. Everything after the organisations is made by set-based SQL
that both databases understand. Prompt and staged items have no events here, so nothing is owed for them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from catalogue import calendars
from catalogue.actions import load_builtin, put_in_force
from catalogue.choices import Openness
from catalogue.models import Item
from disclosures.models import Duty
from organisations.models import Organisation
from oversight import rollups

from .. import planner
from . import bulk, history, people
from .bulk import Report
from .slots import slots, variants

CATALOGUE = "grassroots_7_plus_x"
YEAR = timedelta(days=365)
_SMALLER_TABLES = (
    "organisations_organisation",
    "organisations_appointment",
    "organisations_user",
    "disclosures_boardversion",
    "disclosures_seenorganisation",
)


class NotEmpty(Exception):
    """The database holds data already."""


def load(*, scale: str, seed: int, on: date, now: datetime, report: Report) -> None:
    """Build the city, the year up to `on`. Raises NotEmpty; `report` is told each step."""
    if not history.is_empty():
        raise NotEmpty
    since = on - YEAR
    calendars.load_file()
    organisations = people.make_organisations(scale, seed, since - YEAR)
    report(f"{len(organisations):,} organisations")
    teams = people.make_people(organisations, since - YEAR)
    report(f"{len(teams):,} secretaries, and who reviews, approves and inspects")
    items = _catalogue(organisations[0], since)
    year = list(slots(items, since=since, on=on, calendar=calendars.working_calendar()))
    ways = [way for slot in year for way in variants(slot, on=on)]
    history.prepare(year, ways, teams)
    report(f"{len(year)} item-periods")
    districts = [each for each in organisations if len(each.path) == 8]
    with bulk.bare(history.TABLES, report):
        made = history.write_organisation(organisations[0], seed=seed, at=now)
        tasks = [
            partial(history.write_district, number, district.path, seed=seed, at=now)
            for number, district in enumerate(districts, 1)
        ]
        for number, rows in enumerate(bulk.side_by_side(tasks, lambda: history.prepare(year, ways, teams)), 1):
            made += rows
            report(f"district {number} of {len(districts)}: {made:,} obligations so far")
        report(f"{history.write_logs(on=on, at=now):,} entries in the overdue log")
        history.note_as_generated(on=on, at=now)
        bulk.continue_sequences(history.TABLES)
    bulk.settle([*history.TABLES, *_SMALLER_TABLES], report)
    planner.look_again()
    rollups.rebuild(now=now, on=on)
    report("roll-up of the upper levels")


def _catalogue(issuer: Organisation, since: date) -> list[Item]:
    """The grass-roots 7+X, owed by everybody since the year began; returns its leaves."""
    catalogue = put_in_force(load_builtin(CATALOGUE, issuer), on=since)
    Duty.objects.create(catalogue=catalogue, organisation=issuer, starts_on=since)
    return list(Item.objects.filter(catalogue=catalogue, openness=Openness.PROACTIVE).leaves().order_by("code"))
