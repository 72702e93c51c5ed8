"""Everything that is due, once a minute: the day's work once a day, whoever comes first and whoever dies."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import calendars
from catalogue.choices import DayKind
from catalogue.models import CalendarDay
from disclosures.models import Obligation, OverdueEntry, Reminder
from notices import outbox
from notices.choices import Channel, NoticeStatus
from notices.models import JobRun, Notice
from portal import jobs, tasks
from portal.celery import app
from tests.disclosures.ladder import climb_the_standard_ladder
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import AppointmentFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
DAY_WORK = ["generate", "log_overdue", "raise_reminders", "compose_digests", "unanswered_objections"]
MINUTE = timedelta(minutes=1)


def at(day: date = MONDAY, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def names(done):
    return [each.name for each in done]


@pytest.fixture(autouse=True)
def ladder():
    climb_the_standard_ladder()


@pytest.fixture
def secretary():
    return AppointmentFactory().user


@pytest.fixture
def owed(secretary):
    return ObligationFactory(organisation=secretary.appointments.get().organisation, due_on=MONDAY)


@pytest.fixture
def failing(monkeypatch):
    """Makes a piece of the day's work fail until told otherwise."""

    class Failing:
        is_broken = True
        calls = 0

    def generate(on, at, **options):
        Failing.calls += 1
        if Failing.is_broken:
            raise RuntimeError("目录没有启用版本")
        return 0

    monkeypatch.setattr("disclosures.generation.generate", generate)
    return Failing


def test_a_run_makes_obligations_logs_what_is_overdue_reminds_and_sends(secretary, mailoutbox):
    unit = secretary.appointments.get().organisation
    duty = DutyFactory(organisation=unit)
    ItemFactory(catalogue=duty.catalogue)
    late = ObligationFactory(organisation=unit, due_on=MONDAY - timedelta(days=3))
    jobs.run_due(at())
    assert Obligation.objects.exclude(pk=late.pk).exists()
    assert OverdueEntry.objects.get(obligation=late).became_on == MONDAY - timedelta(days=2)
    assert Reminder.objects.filter(obligation=late, recipient=secretary).exists()
    assert outbox.inbox(secretary).count() == 1
    assert [message.to for message in mailoutbox] == [[secretary.email]]


def test_the_work_of_the_day_is_done_once_a_local_day(owed):
    first = jobs.run_due(at())
    second = jobs.run_due(at() + MINUTE)
    third = jobs.run_due(at(MONDAY + timedelta(days=1), 8, 0))
    assert [name for name in names(first) if name in DAY_WORK] == DAY_WORK
    assert [name for name in names(second) if name in DAY_WORK] == []
    assert [name for name in names(third) if name in DAY_WORK] == DAY_WORK


def test_the_day_begins_at_local_midnight_and_digests_at_eight(owed):
    assert "generate" in names(jobs.run_due(at(MONDAY, 0, 0)))
    assert not Notice.objects.exists()
    assert "compose_digests" not in names(jobs.run_due(at(MONDAY, 7, 59)))
    assert "compose_digests" in names(jobs.run_due(at(MONDAY, 8, 0)))
    assert Notice.objects.filter(channel=Channel.INBOX, status=NoticeStatus.SENT).count() == 1


def test_email_goes_out_when_working_hours_begin(owed, mailoutbox):
    jobs.run_due(at(MONDAY, 8, 30))
    assert not mailoutbox
    jobs.run_due(at(MONDAY, 9, 0))
    assert len(mailoutbox) == 1


def test_the_hour_of_digests_is_a_setting(owed, settings):
    settings.REMINDERS_FROM = at(MONDAY, 10, 0).time()
    assert "compose_digests" not in names(jobs.run_due(at(MONDAY, 9, 59)))
    assert "compose_digests" in names(jobs.run_due(at(MONDAY, 10, 0)))


def test_on_a_day_off_the_work_is_done_and_reminds_nobody(owed, mailoutbox):
    CalendarDay.objects.create(date=MONDAY, kind=DayKind.HOLIDAY, name="放假")
    jobs.run_due(at())
    assert not Reminder.objects.exists()
    assert JobRun.objects.get(name="raise_reminders").done_on == MONDAY


