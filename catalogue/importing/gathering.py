"""The cells of a row that say something about an entry, and what a blank among them means.

A workbook knows which cells are merged; a CSV does not, so there a blank in a column that publishers merge downward
is taken to continue the cell above, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from organisations.spreadsheets import Grid

from .cells import is_ditto, is_none_mark, is_tick
from .columns import Column, Role
from .entries import Entry
from .layout import Layout

_MERGED_DOWN = (Role.BASIS, Role.TIME, Role.DISPLAY, Role.BODY, Role.CHANNEL, Role.AUDIENCE, Role.LEVEL, Role.ATTRIBUTE)
"""Columns in which a blank may continue the cell above."""

_OWN = (Role.CONTENT, Role.ELEMENTS, Role.MANNER, Role.REASON)
"""Columns in which a blank is a blank, unless the workbook says that it is merged."""

_NOT_FOR_WITHHELD = (Role.TIME, Role.DISPLAY, Role.CHANNEL)
"""What is withheld has no time limit and no channel unless its own cell says so."""

_TICK_GROUPS = ((Role.SOCIETY, Role.SPECIFIC), (Role.PROACTIVE, Role.APPLICATION))

Said = Iterator[tuple[str, str]]
"""Column and sentence."""


class Gatherer:
    """Goes down a table and remembers what the last filled cells said."""

    def __init__(
        self, grid: Grid, rows: list[list[str]], covered: list[list[bool]], layout: Layout, *, merges_tell: bool
    ) -> None:
        self.filled, self.rows, self.covered = grid.rows, rows, covered
        self.layout, self.merges_tell = layout, merges_tell
        self.last: dict[int, str] = {}
        self.last_ticks: dict[tuple[Role, ...], set[Role]] = {}
        self.last_levels: list[str] = []

    def gather(self, index: int, entry: Entry, *, first: bool) -> Said:
        """Put the row's cells into the entry; yields what was guessed. `first`: the row that begins the entry."""
        inherited: list[str] = []
        withheld = "不予" in self._own_text(index, Role.ATTRIBUTE)
        for role, column in self.layout.columns.items():
            if role not in _MERGED_DOWN and role not in _OWN:
                continue
            text, guessed = self._cell(index, column, may_continue=first and role in _MERGED_DOWN)
            if withheld and role in _NOT_FOR_WITHHELD and not self.rows[index][column.index]:
                continue
            entry.add(role, text)
            if guessed and column not in self.layout.levels:
                inherited.append(column.label)
        for roles in _TICK_GROUPS:
            inherited += self._gather_ticks(index, entry, roles, first=first)
        inherited += self._gather_levels(index, entry, first=first)
        if inherited:
            message = _("Blank cells were filled from the row above: %(columns)s.")
            yield "", message % {"columns": "、".join(dict.fromkeys(inherited))}
        yield from self._gather_guidance(index, entry)
        entry.has_details |= any(cell for column, cell in enumerate(self.rows[index]) if self.layout.is_detail(column))

    def _own_text(self, index: int, role: Role) -> str:
        column = self.layout.columns.get(role)
        return self.rows[index][column.index] if column else ""

    def _cell(self, index: int, column: Column, *, may_continue: bool) -> tuple[str, bool]:
        """The text of a cell, and whether it was guessed from the row above."""
        cell = self.rows[index][column.index]
        if is_none_mark(cell):
            return "", False
        if is_ditto(cell):
            return self.last.get(column.index, ""), False
        if cell:
            self.last[column.index] = cell
            return cell, False
        if self.covered[index][column.index]:
            return self.filled[index][column.index], False
        if may_continue and not self.merges_tell and self.last.get(column.index):
            return self.last[column.index], True
        return "", False

    def _gather_ticks(self, index: int, entry: Entry, roles: tuple[Role, ...], *, first: bool) -> list[str]:
        """Ticks of one group; returns the columns taken from the row above because the whole group is blank."""
        columns = [column for role in roles if (column := self.layout.columns.get(role))]
        ticked: set[Role] = set()
        for column in columns:
            text = self._seen(index, column)
            if text and not is_none_mark(text):
                ticked.add(column.role)
                if not is_tick(text):
                    entry.guidance.append(f"{column.label}：{text}")
        inherited: list[str] = []
        if ticked:
            self.last_ticks[roles] = ticked
        elif first and not self.merges_tell:
            ticked = self.last_ticks.get(roles, set())
            inherited = [column.label for column in columns if column.role in ticked]
        entry.ticks |= ticked
        return inherited

    def _gather_levels(self, index: int, entry: Entry, *, first: bool) -> list[str]:
        """Ticked levels; returns those taken from the row above because none is ticked."""
        labels = [
            column.label
            for column in self.layout.level_ticks
            if (text := self._seen(index, column)) and not is_none_mark(text)
        ]
        inherited: list[str] = []
        if labels:
            self.last_levels = labels
        elif first and not self.merges_tell:
            labels = inherited = self.last_levels
        entry.levels += labels
        if first and entry.texts.get(Role.LEVEL):
            entry.levels.append(entry.texts[Role.LEVEL])
        return inherited

    def _gather_guidance(self, index: int, entry: Entry) -> Said:
        """Remarks and unknown columns are kept word for word."""
        for column in self.layout.guidance:
            text = self.rows[index][column.index]
            if not text or is_none_mark(text):
                continue
            plain = not column.label or column.label in {"备注", "说明"}
            entry.guidance.append(text if plain else f"{column.label}：{text}")
            if column.role == Role.UNKNOWN:
                yield column.label, _("This column is unknown; its text was put into the guidance.")

    def _seen(self, index: int, column: Column) -> str:
        """The text a reader sees in a cell, merged or not."""
        return (self.filled if self.covered[index][column.index] else self.rows)[index][column.index]
