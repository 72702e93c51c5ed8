"""Duties, events, obligations and postings, as tests need them."""

from datetime import UTC, date, datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from catalogue.choices import Scope
from disclosures.choices import DutyReach, Outcome, PostingStatus, VersionState
from disclosures.models import Duty, Event, Matter, Obligation, Posting, Version
from tests.factories.catalogue import CatalogueFactory, ItemFactory, PowerLinkFactory
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


class PostingFactory(DjangoModelFactory):
    """A posting for an open obligation, not published yet; `VersionFactory` writes its content."""

    class Meta:
        model = Posting

    obligation = factory.SubFactory(ObligationFactory)
    organisation = factory.SelfAttribute("obligation.organisation")
    item = factory.SelfAttribute("obligation.item")
    scope = Scope.SOCIETY
    carriers = "board;website"
    created_at = LONG_AGO


class VersionFactory(DjangoModelFactory):
    """A draft; the traits put it further on its way, each by other people."""

    class Meta:
        model = Version

    class Params:
        proposed = factory.Trait(state=VersionState.PROPOSED)
        reviewed = factory.Trait(
            state=VersionState.REVIEWED, reviewed_by=factory.SubFactory(UserFactory), reviewed_at=LONG_AGO
        )
        approved = factory.Trait(
            reviewed=True,
            state=VersionState.APPROVED,
            approved_by=factory.SubFactory(UserFactory),
            approved_at=LONG_AGO,
            approval_opinion="同意公开",
        )
        published = factory.Trait(approved=True, state=VersionState.PUBLISHED, published_at=LONG_AGO)

    posting = factory.SubFactory(PostingFactory)
    title = "2026年第三季度党费收缴情况"
    body = "<p>本季度收缴党费 3,640 元。</p>"
    stated_on = date(2026, 9, 30)
    author = factory.SubFactory(UserFactory)
    created_at = LONG_AGO
    saved_at = LONG_AGO


class PublishedPostingFactory(PostingFactory):
    """A posting that is up, with its one version; its obligation is met."""

    @classmethod
    def _create(cls, model_class: type[Posting], *args: object, **kwargs: object) -> Posting:
        posting = super()._create(model_class, *args, **kwargs)
        version = VersionFactory(posting=posting, published=True)
        number = f"{posting.organisation.code}-2026-{posting.pk:06}"
        Posting.objects.filter(pk=posting.pk).update(
            status=PostingStatus.PUBLISHED, number=number, published_at=version.published_at, current=version
        )
        Obligation.objects.filter(pk=posting.obligation_id).update(
            outcome=Outcome.POSTED, fulfilled_on=timezone.localdate(version.published_at)
        )
        return Posting.objects.get(pk=posting.pk)


class MatterFactory(DjangoModelFactory):
    """Under way since 2 November 2026; no step was reached yet."""

    class Meta:
        model = Matter

    power = factory.SubFactory(PowerLinkFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"{n}号厂房公开招租")
    began_on = date(2026, 11, 2)
    opened_by = factory.SubFactory(UserFactory)
    opened_at = datetime(2026, 11, 2, 1, tzinfo=UTC)
