"""Who goes away names deputies on one page; they are told, and the task can be taken back."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from notices.delivery import deliver_due
from notices.models import Notice
from organisations.choices import Role
from organisations.models import Appointment
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

PAGE = "/accounts/absence/"
DAYS = {"starts_on": "2026-11-23", "ends_on": "2026-11-27"}


@pytest.fixture(autouse=True)
def _on_a_friday():
    with time_machine.travel("2026-11-20 10:00+08:00", tick=False):
        yield


@pytest.fixture
def village():
    return OrganisationFactory(name="金星村党总支")


@pytest.fixture
def secretary(village):
    return AppointmentFactory(role=Role.SECRETARY, organisation=village, user__full_name="王秀英")


@pytest.fixture
def colleague(village):
    return AppointmentFactory(role=Role.REVIEWER, organisation=village, user__full_name="李国强").user


def test_a_deputy_is_named_and_told(client, secretary, colleague):
    client.force_login(secretary.user)
    sent = {**DAYS, f"deputy_{secretary.pk}": colleague.pk}
    assert client.post(PAGE, sent, follow=True).status_code == 200
    deputy = Appointment.objects.get(deputises_for=secretary)
    assert (deputy.user, deputy.starts_on, deputy.ends_on) == (colleague, date(2026, 11, 23), date(2026, 11, 27))
    deliver_due(timezone.now(), office_open=True)
    letter = Notice.objects.get(recipient=colleague, channel="inbox")
    assert "王秀英" in letter.subject
    assert "金星村党总支" in letter.body


def test_a_task_taken_back_before_the_letter_went_out_is_not_told(client, secretary, colleague):
    client.force_login(secretary.user)
    client.post(PAGE, {**DAYS, f"deputy_{secretary.pk}": colleague.pk})
    deputy = Appointment.objects.get(deputises_for=secretary)
    client.post(reverse("absence-end", args=[deputy.pk]))
    assert not Appointment.objects.filter(pk=deputy.pk).exists()
    deliver_due(timezone.now(), office_open=True)
    assert not Notice.objects.filter(recipient=colleague).exclude(status="obsolete").exists()


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": "2026-11-19", "ends_on": "2026-11-27"},
        {"starts_on": "2026-11-27", "ends_on": "2026-11-23"},
        {"starts_on": "", "ends_on": "2026-11-27"},
        {"starts_on": "23.11.", "ends_on": "2026-11-27"},
    ],
)
def test_days_that_make_no_sense_come_back_with_words_and_nothing_is_named(client, secretary, colleague, days):
    client.force_login(secretary.user)
    response = client.post(PAGE, {**days, f"deputy_{secretary.pk}": colleague.pk})
    assert response.status_code == 200
    assert "field__error" in response.content.decode()
    assert not Appointment.objects.filter(deputises_for__isnull=False).exists()


def test_without_a_deputy_chosen_the_page_says_so(client, secretary, colleague):
    client.force_login(secretary.user)
    assert "至少" in client.post(PAGE, DAYS).content.decode()


def test_nobody_ends_the_deputy_of_somebody_else(client, secretary, colleague, village):
    client.force_login(secretary.user)
    client.post(PAGE, {**DAYS, f"deputy_{secretary.pk}": colleague.pk})
    deputy = Appointment.objects.get(deputises_for=secretary)
    for role in (Role.SECRETARY, Role.APPROVER):
        client.force_login(AppointmentFactory(role=role, organisation=village).user)
        assert client.post(reverse("absence-end", args=[deputy.pk])).status_code == 404
    client.force_login(AppointmentFactory(role=Role.ADMINISTRATOR, organisation=village).user)
    client.post(reverse("absence-end", args=[deputy.pk]))
    assert not Appointment.objects.filter(pk=deputy.pk).exists()


def test_an_appointment_that_is_no_deputys_cannot_be_ended_here(client, secretary):
    client.force_login(secretary.user)
    assert client.post(reverse("absence-end", args=[secretary.pk])).status_code == 404


def test_a_member_has_nothing_to_hand_over(client, village):
    client.force_login(AppointmentFactory(role=Role.MEMBER, organisation=village).user)
    assert "没有" in client.get(PAGE).content.decode()
