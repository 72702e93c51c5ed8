"""What is done to organisations: found, move, close, merge, split.

Every write of a path holds the tree lock until its transaction ends; see docs/decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from . import locks, tree
from .choices import OrganisationStatus
from .models import Appointment, Organisation, Succession
from .querysets import within


class TreeRefused(ValueError):
    """The change would leave the tree of organisations wrong. The message says why, for people."""


def next_path(parent: Organisation | None) -> str:
    """The path of the next child to be made under `parent`. Call it under the tree lock.

    One index look-up: the last path of the subtree begins with the last child's path.
    """
    prefix = parent.path if parent else ""
    below = Organisation.objects.filter(within(prefix)) if parent else Organisation.objects.all()
    last = below.exclude(path=prefix).order_by("-path").values_list("path", flat=True).first()
    number = tree.number_of(last[: len(prefix) + tree.SEGMENT]) + 1 if last else 1
    return _checked(prefix, number)


def _checked(prefix: str, number: int) -> str:
    try:
        return tree.child_path(prefix, number)
    except OverflowError:
        raise TreeRefused(_("The organisation tree cannot become that deep or that wide.")) from None


@transaction.atomic
def found(*, parent: Organisation | None, **fields: Any) -> Organisation:
    """Register a new organisation under its superior (None: a root). Costs milliseconds in any tree."""
    locks.hold(locks.ORGANISATION_TREE)
    if parent is not None:
        parent = Organisation.objects.get(pk=parent.pk)
    organisation = Organisation(parent=parent, path=next_path(parent), **fields)
    organisation.full_clean(exclude=["path"])
    organisation.save()
    return organisation


@transaction.atomic
def move(organisation: Organisation, *, under: Organisation | None) -> int:
    """Put the organisation and all below it under another superior; returns the rows written.

    Raises TreeRefused when the new superior is the organisation itself or lies below it.
    """
    locks.hold(locks.ORGANISATION_TREE)
    organisation.refresh_from_db(fields=["path", "parent"])
    if under is not None:
        under = Organisation.objects.get(pk=under.pk)
        if under.path.startswith(organisation.path):
            raise TreeRefused(_("An organisation cannot be placed under itself or under one of its own."))
    old, new = organisation.path, next_path(under)
    if len(new) - len(old) + _depth(old) > tree.MAX_PATH:
        raise TreeRefused(_("The organisation tree cannot become that deep or that wide."))
    written = Organisation.objects.filter(within(old)).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    organisation.parent, organisation.path = under, new
    organisation.save(update_fields=["parent"])
    return written


def _depth(path: str) -> int:
    """Length of the longest path in the subtree."""
    paths = Organisation.objects.filter(within(path)).values_list("path", flat=True)
    return max(map(len, paths), default=len(path))


def close(organisation: Organisation, *, on: date) -> None:
    """The organisation ends without a successor; `on` is its last day."""
    _end([organisation], OrganisationStatus.CLOSED, [], on=on, note="")


def merge(predecessors: Sequence[Organisation], *, into: Organisation, on: date, note: str = "") -> None:
    """Several organisations end on `on`; one carries on."""
    _end(predecessors, OrganisationStatus.MERGED, [into], on=on, note=note)


def split(organisation: Organisation, *, into: Sequence[Organisation], on: date, note: str = "") -> None:
    """One organisation ends on `on`; several carry on."""
    _end([organisation], OrganisationStatus.SPLIT, into, on=on, note=note)


@transaction.atomic
def _end(
    organisations: Iterable[Organisation],
    status: OrganisationStatus,
    successors: Sequence[Organisation],
    *,
    on: date,
    note: str,
) -> None:
    """Ends organisations, and the appointments in them, with the day `on`; raises TreeRefused."""
    locks.hold(locks.ORGANISATION_TREE)
    if any(not Organisation.objects.active().filter(pk=successor.pk).exists() for successor in successors):
        raise TreeRefused(_("The successor must be an organisation that still exists."))
    for organisation in organisations:
        if organisation.pk in {successor.pk for successor in successors}:
            raise TreeRefused(_("An organisation cannot succeed itself."))
        if Organisation.objects.active().filter(parent=organisation).exists():
            raise TreeRefused(_("Move or close the organisations below “%s” first.") % organisation.name)
        still_active = Organisation.objects.active().filter(pk=organisation.pk)
        if not still_active.update(status=status, ended_on=on):
            raise TreeRefused(_("“%s” has ended already.") % organisation.name)
        organisation.refresh_from_db()
        organisation.save(update_fields=["status"])  # writes the history row that update() does not
        Succession.objects.bulk_create(
            Succession(predecessor=organisation, successor=successor, took_effect_on=on, note=note)
            for successor in successors
        )
        _end_appointments(organisation, on)


def _end_appointments(organisation: Organisation, on: date) -> None:
    ending = Appointment.objects.filter(organisation=organisation, starts_on__lte=on)
    for appointment in ending.filter(Q(ends_on=None) | Q(ends_on__gt=on)):
        appointment.ends_on = on
        appointment.save(update_fields=["ends_on"])


def problems() -> list[str]:
    """What is wrong with the stored tree, a sentence each; empty when all is well. For `check_tree`."""
    found_problems = []
    paths = dict(Organisation.objects.values_list("pk", "path"))
    for pk, code, path, parent in Organisation.objects.values_list("pk", "code", "path", "parent_id"):
        if len(path) % tree.SEGMENT or not path:
            found_problems.append(_("%s: the path is no row of whole segments.") % code)
        elif parent is None and len(path) != tree.SEGMENT:
            found_problems.append(_("%s: has no superior, but its path lies below another.") % code)
        elif parent is not None and paths[parent] != path[: -tree.SEGMENT]:
            found_problems.append(_("%s: its path does not lie below its superior's.") % code)
        elif parent == pk:
            found_problems.append(_("%s: is its own superior.") % code)
    return found_problems
