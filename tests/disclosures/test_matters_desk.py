"""Matters on the desk: what the secretary does there, and that nobody else does it."""

import pytest
import time_machine
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.choices import MatterState, StageKind
from disclosures.models import Matter, Obligation
from organisations.choices import Role
from tests.disclosures.matters import NOW, TODAY, village
from tests.disclosures.people import appointed
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(client):
    jinxing = village(scope=Scope.SOCIETY)
    client.force_login(jinxing.secretary)
    return jinxing


def send(client, matter, do, **data):
    return client.post(reverse("desk:matter", args=[matter.pk]), {"do": do, "seen": matter.revision} | data)


def test_a_secretary_opens_a_matter_and_records_a_step(jinxing, client):
    data = {"power": jinxing.power.pk, "title": "东区厂房公开招租", "began_on": "2026-11-09"}
    response = client.post(reverse("desk:matter-new"), data)
    matter = Matter.objects.get()
    assert response.url == reverse("desk:matter", args=[matter.pk])
    assert "东区厂房公开招租" in client.get(reverse("desk:matters")).content.decode()
    send(client, matter, "reach", step=jinxing.steps[0].pk, on="2026-11-10")
    matter.refresh_from_db()
    send(client, matter, "reach", step=jinxing.steps[1].pk, on="2026-11-12")
    owed = Obligation.objects.get()
    page = client.get(response.url).content.decode()
    assert reverse("desk:obligation", args=[owed.pk]) in page and "2026-11-19" in page


def test_a_refusal_is_shown_with_what_was_typed(jinxing, client):
    matter = jinxing.opens()
    page = send(client, matter, "reach", step=jinxing.steps[1].pk, on="2026-11-12").content.decode()
    assert "以下步骤将被跳过：提出动议" in page and "2026-11-12" in page
    send(client, matter, "reach", step=jinxing.steps[1].pk, on="2026-11-12", skipped_because="上次会议已提出")
    assert set(matter.stages.values_list("kind", flat=True)) == {StageKind.REACHED, StageKind.SKIPPED}


def test_who_saw_an_older_state_is_told(jinxing, client):
    matter = jinxing.opens()
    jinxing.reaches(Matter.objects.get(), 1)
    page = send(client, matter, "reach", step=jinxing.steps[1].pk, on=TODAY.isoformat()).content.decode()
    assert "刚被他人改动" in page and matter.stages.count() == 1


def test_stages_are_taken_back_and_matters_ended(jinxing, client):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    send(client, matter, "back", reason="记错")
    matter.refresh_from_db()
    assert matter.stages.get().taken_back_because == "记错"
    assert send(client, matter, "finish").status_code == 200  # not offered: nothing happens
    jinxing.reaches(matter, 4, skipped_because="简易程序")
    send(client, matter, "finish")
    assert Matter.objects.get().state == MatterState.FINISHED
    other = jinxing.opens("西区厂房公开招租")
    send(client, other, "abandon", reason="收回自用")
    other.refresh_from_db()
    assert other.state == MatterState.ABANDONED
    assert "西区厂房" not in client.get(reverse("desk:matters")).content.decode()
    assert "西区厂房" in client.get(reverse("desk:matters") + "?all=1").content.decode()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER, Role.INSPECTOR, Role.MEMBER])
def test_only_secretaries_keep_matters(jinxing, client, role):
    matter = jinxing.opens()
    client.force_login(appointed(role, jinxing.organisation))
    assert client.get(reverse("desk:matters")).status_code == 403
    assert client.get(reverse("desk:matter-new")).status_code == 403
    assert client.get(reverse("desk:matter", args=[matter.pk])).status_code == 404
    assert send(client, matter, "abandon", reason="收回").status_code == 404


def test_another_villages_secretary_does_not_find_the_matter(jinxing, client):
    matter = jinxing.opens()
    client.force_login(appointed(Role.SECRETARY, OrganisationFactory()))
    assert client.get(reverse("desk:matter", args=[matter.pk])).status_code == 404
    data = {"power": jinxing.power.pk, "title": "冒名", "began_on": "2026-11-09"}
    assert client.post(reverse("desk:matter-new"), data).status_code == 200
    assert Matter.objects.count() == 1


@pytest.mark.parametrize("values", [{"step": "x"}, {"on": "2026-13-01"}, {"seen": "9" * 30}, {"on": "\x00"}])
def test_nonsense_is_answered_with_a_sentence(jinxing, client, values):
    matter = jinxing.opens()
    response = send(client, matter, "reach", **({"step": jinxing.steps[0].pk, "on": TODAY.isoformat()} | values))
    assert response.status_code == 200 and not matter.stages.exists()


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(reverse("desk:matters")).status_code == 302
    client.force_login(UserFactory())
    assert client.get(reverse("desk:matters")).status_code == 403
