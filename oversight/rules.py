"""Who oversees whom."""

from __future__ import annotations

from django.db.models import Q

from organisations.access import Actor, holds, posts, rule, sight
from organisations.choices import Role
from organisations.models import Organisation

from .models import OverdueRollup


@rule(Organisation, "oversee")
def oversee(actor: Actor, organisation: Organisation) -> bool:
    """Inspectors oversee the organisation of their appointment and all below it."""
    return holds(actor, organisation, Role.INSPECTOR)


@sight(OverdueRollup)
def rollups(actor: Actor) -> Q:
    """Nobody lists roll-ups: they are read through the questions of `overdue.py`."""
    return Q(pk__in=[])


def seats(actor: Actor) -> list[int]:
    """The organisations the actor is appointed inspector of."""
    return [post.organisation_id for post in posts(actor) if post.role == Role.INSPECTOR]
