"""Who may see and change catalogues, proposals of X items, and the working calendar."""

from __future__ import annotations

from django.db.models import Q

from organisations.access import Actor, holds, posts, reach, rule, sight
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rules import runs_the_machine
from organisations.tree import SEGMENT

from .choices import CatalogueStatus
from .models import CalendarDay, CalendarYear, Catalogue, Item, ItemProposal, PowerLink


@sight(CalendarDay)
@sight(CalendarYear)
def calendar(actor: Actor) -> Q:
    """The working calendar is public."""
    return Q()


@rule(CalendarDay, "read")
@rule(CalendarYear, "read")
def read_calendar(actor: Actor, obj: CalendarDay | CalendarYear) -> bool:
    return True


@rule(CalendarDay, "change")
@rule(CalendarYear, "change")
def change_calendar(actor: Actor, obj: CalendarDay | CalendarYear) -> bool:
    """Administrators of an organisation that has no superior, for the calendar moves everybody's deadlines; and
    whoever runs the machine, who may load a table at its command line anyway."""
    return runs_the_machine(actor) or any(
        post.role == Role.ADMINISTRATOR and len(post.path) == SEGMENT for post in posts(actor)
    )


@sight(Catalogue)
def catalogues(actor: Actor) -> Q:
    """Editions in force, and past ones, are public; a draft is seen by those who keep it."""
    public = ~Q(status=CatalogueStatus.DRAFT)
    return Q() if runs_the_machine(actor) else public | reach(actor, Role.ADMINISTRATOR, prefix="issuer__")


@sight(Item)
def items(actor: Actor) -> Q:
    """As their edition."""
    public = ~Q(catalogue__status=CatalogueStatus.DRAFT)
    return Q() if runs_the_machine(actor) else public | reach(actor, Role.ADMINISTRATOR, prefix="catalogue__issuer__")


@rule(Catalogue, "keep")
def keep_catalogue(actor: Actor, catalogue: Catalogue) -> bool:
    """Import, edit, put in force: the issuer's administrators, and whoever runs the machine."""
    return runs_the_machine(actor) or holds(actor, catalogue.issuer, Role.ADMINISTRATOR)


@rule(Item, "keep")
def keep_item(actor: Actor, item: Item) -> bool:
    return keep_catalogue(actor, item.catalogue)


@rule(Organisation, "issue_catalogue")
def issue_catalogue(actor: Actor, organisation: Organisation) -> bool:
    """Whoever administers an organisation may draft a catalogue in its name."""
    return runs_the_machine(actor) or holds(actor, organisation, Role.ADMINISTRATOR)


@sight(ItemProposal)
def proposals(actor: Actor) -> Q:
    """Seen by those who write for the organisation, and by those above who decide or inspect."""
    return reach(actor, Role.SECRETARY, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR)


@rule(Organisation, "propose_item")
def propose_item(actor: Actor, organisation: Organisation) -> bool:
    return holds(actor, organisation, Role.SECRETARY)


@rule(ItemProposal, "decide")
def decide_proposal(actor: Actor, proposal: ItemProposal) -> bool:
    """The superior's approver decides (at the top the organisation's own), and never who proposed it."""
    superior = proposal.organisation.parent or proposal.organisation
    return proposal.proposed_by_id != actor.pk and holds(actor, superior, Role.APPROVER)


@sight(PowerLink)
def powers(actor: Actor) -> Q:
    """Lists of powers are there to be shown."""
    return Q()


@rule(PowerLink, "keep")
def keep_power(actor: Actor, power: PowerLink) -> bool:
    """The administrators of the organisation whose power it is, and whoever runs the machine."""
    return runs_the_machine(actor) or holds(actor, power.organisation, Role.ADMINISTRATOR)
