"""Inserting and moving an organisation, against django-mptt in a table of the same size, on PostgreSQL; undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models
from django.utils import timezone
from mptt.models import MPTTModel, TreeForeignKey

from organisations import actions
from organisations.choices import OrganisationKind
from organisations.models import Organisation
from organisations.querysets import within

from .. import cost

Figures = dict[str, Any]
ATTEMPTS = 3


class Node(MPTTModel):
    """An organisation as django-mptt would keep it."""

    name = models.CharField(max_length=120)
    path = models.CharField(max_length=255, unique=True)
    parent = TreeForeignKey("self", models.PROTECT, null=True)

    class Meta:
        app_label = "benchmarks"
        db_table = "bench_mptt"
        indexes = [models.Index(fields=["tree_id", "lft"], name="bench_mptt_tree_lft")]

    def __str__(self) -> str:
        return self.name


def measure() -> Figures:
    """Target 13."""
    moved, there = _in_the_middle()
    old_path, below = moved.path, Organisation.objects.filter(within(moved.path)).count()
    with cost.undone():
        found = _best(lambda: cost.write(lambda: actions.found(parent=there, **_NEW)))
        move = _best(lambda: cost.write(lambda: actions.move(Organisation.objects.get(pk=moved.pk), under=there)))
    with cost.undone():
        _build()
        added = _best(lambda: cost.write(lambda: _add(there.path)))
        shifted = _best(lambda: cost.write(lambda: _shift(old_path, there.path)))
    cost.vacuum("organisations_organisation", "organisations_historicalorganisation")
    return {
        "tree.insert.rows": found.total(),
        "tree.insert.ms": 1e3 * found.seconds,
        "tree.move.subtree": below,
        "tree.move.rows": move.total(),
        "tree.move.ms": 1e3 * move.seconds,
        "tree.mptt.insert.rows": added.total(),
        "tree.mptt.insert.ms": 1e3 * added.seconds,
        "tree.mptt.move.rows": shifted.total(),
        "tree.mptt.move.ms": 1e3 * shifted.seconds,
    }


_NEW = {
    "code": "BENCH-1",
    "name": "新设党支部",
    "kind": OrganisationKind.BRANCH,
    "established_on": timezone.localdate(),
}


def _best(attempt: Callable[[], cost.Written]) -> cost.Written:
    """The quickest of some attempts, each undone."""
    attempts = []
    for _each in range(ATTEMPTS):
        with cost.undone():
            attempts.append(attempt())
    return min(attempts, key=lambda written: written.seconds)


def _add(path: str) -> None:
    Node(name="new", path="new", parent=Node.objects.get(path=path)).save()


def _shift(path: str, under: str) -> None:
    Node.objects.get(path=path).move_to(Node.objects.get(path=under), "last-child")


def _in_the_middle() -> tuple[Organisation, Organisation]:
    """An organisation with some below it, from the middle of the tree, and a town or street elsewhere to take it."""
    bases = Organisation.objects.filter(parent__kind=OrganisationKind.TOWN_COMMITTEE, children__isnull=False)
    keys = list(bases.order_by("path").values_list("pk", flat=True).distinct())
    moved = Organisation.objects.get(pk=keys[len(keys) // 2])
    towns = Organisation.objects.filter(kind=OrganisationKind.TOWN_COMMITTEE).exclude(pk=moved.parent_id)
    keys = list(towns.order_by("path").values_list("pk", flat=True))
    return moved, Organisation.objects.get(pk=keys[len(keys) // 2])


def _build() -> None:
    """The same tree with its numbers worked out in memory: one walk in the order of the paths."""
    with connection.schema_editor() as editor:
        editor.create_model(Node)
    rows: list[list[Any]] = []
    above: list[list[Any]] = []
    last = 0
    for pk, path, name, parent in Organisation.objects.order_by("path").values_list("pk", "path", "name", "parent"):
        while above and not path.startswith(above[-1][1]):
            last += 1
            above.pop()[-1] = last
        last += 1
        above.append([pk, path, name, parent, 1, len(above), last, 0])
        rows.append(above[-1])
    while above:
        last += 1
        above.pop()[-1] = last
    with connection.cursor() as cursor:
        with cursor.copy("COPY bench_mptt (id, path, name, parent_id, tree_id, level, lft, rght) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("SELECT setval(pg_get_serial_sequence('bench_mptt', 'id'), max(id)) FROM bench_mptt")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE bench_mptt")
