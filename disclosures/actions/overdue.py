"""The log of what became overdue: once each, dated the day after the due day, however late it is written."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.db.models import Max

from ..models import OverdueEntry

_NEXT_DAY = {"postgresql": "b.due_on + 1", "sqlite": "date(b.due_on, '+1 day')"}

_LOG = """
INSERT INTO disclosures_overdueentry (obligation_id, became_on, logged_at)
SELECT b.id, {next_day}, %(at)s
FROM disclosures_obligation b
WHERE b.fulfilled_on IS NULL AND b.due_on < %(on)s AND b.due_on >= %(since)s
AND NOT EXISTS (
    SELECT 1 FROM disclosures_overdueentry e WHERE e.obligation_id = b.id AND e.became_on = {next_day}
)
ORDER BY {next_day}, b.id
ON CONFLICT (obligation_id, became_on) DO NOTHING
"""
"""Ordered by what no index holds: everything is found before anything is written, so that a plan made while the log was
empty does not read again and again what it writes."""


def log_overdue(on: date, at: datetime, *, thorough: bool = False) -> int:
    """Logs what became overdue by the morning of the day; how many entries it wrote. Twice is once.

    It takes up after the last day logged, so that days on which nothing ran are caught up, and reads no more of the
    open obligations than those. `thorough` looks at all that are overdue: also at what fell due further back and
    was made, or became open again, only since. The daily run is thorough.
    """
    last = OverdueEntry.objects.filter(became_on__lte=on).aggregate(last=Max("became_on"))["last"]
    since = date.min if thorough or last is None else last
    statement = _LOG.format(next_day=_NEXT_DAY[connection.vendor])
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(statement, {"on": on, "since": since, "at": now})
        return cursor.rowcount
