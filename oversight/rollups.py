"""The roll-up of overdue obligations for the upper levels: rebuilt whole when the day changes, by district in between.

Derived from the obligations and disposable. One statement counts each overdue obligation once for every
upper organisation above it, by cutting its organisation's path at each level; nothing is written when an
obligation is fulfilled but the board version, whose time tells which districts to count again. Organisations that
were founded, moved or ended since tell it by their history: where they are, and under whom they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min, Q
from django.db.models.functions import Length, Substr

from disclosures.models import BoardVersion
from organisations.choices import OrganisationKind
from organisations.models import Organisation
from organisations.querysets import within
from organisations.tree import SEGMENT, ancestor_paths

from .models import OverdueRollup

UPPER_KINDS = (
    OrganisationKind.CITY_COMMITTEE,
    OrganisationKind.DISTRICT_COMMITTEE,
    OrganisationKind.TOWN_COMMITTEE,
    OrganisationKind.STREET_COMMITTEE,
    OrganisationKind.WORKING_COMMITTEE,
)
"""Organisations that have roll-ups of their own; everything below them is counted live."""

OVERLAP = timedelta(minutes=5)
"""A change is counted again this long after its time, for its transaction may have ended after the count."""

_LATE = """
    SELECT o.path AS path, b.item_id AS item_id, count(*) AS n
    FROM disclosures_obligation b JOIN organisations_organisation o ON o.id = b.organisation_id
    WHERE b.fulfilled_on IS NULL AND b.due_on < %s AND o.path >= %s AND o.path < %s
    GROUP BY o.path, b.item_id
"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: everything, or so many districts."""

    whole: bool
    districts: int


def refresh(*, now: datetime, on: date) -> Refreshed:
    """Bring the roll-up up to date: whole when it was judged on another day, else where boards changed."""
    state = OverdueRollup.objects.filter(item=None).aggregate(oldest=Min("as_of"), judged_on=Min("on"))
    upper = Organisation.objects.filter(kind__in=UPPER_KINDS)
    without = upper.exclude(pk__in=OverdueRollup.objects.filter(item=None).values("organisation"))
    if state["judged_on"] != on or without.exists():
        rebuild(now=now, on=on)
        return Refreshed(whole=True, districts=0)
    districts = sorted(_changed_since(state["oldest"] - OVERLAP))
    _rebuild_districts(districts, now=now, on=on)
    OverdueRollup.objects.filter(item=None).update(as_of=now)
    return Refreshed(whole=False, districts=len(districts))


def _changed_since(moment: datetime) -> set[str]:
    """The paths of districts in which something changed that is counted."""
    history = Organisation.history.model.objects.order_by()
    touched = history.filter(history_date__gt=moment).values("id")
    superiors = history.filter(id__in=touched, parent__isnull=False).values("parent")
    moved = Organisation.objects.filter(Q(pk__in=touched) | Q(pk__in=superiors))
    boards = BoardVersion.objects.filter(changed_at__gt=moment)
    here, there = Substr("organisation__path", 1, 2 * SEGMENT), Substr("path", 1, 2 * SEGMENT)
    return {
        *boards.annotate(prefix=here).values_list("prefix", flat=True),
        *moved.annotate(prefix=there).values_list("prefix", flat=True),
    }


@transaction.atomic
def rebuild(*, now: datetime, on: date) -> None:
    """Count again for every upper organisation."""
    _count_inside("", now=now, on=on)


@transaction.atomic
def _rebuild_districts(prefixes: Sequence[str], *, now: datetime, on: date) -> None:
    """Count again at and below each path; who stands above them is added up once, the lowest first."""
    for prefix in prefixes:
        _count_inside(prefix, now=now, on=on)
    paths = {path for prefix in prefixes for path in ancestor_paths(prefix)}
    for above in Organisation.objects.filter(path__in=paths, kind__in=UPPER_KINDS).order_by("-path"):
        _add_up(above, now=now, on=on)


def _count_inside(prefix: str, *, now: datetime, on: date) -> None:
    """The rows of the upper organisations at or below a path (empty: of all)."""
    inside = Organisation.objects.filter(within(prefix) if prefix else Q(), kind__in=UPPER_KINDS)
    levels = sorted(set(inside.annotate(length=Length("path")).values_list("length", flat=True).order_by()))
    OverdueRollup.objects.filter(organisation__in=inside).delete()
    if levels:
        _count(levels, now=now, on=on, prefix=prefix)


