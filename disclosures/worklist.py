"""What waits for whom: the postings a person is to write, review, approve or publish, and what their units owe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from catalogue.choices import TimeLimitClass
from organisations.access import Actor, posts
from organisations.choices import Role

from .choices import EDITABLE_VERSION_STATES, OPEN_VERSION_STATES, WRITING_STEPS, PostingStatus, VersionState
from .models import Obligation, Step, Version
from .querysets import DUE_SOON_DAYS, is_overdue

MOST_SHOWN = 100
"""Longer lists are worked off from their beginning."""

Versions = QuerySet[Version]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Versions waiting for one person, by what they are to do."""

    to_write: list[Version]
    to_review: list[Version]
    to_approve: list[Version]
    to_publish: list[Version]
    to_approve_afterwards: list[Version]

    def __bool__(self) -> bool:
        return any([self.to_write, self.to_review, self.to_approve, self.to_publish, self.to_approve_afterwards])


def waiting_for(actor: Actor) -> Waiting:
    """Everything that waits for the person, oldest first; nothing they may not do, and nothing of all below them.

    Approvers are shown their own organisation's postings and those of branches too small to approve themselves,
    not of everybody down the tree whom they might approve for.
    """
    mine = Q(posting__organisation__in=units(actor, Role.SECRETARY))
    review = _unit_or_small_branch(actor, Role.REVIEWER, own_if_small=True)
    approve = _unit_or_small_branch(actor, Role.APPROVER, own_if_small=False)
    urgent = Q(state=VersionState.PUBLISHED, urgent=True, approved_by=None, posting__status=PostingStatus.PUBLISHED)
    return Waiting(
        to_write=_listed(mine & Q(state__in=EDITABLE_VERSION_STATES)),
        to_review=_listed(review & Q(state=VersionState.PROPOSED), not_by=actor),
        to_approve=_listed(approve & Q(state=VersionState.REVIEWED), not_by=actor),
        to_publish=_listed(mine & Q(state=VersionState.APPROVED)),
        to_approve_afterwards=_listed(approve & urgent, not_by=actor),
    )


def units(actor: Actor, *roles: Role) -> list[int]:
    """The organisations in which the person holds one of the roles themselves."""
    return sorted({post.organisation_id for post in posts(actor) if post.role in roles})


def _unit_or_small_branch(actor: Actor, role: Role, *, own_if_small: bool) -> Q:
    own = units(actor, role)
    here = Q(posting__organisation__in=own)
    if not own_if_small:
        here &= Q(posting__organisation__superior_approves=False)
    return here | Q(posting__organisation__superior_approves=True, posting__organisation__parent__in=own)


def _listed(condition: Q, *, not_by: Actor | None = None) -> list[Version]:
    versions = Version.objects.filter(condition).select_related("posting__organisation", "author")
    if not_by is not None:
        written = Step.objects.filter(by=not_by.pk, kind__in=WRITING_STEPS).values("version")
        versions = versions.exclude(author=not_by.pk).exclude(pk__in=written)
    return list(versions.order_by("saved_at", "pk")[:MOST_SHOWN])


@dataclass(frozen=True, slots=True)
class Owed:
    """One open obligation as its secretary sees it. `days` until it is due; negative: days overdue."""

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


def owed_by(actor: Actor, *, on: date) -> list[Owed]:
    """What the person's organisations owe and may fulfil now, the longest overdue first."""
    rows = (
        Obligation.objects.open()
        .filter(Q(opens_on__lte=on) | is_overdue(on), organisation__in=units(actor, Role.SECRETARY))
        .with_state(on=on)
        .select_related("item", "organisation", "event")
        .order_by("due_on", "pk")[:MOST_SHOWN]
    )
    obligations = list(rows)
    begun = Version.objects.filter(posting__obligation__in=obligations, state__in=OPEN_VERSION_STATES)
    versions = {version.posting.obligation_id: version for version in begun.select_related("posting")}
    return [Owed(row, (row.due_on - on).days, versions.get(row.pk)) for row in obligations]
