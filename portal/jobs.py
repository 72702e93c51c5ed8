"""Everything that is due: what beat asks for once a minute, and cron may ask for instead.

The database holds the truth. Each piece of work may run twice, late, or in two processes at once; one that
fails does not keep the others from running, and one whose process died is done by the next run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from catalogue.calendars import working_calendar
from disclosures import errands, generation, reminders, unanswered
from disclosures.actions import corrections, due_dates, overdue, postings, retention
from notices import delivery
from notices.choices import Channel, NoticeStatus
from notices.hours import office_hours, office_open
from notices.models import JobRun, Notice
from notices.policy import policy
from notices.stopwatch import Stopwatch
from oversight import rollups

from . import planner

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""A day's work whose process died is taken over after this; longer than a task may run."""

REST = timedelta(minutes=10)
"""A day's work that failed is tried again after this."""

AT_MOST = timedelta(seconds=45)
"""How long one run sends messages: it should end before the next minute's begins."""

EVERY_MINUTE = "run_due"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a piece of work."""

    name: str
    detail: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class DayWork:
    """Work that is done once a local day, from a time on. It gives what to note about the result."""

    name: str
    do: Callable[[date, datetime], object]
    begins: time = time(0)


class JobsFailed(Exception):
    """Some of the work failed; the rest was done."""

    def __init__(self, failed: list[Done]) -> None:
        super().__init__("; ".join(f"{done.name}: {done.error}" for done in failed))


def day_work() -> list[DayWork]:
    """What is done once a day, each after the one before."""
    return [
        DayWork("generate", _generate),
        DayWork("log_overdue", lambda on, now: overdue.log_overdue(on=on, at=now, thorough=True)),
        DayWork("raise_reminders", lambda on, now: reminders.raise_reminders(on)),
        DayWork("tidy_errands", lambda on, now: errands.tidy(now)),
        DayWork("purge_objections", retention.purge_objections),
        DayWork("compose_digests", reminders.compose_digests, begins=settings.REMINDERS_FROM),
        DayWork("unanswered_objections", unanswered.remind, begins=settings.REMINDERS_FROM),
    ]


def _generate(on: date, now: datetime) -> generation.GenerationResult:
    """Makes what is owed; then the planner looks at the small tables again, which every page joins with."""
    result = generation.generate(on=on, at=now)
    planner.look_again()
    return result


def run_due(now: datetime, *, say: Callable[[Done], None] | None = None) -> list[Done]:
    """Does everything that is due at the moment; gives what was done. `say` is told of each piece as it ends.

    Raises JobsFailed at the end if something failed; everything else was done nevertheless.
    """
    watch = Stopwatch(now)
    _note_start(now)
    done = []
    for result in _work(watch):
        done.append(result)
        if say:
            say(result)
    failed = [result for result in done if result.error]
    detail = "; ".join(f"{result.name}: {result.error or result.detail}" for result in done)
    _note_end(EVERY_MINUTE, watch.moment(), detail, failed=bool(failed))
    if failed:
        raise JobsFailed(failed)
    return done


def _work(watch: Stopwatch) -> Iterator[Done]:
    """What is seen at once comes first, what may take long last."""
    on = timezone.localdate(watch.moment())
    yield _tried("publish", lambda: postings.publish_due(now=watch.moment()))
    yield _tried("end_display", lambda: corrections.end_display(now=watch.moment()))
    yield _tried("due_dates", lambda: due_dates.recompute_due_dates(watch.moment()))
    yield from _work_of_the_day(on, watch)
    yield _tried("rollups", lambda: rollups.refresh(now=watch.moment(), on=on))
    yield _tried("deliver", lambda: deliver(watch.moment(), at_most=AT_MOST))
    yield _tried("errands", lambda: run_errands(watch.moment()))


def _tried(name: str, work: Callable[[], object]) -> Done:
    """The work's result; what it raises is logged and told."""
    try:
        return Done(name, detail=_words(work()))
    except Exception as error:
        log.exception("%s failed", name)
        return Done(name, error=f"{type(error).__name__}: {error}")


def _words(result: object) -> str:
    """A result as it is noted: its counts, without those that are nought."""
    if is_dataclass(result) and not isinstance(result, type):
        result = {each.name: getattr(result, each.name) for each in fields(result)}
    if isinstance(result, dict):
        return ", ".join(f"{name} {n}" for name, n in result.items() if n and isinstance(n, int)) or "0"
    return "" if result is None else str(result)


def deliver(now: datetime, *, at_most: timedelta | None = None) -> dict[str, int]:
    """Sends what waits in the outbox, outside only in working hours."""
    return dict(delivery.deliver_due(now, office_open=office_open(now, working_calendar().is_working), at_most=at_most))


def run_errands(now: datetime) -> dict[str, int]:
    """Does what people have asked for and wait for; begins no more after a while, or other work would wait."""
    return dict(errands.run_waiting(now, at_most=AT_MOST))


def _work_of_the_day(on: date, watch: Stopwatch) -> Iterator[Done]:
    """Each piece once a local day, whoever comes first; what another process is at, and all after it, is left to it."""
    for work in day_work():
        now = watch.moment()
        if timezone.localtime(now).time() < work.begins:
            continue
        if _claim(work.name, on, now):
            token = now + LEASE
            result = _tried(work.name, lambda work=work, now=now: work.do(on, now))  # type: ignore[misc]
            _note_day(work.name, on, token, watch.moment(), result)
            yield result
        elif _somebody_is_at(work.name, on, now):
            return


