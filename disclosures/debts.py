"""What an organisation is late with: each overdue obligation, since when, and why it was due that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from catalogue.deadlines import WorkingCalendar
from organisations.keyset import Day, Keyset, Number, Page
from organisations.models import Organisation

from .due_words import why
from .listings import Row, period_label
from .models import DueChange, Obligation

LONGEST_FIRST = Keyset({"due_on": Day(), "id": Number()})


def page(organisation: Organisation, *, on: date, size: int, after: str = "", before: str = "") -> Page:
    """Overdue obligations, the longest overdue first."""
    late = Obligation.objects.overdue(on=on).filter(organisation=organisation).select_related("item", "event")
    return LONGEST_FIRST.page(late, size=size, after=after, before=before)


def total(organisation: Organisation, *, on: date) -> int:
    """How many obligations of the organisation are overdue."""
    return Obligation.objects.overdue(on=on).filter(organisation=organisation).count()


def rows(late: Sequence[Obligation], calendar: WorkingCalendar, *, on: date) -> list[Row]:
    """Rows of the overdue page: title, what for, due day, since when, days, sentences. One query for all."""
    changes: dict[int, list[DueChange]] = defaultdict(list)
    for change in DueChange.objects.filter(obligation__in=late).order_by("pk"):
        changes[change.obligation_id].append(change)
    return [
        {
            "title": obligation.item.title,
            "about": about(obligation),
            "due": obligation.due_on,
            "days": (on - obligation.due_on).days,
            "department": obligation.item.responsible_department,
            "why": why(obligation, changes[obligation.pk], calendar),
        }
        for obligation in late
    ]


def about(obligation: Obligation) -> str:
    """What an obligation is for: its period in words, or the event that caused it."""
    if obligation.event is not None:
        return " · ".join(filter(None, [obligation.event.title, obligation.event.stage]))
    return period_label(obligation.period_key) or _("standing matter")
