"""Small tables are known to the planner, though autovacuum never looks at them."""

import pytest
from django.db import connection

from portal import planner
from tests.factories.disclosures import DutyFactory


def statistics():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_stats WHERE attname = 'id'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_planner_has_statistics_of_catalogues_and_duties():
    DutyFactory()
    planner.look_again()
    assert {"catalogue_catalogue", "disclosures_duty"} <= statistics()


@pytest.mark.django_db
def test_it_changes_nothing_that_can_be_seen():
    duty = DutyFactory()
    planner.look_again()
    duty.refresh_from_db()
