"""Duties, events and obligations, as tests need them."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from disclosures.choices import DutyReach
from disclosures.models import Duty, Event, Obligation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

LONG_AGO = datetime(2026, 1, 1, 1, tzinfo=UTC)


class DutyFactory(DjangoModelFactory):
    """The organisation and all below it owe the catalogue since 2025, until further notice."""

    class Meta:
        model = Duty

    catalogue = factory.SubFactory(CatalogueFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    reach = DutyReach.SUBTREE
    starts_on = date(2025, 1, 1)


class EventFactory(DjangoModelFactory):
    class Meta:
        model = Event

    organisation = factory.SubFactory(OrganisationFactory)
    item = factory.SubFactory(ItemFactory, prompt=True)
    title = factory.Sequence(lambda n: f"第{n}次党员大会决议")
    occurred_on = date(2026, 11, 2)
    recorded_by = factory.SubFactory(UserFactory)
    recorded_at = datetime(2026, 11, 3, 1, tzinfo=UTC)


class ObligationFactory(DjangoModelFactory):
    """The third quarter of 2026, due on 23 October: open."""

    class Meta:
        model = Obligation

    organisation = factory.SubFactory(OrganisationFactory)
    item = factory.SubFactory(ItemFactory)
    period_key = "2026Q3"
    period_start = date(2026, 7, 1)
    period_end = date(2026, 9, 30)
    opens_on = factory.LazyAttribute(lambda o: min(o.period_start or o.anchor_on, o.due_on))
    anchor_on = factory.LazyAttribute(lambda o: o.period_end or o.due_on)
    due_on = date(2026, 10, 23)
    created_at = LONG_AGO
