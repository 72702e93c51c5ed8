"""A village with a power of four steps, two of which must be disclosed, and a matter under it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalogue.choices import PowerDisclosure, Scope
from catalogue.models import Item, PowerLink, PowerStep
from disclosures.actions.drafts import save_draft, start_draft
from disclosures.actions.matters import Reached, open_matter, reach
from disclosures.actions.postings import approve, propose, publish, review
from disclosures.choices import ReviewConclusion
from disclosures.models import Matter, Obligation, Posting
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.people import appointed
from tests.factories.catalogue import ItemFactory, PowerLinkFactory, PowerStepFactory
from tests.factories.disclosures import DutyFactory
from tests.factories.organisations import OrganisationFactory

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""Friday 20 November 2026, ten o'clock in Shanghai."""
TODAY = date(2026, 11, 20)
BEGAN = date(2026, 11, 9)


@dataclass
class Village:
    organisation: Organisation
    secretary: User
    reviewer: User
    approver: User
    power: PowerLink
    steps: list[PowerStep]
    item: Item

    def opens(self, title: str = "东区厂房公开招租", began_on: date = BEGAN) -> Matter:
        return open_matter(self.power, title=title, began_on=began_on, by=self.secretary, at=NOW)

    def reaches(self, matter: Matter, step: int, on: date = TODAY, **how: object) -> Reached:
        how = {"seen": matter.revision, "by": self.secretary, "at": NOW} | how
        return reach(matter, self.steps[step - 1], on=on, **how)

    def publishes(self, obligation: Obligation, title: str = "东区厂房招租决议", at: datetime = NOW) -> Posting:
        version = start_draft(obligation=obligation, by=self.secretary, at=at)
        version = save_draft(
            version,
            expected_revision=version.revision,
            title=title,
            body="<p>村民代表会议通过，底价每平方米260元。</p>",
            stated_on=version.stated_on,
            by=self.secretary,
            at=at,
        )
        propose(version, by=self.secretary, at=at)
        yes = ReviewConclusion.MAY_BE_DISCLOSED
        review(version, conclusion=yes, grounds="不涉密", by=self.reviewer, at=at)
        approve(version, by=self.approver, at=at)
        return publish(version, by=self.secretary, at=at)


def village(code: str = "JX", scope: str = Scope.SOCIETY) -> Village:
    organisation = OrganisationFactory(code=code, name="金星村党总支")
    item = ItemFactory(code=f"X-{code}", staged=True, scope=scope, title="集体资产招租全过程")
    DutyFactory(catalogue=item.catalogue, organisation=organisation)
    power = PowerLinkFactory(organisation=organisation, code=f"{code}-Q01", item_code=item.code)
    steps = [
        PowerStepFactory(power=power, ordinal=1, title="提出动议"),
        PowerStepFactory(power=power, ordinal=2, title="决议公开", disclosed=True, gives=PowerDisclosure.DECISION),
        PowerStepFactory(power=power, ordinal=3, title="公开竞价", condition="报名两家以上"),
        PowerStepFactory(power=power, ordinal=4, title="结果公示", disclosed=True, gives=PowerDisclosure.RESULT),
    ]
    return Village(
        organisation,
        appointed(Role.SECRETARY, organisation),
        appointed(Role.REVIEWER, organisation),
        appointed(Role.APPROVER, organisation),
        power,
        steps,
        item,
    )
