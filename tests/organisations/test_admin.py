"""The back office of organisations and people, as its users meet it."""

from datetime import date

import pytest
from django.urls import reverse

from organisations.choices import OrganisationStatus, Role
from organisations.models import Appointment, Organisation, User
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organisations_organisation_changelist")


@pytest.fixture
def tree():
    district = OrganisationFactory(code="MH", name="闵行区委", kind="district_committee")
    town = OrganisationFactory(code="MQ", name="马桥镇党委", parent=district)
    return {
        "MH": district,
        "MQ": town,
        "JX": OrganisationFactory(code="JX", name="金星村党总支", parent=town),
        "QP": OrganisationFactory(code="QP", name="青浦区委"),
    }


@pytest.fixture
def administrator(tree, client):
    user = UserFactory(is_staff=True)
    AppointmentFactory(user=user, organisation=tree["MH"], role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def fields(**changes):
    return {
        "code": "YJ",
        "name": "友建村党总支",
        "kind": "village",
        "successions-TOTAL_FORMS": "0",
        "successions-INITIAL_FORMS": "0",
        **changes,
    }


def edit(organisation):
    return reverse("admin:organisations_organisation_change", args=[organisation.pk])


def test_an_administrator_founds_an_organisation_below(client, tree, administrator):
    client.post(reverse("admin:organisations_organisation_add"), fields(parent=tree["MQ"].pk))
    assert Organisation.objects.get(code="YJ").path.startswith(tree["MQ"].path)


def test_but_not_in_another_district_nor_as_a_root(client, tree, administrator):
    for parent in (tree["QP"].pk, ""):
        page = client.post(reverse("admin:organisations_organisation_add"), fields(parent=parent))
        assert page.status_code == 200
    assert not Organisation.objects.filter(code="YJ").exists()


def test_changing_the_superior_moves_the_organisation(client, tree, administrator):
    other = OrganisationFactory(code="PJ", parent=tree["MH"])
    client.post(edit(tree["JX"]), fields(code="JX", name="金星村党总支", parent=other.pk))
    tree["JX"].refresh_from_db()
    assert (tree["JX"].parent, tree["JX"].path.startswith(other.path)) == (other, True)


def test_an_organisation_of_another_district_can_be_read_but_not_changed(client, tree, administrator):
    page = client.post(edit(tree["QP"]), fields(code="QP", name="改名"))
    assert page.status_code == 403
    assert Organisation.objects.get(code="QP").name == "青浦区委"


def test_an_organisation_is_merged_into_its_neighbour(client, tree, administrator):
    heir = OrganisationFactory(code="YJ", parent=tree["MQ"])
    client.post(
        reverse("admin:organisations_organisation_end", args=[tree["JX"].pk]),
        {"successors": [heir.pk], "on": "2026-06-30"},
    )
    tree["JX"].refresh_from_db()
    assert (tree["JX"].status, tree["JX"].ended_on) == (OrganisationStatus.MERGED, date(2026, 6, 30))


def test_one_with_organisations_below_is_not_closed_and_the_page_says_why(client, tree, administrator):
    page = client.post(reverse("admin:organisations_organisation_end", args=[tree["MQ"].pk]), {"on": "2026-06-30"})
    assert "仍有下级组织" in page.content.decode()


def test_nothing_is_deleted_in_the_back_office(client, tree, administrator):
    for name, pk in (("organisation", tree["JX"].pk), ("user", administrator.pk)):
        assert client.post(reverse(f"admin:organisations_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_people_are_appointed_within_reach_only(client, tree, administrator):
    person = UserFactory()
    for organisation, made in ((tree["JX"], 1), (tree["QP"], 0)):
        client.post(
            reverse("admin:organisations_appointment_add"),
            {"user": person.pk, "role": Role.SECRETARY, "organisation": organisation.pk, "starts_on": "2026-01-01"},
        )
        assert Appointment.objects.filter(user=person, organisation=organisation).count() == made


def test_a_new_account_must_change_its_password(client, administrator):
    client.post(
        reverse("admin:organisations_user_add"),
        {
            "username": "wangfang",
            "full_name": "王芳",
            "email": "",
            "usable_password": "true",
            "password1": "qiu-tian-luo-ye",
            "password2": "qiu-tian-luo-ye",
        },
    )
    made = User.objects.get(username="wangfang")
    assert (made.must_change_password, made.is_superuser) == (True, False)


def test_an_administrator_cannot_change_the_account_of_one_appointed_elsewhere(client, tree, administrator):
    stranger = AppointmentFactory(organisation=tree["QP"]).user
    assert client.get(reverse("admin:organisations_user_change", args=[stranger.pk])).status_code in (302, 404)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_other_roles_have_no_business_here(client, tree, role):
    client.force_login(AppointmentFactory(user=UserFactory(is_staff=True), organisation=tree["MH"], role=role).user)
    assert client.get(LIST).status_code == 403


def test_whoever_runs_the_machine_appoints_the_first_administrator(client, tree):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    person = UserFactory()
    client.post(
        reverse("admin:organisations_appointment_add"),
        {"user": person.pk, "role": Role.ADMINISTRATOR, "organisation": tree["QP"].pk, "starts_on": "2026-01-01"},
    )
    assert person.appointments.get().organisation == tree["QP"]


def test_the_list_costs_the_same_for_many_as_for_few(client, tree, administrator, django_assert_max_num_queries):
    OrganisationFactory.create_batch(40, parent=tree["MQ"])
    with django_assert_max_num_queries(10):
        assert client.get(LIST, {"q": "村"}).status_code == 200
