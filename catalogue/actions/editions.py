"""Editions of a catalogue: a draft from an edition, a draft put in force, a draft given up."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from organisations import locks
from organisations.models import Organisation, User

from ..choices import CatalogueStatus
from ..models import Catalogue, ImportWarning, Item
from .items import lock_draft
from .missing import missing_in
from .refusals import CatalogueRefused, DraftIncomplete
from .trees import CONTENTS, Sprout, plant


@transaction.atomic
def new_draft_from(catalogue: Catalogue) -> Catalogue:
    """A draft of the next edition with everything the given one holds, X items of single organisations included.

    Links to a superior's items follow to the edition of that catalogue now in force.
    Raises CatalogueRefused where a draft of this catalogue exists already.
    """
    locks.hold(locks.CATALOGUE_TREE)
    draft = open_draft(catalogue.code, title=catalogue.title, issuer_id=catalogue.issuer_id)
    Catalogue.objects.filter(pk=draft.pk).update(basis=catalogue.basis)
    plant(draft, _sprouts(catalogue))
    draft.refresh_from_db()
    return draft


@transaction.atomic
def start_draft(code: str, *, title: str, issuer: Organisation, basis: str = "") -> Catalogue:
    """An empty draft, for a catalogue written by hand. Raises CatalogueRefused where there is a draft, or where the
    code belongs to another issuer; ValidationError for a bad code or title."""
    locks.hold(locks.CATALOGUE_TREE)
    Catalogue(code=code, title=title, issuer=issuer, basis=basis).clean_fields()
    if Catalogue.objects.filter(code=code).exclude(issuer=issuer).exists():
        raise CatalogueRefused(_("The code belongs to a catalogue of another organisation. Choose another code."))
    draft = open_draft(code, title=title, issuer_id=issuer.pk)
    draft.basis = basis
    draft.save(update_fields=["basis"])
    return draft


@transaction.atomic
def change_draft(catalogue: Catalogue, *, title: str, basis: str) -> Catalogue:
    """Give a draft another title and notes. Raises EditionFrozen, ValidationError."""
    draft = lock_draft(catalogue.pk)
    draft.title, draft.basis = title, basis
    draft.clean_fields()
    draft.save(update_fields=["title", "basis"])
    return draft


def open_draft(code: str, *, title: str, issuer_id: int) -> Catalogue:
    """An empty draft of the next edition. The caller holds the lock. Raises CatalogueRefused if there is one."""
    editions = Catalogue.objects.filter(code=code)
    if editions.filter(status=CatalogueStatus.DRAFT).exists():
        raise CatalogueRefused(_("There is a draft of this catalogue already. Edit that one, or delete it first."))
    last = editions.aggregate(last=Max("edition"))["last"] or 0
    return Catalogue.objects.create(code=code, edition=last + 1, title=title, issuer_id=issuer_id)


@transaction.atomic
def put_in_force(catalogue: Catalogue, *, on: date, by: User | None = None) -> Catalogue:
    """The draft is in force from the given day; the edition before it ends the day before that.

    X items that organisations were granted under the edition before, and the draft lacks, are taken over.
    Raises DraftIncomplete with what is missing, and CatalogueRefused where it is no draft any more, or where the
    day is not later than the first day of the edition before it.
    """
    locks.hold(locks.CATALOGUE_TREE)
    drafts = Catalogue.objects.filter(pk=catalogue.pk, status=CatalogueStatus.DRAFT)
    if not drafts.exists():
        raise CatalogueRefused(_("Only a draft can be put in force; this edition is none any more."))
    missing = missing_in(catalogue)
    if missing:
        raise DraftIncomplete(missing)
    before = Catalogue.objects.filter(code=catalogue.code, status=CatalogueStatus.IN_FORCE).first()
    if before:
        _take_over_owned(before, catalogue)
        ended = Catalogue.objects.filter(pk=before.pk, status=CatalogueStatus.IN_FORCE, effective_from__lt=on).update(
            status=CatalogueStatus.SUPERSEDED, effective_to=on - timedelta(days=1)
        )
        if not ended:
            raise CatalogueRefused(
                _("The edition in force began on %(day)s. The new one must begin on a later day.")
                % {"day": before.effective_from}
            )
    if not drafts.update(status=CatalogueStatus.IN_FORCE, effective_from=on, effective_to=None):
        raise CatalogueRefused(_("Only a draft can be put in force; this edition is none any more."))
    guesses, _by_model = ImportWarning.objects.filter(catalogue=catalogue).delete()
    reason = _("Put in force with %(number)d import warnings left.") % {"number": guesses} if guesses else ""
    changed = [Catalogue.objects.get(pk=edition.pk) for edition in (before, catalogue) if edition]
    Catalogue.history.bulk_history_create(changed, update=True, default_user=by, default_change_reason=reason)
    return changed[-1]


@transaction.atomic
def discard_draft(catalogue: Catalogue) -> None:
    """Delete a draft with all its items. Raises EditionFrozen, CatalogueRefused where something hangs on one."""
    draft = lock_draft(catalogue.pk)
    ImportWarning.objects.filter(catalogue=draft).delete()
    plant(draft, [])
    draft.delete()


def _sprouts(catalogue: Catalogue) -> list[Sprout]:
    """The items of an edition as a tree to be planted."""
    roots: list[Sprout] = []
    by_pk: dict[int, Sprout] = {}
    for item in Item.objects.filter(catalogue=catalogue).order_by("tree_id", "lft"):
        contents = {name: getattr(item, name) for name in CONTENTS}
        contents["implements_id"] = _superior_now(item)
        by_pk[item.pk] = Sprout(item.code, contents)
        siblings = by_pk[item.parent_id].children if item.parent_id else roots
        siblings.append(by_pk[item.pk])
    return roots


def _superior_now(item: Item) -> int | None:
    """The superior's item an item implements, in the edition of it that is in force; else the one linked so far."""
    if item.implements is None:
        return None
    linked = item.implements
    newest = Item.objects.filter(
        catalogue__code=linked.catalogue.code, catalogue__status=CatalogueStatus.IN_FORCE, code=linked.code
    )
    return newest.values_list("pk", flat=True).first() or linked.pk


def _take_over_owned(before: Catalogue, draft: Catalogue) -> None:
    """X items of single organisations live on under the entry of the same code, or the nearest one above it."""
    present = set(Item.objects.filter(catalogue=draft).values_list("code", flat=True))
    for item in Item.objects.filter(catalogue=before, owner__isnull=False).order_by("tree_id", "lft"):
        if item.code in present:
            continue
        contents = {name: getattr(item, name) for name in CONTENTS}
        copy = Item(catalogue=draft, parent=_nearest_group(item, draft), code=item.code, **contents)
        copy.save()
        present.add(item.code)


def _nearest_group(item: Item, draft: Catalogue) -> Item | None:
    """The group in the draft that stands for the nearest entry above an item; None puts it at the top."""
    for above in item.get_ancestors(ascending=True):
        same = Item.objects.filter(catalogue=draft, code=above.code).first()
        if same and not (same.is_leaf_node() and same.time_limit_class):
            return same
    return None
