"""Who is to take the next step of a version: the role, where, and the people who may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from organisations.choices import Role
from organisations.models import Appointment, Organisation
from organisations.tree import ancestor_paths

from .choices import WRITING_STEPS, VersionState
from .models import Step, Version

MOST_NAMED = 5

_NEXT = {
    VersionState.DRAFT: Role.SECRETARY,
    VersionState.RETURNED: Role.SECRETARY,
    VersionState.PROPOSED: Role.REVIEWER,
    VersionState.REVIEWED: Role.APPROVER,
    VersionState.APPROVED: Role.SECRETARY,
}


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. Without people, nobody there may take the step."""

    role: str
    organisation: Organisation
    people: list[str]
    by_superior: bool


def next_turn(version: Version, *, on: date) -> Turn | None:
    """Who is next; those who wrote on it are left out where it is reviewed and approved. None if nothing is next."""
    state = VersionState.REVIEWED if version.awaits_approval else VersionState(version.state)
    role = _NEXT.get(state)
    if role is None or version.posting.is_withdrawn:
        return None
    here = version.posting.organisation
    writers = _writers(version) if role != Role.SECRETARY else set()
    places = _places(here, role)
    held = Appointment.objects.in_office(on=on).filter(role=role, organisation__in=places, user__is_active=True)
    rows = held.exclude(user__in=writers).select_related("user", "deputises_for__user", "organisation").order_by("pk")
    seats: dict[int, list[Appointment]] = {}
    for row in rows:
        seats.setdefault(row.organisation_id, []).append(row)
    where = next((place for place in places if place.pk in seats), places[0])
    names = dict.fromkeys(_name(row) for row in seats.get(where.pk, []))
    return Turn(str(role.label), where, list(names)[:MOST_NAMED], by_superior=where.pk != here.pk)


def _places(organisation: Organisation, role: Role) -> list[Organisation]:
    """Where people are looked for, the nearest first: above, for a branch too small; approvers also further up."""
    above = role in {Role.REVIEWER, Role.APPROVER} and organisation.superior_approves and organisation.parent
    first = organisation.parent if above and organisation.parent else organisation
    if role != Role.APPROVER:
        return [first]
    higher = Organisation.objects.filter(path__in=ancestor_paths(first.path)).order_by("-path")
    return [first, *higher]


def _writers(version: Version) -> set[int]:
    steps = Step.objects.filter(version=version, kind__in=WRITING_STEPS, by__isnull=False)
    return {version.author_id, *(pk for pk in steps.values_list("by", flat=True) if pk is not None)}


def _name(appointment: Appointment) -> str:
    if appointment.deputises_for is None:
        return str(appointment.user)
    return _("%(deputy)s (for %(person)s)") % {
        "deputy": appointment.user,
        "person": appointment.deputises_for.user,
    }
