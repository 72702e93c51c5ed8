"""Who may see notices: the person they are for, and nobody else.

Administrators, and whoever runs the machine, learn of those that got stuck, never what they say.
"""

from __future__ import annotations

from django.db.models import Q

from organisations.access import Actor, reach, rule, sight
from organisations.choices import Role
from organisations.models import Appointment
from organisations.rules import keeps_people, runs_the_machine

from .choices import NoticeStatus
from .models import DeadLetter, JobRun, Notice


@sight(Notice)
def notices(actor: Actor) -> Q:
    return Q(recipient=actor.pk) if actor.is_authenticated else Q(pk__in=[])


@rule(Notice, "read", "mark_read")
def read(actor: Actor, notice: Notice) -> bool:
    return actor.is_authenticated and notice.recipient_id == actor.pk


@sight(DeadLetter)
def dead_letters(actor: Actor) -> Q:
    """Those to people who are, or were, appointed where the actor is administrator, or below; the operator's: all."""
    if runs_the_machine(actor):
        return Q(status=NoticeStatus.DEAD)
    kept = Appointment.objects.filter(reach(actor, Role.ADMINISTRATOR))
    return Q(status=NoticeStatus.DEAD, recipient__in=kept.values("user"))


@rule(DeadLetter, "read", "retry")
def retry(actor: Actor, letter: DeadLetter) -> bool:
    return DeadLetter.objects.filter(dead_letters(actor), pk=letter.pk).exists()


@sight(JobRun)
def job_runs(actor: Actor) -> Q:
    """Administrators of any organisation: they are asked first when no reminder comes."""
    return Q() if keeps_people(actor) else Q(pk__in=[])
