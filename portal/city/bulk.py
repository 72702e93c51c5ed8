"""Filling large tables: without their indexes and foreign keys, which are built again at the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Max, Model

Report = Callable[[str], None]
T = TypeVar("T")

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
            """SELECT indrelid::regclass::text, relname, pg_get_indexdef(indexrelid), conname IS NOT NULL
            FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
            LEFT JOIN pg_constraint ON conindid = indexrelid AND contype = 'u'
            WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary ORDER BY 1, 2""",
            [list(tables)],
        )
        indexes = [_Index(*row) for row in cursor.fetchall()]
        cursor.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid::regclass::text = ANY(%s) AND contype = 'f' ORDER BY 1, 2""",
            [list(tables)],
        )
        foreign_keys = [_ForeignKey(*row) for row in cursor.fetchall()]
        for statement in [*(key.drop for key in foreign_keys), *(index.drop for index in indexes)]:
            cursor.execute(statement)
    yield
    _put_back(indexes, foreign_keys, report)


@dataclass(frozen=True, slots=True)
class _Index:
    """An index, or a unique constraint, which is put back as an index first."""

    table: str
    name: str
    create: str
    is_constraint: bool

    @property
    def drop(self) -> str:
        if self.is_constraint:
            return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.name}"'
        return f'DROP INDEX "{self.name}"'


@dataclass(frozen=True, slots=True)
class _ForeignKey:
    table: str
    name: str
    definition: str

    @property
    def drop(self) -> str:
        return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.name}"'


def _put_back(indexes: Sequence[_Index], foreign_keys: Sequence[_ForeignKey], report: Report) -> None:
    """Indexes on two connections; unique constraints take theirs over; then foreign keys, judged table by table."""
    for name in side_by_side([partial(_build, index.name, index.create) for index in indexes], _room_for_sorting):
        report(f"index {name}")
    with connection.cursor() as cursor:
        for index in indexes:
            if index.is_constraint:
                add = f'ALTER TABLE {index.table} ADD CONSTRAINT "{index.name}"'
                cursor.execute(f'{add} UNIQUE USING INDEX "{index.name}"')
        for key in foreign_keys:
            cursor.execute(f'ALTER TABLE {key.table} ADD CONSTRAINT "{key.name}" {key.definition} NOT VALID')
    by_table = [list(keys) for _table, keys in groupby(foreign_keys, key=lambda key: key.table)]
    for table in side_by_side([partial(_judge, keys) for keys in by_table], _room_for_sorting):
        report(f"foreign keys of {table}")


def _room_for_sorting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET max_parallel_maintenance_workers = 0")  # the two connections are the two workers


def _build(name: str, statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    return name


def _judge(keys: Sequence[_ForeignKey]) -> str:
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(f'ALTER TABLE {key.table} VALIDATE CONSTRAINT "{key.name}"')
    return keys[0].table


def side_by_side(tasks: Sequence[Callable[[], T]], prepare: Callable[[], None]) -> Iterator[T]:
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


def number(objects: Sequence[Model]) -> None:
    """Give new objects keys behind the last one there is."""
    last = type(objects[0])._default_manager.aggregate(last=Max("pk"))["last"] or 0
    for key, each in enumerate(objects, last + 1):
        each.pk = key


def insert(objects: Sequence[Model]) -> None:
    """Write numbered objects: by COPY where the database has it."""
    model = type(objects[0])
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(objects, batch_size=5_000)
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    names = [field.attname for field in fields]
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for each in objects:
            copy.write_row([getattr(each, name) for name in names])
    continue_sequences([model._meta.db_table])


def continue_sequences(tables: Sequence[str]) -> None:
    """After rows with given ids, let PostgreSQL's sequences go on behind them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                sequence = f"pg_get_serial_sequence('{table}', 'id')"
                cursor.execute(f"SELECT setval({sequence}, coalesce(max(id), 0) + 1, false) FROM {table}")  # noqa: S608


def settle(tables: Sequence[str], report: Report) -> None:
    """Let the planner know the tables."""
    if connection.vendor == "postgresql":
        for table in side_by_side([partial(_vacuum, table) for table in tables], _room_for_sorting):
            report(f"statistics of {table}")
    else:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _vacuum(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {table}")
    return table
