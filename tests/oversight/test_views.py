"""The overdue review as inspectors meet it."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from disclosures.models import Obligation
from organisations.choices import Role
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = "2026-11-21 12:00+08:00"


@pytest.fixture
def tree():
    district = OrganisationFactory(code="MH", name="闵行区委", kind="district_committee")
    town = OrganisationFactory(code="MQ", name="马桥镇党委", kind="town_committee", parent=district)
    village = OrganisationFactory(code="JX", name="金星村党总支", parent=town)
    other = OrganisationFactory(code="QP", name="青浦区委", kind="district_committee")
    ObligationFactory(organisation=village, due_on=date(2026, 11, 18))
    ObligationFactory(organisation=other, due_on=date(2026, 11, 1), item__title="别区的事项")
    return {"MH": district, "MQ": town, "JX": village, "QP": other}


@pytest.fixture
def inspector(tree, client):
    user = AppointmentFactory(organisation=tree["MH"], role=Role.INSPECTOR).user
    client.force_login(user)
    return user


def ask(client, **query):
    with time_machine.travel(NOON, tick=False):
        return client.get(reverse("oversight:review"), query)


def test_an_inspector_sees_who_is_late_in_the_own_district_and_nobody_elsewhere(client, inspector):
    page = ask(client).content.decode()
    assert "金星村党总支" in page
    assert "逾期3天" in page
    assert "2026年第三季度" in page
    assert "青浦" not in page
    assert "别区的事项" not in page


def test_each_overdue_item_leads_to_its_page_where_more_time_is_given(client, inspector):
    late = Obligation.objects.get(organisation__code="JX")
    url = reverse("desk:obligation", args=[late.pk])
    assert f'href="{url}"' in ask(client).content.decode()
    assert client.get(url).status_code == 200


def test_the_way_down_leads_to_the_village(client, inspector):
    assert ask(client, organisation="MQ").status_code == 200
    assert "金星村党总支" in ask(client, organisation="JX").content.decode()


@pytest.mark.parametrize("code", ["QP", "NOWHERE", "金星", "x' OR 1=1"])
def test_what_is_not_theirs_looks_like_what_is_not_there(client, inspector, code):
    assert ask(client, organisation=code).status_code == 404


@pytest.mark.parametrize("query", [{"after": "nonsense"}, {"item": "x"}, {"item": 10**30}, {"organisation": "x" * 99}])
def test_damaged_addresses_are_answered_in_words(client, inspector, query):
    page = ask(client, **query)
    assert page.status_code == 400
    assert "返回" in page.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.INSPECTOR])
def test_nobody_else_finds_anything_here(client, tree, role):
    client.force_login(AppointmentFactory(organisation=tree["MH"], role=role).user)
    assert ask(client).status_code == 404


def test_a_superuser_without_an_appointment_finds_nothing(client, tree):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert ask(client).status_code == 404


def test_visitors_are_asked_to_sign_in(client, tree):
    assert ask(client).status_code == 302


def test_the_page_costs_the_same_for_many_rows_as_for_few(client, inspector, tree, django_assert_max_num_queries):
    for number in range(30):
        ObligationFactory(organisation=tree["JX"], due_on=date(2026, 10, 1), item__title=f"事项{number}")
    with django_assert_max_num_queries(17):
        assert ask(client, organisation="MQ").status_code == 200
