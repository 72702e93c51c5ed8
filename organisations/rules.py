"""Who may see and change organisations, people and appointments."""

from __future__ import annotations

from django.db.models import Q

from .access import Actor, holds, reach, rule, sight
from .choices import Role
from .models import Appointment, Organisation


@sight(Organisation)
def organisations(actor: Actor) -> Q:
    """Every organisation is public: residents must find their board."""
    return Q()


@rule(Organisation, "read")
def read_organisation(actor: Actor, organisation: Organisation) -> bool:
    return True


@rule(Organisation, "change", "add_below", "appoint")
def keep_organisation(actor: Actor, organisation: Organisation) -> bool:
    """Administrators keep their organisation and those below it."""
    return holds(actor, organisation, Role.ADMINISTRATOR)


@sight(Appointment)
def appointments(actor: Actor) -> Q:
    return reach(actor, Role.ADMINISTRATOR)


@rule(Appointment, "read", "change")
def keep_appointment(actor: Actor, appointment: Appointment) -> bool:
    return holds(actor, appointment.organisation, Role.ADMINISTRATOR)
