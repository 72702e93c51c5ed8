"""The made-up city: small enough here, and as true to the rules as any other data."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from disclosures.choices import DemandState, Outcome
from disclosures.generation import generate
from disclosures.models import Demand, Obligation, Posting, SeenOrganisation, Version
from organisations import actions
from organisations.models import Organisation, User
from oversight.models import OverdueRollup
from portal import city
from portal.city import people
from tests.factories.organisations import OrganisationFactory

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
def small(monkeypatch):
    """The same city with forty organisations in two districts."""
    monkeypatch.setitem(people.SCALES, "district", 40)
    monkeypatch.setitem(people.DISTRICTS, "district", 2)
    monkeypatch.setattr(people, "STREETS", 3)


def load():
    steps = []
    city.load(scale="district", seed=7, on=ON, now=NOW, report=steps.append)
    return steps


@pytest.mark.django_db(transaction=True)
def test_the_city_is_as_true_to_the_rules_as_any_other_data(small):
    """One test, for the city is loaded once."""
    assert load()
    organisations_are_a_sound_tree_and_everybody_owes_something()
    every_fulfilled_obligation_has_its_posting_published_that_day()
    nobody_reviews_or_approves_the_own_work_and_nobody_can_sign_in()
    the_roll_up_counts_what_is_overdue()
    the_generator_has_seen_everybody_and_finds_nothing_left_to_make()


def organisations_are_a_sound_tree_and_everybody_owes_something():
    assert Organisation.objects.count() == 40
    assert actions.problems() == []
    assert Obligation.objects.values("organisation").annotate(n=Count("id")).count() == 40


def every_fulfilled_obligation_has_its_posting_published_that_day():
    posted = Obligation.objects.filter(outcome=Outcome.POSTED)
    assert posted.count() == Posting.objects.count() == Version.objects.count() > 1000
    assert not posted.exclude(postings__organisation=F("organisation"), postings__item=F("item")).exists()
    assert Posting.objects.filter(current__posting=F("id"), number__isnull=False).count() == posted.count()
    for posting in Posting.objects.select_related("obligation")[:200]:
        assert timezone.localdate(posting.published_at) == posting.obligation.fulfilled_on
    assert not Posting.objects.filter(published_at__gt=NOW.replace(hour=15)).exists()


def nobody_reviews_or_approves_the_own_work_and_nobody_can_sign_in():
    assert not Version.objects.filter(Q(author=F("approved_by")) | Q(author=F("reviewed_by"))).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())


def the_roll_up_counts_what_is_overdue():
    total = OverdueRollup.objects.get(organisation__code="CITY", item=None)
    assert total.overdue_count == Obligation.objects.overdue(on=ON).count() > 0


def the_generator_has_seen_everybody_and_finds_nothing_left_to_make():
    assert SeenOrganisation.objects.count() == 40
    assert not Demand.objects.exclude(state=DemandState.MADE).exists()
    owed = set(Obligation.objects.values_list("organisation", "item", "period_key", "due_on"))
    result = generate(on=ON, at=NOW, thorough=True)
    assert (result.created, result.removed) == (0, 0)
    assert set(Obligation.objects.values_list("organisation", "item", "period_key", "due_on")) == owed


@pytest.mark.django_db
def test_it_is_not_mixed_with_other_data():
    OrganisationFactory()
    with pytest.raises(CommandError):
        call_command("load_city", "--scale", "district")
