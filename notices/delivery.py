"""The sweeper: sends what waits in the outbox. Any number of them may run at once, and any may be killed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from . import channels
from .choices import Channel, NoticeStatus
from .models import LONGEST_ERROR, LONGEST_SUBJECT, LONGEST_URL, LONGEST_WHY, Notice, Preference
from .outbox import Letter, renderer_of
from .policy import policy
from .stopwatch import Stopwatch

log = logging.getLogger(__name__)

PATIENCE = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
"""How long to wait after each failed attempt. After one more the letter is dead."""

MOST_ATTEMPTS = len(PATIENCE) + 1

OUTSIDE = (Channel.EMAIL, Channel.WEBHOOK)


def deliver_due(now: datetime, *, office_open: bool, at_most: timedelta | None = None) -> Counter[str]:
    """Sends everything that waits: into inboxes at any time, outside only while the office is open.

    Text is written now, from how things stand now; what needs no telling any more becomes obsolete. Stops
    after `at_most` and leaves the rest to the next sweep. Gives how many notices became what.
    """
    watch, done = Stopwatch(now), Counter[str]()
    _relieve(watch, done)
    for channel in (Channel.INBOX, *(OUTSIDE if office_open else ())):
        sweep = _sweep_inbox if channel == Channel.INBOX else _sweep_outside
        while (at_most is None or watch.elapsed() < at_most) and sweep(channel, watch, done):
            pass
    return done


def _relieve(watch: Stopwatch, done: Counter[str]) -> None:
    """Takes letters away from sweepers that died with them; one that never gets through is dead."""
    abandoned = Notice.objects.abandoned(at=watch.moment())
    done[NoticeStatus.DEAD] += abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(
        status=NoticeStatus.DEAD, not_before=None, claimed_until=None, last_error="The process ended while sending."
    )
    done["relieved"] += abandoned.update(status=NoticeStatus.PENDING, claimed_until=None)


def _sweep_inbox(channel: Channel, watch: Stopwatch, done: Counter[str]) -> bool:
    """One batch into inboxes: text and mark are one update, so a reader sees the notice exactly when it is sent."""
    with transaction.atomic():
        notices = _waiting(channel, watch.moment())
        letters, failed = _write(notices, watch.moment())
        for notice in notices:
            if error := failed.get(notice.pk):
                _note_failure(notice, error, watch, done)
            else:
                _mark(notice, letters.get(notice.pk), watch, done)
    return bool(notices)


def _sweep_outside(channel: Channel, watch: Stopwatch, done: Counter[str]) -> bool:
    """One batch over an outside channel. False when there is none left, or the channel is down."""
    notices = _claim(channel, watch)
    if not notices:
        return False
    letters, failed = _write(notices, watch.moment())
    waiting = list(notices)
    try:
        with channels.opened(channel) as sender:
            while waiting:
                notice = waiting[0]
                if _still_ours(notice, watch):
                    _send(sender, notice, letters.get(notice.pk), failed.get(notice.pk), watch, done)
                waiting.pop(0)
    except channels.ChannelDown as error:
        log.warning("channel %s is down: %s", channel.value, error)
        _note_failure(waiting[0], error, watch, done)
        _give_back(waiting[1:])
        return False
    return True


def _send(
    sender: channels.Sender,
    notice: Notice,
    letter: Letter | None,
    unwritten: Exception | None,
    watch: Stopwatch,
    done: Counter[str],
) -> None:
    """One letter: sent, no longer needed, or failed. Lets ChannelDown through."""
    if unwritten:
        _note_failure(notice, unwritten, watch, done)
        return
    if letter is not None:
        try:
            sender.send(notice, letter)
        except channels.ChannelDown:
            raise
        except Exception as error:
            log.warning("notice %s could not be sent", notice.pk, exc_info=True)
            _note_failure(notice, error, watch, done)
            return
    _mark(notice, letter, watch, done)


def _waiting(channel: Channel, moment: datetime) -> list[Notice]:
    """A batch that nobody else is at, locked until the transaction ends (SQLite: it has the database to itself).

    What goes outside waits for the end of its reader's quiet hours.
    """
    waiting = Notice.objects.waiting(at=moment).filter(channel=channel).select_related("recipient")
    if channel in OUTSIDE:
        quiet = Preference.objects.quiet(at=timezone.localtime(moment).time())
        waiting = waiting.exclude(recipient__in=quiet.values("user"))
    return list(waiting.select_for_update(skip_locked=True, of=("self",))[: policy().batch])


@transaction.atomic
def _claim(channel: Channel, watch: Stopwatch) -> list[Notice]:
    """Pending > sending, with a lease, which is also the token that later updates are conditional on."""
    notices = _waiting(channel, watch.moment())
    claimed_until = watch.moment() + policy().lease
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        status=NoticeStatus.SENDING, claimed_until=claimed_until, attempts=F("attempts") + 1
    )
    for notice in notices:
        notice.status, notice.claimed_until = NoticeStatus.SENDING, claimed_until
        notice.attempts += 1
    return notices


def _still_ours(notice: Notice, watch: Stopwatch) -> bool:
    """Renews the lease when half of it is over. False if the letter was taken away meanwhile."""
    lease = policy().lease
    if notice.claimed_until and watch.moment() + lease / 2 < notice.claimed_until:
        return True
    claimed_until = watch.moment() + lease
    if not _as_seen(notice).update(claimed_until=claimed_until):
        return False
    notice.claimed_until = claimed_until
    return True


def _as_seen(notice: Notice) -> QuerySet[Notice]:
    """The row, if it is still as this sweeper left it."""
    return Notice.objects.filter(pk=notice.pk, status=notice.status, claimed_until=notice.claimed_until)


def _give_back(notices: Collection[Notice]) -> None:
    """Undoes the claim: nothing was tried."""
    for notice in notices:
        _as_seen(notice).update(status=NoticeStatus.PENDING, claimed_until=None, attempts=F("attempts") - 1)


def _write(notices: Sequence[Notice], moment: datetime) -> tuple[dict[int, Letter], dict[int, Exception]]:
    """The letters by primary key, and what went wrong; one that cannot be written spoils no other."""
    letters: dict[int, Letter] = {}
    failed: dict[int, Exception] = {}
    for kind in {notice.kind for notice in notices}:
        same = [notice for notice in notices if notice.kind == kind and notice.recipient.is_active]
        try:
            letters |= _written(kind, same, moment)
        except Exception:
            for notice in same:
                try:
                    letters |= _written(kind, [notice], moment)
                except Exception as error:
                    log.exception("notice %s could not be written", notice.pk)
                    failed[notice.pk] = error
    return letters, failed


def _written(kind: str, notices: Sequence[Notice], moment: datetime) -> Mapping[int, Letter]:
    """In a savepoint where a transaction is open, so that a failed query leaves it usable."""
    if not transaction.get_connection().in_atomic_block:
        return renderer_of(kind)(notices, moment)
    with transaction.atomic():
        return renderer_of(kind)(notices, moment)


def _mark(notice: Notice, letter: Letter | None, watch: Stopwatch, done: Counter[str]) -> None:
    """Sent, or obsolete if there was nothing to tell."""
    if letter is None:
        outcome = NoticeStatus.OBSOLETE
        changed = _as_seen(notice).update(status=outcome, not_before=None, claimed_until=None)
    else:
        outcome = NoticeStatus.SENT
        changed = _as_seen(notice).update(
            status=outcome,
            not_before=None,
            claimed_until=None,
            sent_at=watch.moment(),
            subject=letter.subject[:LONGEST_SUBJECT],
            body=letter.text,
            url=letter.url[:LONGEST_URL],
            why=letter.why[:LONGEST_WHY],
            last_error="",
        )
    if changed:
        done[outcome] += 1
        log.info("notice %s to user %s by %s: %s", notice.pk, notice.recipient_id, notice.channel, outcome)


def _note_failure(notice: Notice, error: Exception, watch: Stopwatch, done: Counter[str]) -> None:
    """To be tried again later; dead after the last attempt."""
    attempts = notice.attempts if notice.status == NoticeStatus.SENDING else notice.attempts + 1
    dead = attempts >= MOST_ATTEMPTS
    outcome = NoticeStatus.DEAD if dead else NoticeStatus.PENDING
    changed = _as_seen(notice).update(
        status=outcome,
        attempts=attempts,
        claimed_until=None,
        not_before=None if dead else watch.moment() + PATIENCE[attempts - 1],
        last_error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR],
    )
    done["dead" if dead else "failed"] += changed
