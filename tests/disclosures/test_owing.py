"""Who owes what: the same answer from the organisation's end and from the item's."""

from datetime import date, timedelta

import pytest

from catalogue.choices import CatalogueStatus, ItemKind, Openness
from disclosures.choices import DutyReach
from disclosures.owing import owed_entries, owing
from organisations.choices import OrganisationKind
from organisations.models import Organisation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)


@pytest.fixture
def town():
    return OrganisationFactory(kind=OrganisationKind.TOWN_COMMITTEE)


@pytest.fixture
def village(town):
    return OrganisationFactory(parent=town)


@pytest.fixture
def item():
    return ItemFactory()


def agree(item, organisation, *, on=TODAY) -> bool:
    """Whether the organisation owes the item; both ends must say the same."""
    from_above = Organisation.objects.filter(owing(item, on=on), pk=organisation.pk).exists()
    from_below = owed_entries(organisation, on=on).filter(pk=item.pk).exists()
    assert from_above == from_below
    return from_above


def test_a_duty_reaches_all_below_or_the_organisation_alone(item, town, village):
    duty = DutyFactory(catalogue=item.catalogue, organisation=town)
    assert agree(item, town) and agree(item, village)
    duty.reach = DutyReach.SELF
    duty.save()
    assert agree(item, town) and not agree(item, village)


def test_nobody_outside_of_the_subtree_owes_it(item, town, village):
    DutyFactory(catalogue=item.catalogue, organisation=village)
    assert agree(item, village)
    assert not agree(item, town)
    assert not agree(item, OrganisationFactory(parent=town))


def test_a_duty_may_be_for_one_kind_of_organisation(item, town, village):
    DutyFactory(catalogue=item.catalogue, organisation=town, kind=OrganisationKind.VILLAGE)
    assert agree(item, village) and not agree(item, town)


def test_an_item_may_apply_to_some_kinds_only(town, village):
    item = ItemFactory(applies_to=";village;branch;")
    DutyFactory(catalogue=item.catalogue, organisation=town)
    assert agree(item, village) and not agree(item, town)


@pytest.mark.parametrize(
    ("on", "owed"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_a_duty_holds_from_its_first_day_to_its_last(item, village, on, owed):
    DutyFactory(catalogue=item.catalogue, organisation=village, starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    assert agree(item, village, on=on) is owed


def test_an_item_of_ones_own_is_owed_by_its_owner_alone(town, village):
    item = ItemFactory(owner=village, kind=ItemKind.EXTRA, owned_from=TODAY)
    DutyFactory(catalogue=item.catalogue, organisation=town)
    assert agree(item, village) and not agree(item, town)
    assert not agree(item, village, on=TODAY - timedelta(days=1))


def test_a_duty_to_one_edition_stands_for_the_edition_in_force(item, village):
    older = CatalogueFactory(
        code=item.catalogue.code, edition=9, status=CatalogueStatus.SUPERSEDED, effective_to=date(2025, 12, 31)
    )
    DutyFactory(catalogue=older, organisation=village)
    assert agree(item, village)


def test_drafts_and_editions_of_another_time_are_not_owed(village):
    draft = ItemFactory(catalogue=CatalogueFactory(status=CatalogueStatus.DRAFT, effective_from=None))
    DutyFactory(catalogue=draft.catalogue, organisation=village)
    assert not owed_entries(village, on=TODAY).exists()


def test_what_is_withheld_is_owed_by_nobody(village):
    item = ItemFactory(openness=Openness.WITHHELD, exemption_reason="state_secret")
    DutyFactory(catalogue=item.catalogue, organisation=village)
    assert not Organisation.objects.filter(owing(item, on=TODAY)).exists()
