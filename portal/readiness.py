"""What the portal needs in order to work, asked one by one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from . import jobs
from .celery import app

_BROKER_PATIENCE_SECONDS = 1


def checks(*, now: datetime) -> dict[str, dict[str, Any]]:
    """By name: `ok`, and what is known. The public learns days, minutes and yes or no, never the words of an error."""
    database = _database()
    work = jobs.health(now) if database["ok"] else {"ok": False}
    return {"database": database, "broker": _broker(), "background_work": work}


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return {"ok": cursor.fetchone() == (1,)}
    except DatabaseError:
        return {"ok": False}


def _broker() -> dict[str, Any]:
    """Redis, where it is set; the embedded broker is a folder under var/."""
    if not settings.REDIS_URL:
        return {"ok": (settings.VAR_DIR / "queue").is_dir(), "kind": "files"}
    try:
        with app.connection_for_write(connect_timeout=_BROKER_PATIENCE_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=_BROKER_PATIENCE_SECONDS)
    except Exception:
        return {"ok": False, "kind": "redis"}
    return {"ok": True, "kind": "redis"}
