"""What the back office shows first: what waits for the person, and what their organisations owe."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone

from organisations.choices import Role

from ..choices import ObligationState, VersionState
from ..models import Obligation, Version
from ..titles import period_words
from ..worklist import MOST_SHOWN, owed_by, units, waiting_for

register = template.Library()

MONTH = 31
"""Days: what is due later than this stands folded up."""


@register.inclusion_tag("admin/disclosures/desk.html", takes_context=True)
def desk(context: RequestContext) -> dict[str, Any]:
    """{% desk %}: nothing for people who have nothing to do with postings."""
    actor, on = context["request"].user, timezone.localdate()
    at_work = units(actor, Role.SECRETARY, Role.REVIEWER, Role.APPROVER)
    is_secretary = bool(units(actor, Role.SECRETARY))
    owed = owed_by(actor, on=on) if is_secretary else []
    return {
        "at_work": bool(at_work),
        "is_secretary": is_secretary,
        "waiting": waiting_for(actor) if at_work else None,
        "overdue": [row for row in owed if row.days < 0],
        "coming": [row for row in owed if 0 <= row.days <= MONTH],
        "later": [row for row in owed if row.days > MONTH],
        "several_units": len(units(actor, Role.SECRETARY)) > 1,
        "is_cut": len(owed) >= MOST_SHOWN,
        "csrf_token": context.get("csrf_token"),
        "on": on,
    }


@register.inclusion_tag("admin/disclosures/_state.html")
def version_state(version: Version) -> dict[str, Any]:
    """{% version_state version %}: where a version stands, as a badge."""
    return {"tone": VersionState(version.state).tone, "label": version.get_state_display()}


@register.inclusion_tag("admin/disclosures/_state.html")
def owed_state(state: str) -> dict[str, Any]:
    """{% owed_state row.state %}: how an obligation stands, as a badge."""
    return {"tone": ObligationState(state).tone, "label": ObligationState(state).label}


@register.filter
def period_of(obligation: Obligation) -> str:
    """{{ obligation|period_of }}: the period, or the event, in words."""
    return period_words(obligation)


@register.filter
def absolute(number: int) -> int:
    """{{ row.days|absolute }}."""
    return abs(number)
