"""When the sample district is loaded, when it is refused, and how it looks on any other day."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max
from django.utils import timezone

from catalogue.models import Catalogue
from disclosures.choices import ObligationState
from disclosures.models import Obligation, Posting
from organisations.models import Organisation, User
from portal.sample import people
from portal.sample.loading import SampleRefused, load
from portal.sample.owing import first_day
from tests.factories.catalogue import CatalogueFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_it_refuses_a_database_that_is_in_use():
    OrganisationFactory(code="REAL", name="真实组织")
    with pytest.raises(CommandError, match=r"已有 1 个非示例组织.*--force"):
        call_command("load_sample", stdout=StringIO())
    assert Organisation.objects.count() == 1
    assert not User.objects.filter(username="jinxing_secretary").exists()


def test_force_does_not_take_codes_or_names_from_others():
    OrganisationFactory(code="JX", name="真实的金星村")
    UserFactory(username="admin")
    with pytest.raises(SampleRefused, match="JX、admin"):
        load(now=NOW, force=True)
    assert Organisation.objects.count() == 1


def test_force_does_not_take_the_catalogues_of_others():
    CatalogueFactory(code="xuhui_district")
    with pytest.raises(SampleRefused, match="xuhui_district"):
        load(now=NOW, force=True)
    assert Catalogue.objects.count() == 1


def test_a_load_that_breaks_off_leaves_nothing(monkeypatch):
    def breaks_off(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.sample.owing.make_obligations", breaks_off)
    with pytest.raises(KeyboardInterrupt):
        load(now=NOW)
    assert not Organisation.objects.exists()
    assert not User.objects.filter(username__in=[person.username for person in people.people()]).exists()


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 21), date(2025, 10, 1)),
        (date(2026, 12, 31), date(2025, 10, 1)),
        (date(2026, 3, 1), date(2025, 1, 1)),
        (date(2026, 2, 28), date(2024, 10, 1)),
        (date(2026, 1, 1), date(2024, 10, 1)),
        (date(2028, 2, 29), date(2026, 10, 1)),
    ],
)
def test_the_history_begins_with_a_quarter_and_holds_a_whole_reported_year(today, first):
    assert first_day(today) == first
    assert today - first >= timedelta(days=365)


def test_it_never_looks_stale():
    """A leap day two years on, five past midnight; no days off are announced for that year."""
    on = date(2028, 2, 29)
    load(now=datetime(2028, 2, 28, 16, 5, tzinfo=UTC))
    newest = Posting.objects.out().aggregate(newest=Max("published_at"))["newest"]
    assert on - timezone.localdate(newest) <= timedelta(days=1)
    counted = Counter(Obligation.objects.with_state(on=on).values_list("state", flat=True))
    assert set(counted) == set(ObligationState.values)
    late = Obligation.objects.overdue(on=on).filter(organisation__code="JX")
    assert set(late.values_list("item__code", flat=True)) >= {"M605", "X11", "M306"}
    by_organisation = Posting.objects.out().values("organisation").annotate(n=Count("pk"))
    assert min(row["n"] for row in by_organisation) > 20
    yearly = Posting.objects.out().filter(obligation__period_key="2026", organisation__code="JX")
    assert yearly.count() >= 8
