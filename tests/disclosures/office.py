"""The desk as tests go through it: people signed in, pages read, forms filled in."""

import re

from django.test import Client
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.models import Version
from organisations.choices import Role
from organisations.models import User
from tests.disclosures.people import Village, appointed, village
from tests.factories.organisations import OrganisationFactory, UserFactory


def office_of_jinxing() -> Village:
    """A village whose people may enter the back office."""
    made = village(item__title="党费收缴情况", item__content_elements="收缴标准；收缴金额")
    for person in (made.secretary, made.reviewer, made.approver):
        staff(person)
    return made


def staff(person: User) -> User:
    User.objects.filter(pk=person.pk).update(is_staff=True)
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def paper(version: Version) -> str:
    return reverse("desk:version", args=[version.pk])


def step(version: Version, name: str) -> str:
    return reverse("desk:step", args=[version.pk, name])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def buttons(html: str) -> list[str]:
    return re.findall(r'class="button step[^"]*"[^>]*>([^<]+)<', html)


def filled(version: Version, **changes: object) -> dict:
    return {
        "revision": version.revision,
        "title": "党费收缴情况",
        "stated_on": "2026-09-30",
        "body": "<p>共收缴党费 3,640 元。</p>",
        "scope": Scope.SOCIETY,
        "carriers": ["board", "website"],
        "readers": "",
    } | changes


OUTSIDERS = ["anonymous", "elsewhere", "superuser", "member", "inspector above"]


def outsider(kind: str, jinxing: Village) -> Client:
    if kind == "anonymous":
        return Client()
    person = {
        "elsewhere": lambda: staff(appointed(Role.SECRETARY, OrganisationFactory())),
        "superuser": lambda: UserFactory(is_staff=True, is_superuser=True),
        "member": lambda: staff(appointed(Role.MEMBER, jinxing.organisation)),
        "inspector above": lambda: staff(appointed(Role.INSPECTOR, jinxing.town)),
    }[kind]()
    return signed_in(person)
