"""Work a person waits for is taken up again when its worker is killed as a power cut kills."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from disclosures import errands
from disclosures.bulk import work
from disclosures.choices import ErrandState
from disclosures.models import Errand
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory
from tests.workers.conftest import Fleet, wait_for

pytestmark = [pytest.mark.postgresql, pytest.mark.redis]


def test_a_worker_killed_over_an_errand_is_followed_by_the_next(fleet: Fleet) -> None:
    """The test holds the table; the worker waits for it, and dies there."""
    secretary = AppointmentFactory()
    ObligationFactory(organisation=secretary.organisation)
    wanted = {"organisations": [secretary.organisation.pk], "period": ""}
    errand = errands.ask(work.TEMPLATE, by=secretary.user, at=timezone.now(), parameters=wanted)
    fleet.broker.send_task("portal.tasks.run_errands")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE disclosures_obligation IN ACCESS EXCLUSIVE MODE")
        victim = fleet.worker()

        def is_waited_for() -> bool:
            cursor.execute("SELECT 1 FROM pg_locks WHERE relation = 'disclosures_obligation'::regclass AND NOT granted")
            return cursor.fetchone() is not None

        wait_for("the worker to want the table", is_waited_for)
        fleet.kill(victim)
    errand.refresh_from_db()
    assert (errand.state, errand.attempts) == (ErrandState.RUNNING, 1)
    Errand.objects.filter(pk=errand.pk).update(claimed_until=timezone.now())
    fleet.broker.send_task("portal.tasks.run_errands")
    fleet.worker()
    wait_for("the next to end it", lambda: Errand.objects.filter(pk=errand.pk, state=ErrandState.DONE).exists())
    errand.refresh_from_db()
    assert errand.attempts == 2
    assert errand.outcome == {"rows": 1}
