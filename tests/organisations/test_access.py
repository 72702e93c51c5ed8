"""Who holds which rights where: the decision every door asks for."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from organisations import access
from organisations.choices import REACHING_DOWN, Role
from organisations.models import Appointment, Organisation
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    district = OrganisationFactory(code="MH")
    town = OrganisationFactory(code="MQ", parent=district)
    return {
        "MH": district,
        "MQ": town,
        "JX": OrganisationFactory(code="JX", parent=town),
        "LX": OrganisationFactory(code="LX", parent=OrganisationFactory(code="ML", parent=district)),
    }


@pytest.mark.parametrize("role", Role)
def test_only_the_last_four_roles_reach_down(tree, role):
    actor = AppointmentFactory(organisation=tree["MQ"], role=role).user
    assert access.holds(actor, tree["MQ"], role)
    assert access.holds(actor, tree["JX"], role) == (role in REACHING_DOWN)
    assert not access.holds(actor, tree["MH"], role)
    assert not access.holds(actor, tree["LX"], role)


@pytest.mark.parametrize("role", Role)
def test_the_condition_and_the_question_agree(tree, role):
    actor = AppointmentFactory(organisation=tree["MQ"], role=role).user
    reached = set(Organisation.objects.filter(access.reach(actor, role, prefix="")))
    assert reached == {organisation for organisation in tree.values() if access.holds(actor, organisation, role)}


def test_rights_begin_and_end_with_the_appointment(tree):
    actor = AppointmentFactory(
        organisation=tree["JX"], role=Role.SECRETARY, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)
    ).user
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [bool(access.posts(actor, on=day)) for day in days] == [False, True, True, False]


def test_a_disabled_account_has_no_rights(tree):
    actor = AppointmentFactory(organisation=tree["JX"], user=UserFactory(is_active=False)).user
    assert access.posts(actor) == ()


def test_a_superuser_holds_no_role_without_an_appointment(tree):
    superuser = UserFactory(is_superuser=True, is_staff=True)
    assert not access.holds(superuser, tree["JX"], *Role)
    assert access.posts(superuser) == ()


def test_visitors_see_organisations_and_change_none(tree):
    visitor = AnonymousUser()
    assert access.visible(visitor, Organisation.objects.all()).count() == Organisation.objects.count()
    assert access.can(visitor, "read", tree["JX"])
    assert not access.can(visitor, "change", tree["JX"])


def test_an_administrator_sees_the_appointments_below_and_no_others(tree):
    actor = AppointmentFactory(organisation=tree["MQ"], role=Role.ADMINISTRATOR).user
    below = AppointmentFactory(organisation=tree["JX"])
    AppointmentFactory(organisation=tree["LX"])
    assert set(access.visible(actor, Appointment.objects.all())) == {actor.appointments.get(), below}


def test_without_a_rule_there_is_no_right_and_without_a_sight_no_row(tree):
    Group.objects.create(name="x")
    actor = AppointmentFactory(organisation=tree["MH"], role=Role.ADMINISTRATOR).user
    assert not access.can(actor, "burn", tree["JX"])
    assert not access.visible(actor, Group.objects.all()).exists()


def test_a_rule_is_registered_once():
    with pytest.raises(ValueError, match="already"):
        access.rule(Organisation, "read")(lambda actor, organisation: True)
    with pytest.raises(ValueError, match="already"):
        access.sight(Organisation)(lambda actor: None)


def test_rights_cost_one_query_a_request(tree, django_assert_num_queries):
    actor = AppointmentFactory(organisation=tree["MQ"], role=Role.INSPECTOR).user
    with django_assert_num_queries(1):
        for organisation in tree.values():
            access.holds(actor, organisation, Role.INSPECTOR)
