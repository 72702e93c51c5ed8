"""A year of obligations and postings, district by district, in sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.html import escape

from catalogue.calendars import working_calendar
from catalogue.models import Item
from disclosures.choices import DemandState
from disclosures.demands import Asked, Planner
from disclosures.models import (
    Attachment,
    Demand,
    GenerationRun,
    Obligation,
    OverdueEntry,
    Posting,
    PostingCounter,
    Version,
)
from organisations.models import Organisation

from . import bulk
from .people import Team
from .slots import Slot, Variant

TABLES = ("disclosures_obligation", "disclosures_posting", "disclosures_version", "disclosures_overdueentry")

_DRAWN = "(((o.id * 7919 + s.id * 104729 + %s) %% 10007) %% 64)"
"""Which of the 64 variants an organisation has for a slot."""


def prepare(slots: Sequence[Slot], variants: Sequence[Variant], teams: Sequence[Team]) -> None:
    """Put what was computed into temporary tables, for the statements below to join with."""
    bulk.fill_temporary(
        "city_slot",
        "id bigint primary key, item_id bigint, applies_to text, scope text, carriers text, period_key text,"
        " period_start date, period_end date, opens_on date, anchor_on date, due_on date, title text, body text",
        [_slot_row(slot) for slot in slots],
    )
    moment = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    bulk.fill_temporary(
        "city_variant",
        f"slot_id bigint, number integer, outcome text, fulfilled_on date, published_at {moment}, suffix text,"
        " primary key (slot_id, number)",
        [
            (
                each.slot,
                each.number,
                each.outcome,
                each.fulfilled_on,
                connection.ops.adapt_datetimefield_value(each.published_at),
                each.posting_suffix,
            )
            for each in variants
        ],
    )
    bulk.fill_temporary(
        "city_team",
        "organisation_id bigint primary key, author_id bigint, reviewer_id bigint, approver_id bigint",
        [(team.organisation, team.author, team.reviewer, team.approver) for team in teams],
    )
    bulk.make_temporary("city_row", "id bigint primary key, organisation_id bigint, slot_id bigint, variant integer")


def _slot_row(slot: Slot) -> tuple[object, ...]:
    item: Item = slot.item
    elements = "".join(f"<li>{escape(each)}：已按规定公开。</li>" for each in item.content_elements.split("、") if each)
    body = f"<p>现将{escape(slot.title)}予以公开，请党员群众监督。</p><ul>{elements}</ul>"
    return (
        *(slot.id, item.pk, item.applies_to, item.scope, item.carriers, slot.period_key),
        *(slot.period_start, slot.period_end, slot.opens_on, slot.anchor_on, slot.due_on, slot.title[:190], body),
    )


ROOM = 1_000_000
"""Ids reserved for each district, so that districts may be written side by side and have the same ids every time."""


def write_organisation(organisation: Organisation, *, seed: int, at: datetime) -> int:
    """Obligations and postings of one organisation alone; returns the obligations written."""
    return _write([organisation.path, organisation.path + "0"], first_id=0, seed=seed, at=at)


def write_district(number: int, path: str, *, seed: int, at: datetime) -> int:
    """Obligations and postings of the number-th district (counted from 1); returns the obligations written."""
    return _write([path, path + "~"], first_id=number * ROOM, seed=seed, at=at)


@transaction.atomic
def _write(bounds: list[str], *, first_id: int, seed: int, at: datetime) -> int:
    """Draws first who owes what and how it went, with the ids the rows will have; then writes the three tables."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM city_row")
        cursor.execute(
            f"""INSERT INTO city_row SELECT
                row_number() OVER (ORDER BY o.id, s.id) + {first_id:d},
                o.id, s.id, {_DRAWN}
            FROM organisations_organisation o JOIN city_slot s
                ON (s.applies_to = '' OR s.applies_to LIKE '%%;' || o.kind || ';%%')
            WHERE o.path >= %s AND o.path < %s ORDER BY o.id, s.id""",  # noqa: S608
            [seed, *bounds],
        )
        made = cursor.rowcount
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE city_row")
        cursor.execute(
            """INSERT INTO disclosures_obligation (id, organisation_id, item_id, period_key, period_start, period_end,
                opens_on, anchor_on, due_on, outcome, fulfilled_on, created_at)
            SELECT r.id, r.organisation_id, s.item_id, s.period_key, s.period_start, s.period_end,
                s.opens_on, s.anchor_on, s.due_on, v.outcome, v.fulfilled_on, %s
            FROM city_row r JOIN city_slot s ON s.id = r.slot_id
            JOIN city_variant v ON v.slot_id = r.slot_id AND v.number = r.variant ORDER BY r.id""",
            [moment],
        )
        _postings(cursor)
    return made