def test_after_days_without_any_run_everything_is_caught_up_once(owed, secretary, mailoutbox):
    jobs.run_due(at(date(2026, 11, 16)))
    jobs.run_due(at(date(2026, 11, 26)))
    assert OverdueEntry.objects.get(obligation=owed).became_on == MONDAY + timedelta(days=1)
    assert sorted(Reminder.objects.values_list("rung__code", flat=True)) == ["T-7", "T0"]
    assert len(mailoutbox) == 2


def test_work_that_another_process_is_at_is_left_to_it_and_so_is_what_follows(owed):
    JobRun.objects.create(name="generate", started_at=at(), claimed_until=at() + jobs.LEASE)
    done = jobs.run_due(at() + MINUTE)
    assert not set(DAY_WORK) & set(names(done))
    assert "deliver" in names(done)


def test_work_whose_process_died_is_done_by_the_next_when_the_lease_is_over(owed, mailoutbox):
    JobRun.objects.create(name="raise_reminders", started_at=at(), claimed_until=at() + jobs.LEASE)
    jobs.run_due(at() + jobs.LEASE - MINUTE)
    assert not mailoutbox
    jobs.run_due(at() + jobs.LEASE)
    assert len(mailoutbox) == 1
    assert JobRun.objects.get(name="raise_reminders").done_on == MONDAY


def test_who_lost_the_lease_does_not_note_the_work_as_done(monkeypatch):
    def slow(on, at, **options):
        JobRun.objects.filter(name="generate").update(claimed_until=at + timedelta(hours=1))

    monkeypatch.setattr("disclosures.generation.generate", slow)
    jobs.run_due(at())
    assert JobRun.objects.get(name="generate").done_on is None


def test_work_that_fails_keeps_nothing_else_from_being_done(failing, owed, mailoutbox):
    with pytest.raises(jobs.JobsFailed, match="generate: RuntimeError: 目录没有启用版本"):
        jobs.run_due(at())
    assert len(mailoutbox) == 1
    run = JobRun.objects.get(name="generate")
    assert (run.failed, run.done_on, run.detail) == (True, None, "RuntimeError: 目录没有启用版本")
    assert JobRun.objects.get(name="run_due").failed


def test_work_that_failed_is_tried_again_after_a_rest_and_not_every_minute(failing, owed):
    with pytest.raises(jobs.JobsFailed):
        jobs.run_due(at())
    jobs.run_due(at() + MINUTE)
    assert failing.calls == 1
    failing.is_broken = False
    jobs.run_due(at() + jobs.REST + MINUTE)
    run = JobRun.objects.get(name="generate")
    assert (failing.calls, run.failed, run.done_on) == (2, False, MONDAY)


@pytest.mark.parametrize(
    "target",
    ["postings.publish_due", "corrections.end_display", "due_dates.recompute_due_dates", "rollups.refresh"],
)
def test_each_piece_of_the_minutes_work_may_fail_alone(owed, mailoutbox, monkeypatch, target):
    module, name = target.split(".")

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(getattr(jobs, module), name, fail)
    with pytest.raises(jobs.JobsFailed, match="disk full"):
        jobs.run_due(at())
    assert len(mailoutbox) == 1


def test_due_dates_left_over_from_a_change_of_the_calendar_are_moved_within_a_minute(monkeypatch):
    monkeypatch.setattr(jobs.due_dates, "AT_ONCE", 0)
    permanent = {"period_key": "once", "period_start": None, "period_end": None, "anchor_on": date(2026, 10, 26)}
    obligation = ObligationFactory(item=ItemFactory(permanent=True), due_on=MONDAY, **permanent)
    calendars.save_day(CalendarDay(date=date(2026, 11, 20), kind=DayKind.HOLIDAY, name="临时放假"))
    obligation.refresh_from_db()
    assert obligation.due_on == MONDAY
    jobs.run_due(at())
    obligation.refresh_from_db()
    assert obligation.due_on == date(2026, 11, 24)


def test_an_idle_minute_asks_a_bounded_number_of_queries(owed):
    jobs.run_due(at())
    with CaptureQueriesContext(connection) as queries:
        jobs.run_due(at() + MINUTE)
    assert len(queries) <= 49


# Doors


@pytest.fixture
def on_monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", at)


def test_crons_door_does_the_work_and_says_what_it_did(owed, mailoutbox, on_monday, capsys):
    call_command("run_due")
    assert len(mailoutbox) == 1
    assert "raise_reminders: 1" in capsys.readouterr().out


