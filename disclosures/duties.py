"""Whom a duty would concern: told to whoever assigns it, before it is assigned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from catalogue.choices import Openness, TimeLimitClass
from catalogue.models import Catalogue, Item
from catalogue.querysets import in_force
from organisations.choices import OrganisationKind
from organisations.models import Organisation

from .demands import path_range
from .models import Duty


@dataclass(frozen=True, slots=True)
class Reached:
    """Organisations and items a duty concerns on a day."""

    organisations: int
    kinds: tuple[tuple[Any, int], ...]
    """How many of which kind, the most first, in words."""
    by_period: int
    """Items owed period by period, or permanently."""
    by_event: int
    """Items owed when something happens."""
    owe_already: int
    """Organisations that owe the same catalogue by another duty."""


def reached(duty: Duty, *, on: date) -> Reached:
    """Whom the duty, saved or not, concerns of the organisations that exist now; and with how many items."""
    first, last = path_range(duty)
    there = Organisation.objects.active().filter(path__gte=first, path__lt=last)
    if duty.kind:
        there = there.filter(kind=duty.kind)
    counts = Counter(dict(there.order_by().values_list("kind").annotate(number=Count("pk"))))
    items = Counter(dict(_items(duty.catalogue, on).values_list("time_limit_class").annotate(number=Count("pk"))))
    others = Duty.objects.filter(catalogue__code=duty.catalogue.code).exclude(pk=duty.pk)
    same = Q(pk__in=[])
    for other in others.exclude(ends_on__lt=duty.starts_on).select_related("organisation"):
        begins, ends = path_range(other)
        same |= Q(path__gte=begins, path__lt=ends) & (Q(kind=other.kind) if other.kind else Q())
    return Reached(
        organisations=counts.total(),
        kinds=tuple((OrganisationKind(kind).label, number) for kind, number in counts.most_common()),
        by_period=items[TimeLimitClass.PERIODIC] + items[TimeLimitClass.PERMANENT],
        by_event=items[TimeLimitClass.PROMPT] + items[TimeLimitClass.STAGED],
        owe_already=there.filter(same).order_by().count(),
    )


def _items(catalogue: Catalogue, on: date) -> Any:
    """What everybody owes of the edition in force, or of this one where none is."""
    leaves = Item.objects.filter(openness=Openness.PROACTIVE, rght=F("lft") + 1, owner=None).exclude(due_rule="")
    current = leaves.filter(in_force(on, "catalogue__"), catalogue__code=catalogue.code)
    return (current if current.exists() else leaves.filter(catalogue=catalogue)).order_by()
