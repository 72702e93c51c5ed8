"""Words and badges of the desk."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from organisations.access import Actor
from organisations.choices import Role
from organisations.models import Organisation

from ..choices import ErrandState, ObligationState, RequestState, VersionState
from ..models import Errand, Obligation, ReleaseRequest, Version
from ..titles import period_words
from ..worklist import AT_WORK, decides, files, units

register = template.Library()

MOST_BOARDS = 3
"""So many own boards are named in the navigation; who has more finds them on the desk."""


@register.simple_tag
def own_boards(actor: Actor) -> list[dict[str, str]]:
    """{% own_boards user as boards %}: the boards of the organisations one works for, as url and label."""
    found = Organisation.objects.filter(pk__in=units(actor, *AT_WORK)).order_by("path")
    rows = list(found.only("code", "name", "short_name")[:MOST_BOARDS])
    alone = len(rows) == 1
    return [
        {"url": row.get_absolute_url(), "label": _("My board") if alone else row.short_name or row.name} for row in rows
    ]


@register.simple_tag
def desk_places(actor: Actor) -> dict[str, bool]:
    """{% desk_places user as may %}: which further pages of the desk are for this person."""
    writes = bool(units(actor, Role.SECRETARY))
    return {
        "bulk": writes,
        "matters": writes,
        "notices": writes or bool(units(actor, Role.APPROVER, Role.INSPECTOR)),
        "archive": files(actor),
        "review": bool(units(actor, Role.REVIEWER)),
        "approve": bool(units(actor, Role.APPROVER)),
        "requests": writes or decides(actor),
    }


@register.inclusion_tag("components/badge.html")
def version_state(version: Version) -> dict[str, Any]:
    """{% version_state version %}: where a version stands, as a badge."""
    return {"tone": VersionState(version.state).tone, "label": version.get_state_display()}


@register.inclusion_tag("components/badge.html")
def errand_state(errand: Errand) -> dict[str, Any]:
    """{% errand_state errand %}: how far a piece of background work is, as a badge."""
    return {"tone": ErrandState(errand.state).tone, "label": errand.get_state_display()}


@register.inclusion_tag("components/badge.html")
def request_state(request: ReleaseRequest) -> dict[str, Any]:
    """{% request_state request %}: how a request for extension or waiver stands, as a badge."""
    return {"tone": RequestState(request.state).tone, "label": request.get_state_display()}


@register.inclusion_tag("components/badge.html")
def owed_state(state: str) -> dict[str, Any]:
    """{% owed_state row.state %}: how an obligation stands, as a badge."""
    return {"tone": ObligationState(state).tone, "label": ObligationState(state).label}


@register.filter
def period_of(obligation: Obligation) -> str:
    """{{ obligation|period_of }}: the period, or the event, in words."""
    return period_words(obligation)


@register.filter
def acted(row: Any) -> str:
    """{{ step|acted }}: who did it; of a deputy, on whose behalf. For steps, reviews and decisions."""
    person = next(person for name in _ACTORS if (person := getattr(row, name, None)) is not None)
    if row.on_behalf_of is None:
        return str(person)
    return _("%(deputy)s (for %(person)s)") % {"deputy": person, "person": row.on_behalf_of}


_ACTORS = ("by", "reviewer", "decided_by", "asked_by")


@register.filter
def absolute(number: int) -> int:
    """{{ row.days|absolute }}."""
    return abs(number)
