"""What stands on the page of a version beside its text: the requirement, the way it went, who is next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.calendars import working_calendar
from organisations.choices import Role
from organisations.models import Appointment, Organisation

from ...carriers import standing
from ...choices import PostingStatus, StepKind, VersionState
from ...differences import compare
from ...due_words import why
from ...models import ConfidentialityReview, Posting, Step, Version
from ...previous import before
from ...richtext import content_elements
from ...tables import time_limit
from ...titles import period_words

WAY = [
    (VersionState.DRAFT, _("Write")),
    (VersionState.PROPOSED, _("Review")),
    (VersionState.REVIEWED, _("Approve")),
    (VersionState.APPROVED, _("Publish")),
]
"""The stages of the way, each with what is done there."""

_NEXT_ROLE = {
    VersionState.DRAFT: Role.SECRETARY,
    VersionState.RETURNED: Role.SECRETARY,
    VersionState.PROPOSED: Role.REVIEWER,
    VersionState.REVIEWED: Role.APPROVER,
    VersionState.APPROVED: Role.SECRETARY,
}


def paper_context(version: Version, *, on: date) -> dict[str, Any]:
    """Everything the page shows besides form and buttons."""
    posting = version.posting
    return {
        "section": "desk",
        "sample": posting.organisation.is_sample,
        "version": version,
        "posting": posting,
        "item": posting.item,
        "elements": content_elements(posting.item.content_elements),
        "time_limit": time_limit(posting.item),
        "owed": _owed(posting, on),
        "way": _way(version),
        "next_people": _next_people(version, on),
        "record": Step.objects.filter(version=version).select_related("by", "on_behalf_of").order_by("pk"),
        "reviews": ConfidentialityReview.objects.filter(version=version).select_related("reviewer", "on_behalf_of"),
        "attachments": list(version.attachments.all()),
        "covered": version.covered.splitlines(),
        "evidence": standing(posting),
        "others": posting.versions.exclude(pk=version.pk).order_by("ordinal"),
        "returned": _last_return(version),
        "is_public": posting.status == PostingStatus.PUBLISHED and posting.current_id == version.pk,
    } | compared(version)


def compared(version: Version) -> dict[str, Any]:
    """The version beside what it follows: the last period's text, or the text that it corrects."""
    last = before(version)
    if last is None:
        return {"last": None}
    return {
        "last": last,
        "last_period": period_words(last.posting.obligation) if last.posting.obligation else "",
        "is_correction": version.ordinal > 1,
        "differences": compare(last.body, version.body),
    }


def uncovered(version: Version) -> list[str]:
    """The content elements of the catalogue item that the writer has not ticked."""
    ticked = set(version.covered.splitlines())
    return [element for element in content_elements(version.posting.item.content_elements) if element not in ticked]


def _owed(posting: Posting, on: date) -> dict[str, Any] | None:
    """The obligation it is for: period, due day, why that day, and how many days are left."""
    obligation = posting.obligation
    if obligation is None:
        return None
    return {
        "obligation": obligation,
        "period": period_words(obligation),
        "days": (obligation.due_on - on).days,
        "is_open": obligation.fulfilled_on is None,
        "why": why(obligation, obligation.due_changes.order_by("pk"), working_calendar()),
    }


def _way(version: Version) -> list[dict[str, Any]]:
    """The stages with where it stands: done, now, or still to come."""
    state = VersionState.DRAFT if version.state == VersionState.RETURNED else version.state
    states = [stage for stage, _label in WAY]
    place = (
        states.index(VersionState(state)) if state in states else (len(WAY) if state == VersionState.PUBLISHED else -1)
    )
    return [
        {"label": label, "mark": "done" if number < place else ("now" if number == place else "to-come")}
        for number, (_stage, label) in enumerate(WAY)
    ]


def _next_people(version: Version, on: date) -> dict[str, Any] | None:
    """Who is to do the next thing: the role, and the people who hold it where it counts."""
    role = _NEXT_ROLE.get(VersionState(version.state))
    if role is None:
        return None
    where = _whose_turn(version.posting.organisation, role)
    held = Appointment.objects.filter(role=role, organisation=where, user__is_active=True).in_office(on=on)
    people = {appointment.user for appointment in held.select_related("user")}
    if role != Role.SECRETARY:
        people.discard(version.author)
    return {"role": role.label, "organisation": where, "people": sorted(people, key=str)[:5]}


def _whose_turn(organisation: Organisation, role: Role) -> Organisation:
    """The organisation whose people are next: for a branch too small its superior, in review and approval."""
    if role in {Role.REVIEWER, Role.APPROVER} and organisation.superior_approves and organisation.parent:
        return organisation.parent
    return organisation


def _last_return(version: Version) -> Step | None:
    """Why it came back, while it is being changed."""
    if version.state != VersionState.RETURNED:
        return None
    return version.steps.filter(kind=StepKind.RETURNED).select_related("by", "on_behalf_of").order_by("pk").last()
