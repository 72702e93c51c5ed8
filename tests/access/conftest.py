"""One world for all these tests, which change nothing in it."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from tests.access.world import SEATS, World

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        made.clients = {seat: Client() for seat in SEATS}
        for seat, client in made.clients.items():
            client.force_login(made.people[seat], backend=BACKEND)
        yield made
        transaction.set_rollback(True)
