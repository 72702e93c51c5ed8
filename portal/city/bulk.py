"""Filling large tables: without their indexes and foreign keys, which are built again at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

from django.db import connection

Report = Callable[[str], None]

WRITERS = 2
"""Connections that write side by side."""


@contextmanager
def bare(tables: Sequence[str], report: Report) -> Iterator[None]:
    """On PostgreSQL take indexes, unique constraints and foreign keys off empty tables and put them back after.

    Primary keys, check constraints and triggers stay. On SQLite nothing is taken off: it has no way to put back.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint
            WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('u', 'f') ORDER BY contype DESC, conname""",
            [list(tables)],
        )
        constraints = cursor.fetchall()
        cursor.execute(
            """SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s)
            AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)""",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for table, name, _definition, _kind in sorted(constraints, key=lambda row: row[3]):
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    unique = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {rule}' for table, name, rule, kind in constraints if kind == "u"
    ]
    foreign = [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {rule}' for table, name, rule, kind in constraints if kind == "f"
    ]
    for statement in [definition for _name, definition in indexes] + unique + foreign:
        report(statement.split("(")[0].strip())
        _build(statement)


def _build(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute(statement)
        cursor.execute("RESET maintenance_work_mem")


def side_by_side(tasks: Sequence[Callable[[], int]], prepare: Callable[[], None]) -> Iterator[int]:
    """What the tasks return, as they finish.

    On PostgreSQL they run on connections of their own, each prepared first; on SQLite one by one on ours.
    """
    if connection.vendor != "postgresql" or len(tasks) < WRITERS:
        for task in tasks:
            yield task()
        return
    everybody = threading.Barrier(WRITERS)

    def leave() -> None:
        everybody.wait()
        connection.close()

    with ThreadPoolExecutor(WRITERS, initializer=prepare) as pool:
        for finished in as_completed([pool.submit(task) for task in tasks]):
            yield finished.result()
        for _each in range(WRITERS):
            pool.submit(leave)


def make_temporary(name: str, columns: str) -> None:
    """A temporary table of ours. `columns` is SQL that both databases understand."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")


def fill_temporary(name: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    """The same, filled."""
    make_temporary(name, columns)
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {name}")


def continue_sequences(tables: Sequence[str]) -> None:
    """After rows with given ids, let PostgreSQL's sequences go on behind them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                cursor.execute(f"SELECT setval({sequence}, coalesce(max(id), 0) + 1, false) FROM {table}")  # noqa: S608


def settle(tables: Sequence[str]) -> None:
    """Let the planner know the tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"VACUUM ANALYZE {table}")
        else:
            cursor.execute("ANALYZE")
