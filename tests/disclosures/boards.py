"""A village that owes things, for tests of what the public sees."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from catalogue.choices import ItemKind
from catalogue.models import Catalogue, Item
from disclosures import boards
from disclosures.choices import Outcome, PostingStatus
from disclosures.models import Obligation, Posting
from disclosures.standing import Standings
from organisations.choices import OrganisationKind
from organisations.models import Organisation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory, PublishedPostingFactory, VersionFactory
from tests.factories.organisations import OrganisationFactory

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@dataclass
class Village:
    """Under a town; both owe a catalogue of one group with three items."""

    organisation: Organisation
    catalogue: Catalogue
    group: Item
    items: list[Item]

    @cached_property
    def url(self) -> str:
        return f"/boards/{self.organisation.code}/"

    def owes(self, item: int = 0, *, key: str, due: date, outcome: str = "", done: date | None = None) -> Obligation:
        """An obligation of the item for a period of that key; settled if there is an outcome."""
        return ObligationFactory(
            organisation=self.organisation,
            item=self.items[item],
            period_key=key,
            due_on=due,
            outcome=outcome,
            fulfilled_on=done,
        )

    def posts(self, item: int = 0, *, key: str, due: date = date(2026, 1, 20), **changes: object):
        """A published posting that fulfils an obligation of its own."""
        return PublishedPostingFactory(obligation=self.owes(item, key=key, due=due), **changes)


def standings_of(organisation: Organisation, on: date = TODAY) -> Standings:
    """How the organisation's items stand, as its board counts them."""
    return boards.standings(organisation, boards.entries(organisation, on=on), on=on)


def published(posting: Posting, at: datetime, **version: object) -> Posting:
    """The posting, up since that moment."""
    number = f"{posting.organisation.code}-2026-{posting.pk:06}"
    current = VersionFactory(posting=posting, published=True, published_at=at, **version)
    Posting.objects.filter(pk=posting.pk).update(
        status=PostingStatus.PUBLISHED, number=number, published_at=at, current=current
    )
    return Posting.objects.get(pk=posting.pk)


def village(code: str = "JX") -> Village:
    town = OrganisationFactory(code=f"{code}-TOWN", name="马桥镇党委", kind=OrganisationKind.TOWN_COMMITTEE)
    organisation = OrganisationFactory(code=code, name="金星村党总支", parent=town)
    catalogue = CatalogueFactory(code=f"C-{code}", title="村级目录", issuer=town)
    DutyFactory(catalogue=catalogue, organisation=town)
    group = ItemFactory(catalogue=catalogue, code="M1", title="党的组织管理", group=True)
    items = [
        ItemFactory(catalogue=catalogue, parent=group, code="M101", title="党费收缴情况"),
        ItemFactory(catalogue=catalogue, parent=group, code="M102", title="发展党员", prompt=True),
        ItemFactory(catalogue=catalogue, parent=group, code="M103", title="租金收缴", kind=ItemKind.EXTRA),
    ]
    for item in items:
        item.refresh_from_db()
    return Village(organisation, catalogue, group, items)


MET, NIL, WAIVED = Outcome.POSTED, Outcome.NIL, Outcome.WAIVED
