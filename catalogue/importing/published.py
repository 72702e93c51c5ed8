"""Tables as authorities publish them become items, with everything that had to be guessed said row by row.

The national standard table and its many relatives: two header rows, merged cells, boxes, ticks, numbers stuck to
titles (the quirks are listed in docs/catalogue-files.md). Every row of the file meets exactly one fate.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from organisations.spreadsheets import Grid

from ..choices import DisclosureType, Scope
from .attributes import disclosure_type_of, usual_scope
from .cells import has_numbering, holds_several_titles, is_ditto, is_none_mark, matchable, title_of
from .columns import Column, Header, Role, find_header, repeats_header
from .entries import Entry, Table, interpret
from .gathering import Gatherer
from .layout import Layout, lay_out
from .report import Fate, Guess, ImportFailed, ImportProblem, Parsed, ParsedItem, RowFate
from .time_limits import read_time_limit

_NOTE = re.compile(r"(?:注|附注|备注|说明|填表说明|填报说明|制表|※|\*)[:：1-9一]?")
_LONGEST_HEADING = 60


def parse(grid: Grid) -> Parsed:
    """Items of a published table. Raises ImportFailed where no header is found."""
    return _Reader(grid).read()


class _Reader:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.rows, self.covered = _uncovered(grid)
        header = find_header(self.rows)
        layout = lay_out(header, self.rows[header.last + 1 :]) if header else None
        if header is None or layout is None:
            raise ImportFailed([ImportProblem(0, "", _no_header())])
        self.header: Header = header
        self.layout: Layout = layout
        merges_tell = any(merge.bottom > header.last and merge.bottom > merge.top for merge in grid.merged)
        self.gatherer = Gatherer(grid, self.rows, self.covered, layout, merges_tell=merges_tell)
        self.fates: dict[int, tuple[Fate, ParsedItem | None]] = {}
        self.said: list[tuple[int, str, str, ParsedItem | None]] = []
        self.parsed = Parsed()
        self.entries: dict[int, Entry] = {}
        self.titles: set[tuple[int, str]] = set()
        self.section: ParsedItem | None = None
        self.path: list[ParsedItem | None] = [None] * len(layout.levels)
        self.published: list[str] = [""] * len(layout.levels)
        self.previous: Entry | None = None
        self.continued_levels: dict[str, list[int]] = {}

    # The whole table -------------------------------------------------------------------------------

    def read(self) -> Parsed:
        self._read_above()
        for index in range(self.header.last + 1, len(self.rows)):
            self._read_row(index)
        if not self.entries:
            raise ImportFailed(
                [ImportProblem(self.header.last + 1, "", _("There is no entry below the header. Check the file."))]
            )
        table = self._table()
        for entry in self.entries.values():
            if not entry.item.children or entry.has_details:
                interpret(entry, table, self._sayer(entry.item))
        self._settle_groups(table)
        _give_codes(self.parsed.roots, "")
        self._report()
        return self.parsed

    def _say(self, row: int, column: str, message: str, item: ParsedItem | None = None) -> None:
        self.said.append((row, column, message, item))

    def _sayer(self, item: ParsedItem) -> Callable[[str, str], None]:
        return lambda column, message: self._say(item.row, column, message, item)

    def _say_of_table(self, column: str, message: str) -> None:
        self._say(self.header.last + 1, column, message)

    def _read_above(self) -> None:
        """The title, and what is stated once for all rows."""
        for index in range(self.header.first):
            text = " ".join(cell for cell in self.rows[index] if cell)
            if not text:
                self.fates[index] = Fate.EMPTY, None
            elif not self.parsed.title:
                self.parsed.title = text.replace("\n", "")
                self.fates[index] = Fate.TITLE, None
            else:
                self._note(index, text)
        for index in range(self.header.first, self.header.last + 1):
            self.fates[index] = Fate.HEADER, None

    def _note(self, index: int, text: str) -> None:
        self.fates[index] = Fate.NOTE, None
        self.parsed.basis = f"{self.parsed.basis}\n{text}".strip()
        self._say(index + 1, "", _("Read as a note to the table, not as an entry; kept with the edition."))

    def _table(self) -> Table:
        """What holds for all rows, and what had to be guessed about it."""
        columns = {role: column.label for role, column in self.layout.columns.items()}
        if self.layout.level_ticks:
            columns[Role.LEVEL] = "、".join(column.label for column in self.layout.level_ticks)
        disclosure_type = self._disclosure_type()
        default_time, default_channels = self._stated_once()
        for column, message in self.layout.guesses:
            self._say_of_table(column, message)
        if not {Role.AUDIENCE, Role.SOCIETY, Role.SPECIFIC} & columns.keys():
            message = _("The table does not say to whom; all entries were read as “%(scope)s”.")
            self._say_of_table("", message % {"scope": Scope(usual_scope(disclosure_type)).label})
        if Role.TIME not in columns and not default_time:
            self._say_of_table("", _("The table has no time limits; fill one in for every entry."))
        if Role.CHANNEL not in columns and not default_channels:
            self._say_of_table("", _("The table has no channels; fill in the carriers where they are known."))
        if any(entry.levels for entry in self.entries.values()):
            message = _("The levels were read as the kinds of organisation an entry applies to; check them.")
            self._say_of_table(columns.get(Role.LEVEL, ""), message)
        for label, rows in self.continued_levels.items():
            message = _("Blank cells continue the cell above, in rows %(rows)s.")
            self._say_of_table(label, message % {"rows": _ranges(rows)})
        return Table(disclosure_type, columns, Role.LEVEL in columns, default_time, default_channels)

    def _disclosure_type(self) -> str:
        headers = "".join(cell for row in self.rows[: self.header.last + 1] for cell in row)
        found = disclosure_type_of(self.parsed.title) or disclosure_type_of(headers)
        if found:
            return found
        laws = "".join(entry.texts.get(Role.BASIS, "") for entry in self.entries.values())[:5000]
        found = disclosure_type_of(laws) or DisclosureType.PARTY
        message = _("What sort of affairs it is was guessed: “%(kind)s”.")
        self._say_of_table("", message % {"kind": DisclosureType(found).label})
        return found

    def _stated_once(self) -> tuple[str, str]:
        """A time limit and channels given in the lines around the table, for columns the table lacks."""
        sentences = [part.strip() for part in re.split(r"[。\n]", self.parsed.basis) if part.strip()]
        time, channels = "", ""
        for sentence in sentences:
            if Role.TIME not in self.layout.columns and re.search(r"时限|工作日", sentence) and not time:
                time = sentence if read_time_limit(sentence).due_rule else ""
            if Role.CHANNEL not in self.layout.columns and re.search(r"渠道|载体|公开平台", sentence) and not channels:
                channels = sentence
        for text in filter(None, (time, channels)):
            message = _("Stated once beside the table and taken for all entries: “%(text)s”.")
            self._say_of_table("", message % {"text": text[:120]})
        return time, channels

    # One row ---------------------------------------------------------------------------------------

    def _read_row(self, index: int) -> None:
        row = self.rows[index]
        filled = [column for column, cell in enumerate(row) if cell]
        if not filled:
            self.fates[index] = Fate.EMPTY, None
        elif repeats_header(self.header, self.rows, index):
            self.fates[index] = Fate.HEADER, None
            self._say(index + 1, "", _("The header once more; passed over."))
        elif len(filled) <= 2 and _NOTE.match(matchable(row[filled[0]])) and self.layout.is_detail(filled[0]) is False:
            self._note(index, " ".join(row[column] for column in filled))
        elif len(filled) == 1 and self._read_lonely(index, filled[0]):
            pass
        else:
            self._read_entry(index)

    def _read_lonely(self, index: int, column: int) -> bool:
        """A row with one filled cell: a heading within the table, a note, or a cell cut by a page. False: an entry."""
        text = self.rows[index][column]
        levels = [level.index for level in self.layout.levels]
        number = self.layout.number
        at_edge = column == 0 and column not in levels
        if at_edge or (number and column == number.index):
            if matchable(text).isdigit():
                self.fates[index] = Fate.SKIPPED, None
                self._say(index + 1, "", _("The row holds a number and nothing else; passed over."))
            elif len(text) > _LONGEST_HEADING:
                self._note(index, text)
            else:
                self._start_section(index, text)
            return True
        if column not in levels:
            return False
        if (
            len(levels) > 1
            and column == levels[-1]
            and number
            and has_numbering(text)
            and len(text) <= _LONGEST_HEADING
        ):
            self._start_section(index, text)
            return True
        if column == levels[-1] and self.previous and _is_cut(self.previous.item.title):
            self.previous.item.title += title_of(text)
            self._continue(index, _("The title was cut by a page; the row was joined to the entry above."))
            return True
        return False

    def _start_section(self, index: int, text: str) -> None:
        self.section = ParsedItem(code="", title=title_of(text), row=index + 1)
        self.parsed.roots.append(self.section)
        self.path = [None] * len(self.path)
        self.published = [""] * len(self.path)
        self.previous = None
        self.fates[index] = Fate.HEADING, self.section
        self._say(index + 1, "", _("Read as a heading of the rows below."), self.section)

    def _read_entry(self, index: int) -> None:
        cells = [self.rows[index][column.index] for column in self.layout.levels]
        own = [i for i, cell in enumerate(cells) if cell and not is_none_mark(cell) and not is_ditto(cell)]
        if not own:
            if self.previous is None:
                self.fates[index] = Fate.SKIPPED, None
                self._say(index + 1, "", _("The row has no title and stands below no entry; passed over."))
            else:
                self._gather(index, self.previous, first=False)
                self._continue(index, _("The row has no title of its own; it was joined to the entry above."))
            return
        deepest = own[-1]
        if not title_of(cells[deepest]):
            self.fates[index] = Fate.SKIPPED, None
            self._say(index + 1, self.layout.levels[deepest].label, _("The title holds no words; passed over."))
            return
        parent = self._parent(index, cells, deepest)
        item = self._new_item(index, cells[deepest], parent, self.layout.levels[deepest])
        self.path[deepest:] = [item] + [None] * (len(self.path) - deepest - 1)
        self.published[deepest:] = [cells[deepest]] + [""] * (len(self.path) - deepest - 1)
        entry = self.entries[index] = Entry(item)
        self._gather(index, entry, first=True)
        self.previous = entry
        self.fates[index] = Fate.ITEM, item

    def _parent(self, index: int, cells: list[str], deepest: int) -> ParsedItem | None:
        """The entry above, making those named in this row; a blank level continues the one before."""
        parent = self.section
        for level in range(deepest):
            cell, column = cells[level], self.layout.levels[level]
            if cell and not is_none_mark(cell) and not is_ditto(cell) and title_of(cell):
                if cell != self.published[level]:
                    self.path[level:] = [None] * (len(self.path) - level)
                    self.published[level:] = [cell] + [""] * (len(self.path) - level - 1)
                    self.path[level] = self._new_item(index, cell, parent, column)
            elif is_none_mark(cell):
                self.path[level:] = [None] * (len(self.path) - level)
                self.published[level:] = [""] * (len(self.path) - level)
            elif self.path[level] is None:
                self._say(
                    index + 1, column.label, _("The level above is empty; the entry was placed one level higher.")
                )
            elif not self.covered[index][column.index]:
                self.continued_levels.setdefault(column.label, []).append(index + 1)
            parent = self.path[level] or parent
        return parent

    def _new_item(self, index: int, cell: str, parent: ParsedItem | None, column: Column) -> ParsedItem:
        item = ParsedItem(code="", title=title_of(cell), row=index + 1, parent=parent)
        siblings = parent.children if parent else self.parsed.roots
        if (id(parent), item.title) in self.titles:
            self._say(index + 1, column.label, _("The same title stands under the same heading twice."), item)
        self.titles.add((id(parent), item.title))
        siblings.append(item)
        if holds_several_titles(cell):
            self._say(index + 1, column.label, _("The cell seems to hold several titles; part them if they are."), item)
        return item

    def _gather(self, index: int, entry: Entry, *, first: bool) -> None:
        for column, message in self.gatherer.gather(index, entry, first=first):
            self._say(index + 1, column, message, entry.item)

    def _continue(self, index: int, message: str) -> None:
        item = self.previous.item if self.previous else None
        self.fates[index] = Fate.CONTINUATION, item
        self._say(index + 1, "", message, item)

    # The end ---------------------------------------------------------------------------------------

    def _settle_groups(self, table: Table) -> None:
        """Rows that only named a group are headings; a group with details of its own is told of."""
        for index, entry in self.entries.items():
            if entry.item.children:
                self.fates[index] = Fate.HEADING, entry.item
                if entry.has_details:
                    message = _("Other entries stand under this one; it is a group now and is not owed itself.")
                    self._say(index + 1, "", message, entry.item)
        for item in self.parsed.items:
            item.disclosure_type = table.disclosure_type

    def _report(self) -> None:
        if self.grid.encoding == "gb18030":
            self._say(0, "", _("The file was read in the GB18030 encoding."))
        if self.grid.unread_sheets:
            message = _("Only the sheet “%(sheet)s” was read; not read: %(others)s.")
            names = {"sheet": self.grid.sheet, "others": "、".join(self.grid.unread_sheets)[:200]}
            self._say(0, "", message % names)
        self.parsed.rows = [
            RowFate(index + 1, fate, item.code if item else "") for index, (fate, item) in sorted(self.fates.items())
        ]
        self.parsed.guesses = [
            Guess(row, column.replace("\n", "")[:40], message, item.code if item else "")
            for row, column, message, item in sorted(self.said, key=lambda said: said[0])
        ]


def _uncovered(grid: Grid) -> tuple[list[list[str]], list[list[bool]]]:
    """The rows with merged cells blank but for the first, and where those blanks are."""
    rows = [list(row) for row in grid.rows]
    covered = [[False] * len(row) for row in rows]
    for merge in grid.merged:
        for row in range(merge.top, min(merge.bottom, len(rows) - 1) + 1):
            for column in range(merge.left, min(merge.right, len(rows[row]) - 1) + 1):
                if (row, column) != (merge.top, merge.left):
                    rows[row][column] = ""
                    covered[row][column] = True
    return rows, covered


def _give_codes(items: list[ParsedItem], above: str) -> None:
    """01, 0101, 010101: by place, so that the same table always gives the same codes."""
    width = max(2, len(str(len(items))))
    for number, item in enumerate(items, start=1):
        item.code = f"{above}{number:0{width}d}"
        _give_codes(item.children, item.code)


def _is_cut(title: str) -> bool:
    """Whether a title stops in the middle: an open bracket, or a comma at its end."""
    opened = sum(title.count(c) for c in "（(《〔“")
    closed = sum(title.count(c) for c in "）)》〕”")
    return opened > closed


def _ranges(rows: list[int]) -> str:
    """3, 4, 5, 9 as “3–5, 9”."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][-1] + 1:
            found[-1].append(row)
        else:
            found.append([row])
    parts = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found]
    return ", ".join(parts[:20]) + ("…" if len(parts) > 20 else "")


def _no_header() -> str:
    return _(
        "No header was found. The table needs a row of column names, such as 序号, 公开事项, 公开内容, 公开时限; "
        "our own CSV begins with code,parent_code,title (see docs/catalogue-files.md)."
    )
