"""What a volume holds: everything an organisation published in a year, with its record, and what it did not publish.

All versions of a posting are filed with it, also later corrections, for they belong to the matter; so does the
tombstone of what was withdrawn. Nil returns, waivers and extensions are filed in the year in which they were decided.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from functools import cached_property

from django.db import connection, transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.choices import Scope
from organisations.models import Organisation, User

from .. import tables
from ..choices import PostingStatus, StepKind, VersionState, WithdrawalReason
from ..models import (
    Attachment,
    CarrierEvidence,
    ConfidentialityReview,
    ObligationDecision,
    Posting,
    PostingReader,
    Step,
    Version,
)
from ..titles import period_words

_AT_ONCE = 200

Fact = tuple[str, str]


@dataclass(frozen=True)
class FiledAttachment:
    """A file as it lies in the volume. `path` is where the portal keeps it, `place` where the volume does."""

    name: str
    size: int
    sha256: str
    path: str
    place: str


@dataclass(frozen=True)
class FiledVersion:
    """One published version with the way it took."""

    ordinal: int
    title: str
    stated_on: str
    published_at: str
    note: str
    body: str
    reviews: list[dict[str, str]]
    steps: list[dict[str, str]]
    attachments: list[FiledAttachment]


@dataclass(frozen=True)
class FiledEvidence:
    """That a carrier carried it: when, where, and the photo or file."""

    carrier: str
    day: str
    words: str
    by: str
    attachment: FiledAttachment | None


@dataclass(frozen=True)
class Piece:
    """One posting, filed."""

    order: int
    number: str
    title: str
    author: str
    day: str
    remark: str
    facts: list[Fact]
    withdrawal: list[Fact]
    versions: list[FiledVersion]
    evidence: list[FiledEvidence]

    @property
    def anchor(self) -> str:
        return f"piece-{self.order}"

    @property
    def attachments(self) -> list[FiledAttachment]:
        of_versions = [file for version in self.versions for file in version.attachments]
        return of_versions + [row.attachment for row in self.evidence if row.attachment is not None]

    @property
    def weight(self) -> int:
        """About how many characters it prints, for splitting."""
        return 600 + sum(len(version.body) + 120 * len(version.steps) for version in self.versions)


@dataclass(frozen=True)
class Decision:
    """A nil return, a waiver or an extension, filed."""

    kind: str
    item: str
    period: str
    due_on: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class Contents:
    """A volume before it is made: who, which year, and all of it in order."""

    organisation: str
    code: str
    superior: str
    year: int
    pieces: list[Piece] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    @property
    def title(self) -> str:
        return _("%(organisation)s: disclosures of Party affairs in %(year)d") % {
            "organisation": self.organisation,
            "year": self.year,
        }

    @property
    def attachments(self) -> list[FiledAttachment]:
        return [file for piece in self.pieces for file in piece.attachments]

    @cached_property
    def sha256(self) -> str:
        """The checksum of the content. The same as long as nothing that is filed has changed."""
        canonical = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def bounds(year: int) -> tuple[datetime, datetime]:
    """The first moment of the year here, and that of the next."""
    first, after = (datetime.combine(date(y, 1, 1), time()) for y in (year, year + 1))
    return timezone.make_aware(first), timezone.make_aware(after)


def postings_of(organisation: Organisation, year: int) -> QuerySet[Posting]:
    """What the organisation published in the year, in the order in which it did."""
    first, after = bounds(year)
    out = Posting.objects.out().filter(organisation=organisation, published_at__gte=first, published_at__lt=after)
    return out.order_by("published_at", "pk")


def decisions_of(organisation: Organisation, year: int) -> QuerySet[ObligationDecision]:
    first, after = bounds(year)
    return ObligationDecision.objects.filter(
        obligation__organisation=organisation, decided_at__gte=first, decided_at__lt=after
    ).order_by("decided_at", "pk")


def years(organisation: Organisation) -> list[int]:
    """The years in which there is anything to file, the latest first."""
    found = {timezone.localtime(moment).year for moment in _moments(organisation) if moment}
    return list(range(max(found), min(found) - 1, -1)) if found else []


def _moments(organisation: Organisation) -> Iterable[datetime | None]:
    """The first and the last publication, and the first and last decision."""
    published = Posting.objects.out().filter(organisation=organisation).order_by("published_at")
    decided = ObligationDecision.objects.filter(obligation__organisation=organisation).order_by("decided_at")
    for rows, name in ((published, "published_at"), (decided, "decided_at")):
        yield rows.values_list(name, flat=True).first()
        yield rows.values_list(name, flat=True).last()


def gather(organisation: Organisation, year: int) -> Contents:
    """Reads all of it as it stands at one moment. Queries by the two hundred postings."""
    with transaction.atomic():
        _freeze_the_view()
        pieces = _pieces(organisation, year)
        decisions = [_decision(row) for row in _with_names(decisions_of(organisation, year))]
    superior = organisation.parent.name if organisation.parent else ""
    return Contents(organisation.name, organisation.code, superior, year, pieces, decisions)


def _freeze_the_view() -> None:
    """All queries of the transaction see one moment: on PostgreSQL by asking for it, on SQLite by holding the file."""
    is_outermost = len(connection.savepoint_ids) == 0
    if connection.vendor == "postgresql" and is_outermost:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _with_names(rows: QuerySet[ObligationDecision]) -> QuerySet[ObligationDecision]:
    return rows.select_related("obligation__item", "obligation__event", "decided_by", "on_behalf_of")


def _decision(row: ObligationDecision) -> Decision:
    obligation = row.obligation
    kind = str(row.get_kind_display())
    if row.new_due_on:
        kind = _("%(kind)s until %(day)s") % {"kind": kind, "day": row.new_due_on.isoformat()}
    return Decision(
        kind=kind,
        item=f"{obligation.item.code} {obligation.item.title}",
        period=period_words(obligation) or _("permanent"),
        due_on=obligation.due_on.isoformat(),
        reason=row.reason,
        by=_who(row.decided_by, row.on_behalf_of),
        at=moment(row.decided_at),
    )


def _pieces(organisation: Organisation, year: int) -> list[Piece]:
    related = ("organisation", "item", "obligation__event", "obligation__item", "withdrawn_by")
    keys = list(postings_of(organisation, year).values_list("pk", flat=True))
    pieces: list[Piece] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        rows = Posting.objects.filter(pk__in=some).select_related(*related).order_by("published_at", "pk")
        versions, readers, evidence = _versions(some), _readers(some), _evidence(some)
        pieces += [
            _piece(posting, order, versions[posting.pk], readers[posting.pk], evidence[posting.pk])
            for order, posting in enumerate(rows, start=start + 1)
        ]
    return pieces


def _versions(postings: list[int]) -> dict[int, list[Version]]:
    rows = (
        Version.objects.filter(posting__in=postings, state=VersionState.PUBLISHED)
        .order_by("posting", "ordinal")
        .prefetch_related(
            Prefetch("attachments", Attachment.objects.order_by("pk")),
            Prefetch(
                "reviews", ConfidentialityReview.objects.select_related("reviewer", "on_behalf_of").order_by("pk")
            ),
            Prefetch("steps", Step.objects.select_related("by", "on_behalf_of").order_by("pk")),
        )
    )
    found: dict[int, list[Version]] = defaultdict(list)
    for version in rows:
        found[version.posting_id].append(version)
    return found


def _readers(postings: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for reader in PostingReader.objects.filter(posting__in=postings).select_related("user", "organisation"):
        found[reader.posting_id].append(str(reader))
    return found


def _evidence(postings: list[int]) -> dict[int, list[CarrierEvidence]]:
    found: dict[int, list[CarrierEvidence]] = defaultdict(list)
    for row in CarrierEvidence.objects.filter(posting__in=postings).select_related("given_by").order_by("pk"):
        found[row.posting_id].append(row)
    return found


def _piece(
    posting: Posting, order: int, versions: list[Version], readers: list[str], evidence: list[CarrierEvidence]
) -> Piece:
    shown = next((version for version in versions if version.pk == posting.current_id), versions[-1])
    return Piece(
        order=order,
        number=posting.number or "",
        title=shown.title,
        author=posting.organisation.name,
        day=_day(posting.published_at),
        remark=_remark(posting, versions),
        facts=_facts(posting, readers),
        withdrawal=_withdrawal(posting),
        versions=[_version(version, posting, order) for version in versions],
        evidence=[_carried(row, posting, order, n) for n, row in enumerate(evidence, start=1)],
    )


def _facts(posting: Posting, readers: list[str]) -> list[Fact]:
    """The record that is filed with each disclosure; rows without anything to say are left out."""
    item, obligation = posting.item, posting.obligation
    scope = str(Scope(posting.scope).label)
    if readers:
        scope = _("%(scope)s: %(readers)s") % {"scope": scope, "readers": "、".join(readers)}
    facts = [
        (_("Catalogue item"), f"{item.code} {item.title}"),
        (_("Period"), (period_words(obligation) or _("permanent")) if obligation else _("not owed; disclosed besides")),
        (_("Content elements"), item.content_elements),
        (_("Legal basis"), item.legal_basis),
        (_("Form"), tables.carriers(posting.carriers or item.carriers)),
        (_("Scope"), scope),
        (_("Time limit"), tables.time_limit(item)),
        (_("Due by"), obligation.due_on.isoformat() if obligation else ""),
        (_("Really published at"), _when(posting, obligation.due_on if obligation else None)),
        (_("Stays up until"), posting.display_until.isoformat() if posting.display_until else ""),
        (_("Responsible department"), item.responsible_department),
        (_("Stands now"), str(PostingStatus(posting.status).label)),
    ]
    return [(str(label), str(value)) for label, value in facts if value]


def _when(posting: Posting, due_on: date | None) -> str:
    """When it was published, and whether that was in time."""
    if posting.published_at is None:
        return ""
    words = moment(posting.published_at)
    if due_on is None:
        return words
    late = (timezone.localdate(posting.published_at) - due_on).days
    if late <= 0:
        return _("%(moment)s, in time") % {"moment": words}
    return _("%(moment)s, %(days)d days late") % {"moment": words, "days": late}


def _withdrawal(posting: Posting) -> list[Fact]:
    if posting.status != PostingStatus.WITHDRAWN or posting.withdrawn_at is None:
        return []
    facts = [
        (_("Withdrawn at"), moment(posting.withdrawn_at)),
        (_("Withdrawn by"), str(posting.withdrawn_by)),
        (_("Reason"), str(WithdrawalReason(posting.withdrawal_reason).label)),
        (_("Explanation"), posting.withdrawal_note),
    ]
    return [(label, value) for label, value in facts if value]


def _remark(posting: Posting, versions: list[Version]) -> str:
    remarks = []
    if posting.status == PostingStatus.WITHDRAWN:
        remarks.append(_("withdrawn"))
    if len(versions) > 1:
        remarks.append(_("corrected, %(n)d versions") % {"n": len(versions)})
    if any(version.urgent for version in versions):
        remarks.append(_("published urgently"))
    if files := sum(len(version.attachments.all()) for version in versions):
        remarks.append(_("%(n)d attachments") % {"n": files})
    return "；".join(remarks)


def _version(version: Version, posting: Posting, order: int) -> FiledVersion:
    return FiledVersion(
        ordinal=version.ordinal,
        title=version.title,
        stated_on=version.stated_on.isoformat(),
        published_at=moment(version.published_at) if version.published_at else "",
        note=version.note,
        body=version.body,
        reviews=[_review(review) for review in version.reviews.all()],
        steps=[_step(step) for step in version.steps.all()],
        attachments=[
            FiledAttachment(
                file.name, file.size, file.sha256, str(file.file.name), _place(posting, version, order, n, file)
            )
            for n, file in enumerate(version.attachments.all(), start=1)
        ],
    )


def _place(posting: Posting, version: Version, order: int, n: int, file: Attachment) -> str:
    """A name that can be read, is unlike any other, and that every system takes."""
    return f"{_('attachments')}/{order:04}_{posting.number}/v{version.ordinal}_{n:02}_{file.name}"


def _carried(row: CarrierEvidence, posting: Posting, order: int, n: int) -> FiledEvidence:
    words = row.reference
    if row.taken_back_at is not None:
        words = _("%(words)s (taken back at %(moment)s)") % {"words": words, "moment": moment(row.taken_back_at)}
    file = None
    if row.file:
        folder, evidence = _("attachments"), _("evidence")
        place = f"{folder}/{order:04}_{posting.number}/{evidence}_{n:02}_{row.name}"
        file = FiledAttachment(row.name, row.size, row.sha256, str(row.file.name), place)
    return FiledEvidence(str(row.get_carrier_display()), row.carried_on.isoformat(), words, str(row.given_by), file)


def _review(review: ConfidentialityReview) -> dict[str, str]:
    return {
        "conclusion": str(review.get_conclusion_display()),
        "grounds": review.grounds,
        "reviewer": _who(review.reviewer, review.on_behalf_of),
        "at": moment(review.reviewed_at),
    }


def _step(step: Step) -> dict[str, str]:
    by = _who(step.by, step.on_behalf_of) if step.by else _("the system")
    return {"kind": str(StepKind(step.kind).label), "by": by, "at": moment(step.at), "words": step.words}


def _who(person: User, behalf: User | None) -> str:
    """Who did it; of a deputy, on whose behalf."""
    return _("%(deputy)s (for %(person)s)") % {"deputy": person, "person": behalf} if behalf else str(person)


def moment(at: datetime) -> str:
    """A moment as it is filed: local, to the second."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def _day(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d") if at else ""
