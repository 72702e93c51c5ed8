"""What happened to an obligation: decisions, requests, moves of its due date, and since when it was overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import DueChangeCause, RequestState
from .models import Obligation, ReleaseRequest


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the record. `row` has who did it, where somebody did."""

    on: date
    at: datetime | None
    what: str
    row: Any = None
    words: str = ""
    tone: str = "done"


def happened(obligation: Obligation) -> list[Happening]:
    """Everything on record about an obligation besides its postings, the oldest first. Four queries."""
    found = [*_overdue(obligation), *_changes(obligation), *_requests(obligation), *_decisions(obligation)]
    return sorted(found, key=lambda line: (line.on, line.at is not None, line.at or 0))


def _overdue(obligation: Obligation) -> list[Happening]:
    entries = obligation.overdue_entries.order_by("pk")
    return [Happening(entry.became_on, None, _("Became overdue"), tone="alarm") for entry in entries]


def _changes(obligation: Obligation) -> list[Happening]:
    """Extensions stand among the decisions; here are the recounts."""
    rows = obligation.due_changes.exclude(cause=DueChangeCause.EXTENSION).order_by("pk")
    words = _("Recounted from %(old)s to %(new)s after a change of the working-day calendar.")
    return [
        Happening(
            timezone.localdate(row.changed_at),
            row.changed_at,
            row.get_cause_display(),
            words=words % {"old": row.old_due_on, "new": row.new_due_on},
        )
        for row in rows
    ]


def _requests(obligation: Obligation) -> list[Happening]:
    found = []
    for row in ReleaseRequest.objects.filter(obligation=obligation).select_related(
        "asked_by", "on_behalf_of", "decided_by", "decided_for"
    ):
        until = {"kind": row.get_kind_display(), "day": row.new_due_on}
        what = _("%(kind)s asked for, until %(day)s") if row.new_due_on else _("%(kind)s asked for")
        found.append(Happening(timezone.localdate(row.asked_at), row.asked_at, what % until, row, row.reason))
        if row.decided_at is not None and row.state != RequestState.GRANTED:
            what = _("%(kind)s: %(state)s") % {"kind": row.get_kind_display(), "state": row.get_state_display()}
            decided = timezone.localdate(row.decided_at)
            who = row.decided_by and Decider(row.decided_by, row.decided_for)
            tone = "alarm" if row.state == RequestState.REFUSED else "done"
            found.append(Happening(decided, row.decided_at, what, who, row.answer, tone))
    return found


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decided a request, and for whom, as other records have it."""

    by: Any
    on_behalf_of: Any


def _decisions(obligation: Obligation) -> list[Happening]:
    """Nil return, waivers and extensions, granted or decided of one's own accord."""
    found = []
    for row in obligation.decisions.select_related("decided_by", "on_behalf_of").order_by("pk"):
        what = row.get_kind_display()
        if row.new_due_on:
            what = _("%(kind)s until %(day)s") % {"kind": what, "day": row.new_due_on}
        found.append(Happening(timezone.localdate(row.decided_at), row.decided_at, what, row, row.reason))
    return found
