"""Questions about catalogues and items."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from .choices import CatalogueStatus


def in_force(on: date, prefix: str = "") -> Q:
    """Editions in force on a day: past ones too, so that yesterday is judged by yesterday's edition."""
    return (
        ~Q(**{f"{prefix}status": CatalogueStatus.DRAFT})
        & Q(**{f"{prefix}effective_from__lte": on})
        & (Q(**{f"{prefix}effective_to": None}) | Q(**{f"{prefix}effective_to__gte": on}))
    )


class CatalogueQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> Self:
        return self.filter(in_force(on))


class ItemQuerySet(TreeQuerySet):
    def leaves(self) -> Self:
        """Entries that are owed: those with nothing under them."""
        return self.filter(rght=F("lft") + 1)


class ItemManager(TreeManager.from_queryset(ItemQuerySet)):  # type: ignore[misc]
    """Items in the order of the tree."""
