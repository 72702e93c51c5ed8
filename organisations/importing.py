"""Importing the register of organisations from CSV or XLSX: look first, then all or nothing.

The code is the natural key: a row whose code is known updates that organisation (and moves it when its
superior changed), any other founds one. `read` turns a file into a `Plan` without touching the database's
rows; `carry_out` writes the plan in one transaction. Importing the same file twice changes nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from . import access, actions, locks, tree
from .choices import OrganisationKind
from .models import Organisation
from .rules import runs_the_machine
from .spreadsheets import Grid, read_grid

COLUMNS = {
    "code": ("code", "组织代码", "代码", "编码"),
    "name": ("name", "组织名称", "名称", "全称"),
    "short_name": ("short_name", "简称"),
    "kind": ("kind", "类别", "组织类别", "类型"),
    "parent_code": ("parent_code", "上级组织代码", "上级代码", "上级组织"),
    "established_on": ("established_on", "成立日期"),
    "responsible_person": ("responsible_person", "第一责任人", "负责人"),
    "address": ("address", "地址"),
    "phone": ("phone", "办公电话", "联系电话", "电话"),
    "office_hours": ("office_hours", "办公时间"),
    "superior_approves": ("superior_approves", "由上级审批"),
    "profile": ("profile", "简介"),
}
"""Our field names, each with the header words it is known by."""

REQUIRED = ("code", "name", "kind")
_YES = {"1", "true", "yes", "是", "√", "✓"}
_BATCH = 1000


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, in words that say what to do. Rows are counted from 1, as the sheet shows them."""

    row: int
    message: str

    def __str__(self) -> str:
        return _("Row %(row)d: %(message)s") % {"row": self.row, "message": self.message}


@dataclass
class Row:
    number: int
    code: str
    parent_code: str | None
    fields: dict[str, Any]


