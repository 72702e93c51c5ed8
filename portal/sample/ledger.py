"""Rows of postings with their whole history, gathered first and written in bulk.

What stands here is what disclosures/actions would have written step by step; a test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from catalogue.models import Item
from disclosures.choices import (
    Outcome,
    PostingStatus,
    ReviewConclusion,
    StepKind,
    VersionState,
    WithdrawalReason,
)
from disclosures.models import (
    ConfidentialityReview,
    Obligation,
    ObligationDecision,
    OverdueEntry,
    Posting,
    PostingCounter,
    PostingReader,
    Step,
    Version,
)
from organisations.models import Organisation, User

from .bulk import insert, insert_objects, reserve
from .days import AnyCalendar
from .founding import Staff
from .texts import Text
from .timeline import Timeline

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Words:
    """What reviewer and approver wrote, and why it was returned if it was."""

    grounds: str
    opinion: str
    returned: str = ""


@dataclass(slots=True)
class Paper:
    """One posting with everything that hangs on it, not written yet."""

    organisation: Organisation
    posting: Posting
    staff: Staff
    versions: list[Version] = field(default_factory=list)
    steps: list[tuple[Version, StepKind, int, datetime, str]] = field(default_factory=list)
    reviews: list[tuple[Version, str, int, datetime]] = field(default_factory=list)
    readers: list[tuple[int | None, int | None]] = field(default_factory=list)
    """Users and organisations by id."""


class Ledger:
    """Gathers what happened to obligations, and writes it all at once."""

    def __init__(self, calendar: AnyCalendar) -> None:
        self._calendar = calendar
        self._papers: list[Paper] = []
        self._decisions: list[ObligationDecision] = []
        self._overdue: list[OverdueEntry] = []
        self._outcomes: dict[int, tuple[Outcome, date]] = {}

    def publish(
        self,
        *,
        organisation: Organisation,
        item: Item,
        obligation_id: int | None,
        staff: Staff,
        text: Text,
        stated_on: date,
        times: Timeline,
        words: Words,
    ) -> Paper:
        """A posting that passed the four steps and meets its obligation, if it has one."""
        day = timezone.localdate(times.published_at)
        posting = Posting(
            organisation=organisation,
            item=item,
            obligation_id=obligation_id,
            scope=item.scope,
            carriers=item.carriers,
            status=PostingStatus.PUBLISHED,
            published_at=times.published_at,
            display_until=day + timedelta(days=item.display_days) if item.display_days else None,
            notice_until=self._calendar.add_working_days(day, item.notice_days) if item.notice_days else None,
            created_at=times.drafted_at,
        )
        paper = Paper(organisation, posting, staff)
        version = _version(paper, text, stated_on, times, words)
        _step(paper, version, StepKind.DRAFTED, staff.author, times.drafted_at)
        _pass_the_steps(paper, version, times, words)
        self._papers.append(paper)
        if obligation_id is not None:
            self._outcomes[obligation_id] = Outcome.POSTED, day
        return paper

    def correct(self, paper: Paper, *, body: str, note: str, times: Timeline, words: Words) -> None:
        """A corrected version, shown from its publication on; the first stays readable."""
        first = paper.versions[0]
        version = _version(paper, Text(first.title, body), first.stated_on, times, words, note=note)
        _step(paper, version, StepKind.CORRECTION_BEGUN, paper.staff.author, times.drafted_at, note)
        _pass_the_steps(paper, version, times, words)

    def withdraw(self, paper: Paper, *, reason: WithdrawalReason, note: str, at: datetime) -> None:
        """Takes the posting down; its obligation is owed again."""
        posting, version = paper.posting, paper.versions[-1]
        posting.status = PostingStatus.WITHDRAWN
        posting.withdrawn_at, posting.withdrawn_by = at, paper.staff.approver
        posting.withdrawal_reason, posting.withdrawal_note = reason, note
        _step(paper, version, StepKind.WITHDRAWN, paper.staff.approver, at, f"{reason.label}：{note}")
        if posting.obligation_id is not None:
            self._outcomes.pop(posting.obligation_id)
            _step(paper, version, StepKind.REOPENED, paper.staff.approver, at)

    def name_readers(self, paper: Paper, *, users: Iterable[User] = ()) -> None:
        """For the scope `specific`: the organisation itself, and persons."""
        paper.readers.append((None, paper.organisation.pk))
        paper.readers.extend((user.pk, None) for user in users)

    def decide(self, obligation_id: int, *, kind: str, outcome: Outcome, reason: str, by: User, at: datetime) -> None:
        """A nil return or a waiver."""
        self._decisions.append(
            ObligationDecision(obligation_id=obligation_id, kind=kind, reason=reason, decided_by=by, decided_at=at)
        )
        self._outcomes[obligation_id] = outcome, timezone.localdate(at)

    def became_overdue(self, obligation_id: int, *, due_on: date, logged_at: datetime) -> None:
        """The log's entry, dated the day after the due day."""
        self._overdue.append(
            OverdueEntry(obligation_id=obligation_id, became_on=due_on + timedelta(days=1), logged_at=logged_at)
        )

    @property
    def organisations(self) -> set[int]:
        """Whose boards changed."""
        return {paper.organisation.pk for paper in self._papers}

    def write(self) -> int:
        """Writes everything, in the order of publication; returns the number of postings. Needs a transaction."""
        papers = sorted(self._papers, key=lambda paper: (paper.posting.published_at, paper.organisation.code))
        _give_keys(papers)
        _give_numbers(papers)
        insert_objects(Posting, (paper.posting for paper in papers))
        insert_objects(Version, (version for paper in papers for version in paper.versions))
        insert(
            Step,
            ("version_id", "kind", "by_id", "at", "words"),
            ((version.pk, *rest) for paper in papers for version, *rest in paper.steps),
        )
        insert(
            ConfidentialityReview,
            ("version_id", "conclusion", "grounds", "reviewer_id", "reviewed_at"),
            (
                (version.pk, ReviewConclusion.MAY_BE_DISCLOSED, *rest)
                for paper in papers
                for version, *rest in paper.reviews
            ),
        )
        insert(
            PostingReader,
            ("posting_id", "user_id", "organisation_id"),
            ((paper.posting.pk, *reader) for paper in papers for reader in paper.readers),
        )
        ObligationDecision.objects.bulk_create(self._decisions, _BATCH)
        OverdueEntry.objects.bulk_create(self._overdue, _BATCH)
        self._settle()
        return len(papers)

    def _settle(self) -> None:
        """Gives obligations their outcomes, each only while it is open."""
        table = connection.ops.quote_name(Obligation._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET outcome = %s, fulfilled_on = %s WHERE id = %s AND fulfilled_on IS NULL",  # noqa: S608
                [(outcome.value, day, pk) for pk, (outcome, day) in self._outcomes.items()],
            )


