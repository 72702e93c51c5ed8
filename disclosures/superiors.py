"""Who above an organisation is asked, and told."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from organisations.choices import Role
from organisations.models import Appointment, Organisation
from organisations.tree import ancestor_paths

_DECIDING = (Role.APPROVER, Role.INSPECTOR)


def addressee(organisation: Organisation, *, on: date) -> Organisation | None:
    """The nearest superior with an approver or an inspector in office; without any, the superior itself."""
    return _nearest(organisation, _DECIDING, on) or organisation.parent


def deciders(organisation: Organisation, *, on: date) -> set[int]:
    """The approvers nearest above, and the inspectors nearest above."""
    found: set[int] = set()
    for role in _DECIDING:
        seat = _nearest(organisation, (role,), on)
        if seat is not None:
            found.update(_in_office((role,), on).filter(organisation=seat).values_list("user", flat=True))
    return found


def _nearest(organisation: Organisation, roles: tuple[Role, ...], on: date) -> Organisation | None:
    seats = _in_office(roles, on).filter(organisation__path__in=ancestor_paths(organisation.path))
    return Organisation.objects.filter(pk__in=seats.values("organisation")).order_by("-path").first()


def _in_office(roles: tuple[Role, ...], on: date) -> QuerySet[Appointment]:
    return Appointment.objects.in_office(on=on).filter(role__in=roles, user__is_active=True)
