"""SQLite: writers at the same time, on a copy; and what the database takes for the pages of one district."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone

from .. import clients, prepared, stores
from . import pages

Figures = dict[str, Any]
WRITERS = 8
SECONDS = 10.0
EACH = 500
"""Pieces of work for each writer; more than it manages in its time."""


def measure(scale: str) -> Figures:
    """Target 14."""
    figures = pages.measure()
    connections.close_all()
    copy = stores.VAR / f"{scale}-written.sqlite3"
    original = settings.DATABASES["default"]["NAME"]
    shutil.copyfile(original, copy)
    env = stores.environment(scale, "sqlite") | {"DATABASE_URL": f"sqlite:///{copy}"}
    try:
        connections["default"].settings_dict["NAME"] = str(copy)
        return figures | _writers(env)
    finally:
        connections.close_all()
        connections["default"].settings_dict["NAME"] = original
        for leftover in copy.parent.glob(f"{copy.name}*"):
            Path(leftover).unlink()


def _writers(env: dict[str, str]) -> Figures:
    """Each writer publishes a posting and makes a nil return, turn by turn."""
    now = timezone.now()
    versions = prepared.approved(WRITERS * EACH, at=now)
    returns = prepared.open_and_periodic(WRITERS * EACH, at=now)
    work = [[version, *nil] for version, nil in zip(versions, returns, strict=False)]
    connections.close_all()
    done = clients.together("mixed", [work[each::WRITERS] for each in range(WRITERS)], env, seconds=SECONDS)
    return {
        "writers.transactions": 2 * done.finished,
        "writers.failed": done.failed,
        "writers.failures": dict(done.failures),
        "writers.rate": 2 * done.rate,
    }
