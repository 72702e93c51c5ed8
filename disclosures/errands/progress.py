"""How far an errand is, as the person waiting sees it; and whether it is still ours to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from notices.stopwatch import Stopwatch

from ..choices import ErrandState
from ..models import Errand
from .kinds import Finished

LEASE = timedelta(minutes=5)
"""Longer than any stretch of work without a report."""

_PAUSE = timedelta(seconds=1)
"""The least between two reports; more often nobody looks."""


class TakenAway(Exception):
    """The lease ran out and another worker took the errand over: what is not committed yet must not be."""


class Progress:
    """Given to whoever does an errand. Call it with how much is done: it also keeps the errand ours."""

    def __init__(self, errand: Errand, watch: Stopwatch) -> None:
        self._errand, self._watch = errand, watch
        self._reported = timedelta(days=-1)
        self.is_finished = False

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Reports how much of how much is done. Raises TakenAway. Not within a transaction: nobody would see it."""
        said = message and message != self._errand.message
        if not said and done < total and self._watch.elapsed() < self._reported + _PAUSE:
            return
        self._reported = self._watch.elapsed()
        claimed_until = self.moment() + LEASE
        message = message or self._errand.message
        changes: dict[str, Any] = {
            "claimed_until": claimed_until,
            "done": min(done, total),
            "total": total,
            "message": message,
        }
        if not self._ours().update(**changes):
            raise TakenAway
        self._errand.claimed_until, self._errand.message = claimed_until, message

    def moment(self) -> datetime:
        """What time it is."""
        return self._watch.moment()

    def finish(self, finished: Finished) -> None:
        """Marks the errand done, in the transaction of what it changed if there is one. Raises TakenAway."""
        with transaction.atomic():
            self._end(ErrandState.DONE, finished)

    def fail(self, message: str) -> None:
        """Marks it as not done. Raises TakenAway."""
        self._end(ErrandState.FAILED, Finished(message))

    def _end(self, state: ErrandState, finished: Finished) -> None:
        file = finished.file
        ended = self._ours().update(
            state=state,
            message=finished.message,
            result=file.path if file else "",
            result_name=finished.file_name,
            outcome=finished.outcome,
            finished_at=self.moment(),
            claimed_until=None,
        )
        if not ended:
            raise TakenAway
        self.is_finished = True

    def _ours(self) -> QuerySet[Errand]:
        return Errand.objects.filter(
            pk=self._errand.pk, state=ErrandState.RUNNING, claimed_until=self._errand.claimed_until
        )
