"""Puts the sample's organisations and people into the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from simple_history.utils import bulk_create_with_history

from organisations import actions, locks, tree
from organisations.choices import Role
from organisations.models import Appointment, Organisation, User

from .people import OPERATOR, PASSWORD, people
from .places import Place, places

_IN_OFFICE_BEFORE = timedelta(days=730)
"""Everybody has been in office since this long before the history begins."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Who writes, reviews and approves for one organisation."""

    author: User
    reviewer: User
    approver: User


def taken() -> list[str]:
    """Organisation codes and usernames of the sample that the database uses for something else."""
    codes = Organisation.objects.filter(code__in=places(), is_sample=False).values_list("code", flat=True)
    names = User.objects.filter(username__in=[person.username for person in people()])
    return [*codes, *names.values_list("username", flat=True)]


def found_organisations() -> dict[str, Organisation]:
    """All organisations of the sample, superiors first, by code. Needs a transaction."""
    locks.hold(locks.ORGANISATION_TREE)
    founded: dict[str, Organisation] = {}
    children: Counter[str] = Counter()
    for place in places().values():
        parent = founded.get(place.parent)
        children[place.parent] += 1
        path = tree.child_path(parent.path, children[place.parent]) if parent else actions.next_path(None)
        founded[place.code] = _organisation(place, parent, path)
    for generation in _generations(founded.values()):
        bulk_create_with_history(generation, Organisation)
    return founded


def _organisation(place: Place, parent: Organisation | None, path: str) -> Organisation:
    return Organisation(
        code=place.code,
        name=place.name,
        short_name=place.short,
        kind=place.kind,
        parent=parent,
        path=path,
        established_on=place.established_on,
        superior_approves=place.superior_approves,
        responsible_person=place.responsible_person,
        profile=place.profile,
        address=place.address,
        phone=place.phone,
        office_hours=place.office_hours,
        longitude=place.longitude,
        latitude=place.latitude,
        is_sample=True,
    )


def _generations(organisations: Iterable[Organisation]) -> list[list[Organisation]]:
    """Those at the same depth together, from the top down: each needs its superior's id."""
    by_depth: dict[int, list[Organisation]] = defaultdict(list)
    for organisation in organisations:
        by_depth[len(organisation.path)].append(organisation)
    return [by_depth[depth] for depth in sorted(by_depth)]


def merge_organisations(founded: dict[str, Organisation], *, before: date) -> None:
    """Ends those that were merged into another, before the history begins."""
    for place in places().values():
        if place.merged_into:
            actions.merge(
                [founded[place.code]],
                into=founded[place.merged_into],
                on=before - timedelta(days=1),
                note="居民区规模调整，并入后历史公开内容保留可查。",
            )


def appoint(founded: dict[str, Organisation], *, history_from: date) -> dict[tuple[str, Role | None], User]:
    """Everybody with their appointments, by organisation code and role.

    The accounts share one password hash: it is the hash of a published password, and hashing costs time.
    Nobody else can sign in.
    """
    known, unknown = make_password(PASSWORD), make_password(None)
    users = User.objects.bulk_create(
        User(
            username=person.username,
            full_name=person.full_name,
            email=f"{person.username}@sample.invalid",
            is_staff=person.is_staff,
            is_superuser=person.username == OPERATOR,
            password=known if person.signs_in else unknown,
        )
        for person in people()
    )
    pairs = list(zip(people(), users, strict=True))
    appointments = [
        Appointment(
            user=user,
            role=person.role,
            organisation=founded[person.organisation],
            starts_on=history_from - _IN_OFFICE_BEFORE,
        )
        for person, user in pairs
        if person.role
    ]
    bulk_create_with_history(appointments, Appointment)
    return {(person.organisation, person.role): user for person, user in pairs}


def staff(users: dict[tuple[str, Role | None], User]) -> dict[str, Staff]:
    """Author, reviewer and approver of each organisation; the superior's, where the superior approves."""

    def of(place: Place) -> Staff:
        desk = places()[place.parent] if place.superior_approves else place
        return Staff(
            author=users[place.code, Role.SECRETARY],
            reviewer=users[desk.code, Role.REVIEWER],
            approver=users[desk.code, Role.APPROVER],
        )

    return {place.code: of(place) for place in places().values()}