def test_crons_door_ends_with_an_error_if_something_failed(failing, owed, mailoutbox, on_monday, capsys):
    with pytest.raises(CommandError, match="目录没有启用版本"):
        call_command("run_due")
    assert len(mailoutbox) == 1
    assert "generate" in capsys.readouterr().err


def test_the_task_twice_sends_one_letter(owed, mailoutbox, on_monday):
    tasks.run_due()
    tasks.run_due()
    assert len(mailoutbox) == 1


def test_beat_asks_for_a_task_that_exists(settings):
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_a_web_request_never_speaks_to_the_broker():
    """What a request wants done, it writes into the database."""
    root = Path(jobs.__file__).parent.parent
    packages = ["portal", "oversight", "feedback", "disclosures", "catalogue", "notices", "organisations"]
    for package in packages:
        for path in (root / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert ".delay(" not in text, path
            assert ".apply_async(" not in text, path


# Health


def red(now):
    """The checks that are not in order."""
    return {name for name, check in jobs.health(now)["checks"].items() if not check["ok"]}


def test_after_a_run_everything_is_in_order(owed):
    jobs.run_due(at())
    found = jobs.health(at() + MINUTE * 2 - timedelta(seconds=20))
    assert found["ok"]
    assert [name for name, check in found["checks"].items() if not check["ok"]] == []
    assert found["checks"]["last_run"] == {"ok": True, "value": 1, "limit": 5}
    assert found["checks"]["day_work"]["value"] == "2026-11-23"


def test_a_portal_that_never_ran_is_not_in_order():
    assert red(at()) == {"last_run", "day_work"}


@pytest.mark.parametrize(("minutes", "is_red"), [(5, False), (6, True)])
def test_no_run_for_more_than_five_minutes_is_red(minutes, is_red):
    jobs.run_due(at())
    assert ("last_run" in red(at() + MINUTE * minutes + timedelta(seconds=-1))) is is_red


@pytest.mark.parametrize(
    ("hour", "minute", "is_red"), [(0, 59, False), (1, 0, True)], ids=["an hour is allowed", "an hour after midnight"]
)
def test_work_of_the_day_that_is_not_done_is_red(hour, minute, is_red):
    jobs.run_due(at())
    assert ("day_work" in red(at(MONDAY + timedelta(days=1), hour, minute))) is is_red


@pytest.mark.parametrize(("hour", "minute", "is_red"), [(8, 59, False), (9, 0, True)])
def test_digests_that_are_not_written_are_red_an_hour_after_theirs(hour, minute, is_red):
    tuesday = MONDAY + timedelta(days=1)
    jobs.run_due(at())
    jobs.run_due(at(tuesday, 0, 1))
    assert ("day_work" in red(at(tuesday, hour, minute))) is is_red


def test_work_that_failed_is_named(failing):
    with pytest.raises(jobs.JobsFailed):
        jobs.run_due(at())
    assert jobs.health(at())["checks"]["failing"]["value"] == ["generate", "run_due"]


@pytest.mark.parametrize(("minutes", "is_red"), [(15, False), (16, True)])
def test_a_message_that_waits_for_more_than_a_quarter_of_an_hour_is_red(minutes, is_red):
    NoticeFactory(not_before=at() - MINUTE * minutes)
    assert ("oldest_waiting" in red(at())) is is_red


def test_email_that_waits_for_working_hours_is_not_late_but_one_that_could_have_gone_is():
    NoticeFactory(channel=Channel.EMAIL, not_before=at(date(2026, 11, 20), 17, 29))
    assert "oldest_waiting" not in red(at(date(2026, 11, 22), 12, 0))
    assert "oldest_waiting" not in red(at(MONDAY, 9, 15))
    assert "oldest_waiting" in red(at(MONDAY, 9, 16))


@pytest.mark.parametrize(("dead", "is_red"), [(2, False), (3, True)])
def test_too_many_dead_letters_are_red(dead, is_red, settings):
    settings.NOTICES = {"dead_letters": 2}
    for _n in range(dead):
        NoticeFactory(status=NoticeStatus.DEAD)
    assert ("dead_letters" in red(at())) is is_red
    assert jobs.health(at())["checks"]["dead_letters"]["value"] == dead


def test_asking_for_health_writes_nothing_and_asks_few_questions(owed):
    jobs.run_due(at())
    with CaptureQueriesContext(connection) as queries:
        jobs.health(at())
    assert len(queries) <= 6
    assert not [query for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
