"""Single items of a draft: add, change, move, delete. Each holds the lock and reads the rows anew inside it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from mptt.exceptions import InvalidMove

from organisations import locks

from ..choices import CatalogueStatus
from ..models import Catalogue, Item
from .refusals import CatalogueRefused, EditionFrozen

POSITIONS = ("first-child", "last-child", "left", "right")
"""Where an item goes, seen from the target: into it as first or last, or beside it, before or after."""


def lock_draft(catalogue_id: int) -> Catalogue:
    """Take the catalogue lock and read the edition; raises EditionFrozen unless it is a draft still."""
    locks.hold(locks.CATALOGUE_TREE)
    catalogue = Catalogue.objects.get(pk=catalogue_id)
    if catalogue.status != CatalogueStatus.DRAFT:
        raise EditionFrozen
    return catalogue


@transaction.atomic
def add_item(catalogue: Catalogue, *, parent: Item | None = None, code: str, title: str, **contents: Any) -> Item:
    """A new item, last under its parent or last of all. `contents` are further fields of the model.

    Raises EditionFrozen, CatalogueRefused for a parent of another edition, ValidationError for bad contents.
    """
    draft = lock_draft(catalogue.pk)
    above = _again(parent, draft) if parent else None
    item = Item(catalogue=draft, parent=above, code=code, title=title, **contents)
    item.full_clean()
    item.save()
    return item


@transaction.atomic
def change_item(item: Item, **contents: Any) -> Item:
    """Give the item other contents (not another place or edition). Raises EditionFrozen, ValidationError."""
    unknown = contents.keys() - {field.name for field in Item._meta.concrete_fields}
    if unknown | contents.keys() & {"id", "catalogue", "parent", "lft", "rght", "tree_id", "level"}:
        raise TypeError(f"not contents of an item: {sorted(contents)}")
    fresh = _again(item, lock_draft(item.catalogue_id))
    for name, value in contents.items():
        setattr(fresh, name, value)
    fresh.full_clean()
    Item.objects.filter(pk=fresh.pk).update(**contents)
    return fresh


@transaction.atomic
def move_item(item: Item, *, target: Item, position: str = "last-child") -> Item:
    """Put the item, with all under it, into or beside another one of the same draft (see POSITIONS).

    Raises EditionFrozen, and CatalogueRefused for a move into itself or into another edition.
    """
    if position not in POSITIONS:
        raise CatalogueRefused(_("This kind of move is not known. Load the page anew and try again."))
    draft = lock_draft(item.catalogue_id)
    node, goal = _again(item, draft), _again(target, draft)
    try:
        Item.objects.move_node(node, goal, position)
    except InvalidMove:
        raise CatalogueRefused(_("An entry cannot be moved into or beside itself.")) from None
    return Item.objects.get(pk=node.pk)


@transaction.atomic
def delete_item(item: Item) -> int:
    """Delete the item and everything under it from a draft; returns how many.

    Raises EditionFrozen, and CatalogueRefused where something hangs on one of them.
    """
    draft = lock_draft(item.catalogue_id)
    branch = list(_again(item, draft).get_descendants(include_self=True).order_by("-level", "-lft"))
    try:
        for doomed in branch:
            doomed.delete()
    except ProtectedError as error:
        raise CatalogueRefused(
            _("“%(title)s” cannot be deleted, something hangs on it: %(what)s.")
            % {"title": doomed.title, "what": next(iter(error.protected_objects))}
        ) from None
    return len(branch)


def _again(item: Item, draft: Catalogue) -> Item:
    """The item as it is now, inside the lock: others may have moved or deleted it."""
    found = Item.objects.filter(pk=item.pk).first()
    if found is None:
        raise CatalogueRefused(_("The entry is gone; somebody else deleted it. Load the page anew."))
    if found.catalogue_id != draft.pk:
        raise CatalogueRefused(_("The entries belong to different editions."))
    return found


def checked(item: Item) -> None:
    """Raise CatalogueRefused with the first sentence of what is wrong with an item."""
    try:
        item.full_clean()
    except ValidationError as error:
        raise CatalogueRefused(" ".join(error.messages)) from None
