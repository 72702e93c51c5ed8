"""Importing people with their appointments from CSV or XLSX: look first, then all or nothing.

One row is one appointment. A user name that is known is that account, any other opens one; passwords are never in
the file: each new account gets one, shown once to whoever imports, and has to change it. The same file twice
changes nothing.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from . import access
from .choices import Role
from .importing import Problem, day
from .models import Appointment, Organisation, User
from .spreadsheets import read_grid

COLUMNS = {
    "username": ("username", "用户名", "账号"),
    "full_name": ("full_name", "姓名"),
    "email": ("email", "邮箱", "电子邮箱"),
    "role": ("role", "职责", "角色"),
    "organisation": ("organisation", "组织代码", "代码"),
    "starts_on": ("starts_on", "起始日期", "任职日期"),
    "ends_on": ("ends_on", "截止日期"),
}
"""Our names, each with the header words it is known by; the second is the one we show."""

REQUIRED = ("username", "full_name", "role", "organisation", "starts_on")
MOST_ACCOUNTS = 30
"""New accounts in one file: to make a password takes its time."""
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass
class PeoplePlan:
    """What an import would do. `problems` non-empty: it will do nothing."""

    accounts: dict[str, User] = field(default_factory=dict)
    appointments: list[tuple[int, str, Appointment]] = field(default_factory=list)
    """With the row and the user name."""
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def read(source: str | BinaryIO, *, name: str, actor: access.Actor) -> PeoplePlan:
    """Compares a file with the accounts the actor keeps. Raises SpreadsheetError when it is no readable table."""
    plan = PeoplePlan()
    rows = list(_rows(read_grid(source, name=name).rows, plan))
    names = {values["username"] for _number, values in rows}
    known = {user.username: user for user in User.objects.filter(username__in=names)}
    kept = set(access.visible(actor, User.objects.filter(username__in=names)).values_list("username", flat=True))
    codes = {values["organisation"] for _number, values in rows}
    places = {place.code: place for place in Organisation.objects.active().filter(code__in=codes)}
    held = set(
        Appointment.objects.filter(user__username__in=names, deputises_for=None).values_list(
            "user__username", "role", "organisation__code", "starts_on"
        )
    )
    for number, values in rows:
        person = _person(number, values, known, kept, plan)
        appointment = _appointment(number, values, places, actor, plan)
        if person is None or appointment is None:
            continue
        key = (person.username, appointment.role, appointment.organisation.code, appointment.starts_on)
        if key in held:
            plan.unchanged += 1
            continue
        held.add(key)
        plan.appointments.append((number, person.username, appointment))
    if len(plan.accounts) > MOST_ACCOUNTS:
        words = _("The file opens %(found)d accounts; at most %(most)d can be opened at a time. Split the file.")
        plan.problems.append(Problem(1, words % {"found": len(plan.accounts), "most": MOST_ACCOUNTS}))
    return plan


def _rows(grid: list[list[str]], plan: PeoplePlan) -> Iterator[tuple[int, dict[str, str]]]:
    words = {word: column for column, names in COLUMNS.items() for word in names}
    headers = [
        [words.get("".join(unicodedata.normalize("NFKC", cell).split()).lower()) for cell in cells]
        for cells in grid[:10]
    ]
    at = next((at for at, header in enumerate(headers) if set(REQUIRED) <= set(header)), None)
    if at is None:
        missing = "、".join(COLUMNS[column][1] for column in REQUIRED)
        text = _("No header row was found. The first row must name at least these columns: %s.") % missing
        plan.problems.append(Problem(1, text))
        return
    for number, cells in enumerate(grid[at + 1 :], at + 2):
        if any(cell.strip() for cell in cells):
            values = {column: cell.strip() for column, cell in zip(headers[at], cells, strict=False) if column}
            values["organisation"] = unicodedata.normalize("NFKC", values["organisation"]).upper()
            empty = [COLUMNS[column][1] for column in REQUIRED if not values[column]]
            for label in empty:
                plan.problems.append(Problem(number, _("“%s” is empty. Fill it in.") % label))
            if not empty:
                yield number, values


def _person(
    number: int, values: dict[str, str], known: dict[str, User], kept: set[str], plan: PeoplePlan
) -> User | None:
    """The account of the row: a known one of the same person whom the actor keeps, or a new one."""
    username, full_name = values["username"], values["full_name"]
    user = known.get(username)
    if user is None:
        user = User(username=username, full_name=full_name, email=values.get("email", ""), is_staff=True)
        user.must_change_password = True
        user.set_unusable_password()
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as error:
            plan.problems.append(Problem(number, " ".join(error.messages)))
            return None
        known[username] = plan.accounts[username] = user
        kept.add(username)
    elif username not in kept or (user.full_name != full_name and username not in plan.accounts):
        words = _("The user name %s is taken by somebody else. Choose another, or correct the name.")
        plan.problems.append(Problem(number, words % username))
        return None
    elif user.full_name != full_name:
        words = _("The user name %s stands in this file with two different names. Correct one of them.")
        plan.problems.append(Problem(number, words % username))
        return None
    return user


def _appointment(
    number: int, values: dict[str, str], places: dict[str, Organisation], actor: access.Actor, plan: PeoplePlan
) -> Appointment | None:
    before = len(plan.problems)
    role = next((role for role in Role if values["role"] in (role.value, str(role.label))), None)
    if role is None:
        known = "、".join(str(label) for label in Role.labels)
        words = _("“%(role)s” is not a known role. Use one of: %(known)s.")
        plan.problems.append(Problem(number, words % {"role": values["role"][:30], "known": known}))
    place = places.get(values["organisation"])
    if place is None or not access.can(actor, "appoint", place):
        words = _("You keep no active organisation with the code %s. Check the code.")
        plan.problems.append(Problem(number, words % values["organisation"][:40]))
    starts_on = day(values["starts_on"], number, plan.problems)
    ends_on: date | None = day(values.get("ends_on", ""), number, plan.problems)
    if starts_on and ends_on and ends_on < starts_on:
        plan.problems.append(Problem(number, _("The last day lies before the first. Put the days right.")))
    if len(plan.problems) > before or role is None or place is None or starts_on is None:
        return None
    return Appointment(role=role, organisation=place, starts_on=starts_on, ends_on=ends_on)


@transaction.atomic
def carry_out(plan: PeoplePlan) -> dict[str, str]:
    """Writes what was planned, all or nothing; gives the first password of each new account, which nothing keeps.

    Raises ImportRefused with the problem if an appointment cannot stand beside those there are.
    """
    if plan.problems:
        raise ValueError("A plan with problems is not carried out.")
    passwords = {}
    for username, user in plan.accounts.items():
        passwords[username] = "".join(secrets.choice(_ALPHABET) for _each in range(12))
        user.set_password(passwords[username])
        user.save()
    names = {username for _number, username, _appointment in plan.appointments}
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    for number, username, appointment in plan.appointments:
        appointment.user = users[username]
        try:
            appointment.validate_constraints()
        except ValidationError:
            words = _("%(person)s holds this role there already. End that appointment first, or take the row out.")
            raise ImportRefused(Problem(number, words % {"person": appointment.user.full_name})) from None
        appointment.save()
    return passwords


class ImportRefused(Exception):
    """Nothing was imported; says which row stands in the way."""

    def __init__(self, problem: Any) -> None:
        super().__init__(str(problem))
        self.problem = problem
