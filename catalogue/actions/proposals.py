"""X items: an organisation proposes one of its own, its superior approves or returns it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from organisations import locks
from organisations.models import Organisation, User

from ..choices import CatalogueStatus, DueRule, ItemKind, ProposalState, Scope, TimeLimitClass
from ..models import Catalogue, Item, ItemProposal
from .items import checked
from .refusals import CatalogueRefused

_RULES = {
    TimeLimitClass.PERMANENT: DueRule.STANDING,
    TimeLimitClass.PERIODIC: DueRule.AFTER_PERIOD,
    TimeLimitClass.STAGED: DueRule.AFTER_EVENT,
    TimeLimitClass.PROMPT: DueRule.AFTER_EVENT,
}


def propose_item(
    organisation: Organisation,
    *,
    parent: Item,
    title: str,
    reason: str,
    time_limit_class: str,
    by: User,
    at: datetime,
    period: str = "",
    due_days: int = 10,
    content_elements: str = "",
    scope: str = Scope.UNIT,
) -> ItemProposal:
    """Ask for an X item under a group of an edition in force. `due_days` are working days.

    Raises CatalogueRefused where the edition is a draft, the parent is itself owed, or the limit is half of one.
    """
    if parent.catalogue.status == CatalogueStatus.DRAFT:
        raise CatalogueRefused(_("X entries are proposed for a catalogue in force, not for a draft."))
    _check_group(parent)
    if time_limit_class == TimeLimitClass.PERIODIC and not period:
        raise CatalogueRefused(_("A periodic entry needs a period."))
    proposal = ItemProposal(
        organisation=organisation,
        parent=parent,
        title=title.strip(),
        content_elements=content_elements,
        scope=scope,
        time_limit_class=time_limit_class,
        period=period if time_limit_class == TimeLimitClass.PERIODIC else "",
        due_days=due_days,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    proposal.full_clean()
    proposal.save()
    return proposal


@transaction.atomic
def approve_proposal(proposal: ItemProposal, *, by: User, at: datetime, on: date, note: str = "") -> Item:
    """Grant the X item: it is owed by the proposing organisation alone, from the given day.

    It stands in the edition in force now (or the newest that was), under the entry of the parent's code.
    Raises CatalogueRefused where somebody decided already, the proposer decides, or the group is gone.
    """
    locks.hold(locks.CATALOGUE_TREE)
    _decide(proposal, ProposalState.APPROVED, by=by, at=at, note=note)
    parent = _parent_now(proposal)
    permanent = proposal.time_limit_class == TimeLimitClass.PERMANENT
    item = Item(
        catalogue=parent.catalogue,
        parent=parent,
        code=_free_code(parent.catalogue, proposal.organisation),
        title=proposal.title,
        kind=ItemKind.EXTRA,
        disclosure_type=parent.disclosure_type,
        content_elements=proposal.content_elements,
        scope=proposal.scope,
        time_limit_class=proposal.time_limit_class,
        period=proposal.period,
        due_rule=_RULES[TimeLimitClass(proposal.time_limit_class)],
        due_days=None if permanent else proposal.due_days,
        responsible_department=proposal.organisation.name,
        owner=proposal.organisation,
        owned_from=on,
    )
    checked(item)
    item.save()
    ItemProposal.objects.filter(pk=proposal.pk).update(item=item)
    proposal.refresh_from_db()
    return item


@transaction.atomic
def return_proposal(proposal: ItemProposal, *, by: User, at: datetime, note: str) -> ItemProposal:
    """Send the proposal back with a reason. Raises CatalogueRefused where it was decided, or without a reason."""
    if not note.strip():
        raise CatalogueRefused(_("Give the reason for returning the proposal."))
    _decide(proposal, ProposalState.RETURNED, by=by, at=at, note=note)
    proposal.refresh_from_db()
    return proposal


def _decide(proposal: ItemProposal, state: ProposalState, *, by: User, at: datetime, note: str) -> None:
    """Proposed becomes decided, once, by somebody else than the proposer."""
    if by.pk == proposal.proposed_by_id:
        raise CatalogueRefused(_("Who proposed an entry cannot decide on it."))
    undecided = ItemProposal.objects.filter(pk=proposal.pk, state=ProposalState.PROPOSED)
    if not undecided.update(state=state, decided_by=by, decided_at=at, decision_note=note):
        raise CatalogueRefused(_("Somebody has decided on this proposal already. Load the page anew."))


def _parent_now(proposal: ItemProposal) -> Item:
    """The group in the edition in force, or in the newest that was; raises CatalogueRefused where it has gone."""
    asked = Item.objects.select_related("catalogue").get(pk=proposal.parent_id)
    editions = Catalogue.objects.filter(code=asked.catalogue.code).exclude(status=CatalogueStatus.DRAFT)
    edition = editions.filter(status=CatalogueStatus.IN_FORCE).first() or editions.order_by("-edition").first()
    parent = Item.objects.filter(catalogue=edition, code=asked.code).select_related("catalogue").first()
    if parent is None:
        raise CatalogueRefused(
            _("The group “%(title)s” is not in the edition in force any more. Return the proposal.")
            % {"title": asked.title}
        )
    _check_group(parent)
    return parent


def _check_group(parent: Item) -> None:
    """An entry that is owed cannot become a group: it would cease to be owed."""
    if parent.is_leaf_node() and parent.time_limit_class:
        raise CatalogueRefused(_("“%(title)s” is an entry and not a group. Choose a group.") % {"title": parent.title})


def _free_code(catalogue: Catalogue, organisation: Organisation) -> str:
    """X-<organisation>-<n>, never used before in any edition, so that a code keeps its meaning."""
    stem = f"X-{organisation.code}-"
    used = set(
        Item.objects.filter(catalogue__code=catalogue.code, code__startswith=stem).values_list("code", flat=True)
    )
    number = 1
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"
