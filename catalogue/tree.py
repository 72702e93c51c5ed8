"""The numbers of the item tree (tree_id, lft, rght, level), worked out and checked in memory.

django-mptt keeps them right one write at a time; whole trees are numbered here, and damage is found and mended
here: `rebuild()` and `save()` per node are far too slow (docs/decisions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import TypeVar

from django.utils.translation import gettext as _

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: its tree, its bounds in it, its level from 0."""

    tree_id: int
    lft: int
    rght: int
    level: int


@dataclass(frozen=True, slots=True)
class Node:
    """A row of the item table, as far as the tree goes."""

    pk: int
    code: str
    catalogue_id: int
    parent_id: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Damage:
    """Something wrong with one item's place, in a sentence."""

    pk: int
    code: str
    message: str


def number(roots: Sequence[T], children: Callable[[T], Sequence[T]], tree_ids: Iterable[int]) -> dict[T, Place]:
    """Places for whole trees, one tree id a root, taken in order. Parents come before their children."""
    places: dict[T, Place] = {}
    for root, tree_id in zip(roots, tree_ids, strict=False):
        bound = count(1)
        opened: list[tuple[T, int]] = []
        waiting: list[tuple[T | None, int]] = [(root, 0)]
        while waiting:
            node, level = waiting.pop()
            if node is None:
                node, left = opened.pop()
                places[node] = Place(tree_id, left, next(bound), level)
                continue
            left = next(bound)
            places[node] = Place(tree_id, left, 0, level)
            opened.append((node, left))
            waiting.append((None, level))
            waiting.extend((child, level + 1) for child in reversed(children(node)))
    return places


def free_tree_ids(used: Iterable[int], highest: int) -> Iterator[int]:
    """The tree ids a catalogue has already, in order, then new ones above all others."""
    return chain(sorted(used), count(highest + 1))


def right_places(nodes: Iterable[Node]) -> dict[int, Place]:
    """Where every item should stand, by its superior and the present order of its siblings.

    Items in or below a circle of superiors have no right place and are left out.
    """
    by_parent: defaultdict[int | None, list[Node]] = defaultdict(list)
    for node in sorted(nodes, key=lambda node: (node.place.tree_id, node.place.lft, node.pk)):
        by_parent[node.parent_id].append(node)
    roots = by_parent[None]
    tree_ids: list[int] = []
    for root in roots:
        tree_ids.append(max(root.place.tree_id, tree_ids[-1] + 1 if tree_ids else 1))
    placed = number(roots, lambda node: by_parent[node.pk], tree_ids)
    return {node.pk: place for node, place in placed.items()}


def find_damage(nodes: Sequence[Node]) -> list[Damage]:
    """Everything wrong with the tree: circles, levels, bounds, children outside of their superior or edition."""
    by_pk = {node.pk: node for node in nodes}
    right = right_places(nodes)
    found: list[Damage] = []
    for node in nodes:
        if node.pk not in right:
            found.append(Damage(node.pk, node.code, _("its superior entries lead in a circle")))
            continue
        place, should = node.place, right[node.pk]
        parent = by_pk.get(node.parent_id) if node.parent_id else None
        if parent and parent.catalogue_id != node.catalogue_id:
            found.append(Damage(node.pk, node.code, _("its superior entry belongs to another edition")))
        if place == should:
            continue
        if place.level != should.level:
            message = _("its level is %(is)d and should be %(should)d") % {"is": place.level, "should": should.level}
        elif parent and not (parent.place.lft < place.lft < place.rght < parent.place.rght):
            message = _("its bounds lie outside of those of its superior entry")
        else:
            message = _("its bounds are %(is)s and should be %(should)s") % {
                "is": f"{place.tree_id}:{place.lft}–{place.rght}",
                "should": f"{should.tree_id}:{should.lft}–{should.rght}",
            }
        found.append(Damage(node.pk, node.code, message))
    return found
