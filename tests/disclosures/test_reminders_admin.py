"""The ladder is data; who may change it, and who sees whom it reminded."""

from datetime import date

import pytest
from django.urls import reverse

from disclosures.choices import Audience
from disclosures.models import Reminder, ReminderRung
from disclosures.reminders import raise_reminders
from organisations.access import visible
from organisations.choices import Role
from tests.disclosures.ladder import climb_the_standard_ladder
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
LADDER = reverse("admin:disclosures_reminderrung_changelist")
ADD = reverse("admin:disclosures_reminderrung_add")
T_14 = {"code": "T-14", "offset": "-14", "day_type": "calendar", "audience": "secretary", "active": "on"}


def change(code):
    return reverse("admin:disclosures_reminderrung_change", args=[ReminderRung.objects.get(code=code).pk])


def delete(code):
    return reverse("admin:disclosures_reminderrung_delete", args=[ReminderRung.objects.get(code=code).pk])


@pytest.fixture(autouse=True)
def ladder():
    climb_the_standard_ladder()


@pytest.fixture
def city():
    return OrganisationFactory()


@pytest.fixture
def administrator(city):
    return AppointmentFactory(role=Role.ADMINISTRATOR, organisation=city, user__is_staff=True).user


def test_the_ladder_is_the_one_that_was_agreed_on():
    assert list(ReminderRung.objects.values_list("code", "offset", "day_type", "audience")) == [
        ("T-7", -7, "calendar", Audience.SECRETARY),
        ("T-3", -3, "calendar", Audience.SECRETARY),
        ("T0", 0, "calendar", Audience.SECRETARY),
        ("T+1", 1, "calendar", Audience.SUPERIOR),
        ("T+5", 5, "working", Audience.COMMISSION),
    ]


def test_an_administrator_at_the_top_adds_a_rung_and_takes_another_out_of_use(client, administrator):
    client.force_login(administrator)
    assert client.post(ADD, T_14).status_code == 302
    assert ReminderRung.objects.filter(code="T-14", offset=-14).exists()
    client.post(change("T-3"), {**T_14, "code": "T-3", "offset": "-3", "active": ""})
    assert not ReminderRung.objects.get(code="T-3").active


def test_the_same_rung_twice_is_refused_in_words(client, administrator):
    client.force_login(administrator)
    assert client.post(ADD, T_14 | {"offset": "-7"}).status_code == 200
    assert not ReminderRung.objects.filter(code="T-14").exists()


@pytest.mark.parametrize("offset", ["", "soon", "99999999999999999999", "-1.5"])
def test_nonsense_days_are_refused(client, administrator, offset):
    client.force_login(administrator)
    assert client.post(ADD, T_14 | {"offset": offset}).status_code == 200
    assert not ReminderRung.objects.filter(code="T-14").exists()


def test_an_administrator_below_the_top_sees_the_ladder_and_changes_nothing(client, city):
    below = AppointmentFactory(
        role=Role.ADMINISTRATOR, organisation=OrganisationFactory(parent=city), user__is_staff=True
    ).user
    client.force_login(below)
    assert client.get(LADDER).status_code == 200
    assert client.get(ADD).status_code == 403
    assert client.post(change("T0"), T_14).status_code == 403


def test_a_secretary_does_not_see_the_ladder(client, city):
    client.force_login(AppointmentFactory(organisation=city, user__is_staff=True).user)
    assert client.get(LADDER).status_code == 403


def test_a_rung_that_reminded_somebody_cannot_be_deleted_and_one_that_did_not_can(client, administrator):
    ObligationFactory(organisation=AppointmentFactory().organisation, due_on=MONDAY)
    raise_reminders(MONDAY)
    client.force_login(administrator)
    assert client.post(delete("T0"), {"post": "yes"}).status_code == 403
    assert client.post(delete("T-7"), {"post": "yes"}).status_code == 302
    assert set(ReminderRung.objects.values_list("code", flat=True)) == {"T-3", "T0", "T+1", "T+5"}


def test_who_was_reminded_is_seen_by_the_reminded_and_by_those_above_the_late_organisation(client, city):
    village = OrganisationFactory(parent=city)
    secretary = AppointmentFactory(organisation=village).user
    inspector = AppointmentFactory(organisation=city, role=Role.INSPECTOR, user__is_staff=True).user
    stranger = AppointmentFactory(role=Role.INSPECTOR, user__is_staff=True).user
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    for user, number in ((secretary, 1), (inspector, 1), (stranger, 0), (UserFactory(), 0)):
        assert visible(user, Reminder.objects.all()).count() == number
    page = reverse("admin:disclosures_reminder_changelist")
    client.force_login(inspector)
    assert secretary.full_name in client.get(page).content.decode()
    client.force_login(stranger)
    assert secretary.full_name not in client.get(page).content.decode()
