"""Who may see and do what about obligations and postings.

The fact of a disclosure (that, when, to whom) is public for every scope; its content is not:
see `read_content`. Drafts and everything before publication are seen by those who work on them.
"""

from __future__ import annotations

from django.db.models import Q

from catalogue.choices import Scope
from organisations.access import Actor, holds, posts, reach, rule, sight
from organisations.choices import Role
from organisations.models import Organisation

from .choices import PostingStatus
from .models import Obligation, Posting, Version

_OUT = (PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED)
_AT_WORK = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER)


@sight(Obligation)
def obligations(actor: Actor) -> Q:
    """What is owed, and what is late, is public."""
    return Q()


@sight(Posting)
def postings(actor: Actor) -> Q:
    """Everything that was published (its content only as far as `read_content` goes), and one's own work."""
    return Q(status__in=_OUT) | reach(actor, *_AT_WORK) | _small_branches(actor)


def _small_branches(actor: Actor) -> Q:
    """Drafts of branches too small to review themselves, for the reviewers of their superior."""
    own = [post.organisation_id for post in posts(actor) if post.role == Role.REVIEWER]
    return Q(organisation__superior_approves=True, organisation__parent__in=own) if own else Q(pk__in=[])


@rule(Posting, "read")
def read(actor: Actor, posting: Posting) -> bool:
    """May know of it: published, or at work on it."""
    return posting.status in _OUT or _works_on(actor, posting.organisation)


@rule(Posting, "read_content")
def read_content(actor: Actor, posting: Posting) -> bool:
    """May read title, text and attachments: as the scope says. Withdrawn content is gone for the public.

    Scopes by closeness to members and masses (Regulation, Art. 9): society; the whole Party (anybody in
    office anywhere); the unit (in office there); specific (named persons or organisations). Those who work
    on the organisation's postings and the inspectors above it read what was published there in any scope.
    """
    if _works_on(actor, posting.organisation):
        return True
    if posting.status != PostingStatus.PUBLISHED:
        return posting.status in _OUT and holds(actor, posting.organisation, Role.INSPECTOR)
    if posting.scope == Scope.SOCIETY or holds(actor, posting.organisation, Role.INSPECTOR):
        return True
    if posting.scope == Scope.WHOLE_PARTY:
        return bool(posts(actor))
    if posting.scope == Scope.UNIT:
        return any(post.organisation_id == posting.organisation_id for post in posts(actor))
    return _is_named(actor, posting)


def _is_named(actor: Actor, posting: Posting) -> bool:
    if not actor.is_authenticated:
        return False
    units = [post.organisation_id for post in posts(actor)]
    return posting.readers.filter(Q(user=actor) | Q(organisation__in=units)).exists()


def _works_on(actor: Actor, organisation: Organisation) -> bool:
    return holds(actor, organisation, *_AT_WORK) or _reviews(actor, organisation)


def _reviews(actor: Actor, organisation: Organisation) -> bool:
    """The organisation's reviewer; for a branch too small to have one, also its superior's."""
    if holds(actor, organisation, Role.REVIEWER):
        return True
    if not organisation.superior_approves or organisation.parent is None:
        return False
    return holds(actor, organisation.parent, Role.REVIEWER)


@rule(Organisation, "disclose")
def disclose(actor: Actor, organisation: Organisation) -> bool:
    """Draft, propose, record events and make nil returns for the organisation."""
    return holds(actor, organisation, Role.SECRETARY)


@rule(Organisation, "release_from_duty")
def release_from_duty(actor: Actor, organisation: Organisation) -> bool:
    """Extend or waive what the organisation owes: approvers and inspectors above it, never its own."""
    return any(
        post.role in (Role.APPROVER, Role.INSPECTOR)
        and post.organisation_id != organisation.pk
        and post.covers(organisation)
        for post in posts(actor)
    )


@rule(Version, "edit", "propose", "discard")
def edit(actor: Actor, version: Version) -> bool:
    return holds(actor, version.posting.organisation, Role.SECRETARY)


@rule(Version, "review")
def review(actor: Actor, version: Version) -> bool:
    """Not by the author, whatever their roles."""
    return version.author_id != actor.pk and _reviews(actor, version.posting.organisation)


@rule(Version, "approve")
def approve(actor: Actor, version: Version) -> bool:
    """By an approver here or above (above only, where the superior approves), never by the author."""
    organisation = version.posting.organisation
    if version.author_id == actor.pk:
        return False
    return any(
        post.role == Role.APPROVER
        and post.covers(organisation)
        and not (organisation.superior_approves and post.organisation_id == organisation.pk)
        for post in posts(actor)
    )


@rule(Version, "return")
def send_back(actor: Actor, version: Version) -> bool:
    return review(actor, version) or approve(actor, version)


@rule(Version, "publish", "schedule")
def publish(actor: Actor, version: Version) -> bool:
    """The department concerned carries out what was approved (Regulation, Art. 15)."""
    return edit(actor, version) or approve(actor, version)


@rule(Posting, "correct", "withdraw")
def correct(actor: Actor, posting: Posting) -> bool:
    return holds(actor, posting.organisation, Role.SECRETARY, Role.APPROVER)
