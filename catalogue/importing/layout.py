"""How a published table is built: which columns are levels of the tree, and which say something about an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .columns import Column, Header, Role


@dataclass
class Layout:
    """The columns by use. `levels` run from the outermost group to the title of the entry."""

    levels: list[Column]
    columns: dict[Role, Column]
    level_ticks: list[Column]
    guidance: list[Column]
    guesses: list[tuple[str, str]] = field(default_factory=list)
    """Column and sentence, for what was guessed about the table as a whole."""

    @property
    def number(self) -> Column | None:
        return self.columns.get(Role.NUMBER)

    def is_detail(self, index: int) -> bool:
        """Whether a column is neither a level nor the running number."""
        apart = [column.index for column in self.levels] + ([self.number.index] if self.number else [])
        return index not in apart


_ONCE = (
    Role.NUMBER,
    Role.CONTENT,
    Role.ELEMENTS,
    Role.BASIS,
    Role.TIME,
    Role.DISPLAY,
    Role.BODY,
    Role.CHANNEL,
    Role.AUDIENCE,
    Role.SOCIETY,
    Role.SPECIFIC,
    Role.MANNER,
    Role.PROACTIVE,
    Role.APPLICATION,
    Role.ATTRIBUTE,
    Role.REASON,
    Role.LEVEL,
)


def lay_out(header: Header, body: Sequence[Sequence[str]]) -> Layout | None:
    """The layout of a table, or None where no column names the matter. `body` are the rows below the header."""
    columns: dict[Role, Column] = {}
    further: list[Column] = []
    for column in header.of(*_ONCE):
        if column.role in columns:
            further.append(column)
        else:
            columns[column.role] = column
    guidance = further + header.of(Role.GUIDANCE, Role.UNKNOWN)
    layout = Layout([], columns, header.of(Role.LEVEL_TICK), guidance)
    titles = header.of(Role.TITLE) or _titles_without_a_title_column(header, layout, body)
    if not titles:
        return None
    if {Role.CONTENT, Role.ELEMENTS, Role.ATTRIBUTE} <= columns.keys():
        titles += [columns.pop(Role.CONTENT), columns.pop(Role.ELEMENTS)]
        layout.guesses.append(
            (titles[-1].label, _("Each document has its own openness here, so each became an entry."))
        )
    groups = [column for column in header.of(Role.GROUP) if column not in titles]
    outer = [column for column in groups if column.index < titles[-1].index]
    merged = [columns[role] for role in (Role.TIME, Role.AUDIENCE) if role in columns]
    outer += [column for column in merged if column.index < titles[0].index and _has_blanks(column, body)]
    layout.levels = sorted(outer, key=lambda column: column.index) + titles
    layout.guidance += [column for column in groups if column not in outer]
    _settle_channels(layout)
    layout.guidance.sort(key=lambda column: column.index)
    return layout


def _titles_without_a_title_column(header: Header, layout: Layout, body: Sequence[Sequence[str]]) -> list[Column]:
    """Where no column is called “matter”: a category that names every row, else the content, which moves up."""
    groups = header.of(Role.GROUP)
    content = layout.columns.get(Role.CONTENT) or layout.columns.get(Role.ELEMENTS)
    if not content:
        return []
    if groups and not _has_blanks(groups[-1], body) and _all_differ(groups[-1], body):
        title = groups[-1]
    else:
        title = content
        del layout.columns[content.role]
        elements = layout.columns.pop(Role.ELEMENTS, None)
        if elements:
            layout.columns[Role.CONTENT] = elements
    layout.guesses.append((title.label, _("No column is called “matter”; this one was read as the titles.")))
    return [title]


def _settle_channels(layout: Layout) -> None:
    """Where nothing is called “channel”, the manner or the way of disclosure is one."""
    if Role.CHANNEL in layout.columns:
        return
    way = next((column for column in layout.guidance if column.label.startswith("公开途径")), None)
    if Role.ATTRIBUTE not in layout.columns and Role.MANNER in layout.columns:
        layout.columns[Role.CHANNEL] = layout.columns.pop(Role.MANNER)
    elif way:
        layout.guidance.remove(way)
        layout.columns[Role.CHANNEL] = way
    else:
        return
    label = layout.columns[Role.CHANNEL].label
    layout.guesses.append((label, _("No column is called “channel”; this one was read as the channels.")))


def _has_blanks(column: Column, body: Sequence[Sequence[str]]) -> bool:
    return any(not row[column.index] for row in body if any(row))


def _all_differ(column: Column, body: Sequence[Sequence[str]]) -> bool:
    texts = [row[column.index] for row in body if any(row)]
    return len(set(texts)) == len(texts)
