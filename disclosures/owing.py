"""Who owes what on a day: the items an organisation owes, and the organisations that owe an item.

The same rule read from both ends. A duty names a catalogue, an organisation (alone, or with all below
it) and perhaps a kind of organisation; it stands for every edition of the catalogue's code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from catalogue.choices import Openness
from catalogue.models import Item
from catalogue.querysets import in_force
from organisations.models import Organisation
from organisations.querysets import within
from organisations.tree import ancestor_paths

from .choices import DutyReach
from .models import Duty


def held(on: date) -> Q:
    """Duties that hold on the day."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


def owed_entries(organisation: Organisation, *, on: date) -> QuerySet[Item]:
    """The catalogue entries that concern the organisation, in the order of the tree.

    Groups included: whoever shows them leaves out those with nothing under them.
    """
    return entries_owed_by(organisation.pk, ancestor_paths(organisation.path), organisation.kind, on=on)


def entries_owed_by(organisation: int, above: Sequence[str], kind: str, *, on: date) -> QuerySet[Item]:
    """`owed_entries` of the organisation of an id, with the paths of its superiors and its kind."""
    duties = (
        Duty.objects.filter(held(on))
        .filter(Q(kind="") | Q(kind=kind))
        .filter(Q(organisation=organisation) | Q(reach=DutyReach.SUBTREE, organisation__path__in=above))
    )
    return (
        Item.objects.filter(in_force(on, "catalogue__"))
        .filter(catalogue__code__in=duties.values("catalogue__code"))
        .filter(Q(applies_to="") | Q(applies_to__contains=f";{kind};"))
        .filter(Q(owner=None) | Q(owner=organisation) & (Q(owned_from=None) | Q(owned_from__lte=on)))
        .order_by("catalogue__code", "tree_id", "lft")
    )


def owing(item: Item, *, on: date) -> Q:
    """The organisations that owe the item on the day, as a condition on organisations; none if nobody does."""
    condition = Q(pk__in=[])
    if item.openness == Openness.WITHHELD or (item.owned_from and item.owned_from > on):
        return condition
    for duty in Duty.objects.filter(held(on), catalogue__code=item.catalogue.code).select_related("organisation"):
        reached = within(duty.organisation.path) if duty.reach == DutyReach.SUBTREE else Q(pk=duty.organisation_id)
        condition |= reached & Q(kind=duty.kind) if duty.kind else reached
    if item.applies_to:
        condition &= Q(kind__in=[kind for kind in item.applies_to.split(";") if kind])
    if item.owner_id:
        condition &= Q(pk=item.owner_id)
    return condition
