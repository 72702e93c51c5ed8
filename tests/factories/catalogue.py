"""Catalogues and their items, as tests need them. Items enter the tree by mptt, so that its bounds hold."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from catalogue.choices import CatalogueStatus, DueRule, Period, Scope, TimeLimitClass
from catalogue.models import Catalogue, Item
from tests.factories.organisations import OrganisationFactory


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
