"""The newest postings of a subtree, at a cost that does not grow with the city.

Two ways, chosen by the number of organisations. Few: the newest of each organisation, merged; each is one
look into an index. Many: walk down from the newest of all and keep what lies in the subtree, which soon has
enough. The plain join of both would read every posting of the subtree; see docs/performance.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from organisations.models import Organisation
from organisations.querysets import within

FEW = 1_000
"""Subtrees of up to so many organisations are asked organisation by organisation."""


def newest_under(path: str, *, size: int, items: Sequence[int] = (), since: datetime | None = None) -> list[int]:
    """Keys of the newest postings ever published at or below a path, the newest first.

    `items` narrows to some catalogue items, `since` to what was published from then on.
    """
    if items:
        return _merged([_of_item(path, item, size, since) for item in items], size)
    members = Organisation.objects.filter(within(path)).order_by("path")
    if members.values_list("path")[FEW : FEW + 1]:  # told by the index alone
        return _keys(_walk(path, size, since), size)
    return _of_each(list(members.values_list("pk", flat=True)), size, since)


Query = tuple[str, list[Any]]


def _walk(path: str, size: int, since: datetime | None, condition: str = "", values: Sequence[Any] = ()) -> Query:
    """From the newest of all downwards, keeping those of the subtree. The order is the index's own.

    The subtree is asked row by row, by a subquery that cannot be turned into a join of the whole.
    """
    recent = "AND p.published_at >= %s" if since else ""
    return (
        f"""SELECT p.id, p.published_at FROM disclosures_posting p
        WHERE p.published_at IS NOT NULL {condition} {recent}
        AND (SELECT o.path >= %s AND o.path < %s FROM organisations_organisation o WHERE o.id = p.organisation_id)
        ORDER BY p.published_at DESC, p.id DESC LIMIT {size:d}""",  # noqa: S608
        [*values, *_stored(since), path, path + "~"],
    )


def _stored(since: datetime | None) -> list[Any]:
    """The moment as the database keeps it; nothing for none."""
    return [connection.ops.adapt_datetimefield_value(since)] if since else []


def _of_item(path: str, item: int, size: int, since: datetime | None) -> Query:
    return _walk(path, size, since, "AND p.item_id = %s", [item])


def _of_each(members: Sequence[int], size: int, since: datetime | None) -> list[int]:
    recent = "AND p.published_at >= %s" if since else ""
    one = f"""SELECT p.id, p.published_at FROM disclosures_posting p
        WHERE p.published_at IS NOT NULL AND p.organisation_id = {{organisation}} {recent}
        ORDER BY p.published_at DESC, p.id DESC LIMIT {size:d}"""  # noqa: S608
    if connection.vendor == "postgresql":
        each = one.format(organisation="m.id")
        sql = f"SELECT n.id, n.published_at FROM unnest(%s::bigint[]) AS m(id) CROSS JOIN LATERAL ({each}) n"  # noqa: S608
        return _merged([(sql, [list(members), *_stored(since)])], size)
    return _merged([(one.format(organisation="%s"), [member, *_stored(since)]) for member in members], size)


def _merged(queries: Sequence[Query], size: int) -> list[int]:
    """The newest of several answers, asked in batches of one statement each."""
    newest: list[tuple[object, int]] = []
    for start in range(0, len(queries), _BATCH):
        batch = queries[start : start + _BATCH]
        parts = (f"SELECT * FROM ({sql}) part{number}" for number, (sql, _values) in enumerate(batch))  # noqa: S608
        union = " UNION ALL ".join(parts)
        values = [value for _sql, each in batch for value in each]
        newest += _pairs((f"SELECT * FROM ({union}) parts ORDER BY published_at DESC, id DESC LIMIT {size:d}", values))  # noqa: S608
    return [pk for _at, pk in sorted(newest, reverse=True)[:size]]


_BATCH = 100


def _keys(query: Query, size: int) -> list[int]:
    return [pk for _at, pk in _pairs(query)[:size]]


def _pairs(query: Query) -> list[tuple[object, int]]:
    with connection.cursor() as cursor:
        cursor.execute(*query)
        return [(at, pk) for pk, at in cursor.fetchall()]
