"""Paging by key: the next page begins after the last row seen, wherever it now stands.

A page at any depth costs what the first one costs, and nothing is shown twice or skipped while rows
are added in front. The comparison is one of whole rows, `(published_at, id) < (x, y)`, which both
databases answer from an index; see docs/performance.md.

    NEWEST = Keyset({"published_at": Moment(), "id": Number()}, descending=True)
    page = NEWEST.page(postings, size=20, after=request.GET.get("after", ""))

A cursor is plain text in the address and grants nothing: who may see a row is the queryset's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, Protocol

from django.core.exceptions import BadRequest
from django.db.models import BigIntegerField as NumberField
from django.db.models import BooleanField, CharField, DateField, DateTimeField, F, Field, Func, QuerySet, Value
from django.utils.translation import gettext as _

SEPARATOR = "~"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 300


class BadCursor(BadRequest):
    """The cursor in an address is not one of ours. Answered with 400 and a sentence."""


class Kind(Protocol):
    """How one column of the order is written in a cursor."""

    def field(self) -> Field: ...

    def write(self, value: Any) -> str: ...

    def read(self, text: str) -> Any:
        """The value written. Raises ValueError for any other text."""


class Number:
    """A whole number from 0 up to what the databases hold."""

    def field(self) -> Field:
        return NumberField()

    def write(self, value: int) -> str:
        return str(value)

    def read(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
            raise ValueError(text)
        return int(text)


class Moment:
    """A point in time, to the microsecond."""

    def field(self) -> Field:
        return DateTimeField()

    def write(self, value: datetime) -> str:
        return str((value - _EPOCH) // timedelta(microseconds=1))

    def read(self, text: str) -> datetime:
        if not re.fullmatch(r"-?[0-9]{1,16}", text, re.ASCII):
            raise ValueError(text)
        found = _EPOCH + timedelta(microseconds=int(text))
        if not 1900 <= found.year <= 2200:
            raise ValueError(text)
        return found


class Day:
    """A date."""

    def field(self) -> Field:
        return DateField()

    def write(self, value: date) -> str:
        return value.isoformat()

    def read(self, text: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            raise ValueError(text)
        return date.fromisoformat(text)


class Code:
    """A path or code: Latin letters, digits and hyphens."""

    def field(self) -> Field:
        return CharField()

    def write(self, value: str) -> str:
        return value

    def read(self, text: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9-]{1,255}", text, re.ASCII):
            raise ValueError(text)
        return text


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the cursors of the pages around it; empty where there is none."""

    rows: list[Any]
    before: str = ""
    after: str = ""


class _Row(Func):
    template = "(%(expressions)s)"


class _Compare(Func):
    template = "%(expressions)s"
    output_field = BooleanField()


class Keyset:
    """An order of rows in which each stands at one place: the last column must be unique."""

    def __init__(self, columns: Mapping[str, Kind], *, descending: bool = False) -> None:
        self.columns = dict(columns)
        self.descending = descending

    def cursor(self, row: Any) -> str:
        """Where a row stands: an object of the model, or a mapping from `values()`."""
        return SEPARATOR.join(kind.write(_value(row, name)) for name, kind in self.columns.items())

    def page(self, queryset: QuerySet[Any, Any], *, size: int, after: str = "", before: str = "") -> Page:
        """Up to `size` rows after (or before) a cursor; the first page without one.

        A page that would run past the beginning becomes the first page. Raises BadCursor.
        """
        if after and before:
            raise BadCursor(_("A page is either before or after a place, not both. Go back to the first page."))
        if before:
            rows = self._fetch(queryset, size, self._read(before), backwards=True)
            if len(rows) > size:
                shown = rows[size - 1 :: -1]
                return Page(shown, before=self.cursor(shown[0]), after=self.cursor(shown[-1]))
        rows = self._fetch(queryset, size, self._read(after) if after else None)
        shown = rows[:size]
        return Page(
            shown,
            before=self.cursor(shown[0]) if after and shown else "",
            after=self.cursor(shown[-1]) if len(rows) > size else "",
        )

    def _fetch(
        self, queryset: QuerySet[Any, Any], size: int, place: list[Any] | None, *, backwards: bool = False
    ) -> list[Any]:
        """One row more than a page, so that it shows whether another page follows."""
        descending = self.descending != backwards
        names = [F(name) for name in self.columns]
        if place is not None:
            values = [Value(value, kind.field()) for value, kind in zip(place, self.columns.values(), strict=True)]
            sign = " < " if descending else " > "
            queryset = queryset.filter(_Compare(_Row(*names), _Row(*values), arg_joiner=sign))
        ordered = queryset.order_by(*(name.desc() if descending else name.asc() for name in names))
        return list(ordered[: size + 1])

    def _read(self, cursor: str) -> list[Any]:
        parts = cursor.split(SEPARATOR) if len(cursor) <= _LONGEST else []
        try:
            return [kind.read(part) for part, kind in zip(parts, self.columns.values(), strict=True)]
        except (ValueError, OverflowError):
            raise BadCursor(
                _("The address of this page is damaged. Go back to the first page and turn the pages from there.")
            ) from None


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else attrgetter(name.replace("__", "."))(row)


def asked(data: Mapping[str, Any]) -> dict[str, str]:
    """The cursors in an address's parameters, as arguments for `Keyset.page`."""
    return {name: str(data.get(name, "")) for name in ("after", "before")}
