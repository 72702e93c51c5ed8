"""Every URL is classified, and every door behaves as it is classified: who may pass, by which methods."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.doors import ADMIN, DOORS, Door, Who
from tests.access.addresses import arguments
from tests.access.conftest import BACKEND
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"}
TO_SIGN_IN = 302


def patterns(resolver=None, namespace="") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its full name, the admin's left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name}", entry


def admin_patterns(resolver=None, inside=False) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from admin_patterns(entry, inside or entry.namespace == "admin")
        elif inside:
            yield entry


@pytest.fixture
def address(world):
    """The address of a door, with arguments that lead to something."""
    return lambda name: reverse(name, args=arguments(world).get(name, []))


@pytest.fixture
def client():
    return Client()


def test_every_url_pattern_has_a_door_and_every_door_a_pattern():
    assert {name for name, _pattern in patterns()} == set(DOORS)


def test_no_two_patterns_share_a_name():
    names = [name for name, _pattern in patterns()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", DOORS)
def test_a_method_that_is_not_declared_is_refused(name, world, address):
    client = next(iter(world.clients.values()))
    for method in METHODS - DOORS[name].methods:
        assert client.generic(method, address(name)).status_code == 405, method


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if "GET" in door.methods])
def test_a_visitor_passes_where_everyone_may_and_nowhere_else(name, address, client):
    response = client.get(address(name))
    if DOORS[name].who == Who.EVERYONE:
        expected = {"postings:attachment": 404, "admin-login": TO_SIGN_IN}
        assert response.status_code == expected.get(name, 200)
    else:
        assert response.status_code == TO_SIGN_IN
        assert response.url.startswith(reverse("login"))


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.who == Who.SIGNED_IN])
def test_sending_without_being_signed_in_leads_to_signing_in(name, address, client):
    if "POST" in DOORS[name].methods:
        assert client.post(address(name)).url.startswith(reverse("login"))


def test_the_back_office_is_open_to_staff_only(world, client):
    assert ADMIN.who == Who.STAFF
    person = UserFactory()
    for signed_in in (False, True):
        if signed_in:
            client.force_login(person, backend=BACKEND)
        for pattern in admin_patterns():
            if pattern.name in {"login", "logout", "jsi18n"} or "<" in str(pattern.pattern):
                continue
            path = f"/admin/{pattern.pattern}".replace("^", "").replace("$", "")
            response = client.get(path)
            assert response.status_code in {302, 404, 405}, path


def test_a_door_knows_its_methods():
    assert all(door.methods and door.methods <= METHODS for door in DOORS.values())
    assert isinstance(ADMIN, Door)
