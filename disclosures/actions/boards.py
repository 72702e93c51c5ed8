"""Boards that changed: their cached pages are stale from the moment this transaction commits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from organisations.models import Organisation

_RAISE = """
INSERT INTO disclosures_boardversion (organisation_id, version, changed_at)
SELECT o.id, 1, %s FROM organisations_organisation o WHERE o.id IN ({organisations}) ORDER BY o.id
ON CONFLICT (organisation_id) DO UPDATE
SET version = disclosures_boardversion.version + 1, changed_at = excluded.changed_at
"""


def touch_boards(organisations: Iterable[int] | QuerySet[Any] | str, at: datetime) -> None:
    """Raises the board version of organisations, in the transaction of the change itself.

    Takes ids, or a query of one column that gives them (a queryset, or SQL without parameters), which is
    then never read into memory. One statement, in the order of the ids, so that two changes to the same
    organisations wait for each other instead of locking crosswise. Raises TransactionManagementError outside
    of a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A board version is raised with the change it is for.")
    query, params = organisations, ()
    if not isinstance(organisations, str | QuerySet):
        organisations = Organisation.objects.filter(pk__in=set(organisations)).order_by().values("pk")
    if isinstance(organisations, QuerySet):
        try:
            query, params = organisations.query.sql_with_params()
        except EmptyResultSet:
            return
    with connection.cursor() as cursor:
        cursor.execute(_RAISE.format(organisations=query), [connection.ops.adapt_datetimefield_value(at), *params])
