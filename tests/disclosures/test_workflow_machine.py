"""Any order of steps by anybody: the postings of one obligation against a model that fits on a page.

Hypothesis makes up histories: people draft, propose, review, approve, return, publish, correct and withdraw, in
and out of turn, on what they see and on what they saw a while ago; the clock sweeps. After each step the database
must stand where the model stands, and a handful of sentences must hold whatever happened before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from disclosures.actions import corrections, drafts, postings
from disclosures.actions.refusals import Incomplete, MovedOn, ObligationClosed, OwnWork, Refused, StaleDraft
from disclosures.choices import Outcome, PostingStatus, ReviewConclusion, VersionState, WithdrawalReason
from disclosures.models import BoardVersion, ConfidentialityReview, Obligation, Posting, PostingCounter, Step, Version
from organisations.choices import Role
from tests.disclosures.people import NOW, appointed, village

WRITTEN, EMPTY = "<p>共收缴党费 3,640 元。</p>", "<p></p>"
PEOPLE = st.sampled_from(["secretary", "second", "reviewer", "approver"])
RARELY = st.sampled_from([False, False, False, False, True])
ANY_OTHER = st.sampled_from(["reviewer", "approver"])


@dataclass
class Paper:
    """A version as the model has it."""

    state: str = "draft"
    revision: int = 1
    writers: set[str] = field(default_factory=set)
    written: bool = False
    reviewed_by: str | None = None
    approved_by: str | None = None
    urgent: bool = False
    due: int | None = None
    shown: str = ""


@dataclass
class Sheet:
    """A posting as the model has it."""

    papers: list[Paper]
    status: str = "draft"
    number: int | None = None
    current: int | None = None
    shown: list[str] = field(default_factory=list)


class Workflow(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.village = village()
        here = self.village.organisation
        self.people = {
            "secretary": self.village.secretary,
            "second": appointed(Role.SECRETARY, here),
            "reviewer": self.village.reviewer,
            "approver": self.village.approver,
        }
        self.minute = 0
        self.sheets: list[Sheet] = []
        self.rows: list[Posting] = []
        self.open = True
        self.numbers = 0
        self.touched = 0
        self.steps = 0

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # what is seen

    @property
    def at(self):
        return NOW + timedelta(minutes=self.minute)

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def paper(self) -> Paper:
        return self.sheet.papers[-1]

    def version(self) -> Version:
        return self.rows[-1].versions.order_by("ordinal").last()

    def attempt(self, expected: type[Refused] | None, act, *, steps: int = 1) -> None:
        """The act is refused as the model says, or done."""
        self.minute += 1
        if expected is None:
            act()
            self.steps += steps
        else:
            with pytest.raises(expected):
                act()

    def judged(self, sources: set[str], stale: bool, *first: tuple[bool, type[Refused]]) -> type[Refused] | None:
        """Which refusal the model expects: the first that applies, then whether it is still where it was seen."""
        for applies, refusal in first:
            if applies:
                return refusal
        return MovedOn if self.paper.state not in sources or stale else None

    has_sheet = precondition(lambda self: bool(self.sheets))

    # writing

    @rule(who=PEOPLE)
    def start(self, who: str) -> None:
        self.village.obligation.refresh_from_db()
        live = self.sheets and self.sheet.status == "draft"

        def act():
            version = drafts.start_draft(obligation=self.village.obligation, by=self.people[who], at=self.at)
            if live:
                assert version == self.version()
            else:
                self.rows.append(version.posting)
                self.sheets.append(Sheet([Paper(writers={who})]))

        self.attempt(None if live or self.open else ObligationClosed, act, steps=0 if live else 1)

    @has_sheet
    @rule(who=PEOPLE, text=st.sampled_from([WRITTEN, WRITTEN, EMPTY]), stale=RARELY)
    def save(self, who: str, text: str, stale: bool) -> None:
        paper, version = self.paper, self.version()
        editable = paper.state in {"draft", "returned"}
        is_new = who not in paper.writers
        values = {"title": f"第{self.minute}稿", "body": text, "stated_on": date(2026, 9, 30)}
        by = {"by": self.people[who], "at": self.at}
        expected = None if editable and not stale else (StaleDraft if editable else MovedOn)
        seen = paper.revision - stale
        self.attempt(
            expected, lambda: drafts.save_draft(version, expected_revision=seen, **values, **by), steps=int(is_new)
        )
        if expected is None:
            paper.revision, paper.written = paper.revision + 1, text == WRITTEN
            paper.writers.add(who)

    @has_sheet
    @rule(who=PEOPLE, stale=RARELY)
    def propose(self, who: str, stale: bool) -> None:
        expected = self.judged({"draft", "returned"}, stale)
        if expected is None and not self.paper.written:
            expected = Incomplete
        self.attempt(expected, lambda: postings.propose(self.version(), **self.seen(who, stale)))
        if expected is None:
            self.paper.state = "proposed"
            self.paper.writers.add(who)

    @precondition(lambda self: bool(self.sheets) and self.minute % 4 == 0)
    @rule(who=PEOPLE, stale=RARELY)
    def discard(self, who: str, stale: bool) -> None:
        expected = self.judged({"draft", "returned"}, stale)
        self.attempt(expected, lambda: drafts.discard(self.version(), **self.seen(who, stale)))
        if expected is None:
            self.paper.state = "discarded"
            if self.sheet.status == "draft":
                self.sheet.status = "discarded"

    @rule(times=st.integers(1, 6))
    def go_on(self, times: int) -> None:
        """What a village that knows its business does next; without it few histories would come to publication."""
        for _time in range(times):
            self.do_the_next_thing()

    def do_the_next_thing(self) -> None:
        if not self.sheets or self.sheet.status in {"discarded", "withdrawn"}:
            return self.start("secretary")
        steps = {
            "draft": lambda: (self.save("secretary", WRITTEN, stale=False), self.propose("secretary", stale=False)),
            "returned": lambda: (self.save("second", WRITTEN, stale=False), self.propose("second", stale=False)),
            "proposed": lambda: self.review("reviewer", ReviewConclusion.MAY_BE_DISCLOSED, stale=False),
            "reviewed": lambda: self.approve("approver", stale=False),
            "approved": lambda: self.publish(stale=False),
            "published": lambda: self.correct("secretary", "收缴金额有误"),
            "discarded": lambda: self.correct("second", "名称有误"),
        }
        steps[self.paper.state]()

    @precondition(lambda self: bool(self.sheets) and self.paper.state in {"reviewed", "approved"})
    @rule(who=ANY_OTHER)
    def nearly_there(self, who: str) -> None:
        """The shorter ways out: urgently, or at a time that comes."""
        if self.paper.state == "reviewed":
            self.publish_urgently(stale=False)
            self.approve_afterwards(who)
        else:
            self.schedule(2)
            self.sweep(3)

    # passing

    @has_sheet
    @rule(who=PEOPLE, conclusion=st.sampled_from(ReviewConclusion), stale=RARELY)
    def review(self, who: str, conclusion: ReviewConclusion, stale: bool) -> None:
        expected = self.judged({"proposed"}, stale, (who in self.paper.writers, OwnWork))
        judgement = {"conclusion": conclusion, "grounds": "经查"}
        self.attempt(expected, lambda: postings.review(self.version(), **judgement, **self.seen(who, stale)))
        if expected is None:
            passes = conclusion in {"may_be_disclosed", "after_treatment"}
            self.paper.state = "reviewed" if passes else "returned"
            self.paper.reviewed_by = who if passes else None

    @has_sheet
    @rule(who=PEOPLE, stale=RARELY)
    def approve(self, who: str, stale: bool) -> None:
        expected = self.judged({"reviewed"}, stale, (who in self.paper.writers, OwnWork))
        self.attempt(expected, lambda: postings.approve(self.version(), opinion="同意", **self.seen(who, stale)))
        if expected is None:
            self.paper.state, self.paper.approved_by = "approved", who

    @has_sheet
    @rule(who=PEOPLE, stale=RARELY)
    def take_back(self, who: str, stale: bool) -> None:
        expected = self.judged({"proposed"}, stale)
        self.attempt(expected, lambda: postings.take_back(self.version(), **self.seen(who, stale)))
        if expected is None:
            self.paper.state = "draft"

    @has_sheet
    @rule(who=PEOPLE, reason=st.sampled_from(["数字有误", " "]), stale=RARELY)
    def send_back(self, who: str, reason: str, stale: bool) -> None:
        expected = self.judged({"proposed", "reviewed", "approved"}, stale, (not reason.strip(), Incomplete))
        self.attempt(expected, lambda: postings.send_back(self.version(), reason=reason, **self.seen(who, stale)))
        if expected is None:
            paper = self.paper
            paper.state, paper.reviewed_by, paper.approved_by, paper.due = "returned", None, None, None

    # publishing

    @has_sheet
    @rule(stale=RARELY)
    def publish(self, stale: bool) -> None:
        expected = self.judged({"approved"}, stale)
        if expected is None:
            expected = self.cannot_come_out()
        self.attempt(expected, lambda: postings.publish(self.version(), **self.seen("secretary", stale)))
        if expected is None:
            self.comes_out()

    @has_sheet
    @rule(stale=RARELY)
    def publish_urgently(self, stale: bool) -> None:
        expected = self.judged({"reviewed"}, stale)
        if expected is None:
            expected = self.cannot_come_out()
        act = {"reason": "防汛", **self.seen("secretary", stale)}
        self.attempt(expected, lambda: postings.publish_urgently(self.version(), **act))
        if expected is None:
            self.paper.urgent = True
            self.comes_out()

    @has_sheet
    @rule(who=PEOPLE)
    def approve_afterwards(self, who: str) -> None:
        paper = self.paper
        waiting = paper.state == "published" and paper.urgent and paper.approved_by is None
        expected = OwnWork if who in paper.writers else (None if waiting else MovedOn)
        by = {"by": self.people[who], "at": self.at}
        self.attempt(expected, lambda: postings.approve_afterwards(self.version(), opinion="同意", **by))
        if expected is None:
            paper.approved_by = who
            self.touched += 1

    @has_sheet
    @rule(minutes=st.integers(-2, 4))
    def schedule(self, minutes: int) -> None:
        self.minute += 1
        moment = self.minute + minutes
        expected = Refused if minutes <= 0 else self.judged({"approved"}, stale=False)
        when = NOW + timedelta(minutes=moment)
        by = {"by": self.people["secretary"], "at": self.at}
        with pytest.raises(expected) if expected else transaction.atomic():
            postings.schedule(self.version(), publish_at=when, **by)
        if expected is None:
            self.paper.due = moment
            self.steps += 1

    @rule(minutes=st.integers(0, 5))
    def sweep(self, minutes: int) -> None:
        self.minute += minutes
        due = bool(self.sheets) and self.paper.state == "approved" and self.paper.due is not None
        due = due and self.paper.due <= self.minute
        blocked = due and self.cannot_come_out() is not None
        assert postings.publish_due(self.at) == int(due and not blocked)
        if due:
            self.steps += 1
            if blocked:
                self.paper.due = None
            else:
                self.comes_out()

    def cannot_come_out(self) -> type[Refused] | None:
        return ObligationClosed if self.sheet.status == "draft" and not self.open else None

    def comes_out(self) -> None:
        sheet = self.sheet
        self.paper.state = "published"
        self.touched += 1
        if sheet.status == "draft":
            self.numbers += 1
            sheet.status, sheet.number, self.open = "published", self.numbers, False
        sheet.current = len(sheet.papers)
        self.paper.shown = self.version().body
        sheet.shown.append(self.paper.shown)

    # afterwards

    @has_sheet
    @rule(who=PEOPLE, note=st.sampled_from(["收缴金额有误", ""]))
    def correct(self, who: str, note: str) -> None:
        sheet = self.sheet
        under_way = self.paper.state in {"draft", "proposed", "reviewed", "approved", "returned"}
        expected = None
        if not note:
            expected = Incomplete
        elif sheet.status != "published" or under_way:
            expected = MovedOn
        by = {"by": self.people[who], "at": self.at}
        self.attempt(expected, lambda: corrections.begin_correction(self.rows[-1], note=note, **by))
        if expected is None:
            sheet.papers.append(Paper(writers={who}, written=True))

    @precondition(lambda self: bool(self.sheets) and (self.sheet.status == "published" or self.minute % 4 == 0))
    @rule(who=PEOPLE, reason=st.sampled_from(WithdrawalReason))
    def withdraw(self, who: str, reason: WithdrawalReason) -> None:
        sheet = self.sheet
        expected = None if sheet.status == "published" else MovedOn
        under_way = self.paper.state in {"draft", "proposed", "reviewed", "approved", "returned"}
        by = {"by": self.people[who], "at": self.at}
        self.attempt(
            expected, lambda: corrections.withdraw(self.rows[-1], reason=reason, **by), steps=2 + int(under_way)
        )
        if expected is None:
            sheet.status, self.open = "withdrawn", True
            self.touched += 1
            if under_way:
                self.paper.state = "discarded"

    @precondition(lambda self: self.open)
    @rule()
    def close_otherwise(self) -> None:
        Obligation.objects.filter(fulfilled_on=None).update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 21))
        self.open = False

    @precondition(lambda self: not self.open)
    @rule()
    def take_the_nil_return_back(self) -> None:
        if Obligation.objects.filter(outcome=Outcome.NIL).update(outcome="", fulfilled_on=None):
            self.open = True

    def seen(self, who: str, stale: bool) -> dict:
        return {"by": self.people[who], "at": self.at, "revision": self.paper.revision - stale}

    # what always holds

    @invariant()
    def the_database_stands_where_the_model_stands(self) -> None:
        if not hasattr(self, "sheets"):
            return
        postings_now = list(Posting.objects.order_by("pk"))
        assert len(postings_now) == len(self.sheets)
        for posting, sheet in zip(postings_now, self.sheets, strict=True):
            assert posting.status == sheet.status
            number = sheet.number and f"{self.village.organisation.code}-2026-{sheet.number:06}"
            assert posting.number == number
            assert (posting.current and posting.current.ordinal) == sheet.current
            versions = list(posting.versions.order_by("ordinal"))
            assert [v.state for v in versions] == [p.state for p in sheet.papers]
            assert [v.revision for v in versions] == [p.revision for p in sheet.papers]
            names = {person.pk: name for name, person in self.people.items()}
            for version, paper in zip(versions, sheet.papers, strict=True):
                assert names.get(version.approved_by_id) == paper.approved_by
                assert names.get(version.reviewed_by_id) == paper.reviewed_by
                assert version.urgent == paper.urgent

    @invariant()
    def the_obligation_is_open_unless_something_settled_it(self) -> None:
        if hasattr(self, "sheets"):
            obligation = Obligation.objects.get()
            assert (obligation.fulfilled_on is None) == self.open
            is_up = Posting.objects.filter(obligation=obligation, status=PostingStatus.PUBLISHED).exists()
            assert (obligation.outcome == Outcome.POSTED) == is_up

    @invariant()
    def every_step_is_on_record_and_every_change_reached_the_board(self) -> None:
        if hasattr(self, "sheets"):
            assert Step.objects.count() == self.steps
            board = BoardVersion.objects.filter(organisation=self.village.organisation).first()
            assert (board.version if board else 0) == self.touched

    @invariant()
    def nothing_is_out_that_was_not_reviewed_and_passed_by_others(self) -> None:
        for version in Version.objects.filter(state=VersionState.PUBLISHED):
            wrote = set(version.steps.filter(kind__in=["drafted", "proposed", "correction_begun"]).values_list("by"))
            assert version.reviewed_by_id is not None
            assert (version.reviewed_by_id,) not in wrote
            assert (version.approved_by_id,) not in wrote
            assert version.urgent or version.approved_by_id is not None
            assert ConfidentialityReview.objects.filter(version=version, reviewer=version.reviewed_by).exists()

    @invariant()
    def what_was_shown_reads_as_it_did(self) -> None:
        for posting, sheet in zip(Posting.objects.order_by("pk"), getattr(self, "sheets", []), strict=True):
            published = posting.versions.filter(state=VersionState.PUBLISHED).order_by("ordinal")
            assert [version.body for version in published] == sheet.shown

    @invariant()
    def numbers_run_without_gaps(self) -> None:
        given = sorted(Posting.objects.exclude(number=None).values_list("number", flat=True))
        assert [int(number[-6:]) for number in given] == list(range(1, len(given) + 1))
        assert PostingCounter.objects.filter(last__gt=0).count() == bool(given)


@pytest.mark.django_db
def test_any_history_of_a_posting_keeps_the_rules():
    run_state_machine_as_test(
        Workflow,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
