"""What a piece of work costs, in units that noise cannot move where there are such."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

T = TypeVar("T")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Read:
    """Reading: how many queries, how many buffers, how many milliseconds in the database."""

    queries: int
    buffers: int
    milliseconds: float


def read(work: Callable[[], Any]) -> Read:
    """Run the work once to see its queries, then each again under EXPLAIN, when everything is warm."""
    with CaptureQueriesContext(connection) as seen:
        work()
    selects = [query["sql"] for query in seen if query["sql"].lstrip("( ").upper().startswith(("SELECT", "WITH"))]
    plans = [explained(sql) for sql in selects]
    return Read(len(selects), sum(plan[0] for plan in plans), sum(plan[1] for plan in plans))


def explained(sql: str, *, runs: int = 2, **planner: str) -> tuple[int, float]:
    """Buffers and milliseconds of a statement's last run, without parallel workers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        for name, value in planner.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        for _run in range(runs):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".replace("%", "%%"), [])
            found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]
    top = plan["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], plan["Execution Time"]


@dataclass(frozen=True, slots=True)
class Written:
    """Writing: rows changed by table, seconds, and the seconds of processor time of the database and of ourselves.

    Where the database runs on another machine, processor time is taken to be the seconds.
    """

    rows: dict[str, int]
    seconds: float
    processor: float

    def total(self) -> int:
        """Of all tables."""
        return sum(self.rows.values())

    def into(self, table: str) -> int:
        """Of one table."""
        return self.rows.get(table, 0)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction whose work is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def write(work: Callable[[], Any]) -> Written:
    """Rows the work writes, counted by the database, and its time with the foreign keys judged; inside of `undone`."""
    before = _changed()
    pids = [os.getpid(), *backends()]
    used, began = processor_seconds(pids), time.perf_counter()
    work()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    seconds, processor = time.perf_counter() - began, processor_seconds(pids) - used
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    after = _changed()
    rows = {table: after[table] - before.get(table, 0) for table in after}
    written = {table: number for table, number in rows.items() if number}
    return Written(written, seconds, processor if len(pids) > 1 else seconds)


def _changed() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def processor_seconds(pids: list[int]) -> float:
    """User and system time the processes have used so far, their ended children included."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def backends(*, others: bool = False) -> list[int]:
    """Processes that serve our connection, or all other connections to our database; none if they are not here."""
    which = "<>" if others else "="
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            f" AND backend_type = 'client backend' AND pid {which} pg_backend_pid()"
        )
        pids = [pid for (pid,) in cursor.fetchall()]
    return [pid for pid in pids if _is_postgres(pid)]


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """The process and its children."""
    found = [pid]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
            except OSError:
                continue
            if int(parent) == pid:
                found.append(int(entry.name))
    return found


def vacuum(*tables: str) -> None:
    """Take away what undone work left behind, so that the next measure does not pay for it."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM ANALYZE {table}")
