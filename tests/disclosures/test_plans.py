"""No public page and no review reads a large table from one end to the other, as SQLite plans it."""

import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.choices import OrganisationKind, Role
from tests.factories.disclosures import DutyFactory, ObligationFactory, PublishedPostingFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "connection.vendor != 'sqlite'", reason="the buffers on PostgreSQL are judged by the benchmarks"
    ),
]

LARGE = ("disclosures_obligation", "disclosures_posting", "disclosures_version", "disclosures_overdueentry")
NOON = "2026-11-21 12:00+08:00"


@pytest.fixture
def town():
    """A town whose village has published one thing and is late with another."""
    town = OrganisationFactory(code="MQ", kind=OrganisationKind.TOWN_COMMITTEE)
    village = OrganisationFactory(code="JX", parent=town)
    posting = PublishedPostingFactory(obligation__organisation=village)
    DutyFactory(catalogue=posting.item.catalogue, organisation=town)
    ObligationFactory(organisation=village, item=posting.item, period_key="2026Q2", due_on=date(2026, 11, 1))
    return {"town": town, "village": village, "posting": posting, "item": posting.item}


@pytest.fixture
def inspector(town, client):
    client.force_login(AppointmentFactory(organisation=town["town"], role=Role.INSPECTOR).user)


def full_scans(sql: str) -> list[str]:
    """Steps of the plan that read a large table from its beginning, or the whole of one of its indexes."""
    names = set(LARGE)
    for table in LARGE:
        names.update(re.findall(rf'"?{table}"?\s+(?:AS\s+)?"?(\w+)"?', sql))
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
        steps = [row[3] for row in cursor.fetchall()]
    return [step for step in steps if step.startswith("SCAN ") and step.split()[1] in names and not is_walk(step, sql)]


def is_walk(step: str, sql: str) -> bool:
    """Down an index in the order of the page, until the page is full."""
    return "USING INDEX" in step and "ORDER BY" in sql and "LIMIT" in sql


def read(client, address: str) -> list[str]:
    """The queries of a page."""
    with time_machine.travel(NOON, tick=False), CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in seen if query["sql"].lstrip("( ").upper().startswith(("SELECT", "WITH"))]


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/boards/",
        "/boards/{village.code}/",
        "/boards/{village.code}/?item={item.code}",
        "/boards/{village.code}/catalogue/",
        "/boards/{village.code}/overdue/",
        "/postings/{posting.number}/",
        "/catalogues/{item.catalogue.code}/",
        "/catalogues/{item.catalogue.code}/{item.code}/",
    ],
)
def test_a_public_page_reads_no_large_table_whole(client, town, page):
    address = page.format(**town)
    queries = read(client, address)
    assert any(table in sql for sql in queries for table in LARGE) or "/catalogue" in address or address == "/boards/"
    assert [(step, sql) for sql in queries for step in full_scans(sql)] == []


@pytest.mark.usefixtures("inspector")
@pytest.mark.parametrize("page", ["/oversight/", "/oversight/?item={item.pk}"])
def test_the_overdue_review_reads_no_large_table_whole(client, town, page):
    queries = read(client, page.format(**town))
    assert any("disclosures_obligation" in sql for sql in queries)
    assert [(step, sql) for sql in queries for step in full_scans(sql)] == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM disclosures_obligation WHERE outcome = 'nil'",
        "SELECT count(*) FROM disclosures_posting",
        'SELECT 1 FROM "disclosures_version" V0 WHERE V0."title" = \'x\'',
    ],
)
def test_a_full_scan_would_be_seen(sql):
    assert full_scans(sql)
