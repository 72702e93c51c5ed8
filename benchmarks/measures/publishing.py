"""Publishing by eight clients at once, against bare inserts of postings, on PostgreSQL; taken back afterwards."""

from __future__ import annotations

import os
from statistics import mean
from typing import Any

from django.utils import timezone

from catalogue.models import Item
from organisations.models import Organisation

from .. import clients, prepared

Figures = dict[str, Any]
CLIENTS = 8
SECONDS = 5.0
MOST = 4_000
"""Postings prepared to be published; more than eight clients manage in their time."""


def measure() -> Figures:
    """Target 12."""
    env = dict(os.environ)
    with prepared.taken_back():
        waiting = prepared.approved(MOST, at=timezone.now())
        places = list(Organisation.objects.order_by("path").values_list("pk", flat=True))
        item = Item.objects.values_list("pk", flat=True)[0]
        rows = [[place, item] for place in (places * (80_000 // len(places) + 1))[:80_000]]
        before = clients.together("bare", _shares(rows), env, seconds=SECONDS)
        publishing = clients.together("publish", _shares([[pk] for pk in waiting]), env, seconds=SECONDS)
        after = clients.together("bare", _shares(rows), env, seconds=SECONDS)
        created = clients.together("created", _shares(rows), env, seconds=SECONDS)
    return {
        "publishing.rate": publishing.rate,
        "publishing.failed": publishing.failed,
        "publishing.failures": dict(publishing.failures),
        "publishing.bare.rate": mean([before.rate, after.rate]),
        "publishing.created.rate": created.rate,
    }


def _shares(work: list[list[int]]) -> list[list[list[int]]]:
    return [work[client::CLIENTS] for client in range(CLIENTS)]