def _version(paper: Paper, text: Text, stated_on: date, times: Timeline, words: Words, *, note: str = "") -> Version:
    """A published version, saved once before it was proposed and once more if it was returned."""
    version = Version(
        posting=paper.posting,
        ordinal=len(paper.versions) + 1,
        state=VersionState.PUBLISHED,
        revision=(revision := 3 if times.returned_at else 2),
        screened_revision=revision,
        title=text.title,
        body=text.body,
        stated_on=stated_on,
        note=note,
        author=paper.staff.author,
        created_at=times.drafted_at,
        saved_at=times.proposed_again_at or times.proposed_at,
        reviewed_by=paper.staff.reviewer,
        reviewed_at=times.reviewed_at,
        approved_by=paper.staff.approver,
        approved_at=times.approved_at,
        approval_opinion=words.opinion,
        published_at=times.published_at,
    )
    paper.versions.append(version)
    return version


def _pass_the_steps(paper: Paper, version: Version, times: Timeline, words: Words) -> None:
    staff = paper.staff
    _step(paper, version, StepKind.PROPOSED, staff.author, times.proposed_at)
    if times.returned_at and times.proposed_again_at:
        _step(paper, version, StepKind.RETURNED, staff.reviewer, times.returned_at, words.returned)
        _step(paper, version, StepKind.PROPOSED, staff.author, times.proposed_again_at)
    _step(paper, version, StepKind.REVIEWED, staff.reviewer, times.reviewed_at, words.grounds)
    _step(paper, version, StepKind.APPROVED, staff.approver, times.approved_at, words.opinion)
    _step(paper, version, StepKind.PUBLISHED, staff.author, times.published_at)
    paper.reviews.append((version, words.grounds, staff.reviewer.pk, times.reviewed_at))


def _step(paper: Paper, version: Version, kind: StepKind, by: User, at: datetime, words: str = "") -> None:
    paper.steps.append((version, kind, by.pk, at, words))


def _give_keys(papers: Sequence[Paper]) -> None:
    """A posting and the version it shows point at each other, so both need their keys beforehand."""
    versions = sum(len(paper.versions) for paper in papers)
    keys = iter(reserve(Version, versions))
    for paper, key in zip(papers, reserve(Posting, len(papers)), strict=True):
        paper.posting.pk = key
        for version in paper.versions:
            version.pk, version.posting_id = next(keys), key
        paper.posting.current_id = paper.versions[-1].pk


def _give_numbers(papers: Iterable[Paper]) -> None:
    """Numbers in the order of publication, per organisation and year; the counters go on from there."""
    last: dict[tuple[int, int], int] = defaultdict(int)
    for paper in papers:
        assert paper.posting.published_at is not None  # noqa: S101  (papers are published)
        year = timezone.localdate(paper.posting.published_at).year
        last[paper.organisation.pk, year] += 1
        paper.posting.number = f"{paper.organisation.code}-{year}-{last[paper.organisation.pk, year]:06}"
    PostingCounter.objects.bulk_create(
        PostingCounter(organisation_id=pk, year=year, last=number) for (pk, year), number in last.items()
    )
