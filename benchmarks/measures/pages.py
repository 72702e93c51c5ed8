"""What the database takes for each page of one district, by the same means on both databases."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from disclosures.models import Posting
from organisations.choices import OrganisationKind, Role
from organisations.models import Appointment, Organisation

from .reading import spread

Figures = dict[str, Any]
RUNS = 5


def measure() -> Figures:
    """Milliseconds of all queries of a page, rows fetched; the best of five runs of each, the median of some pages."""
    villages = spread(OrganisationKind.VILLAGE, 5)
    newest = Posting.objects.out().filter(organisation__in=villages).newest_first().values_list("number", flat=True)[:5]
    inspector = Appointment.objects.filter(role=Role.INSPECTOR).order_by("id").select_related("user")[0].user
    visitor, staff = Client(), Client()
    staff.force_login(inspector)
    street = Organisation.objects.filter(kind=OrganisationKind.STREET_COMMITTEE).order_by("path")[0]
    pages: dict[str, tuple[Client, list[str]]] = {
        "board": (visitor, [f"/boards/{each.code}/" for each in villages]),
        "board_catalogue": (visitor, [f"/boards/{each.code}/catalogue/" for each in villages]),
        "board_overdue": (visitor, [f"/boards/{each.code}/overdue/" for each in villages]),
        "posting": (visitor, [f"/postings/{number}/" for number in newest]),
        "review": (staff, ["/oversight/"]),
        "directory": (visitor, [f"/boards/?under={street.code}"]),
    }
    return {
        f"page.{name}.ms": median(_database_time(client, path) for path in paths)
        for name, (client, paths) in pages.items()
    }


def _database_time(client: Client, path: str) -> float:
    queries: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.lstrip("( ").upper().startswith(("SELECT", "WITH")):
            queries.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return sum(min(_timed(sql, params) for _run in range(RUNS)) for sql, params in queries)


def _timed(sql: str, params: Any) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.fetchall()
    return (time.perf_counter() - began) * 1000