def _postings(cursor: Any) -> None:
    """A posting and its only version for every obligation that ended so; all three have the same id."""
    if connection.vendor == "postgresql":
        published, earlier = (
            "v.published_at + (o.id * 37 % 3600) * interval '1 second'",
            "v.published_at - interval '{0} hours'",
        )
    else:
        published = "strftime('%Y-%m-%d %H:%M:%S', v.published_at, '+' || (o.id * 37 % 3600) || ' seconds')"
        earlier = "strftime('%Y-%m-%d %H:%M:%S', v.published_at, '-{0} hours')"
    begun, reviewed, approved = (earlier.format(hours) for hours in (48, 24, 2))
    source = """FROM city_row r JOIN organisations_organisation o ON o.id = r.organisation_id
        JOIN city_slot s ON s.id = r.slot_id
        JOIN city_variant v ON v.slot_id = r.slot_id AND v.number = r.variant
        JOIN city_team t ON t.organisation_id = r.organisation_id
        WHERE v.outcome = 'posted' ORDER BY r.id"""
    # the two rows point at each other; the foreign keys are judged when both stand
    cursor.execute(
        f"""INSERT INTO disclosures_posting (id, number, organisation_id, item_id, obligation_id, scope, carriers,
            status, current_id, published_at, withdrawal_reason, withdrawal_note, created_at)
        SELECT r.id, o.code || v.suffix, o.id, s.item_id, r.id, s.scope, s.carriers,
            'published', r.id, {published}, '', '', {begun} {source}"""
    )
    cursor.execute(
        f"""INSERT INTO disclosures_version (id, posting_id, ordinal, state, revision, title, body, stated_on, note,
            urgent, author_id, created_at, saved_at, reviewed_by_id, reviewed_at, approved_by_id, approved_at,
            approval_opinion, published_at)
        SELECT r.id, r.id, 1, 'published', 1, s.title, s.body, coalesce(s.period_end, s.opens_on), '',
            false, t.author_id, {begun}, {begun}, t.reviewer_id, {reviewed}, t.approver_id, {approved},
            '同意公开', {published} {source}"""
    )


@transaction.atomic
def write_logs(*, on: date, at: datetime) -> int:
    """The overdue log, the number counters and the board versions; returns the overdue entries written."""
    moment = connection.ops.adapt_datetimefield_value(at)
    next_day = "b.due_on + 1" if connection.vendor == "postgresql" else "date(b.due_on, '+1 day')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO disclosures_overdueentry (obligation_id, became_on, logged_at)
            SELECT b.id, {next_day}, %s FROM disclosures_obligation b
            WHERE b.due_on < %s AND (b.fulfilled_on IS NULL OR b.fulfilled_on > b.due_on)""",  # noqa: S608
            [moment, on],
        )
        entries = cursor.rowcount
        cursor.execute(
            """INSERT INTO disclosures_postingcounter (organisation_id, year, last)
            SELECT o.id, y.year, (SELECT max(id) FROM city_slot) FROM organisations_organisation o
            CROSS JOIN (SELECT %s AS year UNION ALL SELECT %s) y""",
            [on.year - 1, on.year],
        )
        cursor.execute(
            """INSERT INTO disclosures_boardversion (organisation_id, version, changed_at)
            SELECT id, 1, %s FROM organisations_organisation""",
            [moment],
        )
    return entries


@transaction.atomic
def note_as_generated(*, on: date, at: datetime) -> None:
    """What the generator would have noted the night before: all that is asked for is made, everybody was seen."""
    planner = Planner(since=on, on=on, calendar=working_calendar())
    asked = planner.work_out().asked.values()
    names = [field.name for field in fields(Asked)]
    Demand.objects.bulk_create(
        Demand(state=DemandState.MADE, **{name: getattr(each, name) for name in names}) for each in asked
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO disclosures_seenorganisation (organisation_id, path, kind, established_on, ended_on)
            SELECT id, path, kind, established_on, ended_on FROM organisations_organisation"""
        )
    GenerationRun.objects.create(on=on, finished_at=at)


def is_empty() -> bool:
    """Whether the database holds nothing yet that a load would mix with."""
    models = (Organisation, Obligation, Posting, Version, Attachment, OverdueEntry, PostingCounter)
    return not any(model.objects.exists() for model in models)
