"""Postings that only wait to be published, made in bulk, and taken back with all that came of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from catalogue.choices import TimeLimitClass
from disclosures.choices import VersionState
from disclosures.models import Obligation, Posting, Version
from organisations.choices import Role
from organisations.models import Appointment

_GROWING = (
    "disclosures_step",
    "disclosures_obligationdecision",
    "disclosures_version",
    "disclosures_posting",
)


def approved(number: int, *, at: datetime) -> list[int]:
    """Versions that are approved, each of another open obligation, in an order of chance that is always the same."""
    open_ones = Obligation.objects.open().filter(postings=None, opens_on__lte=at.date())
    obligations = _drawn(open_ones, number)
    people = list(
        Appointment.objects.filter(role__in=[Role.REVIEWER, Role.APPROVER]).values_list("user", flat=True)[:2]
    )
    author = Appointment.objects.filter(role=Role.SECRETARY).values_list("user", flat=True)[0]
    postings = Posting.objects.bulk_create(
        Posting(
            organisation_id=each.organisation_id,
            item_id=each.item_id,
            obligation=each,
            scope=each.item.scope,
            created_at=at,
        )
        for each in obligations
    )
    versions = Version.objects.bulk_create(
        Version(
            posting=posting,
            title="测量用公开内容",
            body="<p>现将本期情况予以公开，请党员群众监督。</p>" * 8,
            stated_on=at.date(),
            state=VersionState.APPROVED,
            author_id=author,
            created_at=at,
            saved_at=at,
            reviewed_by_id=people[0],
            reviewed_at=at,
            approved_by_id=people[1],
            approved_at=at,
            approval_opinion="同意公开",
        )
        for posting in postings
    )
    return [version.pk for version in versions]


def open_and_periodic(number: int, *, at: datetime) -> list[tuple[int, int]]:
    """Open obligations for which a nil return may be made, each with the person who makes it."""
    person = Appointment.objects.filter(role=Role.SECRETARY).values_list("user", flat=True)[0]
    found = Obligation.objects.open().filter(
        postings=None, opens_on__lte=at.date(), item__time_limit_class=TimeLimitClass.PERIODIC
    )
    return [(each.pk, person) for each in _drawn(found, number)]


def _drawn(found: Any, number: int) -> list[Obligation]:
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    chosen = random.Random(7).sample(keys, min(number, len(keys)))
    by_key = Obligation.objects.select_related("item").in_bulk(chosen)
    return [by_key[key] for key in chosen]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is committed inside goes again: new rows are deleted, obligations that were met are open again.

    The triggers that forbid this to everybody stand aside meanwhile; PostgreSQL only.
    """
    last = {table: _last(table) for table in _GROWING}
    try:
        yield
    finally:
        _clear(last)


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return int(cursor.fetchone()[0])


def _clear(last: dict[str, int]) -> None:
    with connection.cursor() as cursor:
        for table in _GROWING:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            with transaction.atomic():
                cursor.execute(
                    """UPDATE disclosures_obligation SET outcome = '', fulfilled_on = NULL WHERE id IN (
                        SELECT obligation_id FROM disclosures_posting WHERE id > %s)""",
                    [last["disclosures_posting"]],
                )
                for table in _GROWING:
                    cursor.execute(f"DELETE FROM {table} WHERE id > %s", [last[table]])
        finally:
            for table in _GROWING:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table in (*_GROWING, "disclosures_obligation", "disclosures_boardversion"):
            cursor.execute(f"VACUUM ANALYZE {table}")
