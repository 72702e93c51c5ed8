"""Catalogues for the public: editions, and one item compared across the organisations that owe it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from catalogue.choices import CatalogueStatus, ItemKind
from catalogue.models import Catalogue, Item
from organisations.access import Actor
from organisations.choices import OrganisationStatus
from organisations.keyset import Code, Day, Keyset, Number
from organisations.models import Organisation

from . import listings
from .listings import Row, moment, prefix
from .models import Obligation, Posting
from .owing import owing
from .standing import NOTHING_OWED, Standing, Wording, collected, grouped

BY_TREE = Keyset({"path": Code()})
MOST_EDITIONS = 5
"""So many editions of a catalogue are looked at, the newest ones."""
LONGEST_OVERDUE = Keyset({"due_on": Day(), "id": Number()})


def catalogues(*, on: date) -> QuerySet[Catalogue]:
    """Editions in force, with the number of their items, mandatory and extra."""
    leaf = Q(items__rght=F("items__lft") + 1)
    return (
        Catalogue.objects.in_force(on=on)
        .select_related("issuer")
        .annotate(
            leaves=Count("items", filter=leaf),
            mandatory=Count("items", filter=leaf & Q(items__kind=ItemKind.MANDATORY)),
            extra=Count("items", filter=leaf & Q(items__kind=ItemKind.EXTRA)),
            groups=Count("items", filter=Q(items__level=0)),
        )
        .order_by("issuer__path", "code")
    )


def edition(code: str, number: int | None, *, on: date) -> Catalogue | None:
    """The edition in force, or the one asked for; drafts do not exist for the public."""
    editions = Catalogue.objects.exclude(status=CatalogueStatus.DRAFT).select_related("issuer").filter(code=code)
    if number is not None:
        return editions.filter(edition=number).first()
    return editions.in_force(on=on).order_by("-edition").first() or editions.order_by("-edition").first()


def editions(catalogue: Catalogue) -> QuerySet[Catalogue]:
    """All editions of the catalogue that are or were in force, the newest first."""
    return Catalogue.objects.exclude(status=CatalogueStatus.DRAFT).filter(code=catalogue.code).order_by("-edition")


def glance(*, on: date) -> Row | None:
    """The catalogue of the greatest number of organisations (the one with X items), its first level only."""
    extra = Item.objects.filter(kind=ItemKind.EXTRA).values("catalogue")
    found = Catalogue.objects.in_force(on=on).filter(pk__in=extra).order_by("code").first()
    if found is None:
        return None
    base = found.get_absolute_url()
    roots = Item.objects.filter(catalogue=found, level=0).order_by("tree_id", "lft")
    leaves = dict(
        Item.objects.filter(catalogue=found).leaves().values_list("tree_id").annotate(n=Count("pk")).order_by()
    )
    mandatory, extras, number = [], [], 0
    for root in roots:
        row = {"title": root.title, "url": f"{base}#{root.code}", "items": leaves.get(root.tree_id, 0)}
        if root.kind == ItemKind.MANDATORY:
            number += 1
            mandatory.append(row | {"mark": str(number)})
        else:
            extras.append(row | {"mark": "X"})
    return {"title": found.title, "url": base, "rows": mandatory + extras}


@dataclass(frozen=True, slots=True)
class Compared:
    """The organisations of one page of a comparison, with the cursors around it."""

    rows: list[Row]
    before: str
    after: str


def compare(
    item: Item, organisations: QuerySet[Organisation], *, on: date, size: int, after: str = "", before: str = ""
) -> Compared:
    """How the organisations that owe the item stand with it, in the order of their tree. Five queries."""
    owe = organisations.filter(owing(item, on=on), status=OrganisationStatus.ACTIVE).select_related("parent")
    page = BY_TREE.page(owe, size=size, after=after, before=before)
    same = Q(item__in=same_item(item), organisation__in=[organisation.pk for organisation in page.rows])
    standings = collected(grouped(Obligation.objects.filter(same), "organisation_id", on=on)).by
    newest = dict(
        Posting.objects.out().filter(same).values_list("organisation_id").annotate(at=Max("published_at")).order_by()
    )
    wording = Wording(on)
    base = prefix("boards:board")
    rows = [
        {
            "name": _short(organisation),
            "above": _short(organisation.parent) if organisation.parent else "",
            "url": f"{base}{organisation.code}/?item={item.code}",
            "published": moment(newest[organisation.pk])[:10] if organisation.pk in newest else "",
            **wording.standing(standings.get(organisation.pk, NOTHING_OWED), item),
        }
        for organisation in page.rows
    ]
    return Compared(rows, page.before, page.after)


def _short(organisation: Organisation) -> str:
    return organisation.short_name or organisation.name


def same_item(item: Item) -> list[int]:
    """Ids of the item in every edition, the newest first: what was owed and posted under the old ones counts too."""
    same = Item.objects.filter(catalogue__code=item.catalogue.code, code=item.code)
    return list(same.order_by("-catalogue__edition").values_list("pk", flat=True)[:MOST_EDITIONS])


def newest(item: Item, actor: Actor, *, most: int) -> list[dict[str, Any]]:
    """The newest postings of the item anywhere, for `listings.rows`. One query an edition, each from its index."""
    published = listings.published(actor, with_organisation=True)
    found = [row for pk in same_item(item) for row in published.filter(item=pk)[:most]]
    return sorted(found, key=itemgetter("published_at", "id"), reverse=True)[:most]


def overdue(item: Item, within: Q, *, on: date, size: int, after: str = "", before: str = "") -> Compared:
    """Who is overdue with the item, the longest first."""
    open_still = Obligation.objects.overdue(on=on).filter(within, item__in=same_item(item))
    page = LONGEST_OVERDUE.page(
        open_still.select_related("organisation__parent"), size=size, after=after, before=before
    )
    wording = Wording(on)
    base = prefix("boards:overdue")
    rows = [
        {
            "name": _short(late.organisation),
            "above": _short(late.organisation.parent) if late.organisation.parent else "",
            "url": f"{base}{late.organisation.code}/",
            **wording.standing(Standing(overdue=1, overdue_since=late.due_on), item),
        }
        for late in page.rows
    ]
    return Compared(rows, page.before, page.after)
