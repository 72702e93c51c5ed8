"""A village with a notice that is up: a candidate, with five working days for objections."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from catalogue.choices import Scope
from disclosures.actions.objections import object_online
from disclosures.models import Objection, Posting
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.people import appointed
from tests.factories.disclosures import PublishedPostingFactory
from tests.factories.organisations import OrganisationFactory

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
"""Friday 20 November 2026, ten o'clock in Shanghai."""
UNTIL = date(2026, 11, 25)
AFTER = datetime(2026, 11, 26, 2, tzinfo=UTC)


@dataclass
class Notice:
    organisation: Organisation
    secretary: User
    approver: User
    posting: Posting

    def objected(self, words: str = "程序不合规定", **more: object) -> Objection:
        return object_online(self.posting, words=words, at=NOW, **more).objection


def notice(scope: str = Scope.SOCIETY, under: Organisation | None = None, **posting: object) -> Notice:
    organisation = OrganisationFactory(parent=under or OrganisationFactory(), phone="021-5550-1049")
    made = PublishedPostingFactory(
        obligation__organisation=organisation, scope=scope, **({"notice_until": UNTIL} | posting)
    )
    return Notice(organisation, appointed(Role.SECRETARY, organisation), appointed(Role.APPROVER, organisation), made)
