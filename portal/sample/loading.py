"""Loads the sample district into a database that holds nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue import calendars
from catalogue.models import Catalogue
from disclosures.actions.boards import touch_boards
from disclosures.actions.overdue import log_overdue
from disclosures.generation import generate
from disclosures.models import Obligation, Posting
from organisations.choices import Role
from organisations.models import Organisation
from oversight import rollups

from . import founding, notices, owing
from .days import RememberingCalendar
from .histories import SHOWN, Story, owed_up_to
from .ledger import Ledger
from .matters import Matters
from .showcase import Desk, set_up

Progress = Callable[[str], None]

LAST_MINUTES = timedelta(minutes=10)
"""What is published urgently is published in these, and bears the last number."""


class SampleRefused(Exception):
    """The sample would get in the way of what is there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the database holds of the sample. `is_new`: it was loaded just now."""

    is_new: bool
    organisations: int
    obligations: int
    overdue: int
    postings: int


def is_loaded() -> bool:
    return Organisation.objects.filter(is_sample=True).exists()


def load(*, now: datetime, force: bool = False, progress: Progress = lambda words: None) -> Loaded:
    """Loads the sample as of the moment, unless it is there; then makes what is owed today. All or nothing.

    Raises SampleRefused if the database holds organisations of its own and `force` is not given, or if codes,
    names or catalogues of the sample are taken.
    """
    today = timezone.localdate(now)
    is_new = not is_loaded()
    with translation.override(settings.LANGUAGE_CODE), _quiet(logging.getLogger("disclosures.generation")):
        if is_new:
            _refuse_what_is_not_ours(force)
            with transaction.atomic():
                _fill(now=timezone.localtime(now), today=today, progress=progress)
        generate(today, now)
        log_overdue(today, now, thorough=True)
        rollups.refresh(now=now, on=today)
    return Loaded(
        is_new=is_new,
        organisations=Organisation.objects.filter(is_sample=True).count(),
        obligations=Obligation.objects.filter(organisation__is_sample=True).count(),
        overdue=Obligation.objects.overdue(on=today).filter(organisation__is_sample=True).count(),
        postings=Posting.objects.out().filter(organisation__is_sample=True).count(),
    )


def _refuse_what_is_not_ours(force: bool) -> None:
    others = Organisation.objects.filter(is_sample=False).count()
    if others and not force:
        raise SampleRefused(
            _(
                "The database holds %(count)d organisations that are no sample data, so nothing was loaded. "
                "Use an empty database; to load the sample beside them all the same, add --force."
            )
            % {"count": others}
        )
    if taken := founding.taken():
        names = "、".join(taken[:10])
        raise SampleRefused(_("These codes or user names are in use, so nothing was loaded: %s.") % names)
    if known := Catalogue.objects.filter(code__in=owing.CATALOGUES).values_list("code", flat=True).first():
        raise SampleRefused(
            _("There is a catalogue “%s” already, so nothing was loaded. Use an empty database.") % known
        )


def _fill(*, now: datetime, today: date, progress: Progress) -> None:
    since = owing.first_day(today)
    calendars.load_file()
    calendar = RememberingCalendar(calendars.working_calendar())
    last_working_day = calendar.previous_working(today - timedelta(days=1))
    progress(_("organisations and people"))
    organisations = founding.found_organisations()
    users = founding.appoint(organisations, history_from=since)
    founding.merge_organisations(organisations, before=since)
    staff = founding.staff(users)
    progress(_("catalogues and obligations"))
    owing.bring_into_force(organisations, on=since)
    _count_rows()
    owing.make_obligations(since=since, today=today)
    before_that = last_working_day - timedelta(days=1)
    owing.record_events(organisations, staff, since=since, until=before_that, calendar=calendar)
    _count_rows()
    matters = Matters(organisations, staff, calendar, today=today)
    matters.record()
    progress(_("a year of postings"))
    ledger = Ledger(calendar)
    story = Story(ledger, calendar, now=now - LAST_MINUTES, today=today, member=users[SHOWN, Role.MEMBER])
    story.tell(owed_up_to(organisations, staff, until=today))
    matters.tell(ledger, until=now - LAST_MINUTES)
    ledger.write()
    notices.close_past(staff, calendar, today=today)
    touch_boards(ledger.organisations, now)
    _count_rows()
    progress(_("what is under way"))
    notices.object_to_running(now=now)
    set_up(Desk(organisations, staff, users, calendar, now=now, today=today, last_working_day=last_working_day))


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Warnings only: what is made here is reported at the end."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _count_rows() -> None:
    """Lets the planner know how much has come in: PostgreSQL's own count comes too late, SQLite's never.

    Table by table: PostgreSQL's tables of all databases in common are not ours to lock.
    """
    with connection.cursor() as cursor:
        for name in ("organisations", "catalogue", "disclosures"):
            for model in apps.get_app_config(name).get_models():
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
