"""Background work: one's own, once, told of as it goes on, and taken up again when its worker dies."""

import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from disclosures import attachments, errands
from disclosures.choices import ErrandState
from disclosures.errands import ErrandFailed, Finished, kinds
from disclosures.errands.progress import LEASE, Progress, TakenAway
from disclosures.errands.queue import MOST_ATTEMPTS
from disclosures.models import Errand
from notices.stopwatch import Stopwatch
from organisations.access import can, visible
from tests.disclosures.office import page, signed_in
from tests.disclosures.people import NOW
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counting(settings, tmp_path, monkeypatch):
    """A kind of errand that does what the test says; it notes how often it was begun."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(kinds, "_kinds", {})
    begun = []

    def run(errand, progress):
        begun.append(errand.pk)
        return run.does(errand, progress)

    run.does = lambda errand, progress: Finished("好了")
    run.begun = begun
    errands.register("count", label="数数", run=run, allows=lambda actor, errand: actor.is_active)
    return run


def asked(**changes):
    return errands.ask("count", by=changes.pop("by", None) or UserFactory(), at=NOW, **changes)


def run(at=NOW):
    return errands.run_waiting(at)


def fresh(errand):
    return Errand.objects.get(pk=errand.pk)


def test_what_is_asked_for_is_done_once_however_often_the_task_runs(counting):
    errand = asked()
    run()
    run()
    assert counting.begun == [errand.pk]
    assert (fresh(errand).state, fresh(errand).message) == (ErrandState.DONE, "好了")


def test_the_same_asked_for_twice_while_it_waits_is_once():
    person = UserFactory()
    assert asked(by=person) == asked(by=person)
    assert asked(by=person, parameters={"year": 2026}) != asked(by=person)
    assert asked() != asked()


def test_how_much_is_done_is_seen_while_it_is_done(counting):
    seen = []

    def work(errand, progress):
        progress(0, 10, "开始")
        progress(10, 10, "")
        seen.append((fresh(errand).done, fresh(errand).total, fresh(errand).message, fresh(errand).percent))
        return Finished("完")

    counting.does = work
    asked()
    run()
    assert seen == [(10, 10, "开始", 100)]


def test_a_worker_that_died_is_relieved_when_its_lease_has_run_out(counting):
    def die(errand, progress):
        raise KeyboardInterrupt  # as near as a test in one process comes to a power cut

    counting.does = die
    errand = asked()
    with pytest.raises(KeyboardInterrupt):
        run()
    counting.does = lambda errand, progress: Finished("好了")
    run(NOW + LEASE - timedelta(seconds=5))
    assert fresh(errand).state == ErrandState.RUNNING
    run(NOW + LEASE + timedelta(seconds=5))
    assert fresh(errand).state == ErrandState.DONE
    assert fresh(errand).attempts == 2


def test_what_kills_its_worker_again_and_again_is_given_up_with_a_sentence(counting):
    errand = asked()
    Errand.objects.filter(pk=errand.pk).update(
        state=ErrandState.RUNNING, claimed_until=NOW, started_at=NOW, attempts=MOST_ATTEMPTS
    )
    run()
    assert counting.begun == []
    assert fresh(errand).state == ErrandState.FAILED
    assert "请减少一次办理的数量" in fresh(errand).message


def test_who_was_relieved_changes_nothing_any_more():
    errand = asked()
    Errand.objects.filter(pk=errand.pk).update(
        state=ErrandState.RUNNING, claimed_until=NOW + LEASE, started_at=NOW, attempts=1
    )
    slow = Progress(fresh(errand), Stopwatch(NOW))
    Errand.objects.filter(pk=errand.pk).update(claimed_until=NOW + 2 * LEASE)
    with pytest.raises(TakenAway):
        slow(1, 2)
    with pytest.raises(TakenAway):
        slow.finish(Finished("晚了"))
    assert fresh(errand).state == ErrandState.RUNNING


def test_an_errand_that_ends_in_the_transaction_of_its_change_ends_with_it_or_not_at_all(counting):
    def half(errand, progress):
        with transaction.atomic():
            UserFactory(username="half")
            progress.finish(Finished("完"))
            raise ValueError("broken")

    counting.does = half
    errand = asked()
    run()
    assert fresh(errand).state == ErrandState.FAILED
    assert not type(errand.asked_by).objects.filter(username="half").exists()


def test_a_failure_is_told_in_words_and_keeps_no_other_from_being_done(counting):
    def refuse(errand, progress):
        if errand.parameters:
            raise ErrandFailed("请先改正。")
        raise RuntimeError("secret detail")

    counting.does = refuse
    told, hidden = asked(parameters={"n": 1}), asked()
    run()
    assert fresh(told).message == "请先改正。"
    assert "secret" not in fresh(hidden).message
    assert "联系系统管理员" in fresh(hidden).message


def test_no_more_at_once_than_the_settings_say(counting, settings):
    settings.ERRANDS_AT_ONCE = 1
    busy, waiting = asked(), asked()
    Errand.objects.filter(pk=busy.pk).update(
        state=ErrandState.RUNNING, claimed_until=NOW + LEASE, started_at=NOW, attempts=1
    )
    run()
    assert fresh(waiting).state == ErrandState.QUEUED
    settings.ERRANDS_AT_ONCE = 2
    run()
    assert fresh(waiting).state == ErrandState.DONE


def with_file(counting, content=b"result"):
    def make(errand, progress):
        made = attachments.store_made(lambda file: file.write(content), folder=errands.FOLDER, at=NOW)
        return Finished("好了", made, "结果.txt")

    counting.does = make
    errand = asked(by=UserFactory(is_active=True))
    run()
    return fresh(errand)


def test_nobody_else_sees_an_errand_or_its_file(counting):
    errand = with_file(counting)
    other = UserFactory()
    assert can(errand.asked_by, "read", errand)
    assert not can(other, "read", errand)
    assert list(visible(other, Errand.objects.all())) == []
    for name in ("desk:errand", "desk:errand-file"):
        assert signed_in(other).get(reverse(name, args=[errand.token])).status_code == 404
        assert Client().get(reverse(name, args=[errand.token])).status_code == 302


def test_the_file_is_saved_by_nobody_on_the_way(counting):
    errand = with_file(counting)
    response = signed_in(errand.asked_by).get(reverse("desk:errand-file", args=[errand.token]))
    assert b"".join(response.streaming_content) == b"result"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("attachment")
    assert errand.token not in errand.result, "the name on disk is another secret"


def test_the_page_refreshes_without_script_until_the_work_is_over(counting):
    errand = asked()
    client = signed_in(errand.asked_by)
    url = reverse("desk:errand", args=[errand.token])
    assert '<noscript><meta http-equiv="refresh"' in page(client, url)
    assert "排队中" in page(client, url)
    run()
    assert "http-equiv" not in page(client, url)
    assert "已完成" in page(client, url)
    assert "数数" in page(client, reverse("desk:errands"))


def test_files_go_after_their_time_and_the_row_stays(counting, settings):
    errand = with_file(counting)
    path = errand.result_path
    errands.tidy(NOW + timedelta(days=settings.ERRAND_FILES_DAYS))
    assert path.exists()
    assert errands.tidy(NOW + timedelta(days=settings.ERRAND_FILES_DAYS, minutes=5)) == 1
    assert not path.exists()
    assert fresh(errand).message == "好了"
    assert "超过保存期限" in page(signed_in(errand.asked_by), errand.get_absolute_url())


def test_files_of_workers_that_died_before_they_said_so_go_too(settings):
    orphan = attachments.store_made(lambda file: file.write(b"x"), folder=errands.FOLDER, at=NOW)
    path = settings.MEDIA_ROOT / orphan.path
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    errands.tidy(NOW)
    assert path.exists()
    errands.tidy(NOW + timedelta(days=settings.ERRAND_FILES_DAYS + 1))
    assert not path.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"state": ErrandState.RUNNING},
        {"claimed_until": NOW},
        {"state": ErrandState.DONE},
        {"state": ErrandState.FAILED, "finished_at": NOW},
        {"done": 2, "total": 1},
    ],
)
def test_the_database_keeps_what_must_hold_of_an_errand(broken):
    errand = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Errand.objects.filter(pk=errand.pk).update(**broken)


def test_no_two_functions_do_the_same_kind():
    with pytest.raises(ValueError, match="done by another function"):
        errands.register("count", label="", run=lambda errand, progress: Finished(""), allows=lambda a, e: True)
