"""A catalogue file becomes a draft: all of it or nothing, and the same file twice changes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations import locks
from organisations.models import Organisation
from organisations.spreadsheets import SpreadsheetError, read_grid

from ..choices import CatalogueStatus
from ..importing import LIMITS, ImportFailed, ImportProblem, Parsed, ParsedItem, parse
from ..models import Catalogue, ImportWarning, Item
from .editions import open_draft
from .refusals import CatalogueRefused
from .trees import CONTENTS, Planted, Sprout, plant


@dataclass
class ImportResult:
    """What an import did, or would do: the draft, what was read, and how the items changed."""

    catalogue: Catalogue
    parsed: Parsed
    planted: Planted
    dry_run: bool


def import_catalogue(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    code: str,
    title: str,
    issuer: Organisation,
    name: str = "",
    dry_run: bool = False,
    adjust: Callable[[Parsed], None] | None = None,
) -> ImportResult:
    """Read a file into the draft of a catalogue, making the draft if there is none.

    Items keep their row by code; items no longer in the file go; X items of single organisations stay. Nothing is
    written with `dry_run`. An empty title is taken from the file. `adjust` may change what was read before it is
    stored. Raises ImportFailed with every problem found; then nothing has changed.
    """
    try:
        parsed = parse(read_grid(source, name=name, limits=LIMITS))
    except SpreadsheetError as error:
        raise ImportFailed([ImportProblem(0, "", str(error))]) from None
    if adjust:
        adjust(parsed)
    with transaction.atomic():
        locks.hold(locks.CATALOGUE_TREE)
        draft = _draft(code=code, title=title or parsed.title, issuer=issuer, basis=parsed.basis)
        try:
            planted = plant(draft, _sprouts(parsed, draft))
        except CatalogueRefused as refusal:
            raise ImportFailed([ImportProblem(0, "", str(refusal))]) from None
        _keep_warnings(draft, parsed)
        if dry_run:
            transaction.set_rollback(True)
    return ImportResult(draft, parsed, planted, dry_run)


def _draft(*, code: str, title: str, issuer: Organisation, basis: str) -> Catalogue:
    """The draft of the catalogue, with this title; made if need be."""
    if not title:
        raise ImportFailed([ImportProblem(0, "", _("The file has no title of its own. Give the catalogue a title."))])
    try:
        Catalogue(code=code, title=title, issuer=issuer).clean_fields(exclude=["effective_from", "effective_to"])
    except ValidationError as error:
        raise ImportFailed(
            ImportProblem(0, "", f"{_label(field)}: {' '.join(messages)}")
            for field, messages in error.message_dict.items()
        ) from None
    other = Catalogue.objects.filter(code=code).exclude(issuer=issuer).select_related("issuer").first()
    if other:
        message = _("The code “%(code)s” belongs to a catalogue of %(issuer)s. Choose another code.")
        raise ImportFailed([ImportProblem(0, "", message % {"code": code, "issuer": other.issuer})])
    draft = Catalogue.objects.filter(code=code, status=CatalogueStatus.DRAFT).first()
    if draft is None:
        draft = open_draft(code, title=title, issuer_id=issuer.pk)
    if (draft.title, draft.basis) != (title, basis or draft.basis):
        draft.title, draft.basis = title, basis or draft.basis
        draft.save(update_fields=["title", "basis"])
    return draft


def _label(field: str) -> str:
    return str(getattr(Catalogue._meta.get_field(field), "verbose_name", field))


def _sprouts(parsed: Parsed, draft: Catalogue) -> list[Sprout]:
    """What was read, as a tree to be planted, with the X items of single organisations kept in their places."""
    links = _links(parsed)
    by_code: dict[str, Sprout] = {}
    roots: list[Sprout] = []
    for item in parsed.items:
        sprout = by_code[item.code] = Sprout(item.code, _contents(item, links))
        (by_code[item.parent.code].children if item.parent else roots).append(sprout)
    for owned in Item.objects.filter(catalogue=draft, owner__isnull=False).order_by("tree_id", "lft"):
        if owned.code not in by_code:
            sprout = by_code[owned.code] = Sprout(owned.code, {name: getattr(owned, name) for name in CONTENTS})
            above = next((a.code for a in owned.get_ancestors(ascending=True) if a.code in by_code), None)
            (by_code[above].children if above else roots).append(sprout)
    return roots


def _contents(item: ParsedItem, links: dict[tuple[str, str], int]) -> dict[str, object]:
    superior = links.get(item.implements) if item.implements else None
    return item.contents() | {
        "implements_id": superior,
        "implements_as": item.implements_as if superior else "",
        "owner_id": None,
        "owned_from": None,
    }


def _links(parsed: Parsed) -> dict[tuple[str, str], int]:
    """The superior's items named in the file, in the edition in force or else the newest; missing ones are said."""
    found: dict[tuple[str, str], int] = {}
    for item in parsed.items:
        if item.implements is None:
            continue
        catalogue, code = item.implements
        candidates = Item.objects.filter(catalogue__code=catalogue, code=code)
        in_force = candidates.filter(catalogue__status=CatalogueStatus.IN_FORCE)
        superior = in_force.first() or candidates.order_by("-catalogue__edition").first()
        if superior:
            found[item.implements] = superior.pk
        else:
            message = _("The superior's entry %(link)s is not known; the link was left out.")
            parsed.guess(item.row, "implements", message % {"link": f"{catalogue}:{code}"[:90]}, item.code)
    return found


def _keep_warnings(draft: Catalogue, parsed: Parsed) -> None:
    """The guesses of this import take the place of those of the last."""
    ImportWarning.objects.filter(catalogue=draft).delete()
    items = dict(Item.objects.filter(catalogue=draft).values_list("code", "pk"))
    ImportWarning.objects.bulk_create(
        [
            ImportWarning(
                catalogue=draft,
                item_id=items.get(guess.code),
                row=guess.row,
                column=guess.column[:40],
                message=guess.message[:300],
            )
            for guess in parsed.guesses
        ],
        batch_size=500,
    )
