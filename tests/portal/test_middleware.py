"""Who called is read from what our own proxies wrote, and from nothing else."""

import pytest
from django.urls import reverse

from portal.middleware import client_address


@pytest.mark.parametrize(
    "forwarded, proxies, address",
    [
        ("", 0, "10.0.0.1"),
        ("1.2.3.4", 0, "10.0.0.1"),
        ("1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.0.0.2", 2, "1.2.3.4"),
        ("1.2.3.4", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("<script>", 1, "10.0.0.1"),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_only_trusted_proxies_are_believed(forwarded, proxies, address):
    assert client_address(forwarded, "10.0.0.1", proxies=proxies) == address


@pytest.fixture
def sign_in(client):
    """Try a wrong password; the status of the answer."""

    def try_to(username: str, address: str) -> int:
        form = {"username": username, "password": "wrong"}
        return client.post(reverse("login"), form, headers={"X-Forwarded-For": address}).status_code

    return try_to


@pytest.mark.django_db
@pytest.mark.parametrize("proxies, status", [(0, 429), (1, 200)])
def test_a_visitor_is_locked_out_by_their_own_address(sign_in, settings, proxies, status):
    settings.TRUSTED_PROXIES = proxies
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in(f"someone-{number}", "1.1.1.1")
    assert sign_in("another", "2.2.2.2") == status


@pytest.mark.django_db
def test_an_account_is_locked_wherever_it_is_tried_from(sign_in, settings):
    settings.TRUSTED_PROXIES = 1
    statuses = [sign_in("one", f"1.1.1.{number}") for number in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert statuses[: settings.AXES_FAILURE_LIMIT - 1] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert statuses[-1] == 429
