"""Many at once: reminders are raised, digests written and letters sent as if one had done it all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection

from disclosures.models import Reminder
from disclosures.reminders import compose_digests, raise_reminders
from notices.choices import NoticeStatus
from notices.delivery import deliver_due
from notices.models import Notice
from portal import jobs
from tests.disclosures.ladder import climb_the_standard_ladder
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
THREADS = 4
PEOPLE = 30


def at_once(work: Callable[[], object]) -> list[object]:
    """What the work gives in each of several threads that begin together, each with a connection of its own."""
    barrier = Barrier(THREADS)

    def one() -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one) for _n in range(THREADS)]]


@pytest.fixture(autouse=True)
def owed():
    climb_the_standard_ladder()
    item = ItemFactory()
    for _n in range(PEOPLE):
        ObligationFactory(organisation=AppointmentFactory().organisation, item=item, due_on=MONDAY)


def test_raised_by_several_at_once_each_reminder_is_raised_once():
    assert sum(at_once(lambda: raise_reminders(MONDAY))) == PEOPLE
    assert Reminder.objects.count() == PEOPLE


def test_written_by_several_at_once_each_digest_is_written_once_and_carries_its_reminders():
    raise_reminders(MONDAY)
    assert sum(at_once(lambda: compose_digests(MONDAY, NOW))) == PEOPLE
    assert Notice.objects.count() == 2 * PEOPLE
    for reminder in Reminder.objects.select_related("notice"):
        assert reminder.notice is not None
        assert reminder.notice.recipient_id == reminder.recipient_id


def test_sent_by_several_at_once_each_letter_is_sent_once(settings):
    settings.NOTICES = settings.NOTICES | {"batch": 3}
    raise_reminders(MONDAY)
    compose_digests(MONDAY, NOW)
    done = at_once(lambda: deliver_due(NOW, office_open=True))
    assert sum(each[NoticeStatus.SENT] for each in done) == 2 * PEOPLE
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == PEOPLE


def test_the_whole_run_by_several_at_once_is_one_run():
    at_once(lambda: jobs.run_due(NOW))
    jobs.run_due(NOW)
    assert Reminder.objects.count() == PEOPLE
    assert set(Notice.objects.values_list("status", flat=True)) == {NoticeStatus.SENT}
    assert len(mail.outbox) == PEOPLE
