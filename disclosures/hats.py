"""By which appointment somebody acts on an organisation's disclosures, and so whom a deputy stands in for.

The rules of access ask whether there is such an appointment; what is put on record asks whose it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from organisations.access import Actor, Post, posts
from organisations.choices import Role
from organisations.models import Organisation, User

from .choices import StepKind

Hat = Callable[[Actor, Organisation, date | None], Sequence[Post]]


def as_secretary(actor: Actor, organisation: Organisation, on: date | None = None) -> list[Post]:
    return [post for post in posts(actor, on) if post.role == Role.SECRETARY and post.covers(organisation)]


def as_reviewer(actor: Actor, organisation: Organisation, on: date | None = None) -> list[Post]:
    """The organisation's reviewer; for a branch too small to have one, also its superior's."""
    places = {organisation.pk}
    if organisation.superior_approves and organisation.parent_id is not None:
        places.add(organisation.parent_id)
    return [post for post in posts(actor, on) if post.role == Role.REVIEWER and post.organisation_id in places]


def as_approver(actor: Actor, organisation: Organisation, on: date | None = None) -> list[Post]:
    """An approver here or above; above only, where the superior approves."""
    return [
        post
        for post in posts(actor, on)
        if post.role == Role.APPROVER
        and post.covers(organisation)
        and not (organisation.superior_approves and post.organisation_id == organisation.pk)
    ]


def as_releaser(actor: Actor, organisation: Organisation, on: date | None = None) -> list[Post]:
    """An approver or inspector above, never of the organisation itself."""
    return [
        post
        for post in posts(actor, on)
        if post.role in (Role.APPROVER, Role.INSPECTOR)
        and post.organisation_id != organisation.pk
        and post.covers(organisation)
    ]


_HATS: dict[StepKind, tuple[Hat, ...]] = {
    StepKind.REVIEWED: (as_reviewer,),
    StepKind.PERSONAL_CONFIRMED: (as_reviewer,),
    StepKind.APPROVED: (as_approver,),
    StepKind.RETURNED: (as_reviewer, as_approver),
    StepKind.ENDED: (as_approver,),
    StepKind.ENDING_REFUSED: (as_approver,),
    StepKind.PUBLISHED: (as_secretary, as_approver),
    StepKind.SCHEDULED: (as_secretary, as_approver),
    StepKind.UNSCHEDULED: (as_secretary, as_approver),
    StepKind.WITHDRAWN: (as_secretary, as_approver),
    StepKind.REOPENED: (as_secretary, as_approver),
    StepKind.READER_ADDED: (as_secretary, as_approver),
}
"""In which capacity a step is taken; every other one is the secretary's."""


def stands_in_for(person: User, kind: StepKind, organisation: Organisation, *, on: date) -> int | None:
    """The user on whose behalf the person takes the step; None if an appointment of their own gives the right."""
    return _whose([post for hat in _HATS.get(kind, (as_secretary,)) for post in hat(person, organisation, on)])


def secretary_stands_in_for(person: User, organisation: Organisation, *, on: date) -> int | None:
    """On whose behalf the person acts as secretary."""
    return _whose(as_secretary(person, organisation, on))


def releaser_stands_in_for(person: User, organisation: Organisation, *, on: date) -> int | None:
    """On whose behalf the person extends, waives, or decides a request for it."""
    return _whose(as_releaser(person, organisation, on))


def _whose(held: Sequence[Post]) -> int | None:
    if not held or any(post.stands_in_for is None for post in held):
        return None
    return held[0].stands_in_for
