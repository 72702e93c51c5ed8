"""What waits for whom: the postings a person is to write, review, approve or publish, and what their units owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalogue.choices import TimeLimitClass
from organisations.access import Actor, posts
from organisations.choices import Role

from .choices import (
    EDITABLE_VERSION_STATES,
    OPEN_VERSION_STATES,
    WRITING_STEPS,
    OwedPart,
    PostingStatus,
    StepKind,
    VersionState,
)
from .models import Obligation, Step, Version
from .querysets import DUE_SOON_DAYS, is_open, is_overdue

MOST_SHOWN = 100
"""Longer lists are worked off from their beginning."""
MONTH_DAYS = 31

AT_WORK = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER)
"""Whoever holds one of these has something to do at the desk."""


FILING = (*AT_WORK, Role.INSPECTOR, Role.ADMINISTRATOR)
"""Whose post includes the archive volumes."""


def files(actor: Actor) -> bool:
    """Whether the person makes and reads archive volumes anywhere."""
    return any(post.role in FILING for post in posts(actor))


APPROVAL_TO_FOLLOW = Q(state=VersionState.PUBLISHED, urgent=True, approved_by=None) & ~Q(
    posting__status=PostingStatus.WITHDRAWN
)
"""Versions published urgently that nobody has approved yet; also after their display has ended."""


def works(actor: Actor) -> bool:
    """Whether the person has a desk."""
    return any(post.role in AT_WORK for post in posts(actor))


def decides(actor: Actor) -> bool:
    """Whether the person decides requests of organisations below."""
    return any(post.role in (Role.APPROVER, Role.INSPECTOR) for post in posts(actor))


def writes(actor: Actor) -> bool:
    """Whether the person is a secretary anywhere."""
    return any(post.role == Role.SECRETARY for post in posts(actor))


def units(actor: Actor, *roles: Role) -> list[int]:
    """The organisations in which the person holds one of the roles themselves."""
    return sorted({post.organisation_id for post in posts(actor) if post.role in roles})


@dataclass(frozen=True, slots=True)
class Waiting:
    """Versions waiting for one person, by what they are to do."""

    to_approve_afterwards: list[Version]
    returned: list[Version]
    to_review: list[Version]
    to_approve: list[Version]
    to_end: list[Version]
    to_publish: list[Version]
    begun: list[Version]
    scheduled: list[Version]


def waiting_for(actor: Actor) -> Waiting:
    """Everything that waits for the person, oldest first; nothing they may not do, and nothing of all below them.

    Approvers are shown their own organisation's postings and those of branches too small to approve themselves,
    not of everybody down the tree whom they might approve for.
    """
    mine = Q(posting__organisation__in=units(actor, Role.SECRETARY))
    review, approve = for_review(actor), for_approval(actor)
    to_write = _listed(mine & Q(state__in=EDITABLE_VERSION_STATES))
    approved = _listed(mine & Q(state=VersionState.APPROVED))
    return Waiting(
        to_approve_afterwards=_listed(approve & APPROVAL_TO_FOLLOW, not_by=actor),
        returned=[version for version in to_write if version.is_returned],
        to_review=_listed(review & Q(state=VersionState.PROPOSED), not_by=actor),
        to_approve=_listed(approve & Q(state=VersionState.REVIEWED), not_by=actor),
        to_end=_listed(approve & Q(shown_by__ending_asked_at__isnull=False) & ~Q(shown_by__ending_asked_by=actor.pk)),
        to_publish=[version for version in approved if not version.is_scheduled],
        begun=[version for version in to_write if not version.is_returned],
        scheduled=[version for version in approved if version.is_scheduled],
    )


def for_review(actor: Actor) -> Q:
    """Versions of the organisations, and of the small branches below them, for which the person reviews."""
    return _unit_or_small_branch(actor, Role.REVIEWER, own_if_small=True)


def for_approval(actor: Actor) -> Q:
    """Versions of the organisations, and of the small branches below them, for which the person approves."""
    return _unit_or_small_branch(actor, Role.APPROVER, own_if_small=False)


def _unit_or_small_branch(actor: Actor, role: Role, *, own_if_small: bool) -> Q:
    own = units(actor, role)
    here = Q(posting__organisation__in=own)
    if not own_if_small:
        here &= Q(posting__organisation__superior_approves=False)
    return here | Q(posting__organisation__superior_approves=True, posting__organisation__parent__in=own)


def _listed(condition: Q, *, not_by: Actor | None = None) -> list[Version]:
    versions = Version.objects.filter(condition).select_related("posting__organisation", "author")
    if not_by is not None:
        versions = not_written_by(versions, not_by)
    return list(versions.order_by("saved_at", "pk")[:MOST_SHOWN])


def not_written_by(versions: QuerySet[Version], actor: Actor) -> QuerySet[Version]:
    """Without those the person wrote on: they neither review nor approve them."""
    written = Step.objects.filter(by=actor.pk, kind__in=WRITING_STEPS).values("version")
    return versions.exclude(author=actor.pk).exclude(pk__in=written)


def return_reasons(versions: Sequence[Version]) -> dict[int, str]:
    """Why each of the versions came back last, by its primary key."""
    steps = Step.objects.filter(version__in=versions, kind=StepKind.RETURNED).order_by("pk")
    return dict(steps.values_list("version", "words"))


# What is owed


@dataclass(frozen=True, slots=True)
class Owed:
    """One obligation as its secretary sees it. `days` until it is due; negative: days overdue."""

    obligation: Obligation
    days: int
    version: Version | None

    @property
    def is_pressing(self) -> bool:
        """Overdue, or due soon."""
        return self.days <= DUE_SOON_DAYS

    @property
    def may_be_nil(self) -> bool:
        """Whether there may have been nothing to disclose: for periods, not for what happened or is always up."""
        return self.obligation.item.time_limit_class == TimeLimitClass.PERIODIC

    @property
    def state(self) -> Any:
        return self.obligation.state  # type: ignore[attr-defined]


def part(which: OwedPart, *, on: date) -> Q:
    """Open obligations of one part. What has not begun is asked for only once it is due soon."""
    soon, month = on + timedelta(days=DUE_SOON_DAYS), on + timedelta(days=MONTH_DAYS)
    begun = is_open() & Q(opens_on__lte=on)
    return {
        OwedPart.OVERDUE: is_overdue(on),
        OwedPart.SOON: is_open() & Q(due_on__gte=on, due_on__lte=soon),
        OwedPart.MONTH: begun & Q(due_on__gt=soon, due_on__lte=month),
        OwedPart.LATER: begun & Q(due_on__gt=month),
    }[which]


def owed_counts(organisations: Sequence[int], *, on: date) -> dict[int, dict[OwedPart, int]]:
    """How many open obligations each of the organisations has in each part. One query."""
    counted = {which.value: Count("pk", filter=part(which, on=on)) for which in OwedPart}
    rows = Obligation.objects.open().filter(organisation__in=organisations).order_by()
    found: dict[int, Any] = {row["organisation"]: row for row in rows.values("organisation").annotate(**counted)}
    return {pk: {which: found[pk][which.value] if pk in found else 0 for which in OwedPart} for pk in organisations}


def owed(organisations: Sequence[int], which: OwedPart, *, on: date) -> QuerySet[Obligation]:
    """The open obligations of one part, unordered."""
    rows = Obligation.objects.filter(part(which, on=on), organisation__in=organisations).with_state(on=on)
    return rows.select_related("item", "organisation", "event")


def as_owed(obligations: Sequence[Obligation], *, on: date) -> list[Owed]:
    """The obligations with what has been begun for them. One query."""
    begun = Version.objects.filter(posting__obligation__in=obligations, state__in=OPEN_VERSION_STATES)
    versions = {version.posting.obligation_id: version for version in begun.select_related("posting")}
    return [Owed(row, (row.due_on - on).days, versions.get(row.pk)) for row in obligations]