def _claim(name: str, on: date, now: datetime) -> bool:
    """Takes the day's work, unless it is done, or somebody is at it, or it failed a short while ago."""
    JobRun.objects.get_or_create(name=name, defaults={"started_at": now})
    free = JobRun.objects.filter(
        Q(done_on=None) | Q(done_on__lt=on), Q(claimed_until=None) | Q(claimed_until__lte=now), name=name
    )
    return free.update(claimed_until=now + LEASE, started_at=now, finished_at=None, failed=False) == 1


def _somebody_is_at(name: str, on: date, now: datetime) -> bool:
    undone = JobRun.objects.filter(Q(done_on=None) | Q(done_on__lt=on), name=name, failed=False)
    return undone.filter(claimed_until__gt=now).exists()


def _note_day(name: str, on: date, token: datetime, at: datetime, result: Done) -> None:
    """Done for the day; or to be tried again after a rest. Nothing if the lease ran out and another took over."""
    claimed = JobRun.objects.filter(name=name, claimed_until=token)
    if result.error:
        claimed.update(failed=True, finished_at=at, claimed_until=at + REST, detail=_cut(result.error))
    else:
        claimed.update(failed=False, finished_at=at, claimed_until=None, done_on=on, detail=_cut(result.detail))


def _note_start(now: datetime) -> None:
    JobRun.objects.update_or_create(name=EVERY_MINUTE, defaults={"started_at": now})


def _note_end(name: str, at: datetime, detail: str, *, failed: bool) -> None:
    JobRun.objects.filter(name=name).update(finished_at=at, detail=_cut(detail), failed=failed)


def _cut(text: str) -> str:
    return text[: JobRun._meta.get_field("detail").max_length]


LATEST_RUN = timedelta(minutes=5)
"""Without a run for this long the health page turns red."""

GRACE = timedelta(hours=1)
"""How long after its hour the day's work may still be undone."""


def health(now: datetime) -> dict[str, Any]:
    """How the background work fares, for `/readyz`: `ok`, and each check with `ok`, `value` and `limit`.

    Values are whole minutes, ISO days or counts. Waiting messages count from when they could have been sent:
    e-mail that waits for working hours is not late. Six queries, whatever there is in the outbox.
    """
    runs = {run.name: run for run in JobRun.objects.all()}
    checks = {
        "last_run": _check_minutes(_since(runs.get(EVERY_MINUTE), now), LATEST_RUN),
        "day_work": _check_day_work(runs, now),
        "failing": _check_failing(runs),
        "oldest_waiting": _check_minutes(_longest_wait(now), policy().oldest_waiting, none_is_fine=True),
        "dead_letters": _check_dead_letters(),
    }
    return {"ok": all(check["ok"] for check in checks.values()), "checks": checks}


def _since(run: JobRun | None, now: datetime) -> timedelta | None:
    return now - run.finished_at if run and run.finished_at else None


def _check_minutes(passed: timedelta | None, limit: timedelta, *, none_is_fine: bool = False) -> dict[str, Any]:
    value = None if passed is None else int(passed / timedelta(minutes=1))
    return {"ok": none_is_fine if passed is None else passed <= limit, "value": value, "limit": _minutes(limit)}


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def _check_day_work(runs: dict[str, JobRun], now: datetime) -> dict[str, Any]:
    """The day up to which all work of the day is done, against the day it should be done for by now."""
    late, oldest = False, None
    for work in day_work():
        run = runs.get(work.name)
        done_on = run.done_on if run else None
        wanted = timezone.localdate(now - GRACE - timedelta(hours=work.begins.hour, minutes=work.begins.minute))
        late = late or done_on is None or done_on < wanted
        oldest = done_on if oldest is None or done_on is None else min(oldest, done_on)
    return {
        "ok": not late,
        "value": oldest and oldest.isoformat(),
        "limit": timezone.localdate(now - GRACE).isoformat(),
    }


def _check_failing(runs: dict[str, JobRun]) -> dict[str, Any]:
    failing = sorted(name for name, run in runs.items() if run.failed)
    return {"ok": not failing, "value": failing, "limit": []}


def _longest_wait(now: datetime) -> timedelta | None:
    """Since when the message waits that has waited longest; None if none could have been sent by now."""
    waiting = Notice.objects.waiting(at=now)
    since = [waiting.filter(channel=Channel.INBOX).values_list("not_before", flat=True).first()]
    if office_open(now, working_calendar().is_working):
        opened, _closes = office_hours(timezone.localdate(now))
        outside = waiting.exclude(channel=Channel.INBOX).values_list("not_before", flat=True).first()
        since.append(outside and max(outside, opened))
    return max((now - moment for moment in since if moment), default=None)


def _check_dead_letters() -> dict[str, Any]:
    limit = policy().dead_letters
    count = Notice.objects.filter(status=NoticeStatus.DEAD).order_by()[: limit + 1].count()
    return {"ok": count <= limit, "value": count, "limit": limit}