def _count(levels: Sequence[int], *, now: datetime, on: date, prefix: str) -> None:
    """One row per upper organisation and item, and one in total, counted from the obligations."""
    kinds = ", ".join(["%s"] * len(UPPER_KINDS))
    bounds: list[Any] = [prefix, prefix + "~"]
    cuts = " UNION ALL ".join(
        f"""SELECT u.id AS upper_id, late.path, late.item_id, late.n FROM late
        JOIN organisations_organisation u ON u.path = substr(late.path, 1, {length})
        WHERE length(u.path) = {length} AND u.kind IN ({kinds})"""  # noqa: S608
        for length in levels
    )
    members = " UNION ALL ".join(
        f"""SELECT u.id AS upper_id, count(*) AS n FROM organisations_organisation o
        JOIN organisations_organisation u ON u.path = substr(o.path, 1, {length})
        WHERE length(u.path) = {length} AND u.kind IN ({kinds}) AND o.status = 'active'
            AND o.path >= %s AND o.path < %s GROUP BY u.id"""  # noqa: S608
        for length in levels
    )
    level_count = len(levels)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH late AS ({_LATE}), cut AS ({cuts})
            INSERT INTO oversight_overduerollup
                (organisation_id, item_id, organisations, overdue_count, overdue_organisations, as_of, "on")
            SELECT upper_id, item_id, 0, sum(n), count(*), %s, %s FROM cut GROUP BY upper_id, item_id""",  # noqa: S608
            [on, *bounds, *list(UPPER_KINDS) * level_count, now, on],
        )
        cursor.execute(
            f"""WITH late AS ({_LATE}), cut AS ({cuts}), member AS ({members})
            INSERT INTO oversight_overduerollup
                (organisation_id, item_id, organisations, overdue_count, overdue_organisations, as_of, "on")
            SELECT m.upper_id, NULL, m.n, coalesce(c.n, 0), coalesce(c.organisations, 0), %s, %s
            FROM member m LEFT JOIN (
                SELECT upper_id, sum(n) AS n, count(DISTINCT path) AS organisations FROM cut GROUP BY upper_id
            ) c ON c.upper_id = m.upper_id""",  # noqa: S608
            [
                *[on, *bounds, *list(UPPER_KINDS) * level_count],
                *[value for _level in range(level_count) for value in (*UPPER_KINDS, *bounds)],
                now,
                on,
            ],
        )


def _add_up(upper: Organisation, *, now: datetime, on: date) -> None:
    """The rows of an organisation above: the sum of those right below it, and of what has no roll-up of its own."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM oversight_overduerollup WHERE organisation_id = %s", [upper.pk])
        kinds = ", ".join(["%s"] * len(UPPER_KINDS))
        own = f"""
            SELECT o.id, o.path, o.status FROM organisations_organisation o WHERE o.id = %s
            UNION ALL
            SELECT o.id, o.path, o.status FROM organisations_organisation p
            JOIN organisations_organisation o ON o.path >= p.path AND o.path < p.path || '~'
            WHERE p.parent_id = %s AND p.kind NOT IN ({kinds})"""  # noqa: S608
        late = f"""
            SELECT own.id AS id, b.item_id AS item_id, count(*) AS n FROM ({own}) own
            JOIN disclosures_obligation b ON b.organisation_id = own.id
            WHERE b.fulfilled_on IS NULL AND b.due_on < %s GROUP BY own.id, b.item_id"""  # noqa: S608
        below = f"""
            SELECT r.* FROM oversight_overduerollup r JOIN organisations_organisation c ON c.id = r.organisation_id
            WHERE c.parent_id = %s AND c.kind IN ({kinds})"""  # noqa: S608
        own_values: list[Any] = [upper.pk, upper.pk, *UPPER_KINDS]
        below_values: list[Any] = [upper.pk, *UPPER_KINDS]
        columns = '(organisation_id, item_id, organisations, overdue_count, overdue_organisations, as_of, "on")'
        cursor.execute(
            f"""INSERT INTO oversight_overduerollup {columns}
            SELECT {upper.pk:d}, item_id, 0, sum(n), sum(k), %s, %s FROM (
                SELECT item_id, overdue_count AS n, overdue_organisations AS k
                FROM ({below}) r WHERE item_id IS NOT NULL
                UNION ALL SELECT item_id, n, 1 AS k FROM ({late}) l
            ) parts GROUP BY item_id""",  # noqa: S608
            [now, on, *below_values, *own_values, on],
        )
        cursor.execute(
            f"""INSERT INTO oversight_overduerollup {columns}
            SELECT {upper.pk:d}, NULL, sum(organisations), sum(n), sum(k), %s, %s FROM (
                SELECT organisations, overdue_count AS n, overdue_organisations AS k
                FROM ({below}) r WHERE item_id IS NULL
                UNION ALL SELECT 0, sum(n), 1 FROM ({late}) l GROUP BY id
                UNION ALL SELECT count(*), 0, 0 FROM ({own}) own WHERE status = 'active'
            ) parts""",  # noqa: S608
            [now, on, *below_values, *own_values, on, *own_values],
        )
