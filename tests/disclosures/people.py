"""A village with everybody in it, for tests of what they do about a posting."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from disclosures.actions import drafts, postings
from disclosures.choices import ReviewConclusion
from disclosures.models import Obligation, Posting, Version
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
"""Half past nine on Saturday 21 November 2026 in Shanghai."""


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


@dataclass
class Village:
    organisation: Organisation
    secretary: User
    reviewer: User
    approver: User
    obligation: Obligation

    @property
    def town(self) -> Organisation:
        assert self.organisation.parent is not None
        return self.organisation.parent

    def draft(self, **changes: object) -> Version:
        """A draft with words in it."""
        version = drafts.start_draft(obligation=self.obligation, by=self.secretary, at=NOW)
        return self.save(version, **changes)

    def save(self, version: Version, **changes: object) -> Version:
        written = {"title": "党费收缴情况", "body": "<p>共收缴党费 3,640 元。</p>", "stated_on": version.stated_on}
        revision = version.revision
        return drafts.save_draft(version, expected_revision=revision, by=self.secretary, at=NOW, **written | changes)

    def proposed(self, version: Version | None = None) -> Version:
        version = version or self.draft()
        postings.propose(version, by=self.secretary, at=later(1))
        return version

    def reviewed(self, version: Version | None = None) -> Version:
        version = self.proposed(version)
        yes = ReviewConclusion.MAY_BE_DISCLOSED
        postings.review(version, conclusion=yes, grounds="不涉密", by=self.reviewer, at=later(2))
        return version

    def approved(self, version: Version | None = None) -> Version:
        version = self.reviewed(version)
        postings.approve(version, opinion="同意公开", by=self.approver, at=later(3))
        return version

    def published(self, version: Version | None = None) -> Posting:
        return postings.publish(self.approved(version), by=self.secretary, at=later(4))


def appointed(role: Role, organisation: Organisation) -> User:
    return AppointmentFactory(role=role, organisation=organisation).user


def village(**obligation: object) -> Village:
    """A village under a town, with one obligation that was due on 23 October 2026 and is still open."""
    organisation = OrganisationFactory(code=f"JX{Organisation.objects.count()}", parent=OrganisationFactory())
    return Village(
        organisation=organisation,
        secretary=appointed(Role.SECRETARY, organisation),
        reviewer=appointed(Role.REVIEWER, organisation),
        approver=appointed(Role.APPROVER, organisation),
        obligation=ObligationFactory(organisation=organisation, **obligation),
    )
