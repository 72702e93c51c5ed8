"""Who is away is deputised for: with the same rights, from a day to a day, and not a day longer."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from organisations import actions, deputies
from organisations.access import holds, posts
from organisations.choices import Role
from organisations.deputies import DeputyRefused
from organisations.models import Appointment, User
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)


@pytest.fixture
def town():
    return OrganisationFactory()


@pytest.fixture
def village(town):
    return OrganisationFactory(parent=town)


@pytest.fixture
def secretary(village):
    return AppointmentFactory(role=Role.SECRETARY, organisation=village)


@pytest.fixture
def colleague(village):
    return AppointmentFactory(role=Role.REVIEWER, organisation=village).user


def named(appointment, deputy, first=TODAY, last=TODAY + 6 * DAY):
    return deputies.name(appointment, deputy=deputy, starts_on=first, ends_on=last, today=TODAY)


def may_write(person, organisation, on):
    actor = User.objects.get(pk=person.pk)
    return any(post.role == Role.SECRETARY and post.covers(organisation) for post in posts(actor, on))


def test_a_deputy_has_the_role_on_the_first_and_the_last_day_and_on_no_other(secretary, colleague, village):
    named(secretary, colleague, TODAY + DAY, TODAY + 3 * DAY)
    days = [TODAY, TODAY + DAY, TODAY + 3 * DAY, TODAY + 4 * DAY]
    assert [may_write(colleague, village, day) for day in days] == [False, True, True, False]


def test_who_is_away_keeps_their_own_rights(secretary, colleague, village):
    named(secretary, colleague)
    assert holds(secretary.user, village, Role.SECRETARY)


def test_colleagues_and_people_of_the_superior_can_be_asked_and_nobody_else(secretary, colleague, town, village):
    superior = AppointmentFactory(role=Role.SECRETARY, organisation=town).user
    AppointmentFactory(role=Role.MEMBER, organisation=village)
    AppointmentFactory(role=Role.SECRETARY, organisation=OrganisationFactory(parent=town))
    AppointmentFactory(role=Role.REVIEWER, organisation=village, ends_on=TODAY - DAY)
    AppointmentFactory(role=Role.REVIEWER, organisation=village, user=UserFactory(is_active=False))
    assert set(deputies.candidates(secretary, on=TODAY)) == {colleague, superior}


@pytest.mark.parametrize(
    ("first", "last"),
    [(-1, 3), (3, 2), (0, deputies.LONGEST.days + 1)],
    ids=["begins in the past", "ends before it begins", "longer than half a year"],
)
def test_days_that_make_no_sense_are_refused_in_words(secretary, colleague, first, last):
    with pytest.raises(DeputyRefused, match="天|日"):
        named(secretary, colleague, TODAY + first * DAY, TODAY + last * DAY)
    assert not Appointment.objects.filter(deputises_for__isnull=False).exists()


def test_nobody_deputises_longer_than_the_appointment_holds(village, colleague):
    ending = AppointmentFactory(role=Role.SECRETARY, organisation=village, ends_on=TODAY + 2 * DAY)
    with pytest.raises(DeputyRefused):
        named(ending, colleague, TODAY, TODAY + 3 * DAY)
    assert named(ending, colleague, TODAY, TODAY + 2 * DAY).ends_on == ending.ends_on


def test_a_stranger_cannot_be_named(secretary):
    with pytest.raises(DeputyRefused):
        named(secretary, UserFactory())


def test_a_deputy_names_no_deputy(secretary, colleague, village):
    other = AppointmentFactory(role=Role.APPROVER, organisation=village).user
    with pytest.raises(DeputyRefused):
        named(named(secretary, colleague), other)


def test_keeping_accounts_is_done_by_no_deputy(village, colleague):
    with pytest.raises(DeputyRefused):
        named(AppointmentFactory(role=Role.ADMINISTRATOR, organisation=village), colleague)


def test_who_holds_the_role_there_already_is_not_named_again(secretary, colleague):
    named(secretary, colleague)
    with pytest.raises(DeputyRefused):
        named(secretary, colleague, TODAY + 6 * DAY, TODAY + 9 * DAY)
    assert named(secretary, colleague, TODAY + 7 * DAY, TODAY + 9 * DAY)


def test_a_deputy_who_is_not_needed_any_more_loses_the_role_at_once(secretary, colleague, village):
    deputy = named(secretary, colleague, TODAY, TODAY + 6 * DAY)
    tomorrow = TODAY + DAY
    assert deputies.end(deputy, today=tomorrow)
    assert [may_write(colleague, village, day) for day in (TODAY, tomorrow)] == [True, False]
    assert not deputies.end(deputy, today=tomorrow)


def test_a_deputy_who_never_began_is_taken_back(secretary, colleague):
    deputy = named(secretary, colleague, TODAY + DAY, TODAY + 6 * DAY)
    assert deputies.end(deputy, today=TODAY)
    assert not Appointment.objects.filter(pk=deputy.pk).exists()
    assert Appointment.history.filter(id=deputy.pk, history_type="-").exists()


def test_a_deputy_goes_with_the_appointment(secretary, colleague):
    now = named(secretary, colleague, TODAY, TODAY + 6 * DAY)
    later = named(secretary, colleague, TODAY + 7 * DAY, TODAY + 9 * DAY)
    secretary.ends_on = TODAY + DAY
    secretary.save()
    deputies.follow(secretary)
    now.refresh_from_db()
    assert now.ends_on == secretary.ends_on
    assert not Appointment.objects.filter(pk=later.pk).exists()


def test_deputies_in_an_organisation_that_ends_end_with_it(secretary, colleague, village):
    deputy = named(secretary, colleague)
    actions.close(village, on=TODAY + DAY)
    deputy.refresh_from_db()
    assert deputy.ends_on == TODAY + DAY


def test_the_database_refuses_a_deputy_without_an_end(secretary, colleague, village):
    endless = {"user": colleague, "role": Role.SECRETARY, "organisation": village, "starts_on": TODAY}
    with pytest.raises(IntegrityError, match="deputy_has_an_end|CHECK"), transaction.atomic():
        Appointment.objects.create(**endless, deputises_for=secretary)


def test_the_database_refuses_a_deputy_of_oneself(secretary, colleague):
    deputy = named(secretary, colleague)
    with pytest.raises(IntegrityError, match="not_its_own_deputy|CHECK"), transaction.atomic():
        Appointment.objects.filter(pk=deputy.pk).update(deputises_for=deputy.pk)
