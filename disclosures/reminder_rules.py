"""Who may see reminders and change their ladder."""

from __future__ import annotations

from django.db.models import Q

from organisations.access import Actor, posts, reach, rule, sight
from organisations.choices import Role
from organisations.rules import keeps_people, runs_the_machine
from organisations.tree import SEGMENT

from .models import Reminder, ReminderRung


@sight(ReminderRung)
def ladder(actor: Actor) -> Q:
    """Whoever administers anything may know by which ladder people are reminded."""
    return Q() if keeps_people(actor) or runs_the_machine(actor) else Q(pk__in=[])


@rule(ReminderRung, "change")
def change_ladder(actor: Actor, rung: ReminderRung) -> bool:
    """Administrators of an organisation without a superior, for the ladder is everybody's; and the operator."""
    return runs_the_machine(actor) or any(
        post.role == Role.ADMINISTRATOR and len(post.path) == SEGMENT for post in posts(actor)
    )


@sight(Reminder)
def reminders(actor: Actor) -> Q:
    """One's own; and who was reminded of what, for administrators and inspectors above the late organisation."""
    own = Q(recipient=actor.pk) if actor.is_authenticated else Q(pk__in=[])
    return own | reach(actor, Role.ADMINISTRATOR, Role.INSPECTOR, prefix="obligation__organisation__")
