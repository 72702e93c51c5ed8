"""Requests for extension and waiver as lists: those that wait for somebody, and those one's organisations made."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from organisations.access import Actor, posts, reach, visible
from organisations.choices import Role

from .choices import RequestList, RequestState
from .models import ReleaseRequest

_DECIDING = (Role.APPROVER, Role.INSPECTOR)


def waiting() -> Q:
    """Not decided yet, and still needed."""
    return Q(state=RequestState.OPEN, obligation__fulfilled_on=None)


def to_decide(actor: Actor) -> QuerySet[ReleaseRequest]:
    """Waiting requests of organisations below that the actor may decide, addressed to whom they may be."""
    seats = [post.organisation_id for post in posts(actor) if post.role in _DECIDING]
    below = reach(actor, *_DECIDING, prefix="obligation__organisation__")
    own = Q(obligation__organisation__in=seats)
    return ReleaseRequest.objects.filter(waiting(), below).exclude(own).exclude(asked_by=actor.pk)


def addressed(actor: Actor) -> QuerySet[ReleaseRequest]:
    """Of those, the ones addressed to the actor's own organisations."""
    seats = [post.organisation_id for post in posts(actor) if post.role in _DECIDING]
    return to_decide(actor).filter(addressed_to__in=seats)


def listed(actor: Actor, which: RequestList) -> QuerySet[ReleaseRequest]:
    """The requests of one list, with what its rows show; unordered."""
    mine = Q(obligation__organisation__in=[p.organisation_id for p in posts(actor) if p.role == Role.SECRETARY])
    rows = {
        RequestList.OURS: lambda: addressed(actor),
        RequestList.BELOW: lambda: to_decide(actor),
        RequestList.DECIDED: lambda: visible(actor, ReleaseRequest.objects.exclude(waiting())).exclude(mine),
        RequestList.ASKED: lambda: ReleaseRequest.objects.filter(mine),
    }[which]()
    related = ("obligation__organisation", "obligation__item", "obligation__event", "asked_by", "on_behalf_of")
    return rows.select_related(*related, "addressed_to", "decided_by", "decided_for")
