"""Boards, lists and the overdue review, on PostgreSQL: queries and buffers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.test import Client
from django.utils import timezone

from catalogue.models import Item
from disclosures import listings
from disclosures.models import Obligation, Posting
from disclosures.newest import newest_under
from organisations.choices import OrganisationKind
from organisations.models import Organisation
from organisations.querysets import within
from oversight import overdue

from .. import cost

Figures = dict[str, Any]
SAMPLES = 9


def measure() -> Figures:
    """Targets 1 (queries, buffers), 6, 7, 8, 9 and the list of 10."""
    on = timezone.localdate()
    figures: Figures = {"organisations": Organisation.objects.count()}
    for part in (_full_scan, _boards, _paging, _newest, _review, _drill_down, _newly_overdue):
        figures |= part(on)
    return figures


def _full_scan(on: date) -> Figures:
    """F: the overdue counted by reading the whole table."""
    sql = f"SELECT count(*) FROM disclosures_obligation WHERE fulfilled_on IS NULL AND due_on < '{on}'"
    off = {"enable_indexscan": "off", "enable_indexonlyscan": "off", "enable_bitmapscan": "off"}
    buffers, milliseconds = cost.explained(sql, **off)
    return {
        "obligations": _estimate("disclosures_obligation"),
        "postings": _estimate("disclosures_posting"),
        "full_scan.buffers": buffers,
        "full_scan.ms": milliseconds,
    }


def _estimate(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def spread(kind: OrganisationKind, number: int = SAMPLES) -> list[Organisation]:
    """Organisations of a kind from everywhere in the tree."""
    keys = list(Organisation.objects.filter(kind=kind).order_by("path").values_list("pk", flat=True))
    chosen = keys[len(keys) // (2 * number) :: max(1, len(keys) // number)][:number]
    return list(Organisation.objects.filter(pk__in=chosen).order_by("path"))


def _boards(on: date) -> Figures:
    client = Client()

    def get(code: str) -> None:
        answer = client.get(f"/boards/{code}/")
        assert answer.status_code == 200, f"{answer.status_code} {answer.headers}"

    read = [cost.read(partial(get, village.code)) for village in spread(OrganisationKind.VILLAGE)]
    return {
        "board.queries": max(each.queries for each in read),
        "board.buffers": median(each.buffers for each in read),
    }


def _paging(on: date) -> Figures:
    """The newest postings of all: the first page, one at 90 % of the depth, and the same one by OFFSET."""
    postings = Posting.objects.out()
    depth = int(_estimate("disclosures_posting") * 0.9)
    order = Posting.objects.filter(published_at__isnull=False).newest_first().values("published_at", "id")
    place = listings.NEWEST.cursor(order[depth : depth + 1][0])  # read from the index alone, and so soon found
    first = cost.read(lambda: listings.NEWEST.page(postings, size=30))
    deep = cost.read(lambda: listings.NEWEST.page(postings, size=30, after=place))
    offset, _milliseconds = cost.explained(_compiled(postings.newest_first()[depth : depth + 30]), runs=1)
    return {
        "paging.first.buffers": first.buffers,
        "paging.deep.buffers": deep.buffers,
        "paging.offset.buffers": offset,
    }


def _compiled(queryset: QuerySet[Any, Any]) -> str:
    """The SQL of a queryset with its values in it."""
    sql, values = queryset.query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(sql, values))


def _newest(on: date) -> Figures:
    """The newest of subtrees, and of a branch of four entries in which nothing was published lately."""
    city = Organisation.objects.order_by("path").first()
    assert city is not None
    figures: Figures = {}
    for name, organisations in (
        ("street", spread(OrganisationKind.STREET_COMMITTEE)),
        ("district", spread(OrganisationKind.DISTRICT_COMMITTEE, 3)),
        ("city", [city]),
    ):
        read = [cost.read(lambda path=each.path: newest_under(path, size=30)) for each in organisations]  # type: ignore[misc]
        figures[f"newest.{name}.buffers"] = median(each.buffers for each in read)
    return figures | _newest_of_branch(city)


def _newest_of_branch(city: Organisation) -> Figures:
    """Four entries, in which nothing was published for thirty days, against the plain WHERE over both trees."""
    branch, since = Item.objects.get(code="M4", level=0), timezone.now() - timedelta(days=30)
    items = list(branch.get_descendants().filter(rght=F("lft") + 1).values_list("pk", flat=True))
    joined = Posting.objects.out().newest_first().filter(within(city.path, "organisation__"))
    below = joined.filter(item__tree_id=branch.tree_id, item__lft__gt=branch.lft, item__rght__lt=branch.rght)
    ours = cost.read(lambda: newest_under(city.path, size=30, items=items, since=since))
    plain = cost.read(lambda: list(below.filter(published_at__gte=since).values_list("pk")[:30]))
    return {
        "newest.branch.entries": len(items),
        "newest.branch.ms": ours.milliseconds,
        "newest.branch.buffers": ours.buffers,
        "newest.branch.plain.ms": plain.milliseconds,
        "newest.branch.plain.buffers": plain.buffers,
    }


def _review(on: date) -> Figures:
    """The data of the overdue review at each level."""
    city = Organisation.objects.order_by("path").first()
    assert city is not None
    street, district = (
        spread(OrganisationKind.STREET_COMMITTEE, 1)[0],
        spread(OrganisationKind.DISTRICT_COMMITTEE, 1)[0],
    )

    def page(organisation: Organisation) -> None:
        overdue.standing(organisation, on=on)
        overdue.standings_below(organisation, on=on)
        overdue.standings_by_item(organisation, on=on)

    def live(organisation: Organisation) -> int:
        return Obligation.objects.overdue(on=on).under(organisation.path).count()

    figures: Figures = {}
    for name, work in (
        ("city", lambda: page(city)),
        ("district.live", lambda: live(district)),
        ("street.live", lambda: live(street)),
    ):
        found = cost.read(work)
        figures |= {f"review.{name}.buffers": found.buffers, f"review.{name}.ms": found.milliseconds}
    return figures


def _drill_down(on: date) -> Figures:
    """Fifty overdue obligations of the whole city, from the beginning and from the middle."""
    city = Organisation.objects.order_by("path").first()
    assert city is not None
    late = Obligation.objects.overdue(on=on).order_by("due_on", "id")
    middle = late[late.count() // 2]
    place = overdue.OLDEST_FIRST.cursor(middle)
    pages = [
        cost.read(lambda after=after: overdue.overdue_page(city, on=on, after=after, before=""))  # type: ignore[misc]
        for after in ("", place)
    ]
    return {"drill_down.buffers": max(page.buffers for page in pages), "drill_down.queries": pages[0].queries}


def _newly_overdue(on: date) -> Figures:
    """What became overdue today."""
    new = Obligation.objects.open().filter(due_on=on - timedelta(days=1)).order_by("id")
    found = cost.read(lambda: list(new[:50]))
    return {"newly_overdue.buffers": found.buffers, "newly_overdue.ms": found.milliseconds}
