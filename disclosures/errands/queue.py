"""Asking for errands, and doing those that wait. Any number of workers may do so at once, and any may be killed."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from notices.stopwatch import Stopwatch
from organisations.models import Organisation, User
from organisations.spreadsheets import SpreadsheetError

from .. import attachments
from ..actions.refusals import Refused
from ..choices import ErrandState
from ..models import Errand
from .kinds import ErrandFailed, kind_of
from .progress import LEASE, Progress, TakenAway

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
"""Workers that may die over an errand before it counts as impossible."""

FOLDER = "errands"
_LOOKED_AT = 20

FOR_THE_PERSON = (ErrandFailed, Refused, attachments.AttachmentRefused, SpreadsheetError)
"""What these say is told as it stands."""


def ask(
    kind: str,
    *,
    by: User,
    at: datetime,
    organisation: Organisation | None = None,
    parameters: dict[str, Any] | None = None,
    source: attachments.MadeFile | None = None,
    source_name: str = "",
) -> Errand:
    """Puts work on the list; a worker begins it within seconds. The same asked for again while it waits is once."""
    wanted: dict[str, Any] = {"kind": kind, "asked_by": by, "organisation": organisation}
    wanted["parameters"] = parameters or {}
    if source is None:
        for same in Errand.objects.filter(**{**wanted, "state": ErrandState.QUEUED}):
            return same
    return Errand.objects.create(
        **wanted, source=source.path if source else "", source_name=source_name[:120], asked_at=at
    )


def run_waiting(now: datetime, *, at_most: timedelta | None = None) -> Counter[str]:
    """Does what waits, the oldest first; begins no more after `at_most`. How many ended how.

    As many at once, over all workers, as `ERRANDS_AT_ONCE` says: the work of every minute must not wait for them.
    """
    watch, done = Stopwatch(now), Counter[str]()
    if not Errand.objects.filter(state__in=[ErrandState.QUEUED, ErrandState.RUNNING]).exists():
        return done
    done["given_up"] += _give_up(watch.moment())
    while at_most is None or watch.elapsed() < at_most:
        errand = _claim(watch.moment())
        if errand is None:
            break
        done[_do(errand, watch)] += 1
    return done


def _free(moment: datetime) -> Q:
    """Waiting, or held by a worker that did not live to end it."""
    return Q(state=ErrandState.QUEUED) | Q(state=ErrandState.RUNNING, claimed_until__lte=moment)


def _claim(moment: datetime) -> Errand | None:
    busy = Errand.objects.filter(state=ErrandState.RUNNING, claimed_until__gt=moment).count()
    if busy >= settings.ERRANDS_AT_ONCE:
        return None
    free = _free(moment)
    for pk in Errand.objects.filter(free).order_by("pk").values_list("pk", flat=True)[:_LOOKED_AT]:
        mine = {"state": ErrandState.RUNNING, "claimed_until": moment + LEASE, "started_at": moment}
        begun = {"attempts": F("attempts") + 1, "done": 0, "total": 0, "message": ""}
        if Errand.objects.filter(free, pk=pk).update(**mine, **begun) == 1:
            return Errand.objects.select_related("asked_by", "organisation").get(pk=pk)
    return None


def _give_up(moment: datetime) -> int:
    """What killed its worker again and again is not tried a fourth time."""
    hopeless = Errand.objects.filter(state=ErrandState.RUNNING, claimed_until__lte=moment, attempts__gte=MOST_ATTEMPTS)
    words = _("The server broke off several times while it did this. Ask for less at a time, or tell the operator.")
    return hopeless.update(state=ErrandState.FAILED, claimed_until=None, finished_at=moment, message=words)


def _do(errand: Errand, watch: Stopwatch) -> str:
    """Done, failed or taken away. Nothing that goes wrong with one keeps the others from being done."""
    kind, progress = kind_of(errand), Progress(errand, watch)
    try:
        if kind is None:
            raise ErrandFailed(_("The portal no longer does this. Ask for it anew."))
        finished = kind.run(errand, progress)
        if not progress.is_finished:
            progress.finish(finished)
    except TakenAway:
        log.warning("errand %s was taken over by another worker", errand.pk)
        return "taken_away"
    except Exception as error:
        return _tell(progress, errand, _sentence(error, errand))
    return ErrandState.DONE.value


def _tell(progress: Progress, errand: Errand, sentence: str) -> str:
    try:
        progress.fail(sentence)
    except TakenAway:
        log.warning("errand %s was taken over by another worker", errand.pk)
        return "taken_away"
    return ErrandState.FAILED.value


def _sentence(error: Exception, errand: Errand) -> str:
    """What went wrong and what to do, for the person who asked; the log has the rest."""
    if isinstance(error, FOR_THE_PERSON):
        return str(error)
    log.exception("errand %s failed", errand.pk)
    if isinstance(error, SoftTimeLimitExceeded):
        return _("It took longer than is allowed. Ask for less at a time.")
    return _(
        "Something went wrong on the server; nothing was changed. Try again, and tell the operator if it fails again."
    )


def tidy(now: datetime) -> int:
    """Removes files whose time is over; the rows stay. How many errands lost their files. Twice is once."""
    before = now - timedelta(days=settings.ERRAND_FILES_DAYS)
    over = Errand.objects.filter(finished_at__lt=before).exclude(source="", result="")
    count = 0
    for errand in over.order_by("pk").iterator(chunk_size=500):
        for path in {errand.source, errand.result} - {""}:
            if not _still_needed(path, over):
                attachments.remove(path)
        count += Errand.objects.filter(pk=errand.pk).update(source="", result="")
    _sweep_folder(before)
    return count


def _sweep_folder(before: datetime) -> None:
    """Removes what no row names: the files of workers that died between writing and saying so."""
    kept = set(Errand.objects.exclude(source="").values_list("source", flat=True))
    kept |= set(Errand.objects.exclude(result="").values_list("result", flat=True))
    for path in Path(settings.MEDIA_ROOT, FOLDER).rglob("*"):
        name = str(path.relative_to(settings.MEDIA_ROOT))
        if path.is_file() and name not in kept and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)


def _still_needed(path: str, over: QuerySet[Errand]) -> bool:
    """Whether a younger errand has the file too: an import reads what its check has read."""
    return Errand.objects.filter(Q(source=path) | Q(result=path)).exclude(pk__in=over.values("pk")).exists()
