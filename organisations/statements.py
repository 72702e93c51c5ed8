"""Queries of busy pages, put into SQL once and run many times.

Django builds the SQL of a query anew each time, which costs a board ten times what the database needs to
answer it. A `Statement` keeps the SQL of a queryset written in the usual way, with slots for what differs from
call to call:

    newest = Statement(lambda organisation: Posting.objects.filter(organisation=organisation).values_list("number"))
    newest.rows(organisation=7)

Arguments that are slots (whole numbers and texts, alone or in tuples) become parameters; all others (dates,
choices, flags) are part of the SQL, of which one is kept for each combination. Querysets must be of
`values_list`; rows are tuples.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_MOST_KEPT = 64
_FIRST_NUMBER = -(10**15)
_TEXT = "\ue000"
"""A character without meaning, of the range that Unicode leaves to private use."""

Key = tuple[Any, ...]


@dataclass(slots=True)
class _Compiled:
    sql: str
    parameters: tuple[Any, ...]
    places: list[tuple[int, int]]
    """Where in the parameters which slot belongs."""
    converters: dict[int, Any]
    compiler: Any


class Statement:
    """A queryset as a function of its arguments; the names in `fixed` are not slots."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *, fixed: tuple[str, ...] = ()) -> None:
        self.build = build
        self.fixed = frozenset(fixed)
        self._kept: OrderedDict[Key, _Compiled] = OrderedDict()

    def rows(self, **arguments: Any) -> list[tuple[Any, ...]]:
        """Runs the query. Two calls with the same names may differ in any slot's value, and in a tuple's length."""
        key: list[Any] = [connection.vendor]
        values: list[Any] = []
        for name, value in arguments.items():
            if name in self.fixed:
                key.append(value)
            elif isinstance(value, tuple):
                key.append(len(value))
                values.extend(value)
            else:
                values.append(value)
        kept = self._kept.get(tuple(key))
        if kept is None:
            kept = self._keep(tuple(key), arguments)
        return self._run(kept, values)

    def _run(self, kept: _Compiled, values: list[Any]) -> list[tuple[Any, ...]]:
        parameters = list(kept.parameters)
        for place, slot in kept.places:
            parameters[place] = values[slot]
        with connection.cursor() as cursor:
            cursor.execute(kept.sql, parameters)
            rows = cursor.fetchall()
        if not kept.converters:
            return rows
        return [tuple(row) for row in kept.compiler.apply_converters(rows, kept.converters)]

    def _keep(self, key: Key, arguments: dict[str, Any]) -> _Compiled:
        """Builds the SQL with a mark in each slot, and notes where the marks came out."""
        marks: list[Any] = []

        def mark(value: Any) -> Any:
            marks.append(_FIRST_NUMBER - len(marks) if isinstance(value, int) else f"{_TEXT}{len(marks)}{_TEXT}")
            return marks[-1]

        marked = {
            name: value
            if name in self.fixed
            else tuple(mark(part) for part in value)
            if isinstance(value, tuple)
            else mark(value)
            for name, value in arguments.items()
        }
        compiler = self.build(**marked).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        places = [(place, marks.index(value)) for place, value in enumerate(parameters) if value in marks]
        altered = any(_is_altered(value) for value in parameters if value not in marks)
        if altered or {slot for _place, slot in places} != set(range(len(marks))):
            raise ValueError("A slot of this statement does not reach the database as it is; fix that argument.")
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        kept = self._kept[key] = _Compiled(sql, tuple(parameters), places, converters, compiler)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return kept


def _is_altered(value: Any) -> bool:
    """Whether a parameter was made from a mark: its slot could not be filled."""
    if isinstance(value, str):
        return _TEXT in value
    return isinstance(value, int) and abs(value - _FIRST_NUMBER) < 10**6
