"""Loads the sample district into a database that holds nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone, translation

from catalogue import calendars
from catalogue.models import Catalogue
from disclosures.actions.boards import touch_boards
from disclosures.actions.overdue import log_overdue
from disclosures.generation import generate
from disclosures.models import Obligation, Posting
from organisations.choices import Role
from organisations.models import Organisation
from oversight import rollups

from . import founding, owing
from .days import RememberingCalendar
from .histories import SHOWN, Story, owed_up_to
from .ledger import Ledger
from .showcase import Desk, set_up

Progress = Callable[[str], None]


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
    with translation.override(settings.LANGUAGE_CODE):
        if is_new:
            _refuse_what_is_not_ours(force)
            with transaction.atomic():
                _fill(now=timezone.localtime(now), today=today, progress=progress)
            _count_rows()
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
            f"数据库中已有{others}个非示例组织，未载入示例数据。请换一个空的数据库；"
            "确需与现有数据并存的，使用 --force。"
        )
    if taken := founding.taken():
        raise SampleRefused(f"以下组织代码或用户名已被占用，未载入示例数据：{'、'.join(taken[:10])}。")
    if known := Catalogue.objects.filter(code__in=owing.CATALOGUES).values_list("code", flat=True).first():
        raise SampleRefused(f"目录“{known}”已存在，未载入示例数据。请使用空的数据库。")


def _fill(*, now: datetime, today: date, progress: Progress) -> None:
    since = owing.first_day(today)
    yesterday = today - timedelta(days=1)
    calendars.load_file()
    calendar = RememberingCalendar(calendars.working_calendar())
    progress("组织和人员")
    organisations = founding.found_organisations()
    users = founding.appoint(organisations, history_from=since)
    founding.merge_organisations(organisations, before=since)
    staff = founding.staff(users)
    progress("目录和公开任务")
    owing.bring_into_force(organisations, on=since)
    _count_rows()
    owing.make_obligations(since=since, today=today)
    owing.record_events(organisations, staff, since=since, until=yesterday, calendar=calendar)
    progress("一年来的公开记录")
    ledger = Ledger(calendar)
    story = Story(ledger, calendar, now=now, today=today, member=users[SHOWN, Role.MEMBER])
    story.tell(owed_up_to(organisations, staff, until=today))
    ledger.write()
    touch_boards(ledger.organisations, now)
    progress("正在办理的事项")
    set_up(Desk(organisations, staff, users, calendar, now, today))


def _count_rows() -> None:
    """Lets the planner know how much has come in: PostgreSQL's own count comes too late, SQLite's never."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
