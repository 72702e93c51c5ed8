"""The organisations of the city, and who writes, reviews, approves and inspects in each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from organisations.choices import OrganisationKind, Role
from organisations.models import Appointment, Organisation, User
from organisations.tree import SEGMENT, child_path

from . import bulk

SCALES = {"district": 1_541, "ten": 15_400, "city": 86_264}
"""Organisations in all, the city committee included."""

DISTRICTS = {"district": 1, "ten": 10, "city": 56}
STREETS = 13
"""Streets and towns in each district."""

_BASE_KINDS = (
    (OrganisationKind.VILLAGE, "村党总支", 3),
    (OrganisationKind.NEIGHBOURHOOD, "居民区党总支", 4),
    (OrganisationKind.TWO_NEW, "企业联合党支部", 3),
    (OrganisationKind.ORGAN, "机关党支部", 1),
    (OrganisationKind.INSTITUTION, "学校党支部", 1),
    (OrganisationKind.ENTERPRISE, "公司党支部", 1),
    (OrganisationKind.SERVICE_STATION, "服务站党支部", 1),
)
_SHARE_OF_BRANCHES = 0.4
"""This share of the base organisations lies below another base organisation, as branches do."""


Make = Callable[[str, str, OrganisationKind, str], Organisation]
"""Makes an organisation of a code, a name, a kind and a path."""


@dataclass(frozen=True, slots=True)
class Team:
    """The people who make an organisation's postings, by primary key."""

    organisation: int
    author: int
    reviewer: int
    approver: int


def make_organisations(scale: str, seed: int, established: date) -> list[Organisation]:
    """All organisations, superiors before those below them, written to the database."""
    organisations = list(_tree(scale, random.Random(seed), established))  # noqa: S311 - the same city every time
    bulk.number(organisations)
    keys = {organisation.path: organisation.pk for organisation in organisations}
    for organisation in organisations:
        organisation.parent_id = keys.get(organisation.path[:-SEGMENT])
    bulk.insert(organisations)
    return organisations


def _tree(scale: str, chance: random.Random, established: date) -> Iterator[Organisation]:
    def organisation(code: str, name: str, kind: OrganisationKind, path: str) -> Organisation:
        return Organisation(code=code, name=name, kind=kind, path=path, established_on=established, is_sample=True)

    root = child_path("", 1)
    yield organisation("CITY", "演示市委", OrganisationKind.CITY_COMMITTEE, root)
    left, districts = SCALES[scale] - 1, DISTRICTS[scale]
    for number in range(1, districts + 1):
        size = left // (districts - number + 1)
        left -= size
        district = child_path(root, number)
        yield organisation(f"D{number:02d}", f"第{number}区委", OrganisationKind.DISTRICT_COMMITTEE, district)
        yield from _district(number, district, size - 1, chance, organisation)


def _district(
    number: int, district: str, size: int, chance: random.Random, organisation: Make
) -> Iterator[Organisation]:
    streets = [child_path(district, street) for street in range(1, STREETS + 1)]
    children = dict.fromkeys(streets, 0)
    for street, path in enumerate(streets, 1):
        kind = OrganisationKind.TOWN_COMMITTEE if street % 2 else OrganisationKind.STREET_COMMITTEE
        name = f"第{number}区第{street}{'镇党委' if street % 2 else '街道党工委'}"
        yield organisation(f"D{number:02d}-S{street:02d}", name, kind, path)
    kinds = [(kind, name) for kind, name, weight in _BASE_KINDS for _each in range(weight)]
    parents: list[str] = []
    for base in range(1, size - STREETS + 1):
        below = parents and chance.random() < _SHARE_OF_BRANCHES
        parent = chance.choice(parents) if below else streets[base % STREETS]
        children[parent] = children.get(parent, 0) + 1
        path = child_path(parent, children[parent])
        kind, name = (OrganisationKind.BRANCH, "党支部") if below else chance.choice(kinds)
        if not below:
            parents.append(path)
        yield organisation(f"D{number:02d}-B{base:04d}", f"第{number}区第{base}{name}", kind, path)


def make_people(organisations: list[Organisation], since: date) -> list[Team]:
    """A secretary in every organisation, reviewer and approver in the upper ones, an inspector in each district."""
    posts = [(organisation, Role.SECRETARY) for organisation in organisations]
    for organisation in organisations:
        if len(organisation.path) <= 12 and organisation.kind in _UPPER:
            posts += [(organisation, Role.REVIEWER), (organisation, Role.APPROVER)]
        if organisation.kind in (OrganisationKind.DISTRICT_COMMITTEE, OrganisationKind.CITY_COMMITTEE):
            posts.append((organisation, Role.INSPECTOR))
    locked = make_password(None)
    users = [
        User(
            username=f"{role}-{organisation.code}".lower(),
            full_name=f"{organisation.code}{role.label}",
            email=f"{role}.{organisation.code}@example.org".lower(),
            password=locked,
        )
        for organisation, role in posts
    ]
    bulk.number(users)
    appointments = [
        Appointment(user=user, organisation=organisation, role=role, starts_on=since)
        for user, (organisation, role) in zip(users, posts, strict=True)
    ]
    bulk.number(appointments)
    for rows in (users, appointments):
        bulk.insert(rows)
    held = {(organisation.path, role): user.pk for user, (organisation, role) in zip(users, posts, strict=True)}
    return [
        Team(
            organisation.pk,
            held[organisation.path, Role.SECRETARY],
            held[organisation.path[:12], Role.REVIEWER],
            held[organisation.path[:12], Role.APPROVER],
        )
        for organisation in organisations
    ]


_UPPER = (
    OrganisationKind.CITY_COMMITTEE,
    OrganisationKind.DISTRICT_COMMITTEE,
    OrganisationKind.TOWN_COMMITTEE,
    OrganisationKind.STREET_COMMITTEE,
)
