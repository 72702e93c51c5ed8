"""One lock a tree. PostgreSQL: a transaction-level advisory lock; SQLite: IMMEDIATE transactions suffice."""

from django.db import connection, transaction

ORGANISATION_TREE = 2
CATALOGUE_TREE = 1
WORKING_CALENDAR = 3
OBLIGATIONS = 4
_NAMESPACE = 21218


def hold(lock: int) -> None:
    """Take the lock until the running transaction ends; waits for whoever holds it.

    Raises TransactionManagementError outside of a transaction, where a lock would protect nothing.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A tree lock needs a transaction.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NAMESPACE, lock])
