"""Limits on what anybody may send: counted in the database, so that they hold with or without Redis.

One statement counts and answers, whatever happens at the same moment. What was done is named by a hash keyed with
SECRET_KEY; who reads the table learns no address.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from .models import RateCounter

_SPEND = """
INSERT INTO organisations_ratecounter (key, begins_at, count) VALUES (%s, %s, 1)
ON CONFLICT (key, begins_at) DO UPDATE SET count = organisations_ratecounter.count + 1
RETURNING count
"""
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_KEPT = timedelta(days=2)


def spend(what: str, *, limit: int, within: timedelta, at: datetime) -> bool:
    """Counts one more of `what` in the window of time around `at`; whether it is within the limit still."""
    key = salted_hmac("organisations.throttle", what, algorithm="sha256").hexdigest()
    begins_at = at - (at - _EPOCH) % within
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [key, connection.ops.adapt_datetimefield_value(begins_at)])
        (count,) = cursor.fetchone()
    if count == 1:
        RateCounter.objects.filter(begins_at__lt=at - max(_KEPT, within)).delete()
    return bool(count <= limit)
