"""Objections that nobody answered although the notice period is over: which they are, and whom that is told.

The secretary is told on the first working day after the period, the nearest approver above after five working days;
each person once a notice, by the outbox's unique key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalogue.calendars import working_calendar
from catalogue.choices import DayType
from catalogue.deadlines import reminder_threshold
from notices import outbox
from notices.hours import next_opening
from organisations.choices import Role
from organisations.models import Appointment, Organisation
from organisations.tree import ancestor_paths

from .models import Posting

WAITING = "objections-waiting"
"""The kind of notice; its key is this with the posting's id and whom it reaches."""

PATIENCE = 5
"""Working days after the notice period, before the superior's approver is told."""


def unanswered(*, on: date) -> QuerySet[Posting, Any]:
    """Notices whose period was over before the day with objections nobody answered, and how many (`waiting`)."""
    late = Posting.objects.published().filter(notice_until__lt=on, objections__outcome="")
    return late.annotate(waiting=Count("objections", filter=Q(objections__outcome=""))).order_by("notice_until", "pk")


def remind(on: date, now: datetime) -> int:
    """Tells those concerned, on working days only; how many people that were. Twice is once."""
    calendar = working_calendar()
    if not calendar.is_working(on):
        return 0
    outside_from = next_opening(now, calendar.is_working)
    patient_until = reminder_threshold(on, PATIENCE, DayType.WORKING, calendar)
    postings = list(unanswered(on=on).select_related("organisation"))
    secretaries, approvers = _secretaries(postings, on), _approvers_above(postings, on)
    told = 0
    for posting in postings:
        readers = {"secretary": secretaries.get(posting.organisation_id, set())}
        if posting.notice_until is not None and posting.notice_until <= patient_until:
            readers["superior"] = approvers.get(posting.organisation_id, set())
        for audience, people in readers.items():
            key = f"{WAITING}:{posting.pk}:{audience}"
            told += len(outbox.enqueue(people, kind=WAITING, key=key, at=now, outside_from=outside_from))
    return told


def _secretaries(postings: Iterable[Posting], on: date) -> dict[int, set[int]]:
    """The secretaries in office, by organisation."""
    held = Appointment.objects.in_office(on=on).filter(
        role=Role.SECRETARY, organisation__in={posting.organisation_id for posting in postings}
    )
    return _by(held.values_list("organisation", "user"))


def _approvers_above(postings: Iterable[Posting], on: date) -> dict[int, set[int]]:
    """The approvers of the nearest organisation above that has any, by organisation."""
    below: dict[int, Organisation] = {posting.organisation_id: posting.organisation for posting in postings}
    above = {pk: ancestor_paths(organisation.path) for pk, organisation in below.items()}
    places = {path for paths in above.values() for path in paths}
    held = Appointment.objects.in_office(on=on).filter(
        role=Role.APPROVER, user__is_active=True, organisation__path__in=places
    )
    seats = _by(held.values_list("organisation__path", "user"))
    return {
        pk: next((seats[path] for path in sorted(paths, key=len, reverse=True) if path in seats), set())
        for pk, paths in above.items()
    }


def _by(pairs: Iterable[tuple[Any, int]]) -> dict[Any, set[int]]:
    found: dict[Any, set[int]] = {}
    for place, user in pairs:
        found.setdefault(place, set()).add(user)
    return found
