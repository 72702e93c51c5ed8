"""Who is late with what, since when: one question, its rows the same for the page and for every later export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.db.models.functions import Substr

from catalogue.models import Item
from disclosures.models import Obligation, Posting
from disclosures.unanswered import unanswered
from organisations.keyset import Day, Keyset, Number, Page
from organisations.models import Organisation
from organisations.querysets import within
from organisations.tree import SEGMENT

from .models import OverdueRollup
from .rollups import UPPER_KINDS

OLDEST_FIRST = Keyset({"due_on": Day(), "id": Number()})
PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """How an organisation stands with all below it."""

    organisation: Organisation
    organisations: int
    overdue: int
    late_organisations: int

    @property
    def share(self) -> float:
        """Share of organisations with something overdue, 0 to 1."""
        return self.late_organisations / self.organisations if self.organisations else 0.0


def standing(organisation: Organisation, *, on: date) -> Standing:
    """From the roll-up where there is one judged on that day, else counted now."""
    if organisation.kind in UPPER_KINDS:
        row = OverdueRollup.objects.filter(organisation=organisation, item=None, on=on).first()
        if row is not None:
            return Standing(organisation, row.organisations, row.overdue_count, row.overdue_organisations)
    late = Obligation.objects.overdue(on=on).under(organisation.path)
    return Standing(
        organisation,
        Organisation.objects.active().subtree(organisation).count(),
        late.count(),
        late.order_by().values("organisation").distinct().count(),
    )


def standings_below(organisation: Organisation, *, on: date) -> list[Standing]:
    """The organisations right below, the most overdue first: upper ones from the roll-up, the others counted now."""
    rolled = OverdueRollup.objects.filter(organisation__parent=organisation, item=None, on=on)
    found = [
        Standing(row.organisation, row.organisations, row.overdue_count, row.overdue_organisations)
        for row in rolled.select_related("organisation")
    ]
    known = [row.organisation.pk for row in found]
    others = Organisation.objects.active().filter(parent=organisation).exclude(pk__in=known)
    return sorted(
        [*found, *_counted_now(organisation, list(others), on=on)],
        key=lambda row: (-row.overdue, row.organisation.path),
    )


def _counted_now(organisation: Organisation, children: list[Organisation], *, on: date) -> Iterator[Standing]:
    """Two statements for all children: the obligations and the organisations, each grouped by the child's path."""
    if not children:
        return
    length = len(organisation.path) + SEGMENT
    late = (
        Obligation.objects.overdue(on=on)
        .under(organisation.path)
        .values(child=Substr("organisation__path", 1, length))
        .annotate(n=Count("pk"), organisations=Count("organisation", distinct=True))
        .order_by()
    )
    overdue = {row["child"]: (row["n"], row["organisations"]) for row in late}
    active = Organisation.objects.active().subtree(organisation)
    members = active.values(child=Substr("path", 1, length)).annotate(n=Count("pk")).order_by()
    sizes = {row["child"]: row["n"] for row in members}
    for child in children:
        yield Standing(child, sizes.get(child.path, 0), *overdue.get(child.path, (0, 0)))


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """How one catalogue item stands under an organisation."""

    item: Item
    overdue: int


def standings_by_item(organisation: Organisation, *, on: date, size: int = 20) -> list[ItemStanding]:
    """The items most often overdue, from the roll-up where there is one judged on that day."""
    if organisation.kind in UPPER_KINDS:
        rows = OverdueRollup.objects.filter(organisation=organisation, on=on).exclude(item=None)
        rolled = rows.select_related("item__catalogue").order_by("-overdue_count", "item_id")[:size]
        return [ItemStanding(row.item, row.overdue_count) for row in rolled if row.item]
    late = Obligation.objects.overdue(on=on).under(organisation.path)
    counts = list(late.values("item").annotate(n=Count("pk")).order_by("-n", "item")[:size])
    items = Item.objects.select_related("catalogue").in_bulk([row["item"] for row in counts])
    return [ItemStanding(items[row["item"]], row["n"]) for row in counts]


def unanswered_notices(organisation: Organisation, *, on: date, size: int = 20) -> list[Posting]:
    """Notices of the subtree whose period is over with objections nobody answered, the longest waiting first."""
    late = unanswered(on=on).filter(within(organisation.path, "organisation__"))
    return list(late.select_related("organisation", "current")[:size])


def overdue_page(organisation: Organisation, *, on: date, item: Item | None = None, after: str, before: str) -> Page:
    """Overdue obligations of the subtree, the longest overdue first. Raises BadCursor."""
    late = Obligation.objects.overdue(on=on).under(organisation.path).select_related("organisation", "item__catalogue")
    if item is not None:
        late = late.filter(item=item)
    return OLDEST_FIRST.page(late, size=PAGE, after=after, before=before)
