"""What the portal needs in order to work, asked one by one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from notices.models import JobRun

from .celery import app

BEAT_LATE_AFTER = timedelta(minutes=5)
_BROKER_PATIENCE_SECONDS = 1


def checks(*, now: datetime) -> dict[str, dict[str, Any]]:
    """By name: `ok`, and what is known. The public learns times and yes or no, never a message of an error."""
    database = _database()
    return {
        "database": database,
        "broker": _broker(),
        "jobs": _jobs(now) if database["ok"] else {"ok": False},
    }


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
        return {"ok": True, "kind": "redis"}
    except Exception:
        return {"ok": False, "kind": "redis"}


def _jobs(now: datetime) -> dict[str, Any]:
    """When each piece of background work last ran; not ok while none has finished lately, or one has failed."""
    runs = list(JobRun.objects.order_by("name"))
    latest = max((run.finished_at for run in runs if run.finished_at), default=None)
    return {
        "ok": latest is not None and now - latest <= BEAT_LATE_AFTER and not any(run.failed for run in runs),
        "runs": {
            run.name: {
                "started_at": run.started_at.isoformat(),
                "finished_at": run.finished_at.isoformat() if run.finished_at else None,
                "done_on": run.done_on.isoformat() if run.done_on else None,
                "failed": run.failed,
            }
            for run in runs
        },
    }
