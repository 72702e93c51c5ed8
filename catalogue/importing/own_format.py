"""The portal's own CSV (docs/catalogue-files.md): exact column names, and no guessing.

What is wrong is a problem, and one problem keeps the whole file out. What is merely missing in a draft, such as
the scope of an item, is a warning.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from organisations.choices import OrganisationKind
from organisations.spreadsheets import Grid

from ..choices import (
    Carrier,
    DayType,
    DisclosureType,
    DueRule,
    ExemptionReason,
    ItemKind,
    LinkRelation,
    Openness,
    Period,
    Scope,
    TimeLimitClass,
)
from .report import LENGTHS, Fate, ImportFailed, ImportProblem, Parsed, ParsedItem, RowFate

REQUIRED = ("code", "parent_code", "title")
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(ItemKind.values),
    "scope": tuple(Scope.values),
    "time_limit_class": tuple(TimeLimitClass.values),
    "period": tuple(Period.values),
    "day_type": tuple(DayType.values),
    "due_rule": tuple(DueRule.values),
    "disclosure_type": tuple(DisclosureType.values),
    "openness": tuple(Openness.values),
    "exemption_reason": tuple(ExemptionReason.values),
    "implements_as": tuple(LinkRelation.values),
}
NUMBERS: dict[str, tuple[int, int]] = {
    "due_days": (0, 1000),
    "fixed_month": (1, 12),
    "fixed_day": (1, 31),
    "display_days": (1, 36_500),
    "notice_days": (1, 1000),
}
LISTS: dict[str, tuple[str, ...]] = {"carriers": tuple(Carrier.values), "applies_to": tuple(OrganisationKind.values)}
TEXTS = (
    "content_elements",
    "legal_basis",
    "responsible_department",
    "guidance",
    "time_limit_text",
    "carriers_text",
)
FLAGS = ("partial",)
MOST_LEVELS = 8
COLUMNS = (*REQUIRED, "level", "implements", *TEXTS, *CHOICES, *NUMBERS, *LISTS, *FLAGS)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LINK = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*):([A-Za-z0-9][A-Za-z0-9_-]*)")
_RULE_OF_CLASS = {
    TimeLimitClass.PERMANENT: DueRule.STANDING,
    TimeLimitClass.PERIODIC: DueRule.AFTER_PERIOD,
    TimeLimitClass.STAGED: DueRule.AFTER_EVENT,
    TimeLimitClass.PROMPT: DueRule.AFTER_EVENT,
}


def recognises(grid: Grid) -> bool:
    """Whether the first row with anything in it names at least three of our columns."""
    row = grid.rows[_header_row(grid)]
    return len({_name(cell) for cell in row} & set(COLUMNS)) >= 3


def parse(grid: Grid) -> Parsed:
    """Items of our own CSV. Raises ImportFailed with every problem in the file."""
    return _Reader(grid).read()


def _header_row(grid: Grid) -> int:
    return next((index for index, row in enumerate(grid.rows) if any(row)), 0)


def _name(cell: str) -> str:
    return cell.strip().lower()


class _Reader:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.header = _header_row(grid)
        self.names = [_name(cell) for cell in grid.rows[self.header]]
        self.problems: list[ImportProblem] = []
        self.parsed = Parsed()
        self.items: dict[str, ParsedItem] = {}
        self.parents: dict[str, str] = {}
        self.levels: dict[str, str] = {}

    def read(self) -> Parsed:
        self._check_header()
        for number, row in enumerate(self.grid.rows, start=1):
            if number <= self.header + 1:
                fate = Fate.HEADER if number == self.header + 1 else Fate.EMPTY
                self.parsed.rows.append(RowFate(number, fate))
            elif not any(row):
                self.parsed.rows.append(RowFate(number, Fate.EMPTY))
            else:
                self._read_row(number, dict(zip(self.names, row, strict=True)))
        if not self.items and not self.problems:
            self._problem(self.header + 1, "", _("There is no row below the header. Add the entries and import again."))
        self._plant()
        if self.problems:
            raise ImportFailed(sorted(self.problems, key=lambda problem: problem.row))
        self._look_over()
        return self.parsed

    def _problem(self, row: int, column: str, message: str) -> None:
        self.problems.append(ImportProblem(row, column, message))

    def _check_header(self) -> None:
        row = self.header + 1
        for name in REQUIRED:
            if name not in self.names:
                self._problem(row, name, _("This column is missing. Add it to the header."))
        for name in {name for name in self.names if name and self.names.count(name) > 1}:
            self._problem(row, name, _("This column stands there twice. Delete one of them."))
        for index, name in enumerate(self.names):
            filled = any(cells[index] for cells in self.grid.rows[row:])
            if name not in COLUMNS and filled:
                message = _("Column %(column)d is unknown and was left out.") % {"column": index + 1}
                self.parsed.guess(row, name[:40], message)
        if self.problems:
            raise ImportFailed(self.problems)

    def _read_row(self, number: int, cells: dict[str, str]) -> None:
        code, title = cells["code"], cells["title"]
        if not code:
            self._problem(number, "code", _("The code is missing. Give the entry a code."))
            return
        if not _CODE.fullmatch(code) or len(code) > LENGTHS["code"]:
            message = _("“%(code)s” is no code. Use at most 40 Latin letters, digits, hyphens and underscores.")
            self._problem(number, "code", message % {"code": code[:60]})
            return
        if code in self.items:
            message = _("The code “%(code)s” is used in row %(row)d already. Codes must differ.")
            self._problem(number, "code", message % {"code": code, "row": self.items[code].row})
            return
        if not title:
            self._problem(number, "title", _("The title is missing. Fill it in."))
        item = ParsedItem(code=code, title=title, row=number)
        self.items[code] = item
        self.parents[code] = cells["parent_code"]
        self.levels[code] = cells.get("level", "")
        self.parsed.rows.append(RowFate(number, Fate.ITEM, code))
        for name in TEXTS:
            if cells.get(name):
                setattr(item, name, cells[name])
        for name, longest in LENGTHS.items():
            if len(str(getattr(item, name))) > longest:
                message = _("The text has more than %(limit)d characters. Shorten it.")
                self._problem(number, name, message % {"limit": longest})
        self._read_words(number, cells, item)
        self._read_link(number, cells, item)
        self._read_limit(number, item)

    def _read_words(self, number: int, cells: dict[str, str], item: ParsedItem) -> None:
        """Columns with fixed words, numbers, lists of words, and yes or no."""
        for name, allowed in CHOICES.items():
            value = cells.get(name, "").lower()
            if value and value not in allowed:
                message = _("“%(value)s” is not known. Use one of: %(allowed)s.")
                self._problem(number, name, message % {"value": value[:60], "allowed": ", ".join(allowed)})
            elif value:
                setattr(item, name, value)
        for name, (least, most) in NUMBERS.items():
            value = cells.get(name, "")
            if not value:
                continue
            if not re.fullmatch(r"[0-9]{1,6}", value) or not least <= int(value) <= most:
                message = _("“%(value)s” is not a whole number from %(least)d to %(most)d.")
                self._problem(number, name, message % {"value": value[:60], "least": least, "most": most})
            else:
                setattr(item, name, int(value))
        for name, allowed in LISTS.items():
            values = [part.strip().lower() for part in re.split(r"[;；]", cells.get(name, "")) if part.strip()]
            for value in values:
                if value not in allowed:
                    message = _("“%(value)s” is not known. Use one of: %(allowed)s.")
                    self._problem(number, name, message % {"value": value[:60], "allowed": ", ".join(allowed)})
            if values:
                joined = ";".join(dict.fromkeys(values))
                setattr(item, name, f";{joined};" if name == "applies_to" else joined)
        item.partial = cells.get("partial", "").lower() in {"1", "true", "yes", "是"}
        if item.openness == Openness.WITHHELD and not item.exemption_reason:
            self._problem(number, "exemption_reason", _("A withheld entry needs a ground for not disclosing."))

    def _read_link(self, number: int, cells: dict[str, str], item: ParsedItem) -> None:
        """`implements` names the superior's item as catalogue:code."""
        link = cells.get("implements", "")
        match = _LINK.fullmatch(link)
        if link and not match:
            self._problem(number, "implements", _("Write the superior's entry as catalogue:code."))
        elif match:
            item.implements = match[1], match[2]
            item.implements_as = item.implements_as or LinkRelation.NARROWER
        else:
            item.implements_as = ""

    def _read_limit(self, number: int, item: ParsedItem) -> None:
        """The due rule follows from the class unless it is given; then everything it needs must be there."""
        if item.time_limit_class and not item.due_rule:
            item.due_rule = _RULE_OF_CLASS[TimeLimitClass(item.time_limit_class)]
            if item.due_rule == DueRule.AFTER_PERIOD and item.fixed_day:
                item.due_rule = DueRule.FIXED_DAY
        if item.time_limit_class == TimeLimitClass.PERIODIC and not item.period:
            self._problem(number, "period", _("A periodic entry needs a period."))
        if item.due_rule == DueRule.FIXED_DAY:
            item.fixed_month = item.fixed_month or 1
            if not item.fixed_day:
                self._problem(number, "fixed_day", _("A fixed day needs the day of the month."))
            if not item.period:
                self._problem(number, "period", _("A fixed day needs a period."))
            elif item.fixed_month > Period(item.period).months:
                self._problem(number, "fixed_month", _("The period has fewer months than that."))
        counted = (DueRule.AFTER_PERIOD, DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT)
        if item.due_rule in counted and item.due_days is None:
            self._problem(number, "due_days", _("The number of days is missing. Fill it in."))

    def _plant(self) -> None:
        """Put every item under its parent; parents that are missing or go round in a circle are problems."""
        for code, item in self.items.items():
            parent_code = self.parents[code]
            if parent_code and parent_code not in self.items:
                message = _("The entry above, “%(code)s”, is not in the file. Add it or correct the code.")
                self._problem(item.row, "parent_code", message % {"code": parent_code[:60]})
            elif not parent_code:
                self.parsed.roots.append(item)
            else:
                item.parent = self.items[parent_code]
                item.parent.children.append(item)
        self._find_circles()
        for item, depth in self._with_depth():
            if depth == MOST_LEVELS + 1:
                message = _("The tree has more than %(limit)d levels here. Make it flatter.")
                self._problem(item.row, "parent_code", message % {"limit": MOST_LEVELS})

    def _find_circles(self) -> None:
        """One problem for each circle of parents, found in one pass."""
        done: set[str] = set()
        for item in self.items.values():
            path: dict[str, None] = {}
            above: ParsedItem | None = item
            while above and above.code not in done and above.code not in path:
                path[above.code] = None
                above = above.parent
            if above and above.code in path:
                message = _("The entries above “%(code)s” lead back to itself. Correct the codes of the entries above.")
                self._problem(above.row, "parent_code", message % {"code": above.code})
            done.update(path)

    def _look_over(self) -> None:
        """What a draft may lack, and an edition in force may not."""
        for item, depth in self._with_depth():
            level = self.levels[item.code]
            if level and level != str(depth):
                message = _("The level says %(said)s, the codes say %(depth)d; the codes were followed.")
                self.parsed.guess(item.row, "level", message % {"said": level[:20], "depth": depth}, item.code)
            if not item.children and not item.time_limit_class:
                self.parsed.guess(item.row, "time_limit_class", _("The time limit is missing."), item.code)
            if not item.children and not item.scope:
                self.parsed.guess(item.row, "scope", _("The scope is missing."), item.code)
            for name in ("title", *TEXTS):
                if getattr(item, name).startswith("="):
                    message = _("The text begins with “=”; it was kept as text and not calculated.")
                    self.parsed.guess(item.row, name, message, item.code)

    def _with_depth(self) -> list[tuple[ParsedItem, int]]:
        depths: dict[str, int] = {}
        for item in self.parsed.items:
            depths[item.code] = depths[item.parent.code] + 1 if item.parent else 1
        return [(item, depths[item.code]) for item in self.parsed.items]
