"""The generator's statements, alike on PostgreSQL and SQLite.

o: the organisation that owes · p: the demand · d: its duty · r: the duty's organisation · i: the item ·
b: an obligation
"""

# ruff: noqa: S608 - statements are put together from the constants below alone

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection

_OPENS = "CASE WHEN o.established_on > p.opens_on THEN o.established_on ELSE p.opens_on END"
"""The first day on which this organisation owes: a younger one owes from its first day."""

_DEMANDS = """
disclosures_demand p
JOIN disclosures_duty d ON d.id = p.duty_id
JOIN organisations_organisation r ON r.id = d.organisation_id
JOIN catalogue_item i ON i.id = p.item_id
"""

_OWES = f"""
o.path >= r.path AND o.path < r.path || CASE WHEN d.reach = 'subtree' THEN '~' ELSE '!' END
AND (d.kind = '' OR d.kind = o.kind)
AND (i.applies_to = '' OR i.applies_to LIKE '%%;' || o.kind || ';%%')
AND (o.ended_on IS NULL OR o.ended_on >= {_OPENS})
AND (p.closes_on IS NULL OR p.closes_on >= {_OPENS})
AND (p.period_key = 'once' OR p.due_on >= {_OPENS})
"""
"""Who owes what is asked for: reached by the duty, of the kind, there in time, and while it could still be met.

The reach is a range of paths: "!" sorts before and "~" after every character of a path (see `demands.path_range`).
"""

_MAKE = f"""
INSERT INTO disclosures_obligation (organisation_id, item_id, period_key, period_start, period_end,
    opens_on, anchor_on, due_on, outcome, created_at)
SELECT o.id, p.item_id, p.period_key, p.period_start, p.period_end, {_OPENS}, p.anchor_on, p.due_on, '', %(at)s
FROM organisations_organisation o, {_DEMANDS}
WHERE {{which}} AND p.period_key = %(key)s AND {{owner}} AND {_OWES} {{permanent}}
ORDER BY o.id, p.item_id
ON CONFLICT (organisation_id, item_id, period_key) DO NOTHING
"""

_PERMANENT = f"""
AND p.anchor_on = {_OPENS} AND p.anchor_on <= %(on)s
AND (p.closes_on IS NULL OR p.closes_on >= %(on)s) AND (o.ended_on IS NULL OR o.ended_on >= %(on)s)
AND NOT EXISTS (
    SELECT 1 FROM disclosures_obligation b WHERE b.organisation_id = o.id AND b.period_key = 'once' AND b.item_id IN (
        SELECT other.id FROM catalogue_item other
        JOIN catalogue_catalogue theirs ON theirs.id = other.catalogue_id
        JOIN catalogue_catalogue own ON own.id = i.catalogue_id
        WHERE other.code = i.code AND theirs.code = own.code AND other.id <> i.id
    )
)
"""
"""A permanent item is counted from the organisation's own first day, and not owed again under a new edition (R43)."""

_OF_DUTY = "p.duty_id = %(duty)s AND p.state = 'new' AND o.path >= %(first)s AND o.path < %(last)s"
"""What is new of one duty. The range repeats the duty's reach as constants, for the planner."""

_OF_ORGANISATIONS = "o.id IN ({organisations}) AND p.duty_id IN ({duties}) AND p.state = 'made'"
"""What the others had made before."""

