"""What the database refuses about organisations and appointments, whoever asks."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from organisations.models import Appointment, Organisation, Succession
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("organisation_has_a_name", {"name": ""}),
        ("organisation_has_a_code", {"code": ""}),
        ("organisation_ended_exactly_when_not_active", {"status": "closed"}),
        ("organisation_ended_exactly_when_not_active", {"ended_on": date(2026, 1, 1)}),
        (
            "organisation_ends_after_it_begins",
            {"status": "closed", "ended_on": date(2026, 1, 1), "established_on": date(2026, 1, 2)},
        ),
    ],
)
def test_no_such_organisation(constraint, change):
    organisation = OrganisationFactory()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(**change)


def test_no_organisation_is_its_own_superior():
    organisation = OrganisationFactory()
    with pytest.raises(IntegrityError, match="organisation_is_not_its_own_superior"), transaction.atomic():
        Organisation.objects.filter(pk=organisation.pk).update(parent=organisation)


@pytest.mark.parametrize("field", ["code", "path"])
def test_codes_and_paths_are_unique(field):
    one, other = OrganisationFactory(), OrganisationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=other.pk).update(**{field: getattr(one, field)})


def test_an_organisation_with_something_below_cannot_be_deleted():
    parent = OrganisationFactory()
    OrganisationFactory(parent=parent)
    with pytest.raises(Exception, match="protected"):
        parent.delete()


def test_an_appointment_does_not_end_before_it_starts():
    appointment = AppointmentFactory()
    with pytest.raises(IntegrityError, match="appointment_ends_after_it_starts"), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(ends_on=date(2019, 12, 31))


def test_one_open_ended_appointment_per_role_and_place():
    first = AppointmentFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(
            user=first.user, organisation=first.organisation, role=first.role, starts_on=date(2021, 1, 1)
        )


def test_the_same_appointment_starts_once():
    first = AppointmentFactory(ends_on=date(2021, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(user=first.user, organisation=first.organisation, role=first.role, ends_on=date(2022, 1, 1))


def test_a_succession_is_recorded_once_and_never_by_oneself():
    one, other = OrganisationFactory(), OrganisationFactory()
    Succession.objects.create(predecessor=one, successor=other, took_effect_on=date(2026, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.create(predecessor=one, successor=other, took_effect_on=date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="succession_not_by_oneself"), transaction.atomic():
        Succession.objects.create(predecessor=one, successor=one, took_effect_on=date(2026, 1, 1))
