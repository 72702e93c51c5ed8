"""Each letter goes out once and none is lost: real workers, real beats, killed as a power cut kills.

All of it runs on PostgreSQL and Redis. On SQLite and files, the embedded portal, one worker does the work.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalogue.choices import DayKind
from catalogue.models import CalendarDay
from disclosures.models import Obligation, OverdueEntry, Reminder
from notices.choices import ON_THEIR_WAY, Channel, NoticeStatus
from notices.models import JobRun, Notice
from organisations.choices import Role
from tests.disclosures.ladder import climb_the_standard_ladder
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory
from tests.workers.conftest import PATIENCE, Fleet, wait_for

VILLAGES = 12


@pytest.fixture
def villages(fleet: Fleet) -> list[Obligation]:
    """Each has a secretary, and owes something today, whatever weekday the tests run on."""
    climb_the_standard_ladder()
    today = timezone.localdate()
    for day in range(-1, 2):
        CalendarDay.objects.create(date=today + timedelta(days=day), kind=DayKind.WORKDAY, name="测试")
    town, item = OrganisationFactory(), ItemFactory()
    AppointmentFactory(organisation=town, role=Role.APPROVER)
    return [
        ObligationFactory(
            organisation=AppointmentFactory(organisation=OrganisationFactory(parent=town)).organisation,
            item=item,
            due_on=today,
        )
        for _n in range(VILLAGES)
    ]


def all_is_sent() -> bool:
    return not Notice.objects.filter(status__in=ON_THEIR_WAY).exists() and is_composed()


def is_composed() -> bool:
    return JobRun.objects.filter(name="compose_digests", done_on=timezone.localdate()).exists()


def sent(channel: Channel) -> int:
    return Notice.objects.filter(channel=channel, status=NoticeStatus.SENT).count()


def each_letter_went_out_once(fleet: Fleet, people: int = VILLAGES) -> None:
    """One inbox notice and one e-mail a person, and nothing that is not accounted for."""
    assert Notice.objects.count() == 2 * people
    assert (sent(Channel.INBOX), sent(Channel.EMAIL)) == (people, people)
    assert len(fleet.letters()) == people
    assert not Reminder.objects.filter(notice=None).exists()
    assert set(Notice.objects.filter(channel=Channel.INBOX).values_list("reminders__recipient", "recipient")) == {
        (user, user) for user in Notice.objects.values_list("recipient", flat=True)
    }


def test_the_same_task_five_times_sends_each_letter_once(fleet: Fleet, villages: list[Obligation]) -> None:
    fleet.ask(5)
    fleet.worker()
    wait_for("all to be sent", all_is_sent)
    each_letter_went_out_once(fleet)
    assert len(fleet.deliveries()) == VILLAGES


@pytest.mark.postgresql
@pytest.mark.redis
def test_two_beats_and_two_workers_send_each_letter_once(fleet: Fleet, villages: list[Obligation]) -> None:
    fleet.slow_down()
    workers = [fleet.worker() for _n in range(2)]
    wait_for("both to be ready", lambda: all("ready." in fleet.said(worker) for worker in workers))
    for _n in range(2):
        fleet.beat()
    wait_for("all to be sent", all_is_sent)
    each_letter_went_out_once(fleet)
    assert len(fleet.deliveries()) == VILLAGES
    assert {int(pid) for pid, _letter in fleet.deliveries()} == {worker.pid for worker in workers}, "both had a part"


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle_of_a_delivery_loses_no_letter_and_doubles_none(
    fleet: Fleet, villages: list[Obligation], moment: str
) -> None:
    """Before: claimed, not delivered. After: delivered, not marked."""
    fleet.stall(moment)
    fleet.ask()
    victim = fleet.worker()
    fleet.wait_until_stalled(moment)
    fleet.kill(victim)
    in_hand = Notice.objects.filter(status=NoticeStatus.SENDING)
    assert in_hand.exists()
    assert len(fleet.letters()) == (1 if moment == "after" else 0)
    wait_for("the lease to run out", lambda: not in_hand.filter(claimed_until__gte=timezone.now()).exists())
    fleet.ask()
    fleet.worker()
    wait_for("all to be sent", all_is_sent)
    each_letter_went_out_once(fleet)
    assert len(fleet.deliveries()) == VILLAGES + (1 if moment == "after" else 0)


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_that_hangs_is_relieved_and_does_nothing_more_when_it_wakes_up(
    fleet: Fleet, villages: list[Obligation]
) -> None:
    fleet.stall("after")
    fleet.ask()
    sleeper = fleet.worker()
    fleet.wait_until_stalled("after")
    fleet.worker()
    fleet.beat()
    wait_for("the other to send everything", all_is_sent)
    fleet.go_on("after")
    wait_for("the sleeper to end its task", lambda: "succeeded" in fleet.said(sleeper))
    each_letter_went_out_once(fleet)
    assert len(fleet.deliveries()) == VILLAGES + 1, "the letter it fell asleep over was delivered again, as the same"
    assert [pid for pid, _letter in fleet.deliveries()].count(str(sleeper.pid)) == 1


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_worker_killed_while_it_raises_reminders_is_followed_by_the_next(
    fleet: Fleet, villages: list[Obligation]
) -> None:
    """The test holds the table; the worker waits for it within its transaction, and dies there."""
    fleet.ask()
    victim = fleet.worker()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE disclosures_reminder IN SHARE ROW EXCLUSIVE MODE")

        def is_waited_for() -> bool:
            cursor.execute("SELECT 1 FROM pg_locks WHERE relation = 'disclosures_reminder'::regclass AND NOT granted")
            return cursor.fetchone() is not None

        wait_for("the worker to want the table", is_waited_for)
        fleet.kill(victim)
    run = JobRun.objects.get(name="raise_reminders")
    assert run.done_on is None
    assert not Reminder.objects.exists()
    JobRun.objects.filter(pk=run.pk).update(claimed_until=timezone.now())
    fleet.ask()
    fleet.worker()
    wait_for("all to be sent", all_is_sent)
    each_letter_went_out_once(fleet)


def test_after_a_day_without_any_worker_everything_is_caught_up_once(fleet: Fleet, villages: list[Obligation]) -> None:
    """Two days ago all was done; what fell due yesterday nobody was told of."""
    today = timezone.localdate()
    Obligation.objects.update(due_on=today - timedelta(days=1), opens_on=today - timedelta(days=1))
    for name in ("generate", "log_overdue", "raise_reminders", "compose_digests"):
        JobRun.objects.create(name=name, started_at=timezone.now(), done_on=today - timedelta(days=2))
    fleet.worker()
    fleet.beat()
    wait_for("all to be sent", all_is_sent)
    each_letter_went_out_once(fleet, VILLAGES + 1)
    assert set(OverdueEntry.objects.values_list("became_on", flat=True)) == {today}
    assert set(Reminder.objects.values_list("rung__code", flat=True)) == {"T0", "T+1"}


def test_without_any_broker_cron_does_the_same_and_twice_at_once_is_once(
    fleet: Fleet, villages: list[Obligation]
) -> None:
    runs = [fleet.cron() for _n in range(2)]
    assert [run.wait(timeout=PATIENCE) for run in runs] == [0, 0]
    assert fleet.cron().wait(timeout=PATIENCE) == 0
    each_letter_went_out_once(fleet)
    assert len(fleet.deliveries()) == VILLAGES