@dataclass
class Plan:
    """What an import would do. `problems` non-empty: it will do nothing."""

    to_create: list[Row] = field(default_factory=list)
    to_update: list[tuple[Row, Organisation]] = field(default_factory=list)
    to_move: list[tuple[Row, Organisation]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Rows by what would become of them: create, update, unchanged, error."""
        changed = {row.number for row, _organisation in (*self.to_update, *self.to_move)}
        return {
            "create": len(self.to_create),
            "update": len(changed),
            "unchanged": self.unchanged,
            "error": len({problem.row for problem in self.problems}),
        }


def read(source: str | BinaryIO, *, name: str = "") -> Plan:
    """Read a file and compare it with the register. Raises SpreadsheetError when it is no readable table."""
    plan = Plan()
    rows = list(_rows(read_grid(source, name=name), plan))
    known = {organisation.code: organisation for organisation in Organisation.objects.all()}
    _check_codes(rows, plan)
    _check_superiors(rows, known, plan)
    _sort_out(rows, known, plan)
    return plan


def _rows(grid: Grid, plan: Plan) -> Iterator[Row]:
    header_at, header = _header(grid)
    if header is None:
        missing = "、".join(COLUMNS[column][1] for column in REQUIRED)
        plan.problems.append(
            Problem(1, _("No header row was found. The first row must name at least these columns: %s.") % missing)
        )
        return
    plan.unknown_columns = [
        text for text, column in zip(grid.rows[header_at], header, strict=True) if text.strip() and column is None
    ]
    for number, cells in enumerate(grid.rows[header_at + 1 :], header_at + 2):
        if any(cell.strip() for cell in cells):
            values = {column: cell.strip() for column, cell in zip(header, cells, strict=False) if column}
            yield _row(number, values, plan)


def _header(grid: Grid) -> tuple[int, list[str | None] | None]:
    words = {word: column for column, names in COLUMNS.items() for word in names}
    for at, cells in enumerate(grid.rows[:10]):
        columns = [words.get("".join(unicodedata.normalize("NFKC", cell).split()).lower()) for cell in cells]
        if set(REQUIRED) <= set(columns):
            return at, columns
    return 0, None


def _row(number: int, values: dict[str, str], plan: Plan) -> Row:
    """One row with its values in our types; what cannot be read becomes a problem."""
    code = unicodedata.normalize("NFKC", values.pop("code", "")).upper()
    parent_code = values.pop("parent_code", None)
    fields: dict[str, Any] = dict(values)
    if "kind" in fields:
        fields["kind"] = _kind(fields["kind"], number, plan)
    if "established_on" in fields:
        fields["established_on"] = day(fields["established_on"], number, plan.problems)
    if "superior_approves" in fields:
        fields["superior_approves"] = fields["superior_approves"].lower() in _YES
    row = Row(number, code, unicodedata.normalize("NFKC", parent_code).upper() if parent_code else parent_code, fields)
    _check_fields(row, plan)
    return row


def _kind(text: str, number: int, plan: Plan) -> str:
    for kind in OrganisationKind:
        if text in (kind.value, str(kind.label)):
            return kind.value
    if text:
        known = "、".join(str(label) for label in OrganisationKind.labels)
        plan.problems.append(
            Problem(
                number, _("“%(kind)s” is not a known kind. Use one of: %(known)s.") % {"kind": text, "known": known}
            )
        )
    else:
        plan.problems.append(Problem(number, _("The kind is empty. Fill it in.")))
    return ""


def day(text: str, number: int, problems: list[Problem]) -> date | None:
    """The day a cell names; what cannot be read becomes a problem."""
    if not text:
        return None
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
        if 1900 <= found.year <= 2200:
            return found
    problems.append(
        Problem(number, _("“%s” is not a day between 1900 and 2200. Write it like 2024-07-01.") % text[:30])
    )
    return None


def _check_fields(row: Row, plan: Plan) -> None:
    """Each value against the model's own field: length, form, allowed characters."""
    for name, value in {"code": row.code, **row.fields}.items():
        if name == "kind" or value is None:
            continue
        label = COLUMNS[name][1]
        if isinstance(value, str) and "\0" in value:
            plan.problems.append(Problem(row.number, _("“%s” contains an unreadable character. Type it anew.") % label))
            continue
        model_field = Organisation._meta.get_field(name)
        if name in REQUIRED and not value:
            plan.problems.append(Problem(row.number, _("“%s” is empty. Fill it in.") % label))
            continue
        try:
            model_field.clean(value, None)  # type: ignore[union-attr]
        except ValidationError as error:
            plan.problems.append(Problem(row.number, f"{label}：{' '.join(error.messages)}"))


def _check_codes(rows: list[Row], plan: Plan) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.code and row.code in seen:
            plan.problems.append(
                Problem(
                    row.number,
                    _("The code %(code)s stands in row %(first)d already. Each organisation has one row.")
                    % {"code": row.code, "first": seen[row.code]},
                )
            )
        seen.setdefault(row.code, row.number)


def _check_superiors(rows: list[Row], known: dict[str, Organisation], plan: Plan) -> None:
    """Every superior exists, here or in the register, and nobody is above himself once the import is done."""
    codes = {organisation.pk: code for code, organisation in known.items()}
    above = {code: codes.get(organisation.parent_id) for code, organisation in known.items() if organisation.parent_id}
    above.update({row.code: row.parent_code or None for row in rows if row.parent_code is not None})
    all_codes = known.keys() | {row.code for row in rows}
    sound: set[str] = set()
    for row in rows:
        if row.parent_code and row.parent_code not in all_codes:
            plan.problems.append(
                Problem(
                    row.number,
                    _("The superior organisation %s is neither in this file nor in the register. Check its code.")
                    % row.parent_code,
                )
            )
        elif _circles(row.code, above, sound):
            plan.problems.append(
                Problem(row.number, _("%s would be above itself. Correct the superior organisation.") % row.code)
            )


def _circles(code: str, above: dict[str, str | None], sound: set[str]) -> bool:
    way: list[str] = []
    seen: set[str] = set()
    step: str | None = code
    while step and step not in sound:
        if step in seen:
            return True
        seen.add(step)
        way.append(step)
        step = above.get(step)
    sound.update(way)
    return False


def _sort_out(rows: list[Row], known: dict[str, Organisation], plan: Plan) -> None:
    codes = {organisation.pk: code for code, organisation in known.items()}
    for row in rows:
        organisation = known.get(row.code)
        if organisation is None:
            plan.to_create.append(row)
            continue
        moves = row.parent_code is not None and (row.parent_code or None) != codes.get(organisation.parent_id or 0)
        differs = any(getattr(organisation, name) != value for name, value in row.fields.items())
        if moves:
            plan.to_move.append((row, organisation))
        if differs:
            plan.to_update.append((row, organisation))
        if not moves and not differs:
            plan.unchanged += 1


def check_rights(plan: Plan, actor: access.Actor) -> None:
    """Adds a problem for every row that reaches beyond what the actor keeps."""
    new = {row.code for row in plan.to_create}
    superiors = {row.parent_code for row in plan.to_create} | {row.parent_code for row, _known in plan.to_move}
    places = {place.code: place for place in Organisation.objects.filter(code__in=superiors - {None, ""})}

    def may_place(row: Row) -> bool:
        if not row.parent_code:
            return runs_the_machine(actor)
        if row.parent_code in new:
            return True
        return row.parent_code in places and access.can(actor, "add_below", places[row.parent_code])

    beyond = [row.number for row in plan.to_create if not may_place(row)]
    beyond += [row.number for row, known in plan.to_update if not access.can(actor, "change", known)]
    beyond += [row.number for row, known in plan.to_move if not (access.can(actor, "change", known) and may_place(row))]
    for number in sorted(set(beyond)):
        plan.problems.append(
            Problem(number, _("You may only keep organisations below those you administer. Take the row out."))
        )


@transaction.atomic
def carry_out(plan: Plan) -> None:
    """Write what was planned, all or nothing, under the tree lock. Raises ValueError for a plan with problems."""
    if plan.problems:
        raise ValueError("A plan with problems is not carried out.")
    locks.hold(locks.ORGANISATION_TREE)
    _create(plan.to_create)
    for row, organisation in plan.to_update:
        for name, value in row.fields.items():
            setattr(organisation, name, value)
        organisation.save(update_fields=list(row.fields))
    by_code = dict(Organisation.objects.values_list("code", "pk"))
    for row, organisation in plan.to_move:
        superior = Organisation.objects.get(pk=by_code[row.parent_code]) if row.parent_code else None
        actions.move(organisation, under=superior)


def _create(rows: list[Row]) -> None:
    """Found all organisations, superiors first, with the paths computed in memory."""
    waiting: dict[str, list[Row]] = {}
    new = {row.code for row in rows}
    for row in rows:
        waiting.setdefault(row.parent_code or "", []).append(row)
    superiors = {
        organisation.code: organisation
        for organisation in Organisation.objects.filter(code__in=waiting.keys() - new - {""})
    }
    level = [(None if not code else superiors[code], code) for code in waiting if code not in new]
    while level:
        made: list[Organisation] = []
        for superior, code in level:
            made.extend(_children(superior, waiting.get(code, [])))
        Organisation.objects.bulk_create(made, batch_size=_BATCH)
        level = [(organisation, organisation.code) for organisation in made if organisation.code in waiting]


def _children(superior: Organisation | None, rows: list[Row]) -> Iterator[Organisation]:
    if not rows:
        return
    first = actions.next_path(superior)
    prefix = first[: -tree.SEGMENT]
    for number, row in enumerate(rows, tree.number_of(first)):
        yield Organisation(code=row.code, parent=superior, path=tree.child_path(prefix, number), **row.fields)