FIND_NOT_OWED = f"""
INSERT INTO not_owed (id, organisation_id)
SELECT b.id, b.organisation_id
FROM disclosures_obligation b
WHERE b.fulfilled_on IS NULL AND b.event_id IS NULL
AND NOT EXISTS (SELECT 1 FROM disclosures_posting t WHERE t.obligation_id = b.id)
AND NOT EXISTS (SELECT 1 FROM disclosures_obligationdecision t WHERE t.obligation_id = b.id)
AND NOT EXISTS (SELECT 1 FROM disclosures_releaserequest t WHERE t.obligation_id = b.id)
AND NOT EXISTS (SELECT 1 FROM disclosures_reminder t WHERE t.obligation_id = b.id)
AND NOT EXISTS (SELECT 1 FROM disclosures_overdueentry t WHERE t.obligation_id = b.id)
AND NOT EXISTS (
    SELECT 1 FROM disclosures_duechange t
    WHERE t.obligation_id = b.id AND NOT (t.cause = 'calendar' AND b.opens_on > date(t.changed_at))
)
AND NOT EXISTS (
    SELECT 1 FROM organisations_organisation o, {_DEMANDS}
    WHERE o.id = b.organisation_id AND p.item_id = b.item_id AND p.period_key = b.period_key AND p.state <> 'gone'
    AND (i.owner_id IS NULL OR i.owner_id = o.id) AND {_OWES}
)
AND {{which}}
"""
"""Open obligations that nobody touched and no demand stands behind (R47)."""

OF_CHANGED_DEMANDS = """
b.period_key = %(key)s AND b.item_id IN (
    SELECT g.item_id FROM disclosures_demand g WHERE g.period_key = %(key)s AND g.state IN ('gone', 'changed')
)
"""
OF_ORGANISATIONS = "b.organisation_id IN ({organisations}) AND b.period_key IN ({keys})"

_CHANGED = """
SELECT o.id, s.organisation_id IS NOT NULL
FROM organisations_organisation o LEFT JOIN disclosures_seenorganisation s ON s.organisation_id = o.id
WHERE s.organisation_id IS NULL
OR s.path <> o.path COLLATE {binary}
OR s.kind <> o.kind
OR COALESCE(s.established_on, '0001-01-01') <> COALESCE(o.established_on, '0001-01-01')
OR COALESCE(s.ended_on, '0001-01-01') <> COALESCE(o.ended_on, '0001-01-01')
OR (o.established_on >= %(since)s AND o.established_on <= %(on)s)
ORDER BY o.id
"""

NOTE_AS_SEEN = """
INSERT INTO disclosures_seenorganisation (organisation_id, path, kind, established_on, ended_on)
SELECT o.id, o.path, o.kind, o.established_on, o.ended_on
FROM organisations_organisation o WHERE o.id IN ({organisations}) ORDER BY o.id
ON CONFLICT (organisation_id) DO UPDATE
SET path = excluded.path, kind = excluded.kind, established_on = excluded.established_on, ended_on = excluded.ended_on
"""


class Names(NamedTuple):
    """A list of values as named parameters: the text for IN (…), and what it stands for."""

    text: str
    params: dict[str, Any]


def names(prefix: str, values: Iterable[Any]) -> Names:
    """Parameters `prefix0`, `prefix1` … for the values."""
    params = {f"{prefix}{number}": value for number, value in enumerate(values)}
    return Names(", ".join(f"%({name})s" for name in params), params)


def make_for_duty(*, permanent: bool) -> list[str]:
    """Make what is new of `duty` for the period `key`, of the organisations from path `first` to `last`."""
    return _make(_OF_DUTY, permanent)


def make_for_organisations(organisations: str, duties: str, *, permanent: bool) -> list[str]:
    """Make for some organisations what the duties had made for others before, for the period `key`."""
    return _make(_OF_ORGANISATIONS.format(organisations=organisations, duties=duties), permanent)


def _make(which: str, permanent: bool) -> list[str]:
    """Two statements, for no index answers their disjunction: what everybody owes, and items of one organisation."""
    owners = ["i.owner_id IS NULL", "i.owner_id = o.id"]
    return [_MAKE.format(which=which, owner=owner, permanent=_PERMANENT if permanent else "") for owner in owners]


def changed_organisations() -> str:
    """Organisations that differ from what was last seen of them, or whose first day has come.

    Each with whether it was seen before. Columns of different collations are compared byte by byte.
    """
    return _CHANGED.format(binary='"C"' if connection.vendor == "postgresql" else "BINARY")
