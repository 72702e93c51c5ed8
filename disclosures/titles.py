"""What a new draft is called, and what a period is called beside an item."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogue.deadlines import DeadlineError, parse_period
from catalogue.models import Item

from .models import Obligation

LONGEST = 200


def period_words(obligation: Obligation) -> str:
    """The period in words, the event that is to be disclosed, or nothing for what is always up."""
    if obligation.event is not None:
        stage = obligation.event.stage
        return (
            _("%(event)s (%(stage)s)") % {"event": obligation.event.title, "stage": stage}
            if stage
            else str(obligation.event)
        )
    try:
        return parse_period(obligation.period_key).label
    except DeadlineError:
        return ""


def title_for(item: Item, obligation: Obligation | None) -> str:
    """The title a draft begins with: the item and its period, or what happened."""
    words = period_words(obligation) if obligation is not None else ""
    if not words:
        return item.title[:LONGEST]
    if obligation is not None and obligation.event is not None:
        return words[:LONGEST]
    return (_("%(item)s, %(period)s") % {"item": item.title[: LONGEST - len(words) - 2], "period": words})[:LONGEST]
