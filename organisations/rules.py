"""Who may see and change organisations, people and appointments.

Administrators do so in their subtree. The superuser, who runs the machine, may too, everywhere: somebody has
to appoint the first administrator. Each change is in the history; it opens no content of any scope.
"""

from __future__ import annotations

from django.db.models import Q

from .access import Actor, holds, posts, reach, rule, sight
from .choices import Role
from .models import Appointment, Organisation, User


@sight(Organisation)
def organisations(actor: Actor) -> Q:
    """Every organisation is public: residents must find their board."""
    return Q()


@rule(Organisation, "read")
def read_organisation(actor: Actor, organisation: Organisation) -> bool:
    return True


@rule(Organisation, "change", "add_below", "appoint")
def keep_organisation(actor: Actor, organisation: Organisation) -> bool:
    return runs_the_machine(actor) or holds(actor, organisation, Role.ADMINISTRATOR)


@sight(Appointment)
def appointments(actor: Actor) -> Q:
    return Q() if runs_the_machine(actor) else reach(actor, Role.ADMINISTRATOR)


@rule(Appointment, "read", "change")
def keep_appointment(actor: Actor, appointment: Appointment) -> bool:
    return keep_organisation(actor, appointment.organisation)


@rule(Appointment, "delegate")
def delegate(actor: Actor, appointment: Appointment) -> bool:
    """Name a deputy, or end one's time: whoever holds the appointment, and the organisation's administrators."""
    return appointment.user_id == actor.pk or keep_organisation(actor, appointment.organisation)


@sight(User)
def users(actor: Actor) -> Q:
    """The people appointed somewhere in one's subtree, and those nobody appointed yet."""
    if runs_the_machine(actor):
        return Q()
    below = reach(actor, Role.ADMINISTRATOR, prefix="appointments__organisation__")
    return (Q(appointments=None, is_superuser=False) | below) if keeps_people(actor) else Q(pk__in=[])


@rule(User, "read", "change")
def keep_user(actor: Actor, user: User) -> bool:
    """An administrator keeps the accounts of people appointed nowhere outside of the administrator's subtree."""
    if runs_the_machine(actor):
        return True
    if user.is_superuser or not keeps_people(actor):
        return False
    return all(
        holds(actor, appointment.organisation, Role.ADMINISTRATOR)
        for appointment in user.appointments.select_related("organisation")
    )


def keeps_people(actor: Actor) -> bool:
    """Whether the actor is an administrator of anything."""
    return any(post.role == Role.ADMINISTRATOR for post in posts(actor))


def runs_the_machine(actor: Actor) -> bool:
    return actor.is_active and actor.is_superuser
