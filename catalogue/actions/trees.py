"""Writing whole trees of items at once, and checking and mending the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from organisations import locks

from ..models import Catalogue, Item
from ..tree import Damage, Node, Place, find_damage, free_tree_ids, number, right_places
from .refusals import CatalogueRefused

PLACE = ("tree_id", "lft", "rght", "level")
CONTENTS = tuple(
    column.attname
    for column in Item._meta.concrete_fields
    if column.attname not in {"id", "catalogue_id", "parent_id", "code", *PLACE}
)
"""What an item says, apart from what it is called and where it stands."""


@dataclass(eq=False)
class Sprout:
    """An item to be: its code, its contents by column name, and what stands under it."""

    code: str
    contents: Mapping[str, Any]
    children: list[Sprout] = field(default_factory=list)


@dataclass
class Planted:
    """How many items a whole tree made, changed, left alone and removed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0


def plant(catalogue: Catalogue, roots: Sequence[Sprout]) -> Planted:
    """Make the draft's items exactly these: the code is the key, so that items that stay keep their row.

    Numbers are worked out in memory and rows written level by level, never by a save() per item. The caller holds
    the catalogue lock. Raises CatalogueRefused where something hangs on an item that would go.
    """
    existing = {item.code: item for item in Item.objects.filter(catalogue=catalogue)}
    used = {item.tree_id for item in existing.values()}
    highest = Item.objects.aggregate(highest=Max("tree_id"))["highest"] or 0
    places = number(roots, lambda sprout: sprout.children, free_tree_ids(used, highest))
    done = Planted()
    pks: dict[str, int | None] = {"": None}
    level: list[tuple[str, Sprout]] = [("", root) for root in roots]
    depth = 0
    while level:
        fresh = []
        for parent_code, sprout in level:
            item = existing.get(sprout.code)
            columns = _columns(sprout, pks[parent_code], places[sprout])
            if item is None:
                fresh.append(Item(catalogue=catalogue, code=sprout.code, **columns))
            elif changes := {name: value for name, value in columns.items() if getattr(item, name) != value}:
                Item.objects.filter(pk=item.pk).update(**changes)
                done.updated += 1
            else:
                done.unchanged += 1
        Item.objects.bulk_create(fresh, batch_size=200)
        done.created += len(fresh)
        pks |= dict(Item.objects.filter(catalogue=catalogue, level=depth).values_list("code", "pk"))
        depth += 1
        level = [(sprout.code, child) for _parent, sprout in level for child in sprout.children]
    wanted = {sprout.code for sprout in places}
    done.deleted = _remove([item for code, item in existing.items() if code not in wanted])
    return done


def _columns(sprout: Sprout, parent_id: int | None, place: Place) -> dict[str, Any]:
    return {
        **sprout.contents,
        "parent_id": parent_id,
        "tree_id": place.tree_id,
        "lft": place.lft,
        "rght": place.rght,
        "level": place.level,
    }


def _remove(items: Sequence[Item]) -> int:
    """Delete items without renumbering the rest, the lowest first, for each protects the one above it."""
    for level in sorted({item.level for item in items}, reverse=True):
        doomed = [item for item in items if item.level == level]
        try:
            Item.objects.filter(pk__in=[item.pk for item in doomed]).delete()
        except ProtectedError as error:
            codes = ", ".join(item.code for item in doomed[:10])
            raise CatalogueRefused(
                _("Something hangs on an entry that is to go (one of %(codes)s): %(what)s.")
                % {"codes": codes, "what": next(iter(error.protected_objects))}
            ) from None
    return len(items)


def check_items() -> list[Damage]:
    """What is wrong with the item trees of all catalogues; an empty list if nothing is."""
    return find_damage(_nodes())


def repair_items() -> int:
    """Give every item the numbers its superior and its order among its siblings ask for; returns the rows written.

    Items that lead in a circle are left alone: nobody but a person can say where they belong.
    """
    with transaction.atomic():
        locks.hold(locks.CATALOGUE_TREE)
        nodes = _nodes()
        right = right_places(nodes)
        wrong = [
            (right[node.pk].tree_id, right[node.pk].lft, right[node.pk].rght, right[node.pk].level, node.pk)
            for node in nodes
            if node.pk in right and node.place != right[node.pk]
        ]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {Item._meta.db_table} SET tree_id = %s, lft = %s, rght = %s, level = %s WHERE id = %s",  # noqa: S608
                wrong,
            )
    return len(wrong)


def _nodes() -> list[Node]:
    rows = Item.objects.order_by("tree_id", "lft", "pk").values_list(
        "pk", "code", "catalogue_id", "parent_id", "tree_id", "lft", "rght", "level"
    )
    return [Node(pk, code, edition, parent, Place(*place)) for pk, code, edition, parent, *place in rows]
