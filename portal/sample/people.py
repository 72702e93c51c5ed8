"""The people of the sample: a few who can sign in, and those who wrote, reviewed and approved its postings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext as _

from organisations.choices import Role

from .places import DATA, Place, full_name, places

PASSWORD = "Dangwu-2026"  # noqa: S105  (of the sample's accounts only; printed wherever the sample is started)
OPERATOR = "admin"
_AT_WORK = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER)


class Account(NamedTuple):
    """Somebody a visitor may sign in as; all in words to be shown."""

    username: str
    full_name: str
    role: str
    organisation: str


@dataclass(frozen=True)
class Person:
    """One user of the sample and what they are appointed to. No role: the operator of the machine."""

    username: str
    full_name: str
    role: Role | None
    organisation: str
    is_staff: bool = False
    signs_in: bool = False


def accounts() -> list[Account]:
    """Those who can sign in with `PASSWORD`: username, full name, role, organisation."""
    known = places()
    return [
        Account(
            person.username,
            person.full_name,
            str(person.role.label) if person.role else _("operator"),
            known[person.organisation].short if person.organisation else "—",
        )
        for person in people()
        if person.signs_in
    ]


@cache
def people() -> tuple[Person, ...]:
    """Everybody: the accounts of accounts.csv first, then whoever else each organisation needs.

    An organisation whose superior approves has a secretary only; the first responsible person approves.
    """
    named = [_named(row) for row in _rows()]
    filled = {(person.organisation, person.role) for person in named}
    others = [
        _made_up(place, role)
        for place in places().values()
        for role in _AT_WORK
        if (place.code, role) not in filled and (role == Role.SECRETARY or not place.superior_approves)
    ]
    return (*named, *others)


def _rows() -> list[dict[str, str]]:
    with (DATA / "accounts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _named(row: dict[str, str]) -> Person:
    role = Role(row["role"]) if row["role"] else None
    return Person(
        username=row["username"],
        full_name=row["full_name"] or places()[row["organisation"]].responsible_person,
        role=role,
        organisation=row["organisation"],
        is_staff=bool(row["is_staff"]),
        signs_in=True,
    )


def _made_up(place: Place, role: Role) -> Person:
    name = place.responsible_person if role == Role.APPROVER else full_name(place.rng("person", role))
    return Person(f"{place.code.lower()}_{role.value}", name, role, place.code)
