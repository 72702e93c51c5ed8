"""One posting as its page shows it: content as far as the reader may have it, and the record for everyone.

The record is what is filed with each disclosure: content, form, scope, time limit, responsible department
and approval opinion. Of the steps only those that led to publication are told, without names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.calendars import working_calendar
from catalogue.choices import Scope
from organisations.access import Actor, can

from .carriers import told
from .choices import ObligationState, PostingStatus, StepKind, VersionState, WithdrawalReason
from .due_words import why
from .listings import Row, moment
from .models import Attachment, ConfidentialityReview, DueChange, Obligation, Posting, Step, Version
from .tables import carriers, time_limit

_PUBLIC_STEPS = [
    StepKind.PROPOSED,
    StepKind.REVIEWED,
    StepKind.APPROVED,
    StepKind.PUBLISHED,
    StepKind.PUBLISHED_URGENTLY,
    StepKind.WITHDRAWN,
    StepKind.ENDED,
]


@dataclass(frozen=True, slots=True)
class Record:
    """A posting, the version looked at, and whether the reader may have its content."""

    posting: Posting
    version: Version
    versions: list[Version]
    readable: bool

    @property
    def is_current(self) -> bool:
        return self.version.pk == self.posting.current_id or self.is_preview

    @property
    def is_preview(self) -> bool:
        """Not published: nobody but those who work on it sees this."""
        return self.version.published_at is None

    @property
    def title(self) -> str:
        return self.version.title if self.readable else self.posting.item.title


def preview(version: Version) -> Record:
    """A version that is not published yet, as its page will show it to whoever may read it."""
    return Record(version.posting, version, [version], readable=True)


def find(number: str, actor: Actor, ordinal: int | None = None) -> Record | None:
    """The posting of a number, at its current or an earlier version. None if there is no such thing to see.

    Versions that were never published do not exist here; earlier ones are there for whoever may read the content.
    """
    related = ("organisation__parent", "item__catalogue", "obligation__item")
    posting = Posting.objects.out().select_related(*related).filter(number=number).first()
    if posting is None or not can(actor, "read", posting):
        return None
    published = posting.versions.filter(state=VersionState.PUBLISHED).order_by("ordinal")
    versions = list(published.prefetch_related(Prefetch("attachments", Attachment.objects.order_by("place", "pk"))))
    readable = can(actor, "read_content", posting)
    wanted = posting.current_id if ordinal is None else None
    for version in versions:
        if version.pk == wanted or (readable and version.ordinal == ordinal):
            return Record(posting, version, versions, readable)
    return None


def attachment(number: str, ordinal: int, position: int, actor: Actor) -> Attachment | None:
    """The position-th file (from 1) of a published version, for whoever may read it."""
    record = find(number, actor, ordinal)
    files = list(record.version.attachments.all()) if record else []
    wanted = files[position - 1] if 1 <= position <= len(files) else None
    return wanted if wanted is not None and can(actor, "read", wanted) else None


def files(record: Record) -> list[Row]:
    """Attachments of the version looked at: name, caption, url, size in words, checksum, whether it is a picture."""
    number, ordinal = record.posting.number, record.version.ordinal
    return [
        {
            "name": file.name,
            "caption": file.caption,
            "is_picture": file.is_picture,
            "url": reverse("postings:attachment", args=[number, ordinal, position])
            if not record.is_preview
            else reverse("desk:file", args=[record.version.pk, file.pk]),
            "size": filesizeformat(file.size),
            "sha256": file.sha256,
        }
        for position, file in enumerate(record.version.attachments.all(), start=1)
    ]


def facts(record: Record) -> list[Row]:
    """The record that is filed with the posting, for components/facts.html."""
    posting, item = record.posting, record.posting.item
    return [
        {"label": _("Number"), "value": posting.number},
        {"label": _("Catalogue item"), "value": item.title, "url": item.get_absolute_url()},
        {"label": _("Content elements"), "value": item.content_elements},
        {"label": _("Legal basis"), "value": item.legal_basis},
        {"label": _("Form"), "value": carriers(posting.carriers or item.carriers)},
        {"label": _("Scope"), "value": Scope(posting.scope).label},
        {"label": _("Time limit"), "value": time_limit(item)},
        {"label": _("Stays up until"), "value": posting.display_until or ""},
        {"label": _("Objections taken until"), "value": posting.notice_until or ""},
        {"label": _("Responsible department"), "value": item.responsible_department},
        {"label": _("Approval opinion"), "value": record.version.approval_opinion if record.readable else ""},
    ]


def carried(record: Record) -> list[Row]:
    """The carriers with their evidence in words, for components/facts.html."""
    return told(record.posting, with_words=record.readable)


def timeline(record: Record) -> list[Row]:
    """The steps of the version looked at, for components/timeline.html."""
    steps = Step.objects.filter(version=record.version, kind__in=_PUBLIC_STEPS).order_by("pk")
    review = ConfidentialityReview.objects.filter(version=record.version).order_by("pk").last()
    conclusion = review.get_conclusion_display() if review else ""
    opinion = record.version.approval_opinion if record.readable else ""
    rows = []
    for step in steps:
        row: Row = {"label": step.get_kind_display(), "stamp": step.at.isoformat(), "when": moment(step.at)}
        row["tone"] = "alarm" if step.kind == StepKind.WITHDRAWN else "done"
        if step.kind == StepKind.REVIEWED and conclusion:
            row["text"] = _("Confidentiality review: %(conclusion)s") % {"conclusion": conclusion}
        elif step.kind == StepKind.APPROVED:
            row["text"] = opinion
        elif step.kind == StepKind.ENDED:
            row["text"] = step.words
        rows.append(row)
    if record.version.urgent and record.version.approved_at is None:
        rows.append({"label": _("Approval to follow"), "tone": ""})
    return rows


def history(record: Record) -> list[Row]:
    """Every published version, the newest first; empty while there is only one."""
    if len(record.versions) < 2 or not record.readable:
        return []
    number = record.posting.number
    return [
        {
            "label": _("Version %(number)s") % {"number": version.ordinal},
            "when": moment(version.published_at) if version.published_at else "",
            "note": version.note,
            "url": ""
            if version.pk == record.version.pk
            else reverse("postings:version", args=[number, version.ordinal]),
        }
        for version in reversed(record.versions)
    ]


def due(record: Record, *, on: date) -> Row | None:
    """The obligation the posting fulfils: when it was due, why, and how it ended."""
    obligation = record.posting.obligation
    if obligation is None:
        return None
    changes = DueChange.objects.filter(obligation=obligation).order_by("pk")
    same = Obligation.objects.filter(pk=obligation.pk)
    state = ObligationState(same.with_state(on=on).values_list("state", flat=True).get())  # type: ignore[misc]
    return {
        "day": obligation.due_on,
        "done": obligation.fulfilled_on,
        "label": state.label,
        "tone": state.tone,
        "why": why(obligation, changes, working_calendar()),
    }


def tombstone(record: Record) -> dict[str, Any] | None:
    """What stays of a posting that was withdrawn: when, why, by which organisation."""
    posting = record.posting
    if posting.status != PostingStatus.WITHDRAWN or posting.withdrawn_at is None:
        return None
    return {
        "when": moment(posting.withdrawn_at),
        "reason": WithdrawalReason(posting.withdrawal_reason).label,
        "note": posting.withdrawal_note,
        "by": posting.organisation.name,
    }


def audience(posting: Posting) -> str:
    """To whom a posting of an inner scope was disclosed, in one sentence."""
    sentences = {
        Scope.WHOLE_PARTY: _("This was disclosed to all Party members; sign in as a member to read it."),
        Scope.UNIT: _("This was disclosed inside %(unit)s; its members sign in to read it."),
        Scope.SPECIFIC: _("This was disclosed to the persons concerned; they sign in to read it."),
    }
    return sentences.get(Scope(posting.scope), "") % {"unit": posting.organisation.name}
