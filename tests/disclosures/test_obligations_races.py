"""Two workers, two beats, two secretaries: whatever happens at once is done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from catalogue.choices import Period
from disclosures.actions import overdue
from disclosures.actions.obligations import record_event
from disclosures.actions.overdue import log_overdue
from disclosures.generation import generate
from disclosures.models import Event, Obligation, OverdueEntry
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
ON = date(2026, 11, 21)


def at_once(work: Callable[[], Any], times: int = 3) -> list[Any]:
    """What the work gives, done several times beginning at the same moment; what one raises is raised."""
    ready = Barrier(times)

    def one() -> Any:
        try:
            ready.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one) for _ in range(times)]]


def test_generators_at_the_same_moment_make_everything_once():
    root = OrganisationFactory()
    for _ in range(20):
        OrganisationFactory(parent=root)
    for period in (Period.MONTHLY, Period.QUARTERLY):
        item = ItemFactory(period=period)
        ItemFactory(catalogue=item.catalogue, permanent=True)
        DutyFactory(catalogue=item.catalogue, organisation=root)
    results = at_once(lambda: generate(ON, AT))
    assert Obligation.objects.count() == 21 * (2 + 2 + 1 + 1)
    assert sum(result.created for result in results) == Obligation.objects.count()


def test_an_event_recorded_by_two_at_the_same_moment_is_one():
    item, by = ItemFactory(prompt=True), UserFactory()
    organisation = DutyFactory(catalogue=item.catalogue).organisation
    what = {"organisation": organisation, "item": item, "title": "东区厂房招租", "occurred_on": date(2026, 11, 19)}
    recorded = at_once(lambda: record_event(**what, by=by, at=AT))
    assert sorted(each.is_new for each in recorded) == [False, False, True]
    assert {each.obligation.pk for each in recorded} == {Obligation.objects.get().pk}
    assert Event.objects.count() == 1


@pytest.mark.parametrize("thorough", [False, True])
def test_the_overdue_log_written_by_several_holds_each_once(thorough):
    for _ in range(30):
        ObligationFactory()
    written = at_once(lambda: log_overdue(ON, AT, thorough=thorough))
    assert sum(written) == OverdueEntry.objects.count() == 30


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asked of SQLite, whose planner needs no statistics")
def test_the_log_of_a_day_reads_the_open_obligations_of_those_days_and_no_others():
    values = {"on": "2026-11-22", "since": "2026-11-20", "at": "2026-11-22"}
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + overdue._LOG.format(next_day=overdue._NEXT_DAY["sqlite"]), values)
        steps = [row[3] for row in cursor.fetchall()]
    assert any("USING" in step and "obligation_open_by_day (due_on>? AND due_on<?)" in step for step in steps), steps
    assert not any(step.startswith("SCAN") for step in steps), steps
