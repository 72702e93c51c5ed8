"""Catalogues and their items, as tests need them. Items enter the tree by mptt, so that its bounds hold."""

from datetime import UTC, date, datetime
from typing import Any

import factory
from django.db import transaction
from factory.django import DjangoModelFactory

from catalogue.choices import CatalogueStatus, DueRule, ItemKind, Period, Scope, TimeLimitClass
from catalogue.models import Catalogue, Item, ItemProposal, PowerLink, PowerStep
from tests.factories.organisations import OrganisationFactory, UserFactory


class CatalogueFactory(DjangoModelFactory):
    """An edition in force since 2025."""

    class Meta:
        model = Catalogue

    code = factory.Sequence(lambda n: f"C{n}")
    title = factory.Sequence(lambda n: f"第{n}号党务公开目录")
    issuer = factory.SubFactory(OrganisationFactory)
    status = CatalogueStatus.IN_FORCE
    effective_from = date(2025, 1, 1)


class ItemFactory(DjangoModelFactory):
    """A leaf owed each quarter, within ten working days after it; the traits make the other classes."""

    class Meta:
        model = Item

    class Params:
        permanent = factory.Trait(
            time_limit_class=TimeLimitClass.PERMANENT, period="", due_rule=DueRule.STANDING, due_days=None
        )
        prompt = factory.Trait(
            time_limit_class=TimeLimitClass.PROMPT, period="", due_rule=DueRule.AFTER_EVENT, due_days=5
        )
        staged = factory.Trait(
            time_limit_class=TimeLimitClass.STAGED, period="", due_rule=DueRule.AFTER_EVENT, due_days=5
        )
        group = factory.Trait(time_limit_class="", period="", due_rule="", due_days=None, scope="")

    catalogue = factory.SubFactory(CatalogueFactory)
    parent = None
    code = factory.Sequence(lambda n: f"M{n}")
    title = factory.Sequence(lambda n: f"第{n}项公开内容")
    scope = Scope.SOCIETY
    time_limit_class = TimeLimitClass.PERIODIC
    period = Period.QUARTERLY
    due_rule = DueRule.AFTER_PERIOD
    due_days = 10

    @classmethod
    def _create(cls, model_class: type[Item], *args: Any, **kwargs: Any) -> Item:
        """Items join an edition in force by the only way there is: while it is a draft."""
        catalogue = kwargs["catalogue"]
        edition = Catalogue.objects.filter(pk=catalogue.pk)
        with transaction.atomic():
            edition.update(status=CatalogueStatus.DRAFT)
            item = super()._create(model_class, *args, **kwargs)
            edition.update(status=catalogue.status)
        return item


class DraftFactory(CatalogueFactory):
    """A draft, which may be edited."""

    status = CatalogueStatus.DRAFT
    effective_from = None


class ItemProposalFactory(DjangoModelFactory):
    """A village asks for an X item of its own, by the month."""

    class Meta:
        model = ItemProposal

    organisation = factory.SubFactory(OrganisationFactory)
    parent = factory.SubFactory(ItemFactory, group=True, kind=ItemKind.EXTRA, code="X")
    title = factory.Sequence(lambda n: f"村民点单公开第{n}项")
    time_limit_class = TimeLimitClass.PERIODIC
    period = Period.MONTHLY
    reason = "村民代表会议提出"
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = datetime(2026, 11, 2, 1, tzinfo=UTC)


class PowerLinkFactory(DjangoModelFactory):
    """A power of a village, without steps: `PowerStepFactory` adds them."""

    class Meta:
        model = PowerLink

    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.Sequence(lambda n: f"Q{n}")
    title = "集体厂房公开招租"
    basis = "《中华人民共和国农村集体经济组织法》第四十五条"
    deadline_days = 60
    responsible_department = "村经济合作社"
    published_result = "竞价结果、承租人与租期"


class PowerStepFactory(DjangoModelFactory):
    class Meta:
        model = PowerStep

    power = factory.SubFactory(PowerLinkFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"第{n}步")
