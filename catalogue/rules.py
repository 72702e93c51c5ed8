"""Who may see and change the working calendar."""

from __future__ import annotations

from django.db.models import Q

from organisations.access import Actor, posts, rule, sight
from organisations.choices import Role
from organisations.rules import runs_the_machine
from organisations.tree import SEGMENT

from .models import CalendarDay, CalendarYear


@sight(CalendarDay)
@sight(CalendarYear)
def calendar(actor: Actor) -> Q:
    """The working calendar is public."""
    return Q()


@rule(CalendarDay, "read")
@rule(CalendarYear, "read")
def read_calendar(actor: Actor, obj: CalendarDay | CalendarYear) -> bool:
    return True


@rule(CalendarDay, "change")
@rule(CalendarYear, "change")
def change_calendar(actor: Actor, obj: CalendarDay | CalendarYear) -> bool:
    """Administrators of an organisation that has no superior, for the calendar moves everybody's deadlines; and
    whoever runs the machine, who may load a table at its command line anyway."""
    return runs_the_machine(actor) or any(post.role == Role.ADMINISTRATOR and len(post.path) == SEGMENT for post in posts(actor))
