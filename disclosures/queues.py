"""What waits for a reviewer or an approver, in the order in which it should be worked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisations.access import Actor

from .choices import Queue, StepKind, VersionState
from .models import Opening, Step, Version
from .worklist import APPROVAL_TO_FOLLOW, for_approval, for_review, not_written_by

MOST_AT_ONCE = 60
"""So many are shown; the rest moves up as they are worked off."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One version in a queue: for how many days it has waited, and how many are left until it is due."""

    version: Version
    waited: int
    days: int | None
    opened: bool

    @property
    def is_urgent(self) -> bool:
        """It is up already, and not approved."""
        return self.version.awaits_approval

    @property
    def step(self) -> str:
        """The step that is to be taken, as in its address."""
        if self.version.state == VersionState.PROPOSED:
            return "review"
        return "approve-afterwards" if self.is_urgent else "approve"


def waiting(actor: Actor, which: Queue, *, on: date) -> QuerySet[Version]:
    """Published before approval first, then what is overdue, then what has waited longest. What one wrote is not in."""
    if which == Queue.REVIEW:
        rows = Version.objects.filter(for_review(actor), state=VersionState.PROPOSED)
    else:
        rows = Version.objects.filter(for_approval(actor), Q(state=VersionState.REVIEWED) | APPROVAL_TO_FOLLOW)
    proposed = Step.objects.filter(version=OuterRef("pk"), kind=StepKind.PROPOSED).order_by("-pk").values("at")[:1]
    last = Subquery(proposed) if which == Queue.REVIEW else Coalesce(F("published_at"), F("reviewed_at"))
    overdue = Q(posting__obligation__fulfilled_on=None, posting__obligation__due_on__lt=on)
    rank = Case(When(APPROVAL_TO_FOLLOW, then=Value(0)), When(overdue, then=Value(1)), default=Value(2))
    opened = Opening.objects.filter(version=OuterRef("pk"), revision=OuterRef("revision"), person=actor.pk)
    annotated = not_written_by(rows, actor).annotate(
        since=Coalesce(last, F("saved_at")), rank=rank, opened=Exists(opened)
    )
    return annotated.order_by("rank", "since", "pk")


def listed(actor: Actor, which: Queue, *, on: date) -> list[Waits]:
    """The first of the queue, with what its rows show. One query."""
    rows = waiting(actor, which, on=on).select_related(
        "posting__organisation", "posting__item", "posting__obligation__event", "author"
    )
    return [_waits(version, on) for version in rows[:MOST_AT_ONCE]]


def following(actor: Actor, which: Queue, *, on: date, after: Version | None = None) -> Waits | None:
    """The first that waits, other than the one just looked at."""
    rows = waiting(actor, which, on=on).select_related("posting__obligation")
    if after is not None:
        rows = rows.exclude(pk=after.pk)
    first = rows.first()
    return _waits(first, on) if first else None


def _waits(version: Any, on: date) -> Waits:
    obligation = version.posting.obligation
    still_due = obligation is not None and obligation.fulfilled_on is None
    since: datetime = version.since
    return Waits(
        version=version,
        waited=max((on - timezone.localdate(since)).days, 0),
        days=(obligation.due_on - on).days if still_due else None,
        opened=version.opened,
    )
