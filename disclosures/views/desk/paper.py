"""What stands on the page of a version beside its text: the requirement, the way it went, who is next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.calendars import working_calendar

from ... import changes
from ...carriers import standing
from ...choices import PostingStatus, StepKind, VersionState
from ...differences import compare
from ...due_words import why
from ...gate import gate_of
from ...models import ConfidentialityReview, Posting, Step, Version
from ...previous import before
from ...richtext import content_elements
from ...tables import time_limit
from ...titles import period_words
from ...turns import next_turn

WAY = [
    (VersionState.DRAFT, _("Write")),
    (VersionState.PROPOSED, _("Review")),
    (VersionState.REVIEWED, _("Approve")),
    (VersionState.APPROVED, _("Publish")),
]
"""The stages of the way, each with what is done there."""


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
        "turn": next_turn(version, on=on),
        "record": Step.objects.filter(version=version).select_related("by", "on_behalf_of").order_by("pk"),
        "reviews": ConfidentialityReview.objects.filter(version=version).select_related("reviewer", "on_behalf_of"),
        "gate": gate_of(version),
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


def beside(version: Version, last: Version | None) -> dict[str, Any]:
    """What a reviewer compares besides the text."""
    if last is None:
        return {}
    return {"fact_changes": changes.facts(last, version), "file_changes": changes.files(last, version)}


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
    """The stages with where it stands: done, now, or still to come. Urgent ones may be published before approval."""
    state = VersionState.DRAFT if version.state == VersionState.RETURNED else version.state
    states = [stage for stage, _label in WAY]
    place = (
        states.index(VersionState(state)) if state in states else (len(WAY) if state == VersionState.PUBLISHED else -1)
    )
    owing = states.index(VersionState.REVIEWED) if version.awaits_approval else place
    return [
        {"label": label, "mark": "now" if number in (place, owing) else ("done" if number < place else "to-come")}
        for number, (_stage, label) in enumerate(WAY)
    ]


def _last_return(version: Version) -> Step | None:
    """Why it came back, while it is being changed."""
    if version.state != VersionState.RETURNED:
        return None
    return version.steps.filter(kind=StepKind.RETURNED).select_related("by", "on_behalf_of").order_by("pk").last()
