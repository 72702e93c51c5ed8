"""The four steps of a posting, and what each leaves behind."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalogue import calendars
from catalogue.calendar_files import DayRow
from catalogue.choices import DayKind, Scope
from disclosures.actions import drafts, postings
from disclosures.actions.refusals import Incomplete, MovedOn, ObligationClosed, OwnWork, Refused
from disclosures.choices import Outcome, PostingStatus, ReviewConclusion, StepKind, VersionState
from disclosures.models import BoardVersion, ConfidentialityReview, Obligation, Posting, Version
from organisations.choices import Role
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jinxing() -> Village:
    return village()


def kinds(version: Version) -> list[str]:
    return list(version.steps.order_by("pk").values_list("kind", flat=True))


def test_a_posting_passes_the_four_steps_and_meets_its_obligation(jinxing):
    posting = jinxing.published()
    version = posting.current
    assert kinds(version) == ["drafted", "proposed", "reviewed", "approved", "published"]
    people = list(version.steps.order_by("pk").values_list("by", flat=True))
    secretary, reviewer, approver = jinxing.secretary.pk, jinxing.reviewer.pk, jinxing.approver.pk
    assert people == [secretary, secretary, reviewer, approver, secretary]
    assert list(version.steps.order_by("pk").values_list("at", flat=True)) == [NOW, *map(later, (1, 2, 3, 4))]
    assert (posting.status, posting.number, posting.published_at) == (
        PostingStatus.PUBLISHED,
        f"{jinxing.organisation.code}-2026-000001",
        later(4),
    )
    assert (version.state, version.published_at) == (VersionState.PUBLISHED, later(4))
    jinxing.obligation.refresh_from_db()
    assert (jinxing.obligation.outcome, jinxing.obligation.fulfilled_on) == (Outcome.POSTED, date(2026, 11, 21))
    assert not Obligation.objects.overdue(on=date(2026, 11, 21)).exists()
    review = ConfidentialityReview.objects.get(version=version)
    assert (review.reviewer, review.conclusion) == (jinxing.reviewer, ReviewConclusion.MAY_BE_DISCLOSED)
    assert version.approval_opinion == "同意公开"


def test_an_obligation_is_met_on_the_day_it_is_in_shanghai(jinxing):
    version = jinxing.approved()
    postings.publish(version, by=jinxing.secretary, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    posting = Posting.objects.get()
    jinxing.obligation.refresh_from_db()
    assert jinxing.obligation.fulfilled_on == date(2027, 1, 1)
    assert posting.number.endswith("-2027-000001")


def test_the_board_changes_with_publication_and_not_before(jinxing):
    version = jinxing.approved()
    assert not BoardVersion.objects.exists()
    postings.publish(version, by=jinxing.secretary, at=later(4))
    assert BoardVersion.objects.get(organisation=jinxing.organisation).version == 1


@pytest.mark.parametrize(("days", "until"), [(None, None), (1, date(2026, 11, 22)), (30, date(2026, 12, 21))])
def test_it_stays_up_for_as_long_as_the_item_says(days, until):
    jinxing = village(item__display_days=days)
    assert jinxing.published().display_until == until


@pytest.mark.parametrize(("days", "until"), [(None, None), (5, date(2026, 11, 27)), (30, date(2027, 1, 4))])
def test_objections_are_taken_for_so_many_working_days_after_publication(days, until):
    """21 November 2026 is a Saturday; 1 January 2027 is a day off."""
    calendars.load_file()
    calendars.replace_year(2027, [DayRow(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", "")])
    jinxing = village(item__notice_days=days)
    assert jinxing.published().notice_until == until


STATES = {
    "draft": Village.draft,
    "proposed": Village.proposed,
    "reviewed": Village.reviewed,
    "approved": Village.approved,
}


def act(name: str, jinxing: Village, version: Version) -> None:
    at = later(9)
    by = jinxing
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    {
        "propose": lambda: postings.propose(version, by=by.secretary, at=at),
        "review": lambda: postings.review(version, conclusion=yes, grounds="不涉密", by=by.reviewer, at=at),
        "refuse": lambda: postings.review(
            version, conclusion=ReviewConclusion.NOT_DISCLOSED, grounds="涉密", by=by.reviewer, at=at
        ),
        "approve": lambda: postings.approve(version, by=by.approver, at=at),
        "return": lambda: postings.send_back(version, reason="数字有误", by=by.approver, at=at),
        "publish": lambda: postings.publish(version, by=by.secretary, at=at),
        "urgent": lambda: postings.publish_urgently(version, reason="防汛", by=by.secretary, at=at),
        "schedule": lambda: postings.schedule(version, publish_at=later(60), by=by.secretary, at=at),
        "discard": lambda: drafts.discard(version, by=by.secretary, at=at),
        "save": lambda: by.save(version),
    }[name]()


ALLOWED = {
    "draft": {"propose", "discard", "save"},
    "proposed": {"review", "refuse", "return"},
    "reviewed": {"approve", "return", "urgent"},
    "approved": {"publish", "return", "schedule"},
    "published": set(),
    "returned": {"propose", "discard", "save"},
    "discarded": set(),
}
ACTS = ["propose", "review", "refuse", "approve", "return", "publish", "urgent", "schedule", "discard", "save"]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("state", ALLOWED)
def test_each_step_is_possible_from_its_states_alone(state, name, jinxing):
    if state in STATES:
        version = STATES[state](jinxing)
    elif state == "published":
        version = jinxing.published().current
    else:
        version = jinxing.proposed()
        act("return", jinxing, version)
        if state == "discarded":
            act("discard", jinxing, version)
    assert version.state == state
    before = (kinds(version), Version.objects.values().get(), Posting.objects.values().get())
    if name in ALLOWED[state]:
        act(name, jinxing, version)
        assert (kinds(version), Version.objects.values().get()) != before[:2]
    else:
        with pytest.raises(MovedOn):
            act(name, jinxing, version)
        assert (kinds(version), Version.objects.values().get(), Posting.objects.values().get()) == before


@pytest.mark.parametrize("name", ["propose", "review", "approve", "return", "publish", "urgent", "schedule", "discard"])
def test_a_decision_about_content_that_changed_since_counts_for_nothing(name, jinxing):
    """The person read an older revision: whatever they decided was about other words."""
    makers = {
        "propose": Village.draft,
        "discard": Village.draft,
        "review": Village.proposed,
        "return": Village.proposed,
    }
    makers |= {"approve": Village.reviewed, "urgent": Village.reviewed}
    version = makers.get(name, Village.approved)(jinxing)
    seen, by, at = {"revision": version.revision - 1}, jinxing, later(9)
    with pytest.raises(MovedOn, match="有改动"):
        {
            "propose": lambda: postings.propose(version, by=by.secretary, at=at, **seen),
            "review": lambda: postings.review(
                version, conclusion=ReviewConclusion.MAY_BE_DISCLOSED, grounds="不涉密", by=by.reviewer, at=at, **seen
            ),
            "approve": lambda: postings.approve(version, by=by.approver, at=at, **seen),
            "return": lambda: postings.send_back(version, reason="有误", by=by.approver, at=at, **seen),
            "publish": lambda: postings.publish(version, by=by.secretary, at=at, **seen),
            "urgent": lambda: postings.publish_urgently(version, reason="防汛", by=by.secretary, at=at, **seen),
            "schedule": lambda: postings.schedule(version, publish_at=later(60), by=by.secretary, at=at, **seen),
            "discard": lambda: drafts.discard(version, by=by.secretary, at=at, **seen),
        }[name]()


def test_who_comes_second_is_told_who_was_first_and_where_it_stands(jinxing):
    seen = jinxing.reviewed()
    postings.approve(Version.objects.get(pk=seen.pk), by=jinxing.approver, at=later(3))
    with pytest.raises(MovedOn) as refusal:
        postings.approve(seen, by=appointed(Role.APPROVER, jinxing.organisation), at=later(4))
    for word in ("已审批，待发布", str(jinxing.approver), "2026-11-21 09:33"):
        assert word in str(refusal.value)
    assert kinds(seen).count("approved") == 1


@pytest.mark.parametrize("conclusion", [ReviewConclusion.MAY_BE_DISCLOSED, ReviewConclusion.AFTER_TREATMENT])
def test_a_conclusion_that_it_may_be_disclosed_lets_it_pass(conclusion, jinxing):
    version = jinxing.proposed()
    postings.review(version, conclusion=conclusion, grounds="已隐去账号", by=jinxing.reviewer, at=later(2))
    assert (version.state, version.reviewed_by, version.reviewed_at) == ("reviewed", jinxing.reviewer, later(2))


@pytest.mark.parametrize("conclusion", [ReviewConclusion.NOT_DISCLOSED, ReviewConclusion.ASK_SUPERIOR])
def test_any_other_conclusion_returns_it_with_the_grounds_on_record(conclusion, jinxing):
    version = jinxing.proposed()
    postings.review(version, conclusion=conclusion, grounds="涉及未公开案情", by=jinxing.reviewer, at=later(2))
    assert (version.state, version.reviewed_by) == (VersionState.RETURNED, None)
    assert ConfidentialityReview.objects.get().conclusion == conclusion
    step = version.steps.order_by("pk").last()
    assert (step.kind, step.words) == (StepKind.RETURNED, f"{conclusion.label}：涉及未公开案情")


@pytest.mark.parametrize("blank", ["", "  \n\u3000"])
def test_grounds_and_reasons_are_never_left_blank(blank, jinxing):
    version = jinxing.proposed()
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    with pytest.raises(Incomplete):
        postings.review(version, conclusion=yes, grounds=blank, by=jinxing.reviewer, at=later(2))
    with pytest.raises(Incomplete):
        postings.send_back(version, reason=blank, by=jinxing.reviewer, at=later(2))
    assert kinds(version) == ["drafted", "proposed"]


def test_long_grounds_are_kept_whole_in_the_review_and_cut_in_the_step(jinxing):
    version = jinxing.proposed()
    grounds = "依" * 1000
    postings.review(
        version, conclusion=ReviewConclusion.MAY_BE_DISCLOSED, grounds=grounds, by=jinxing.reviewer, at=later(2)
    )
    assert ConfidentialityReview.objects.get().grounds == grounds
    assert version.steps.order_by("pk").last().words == "依" * 299 + "…"


def test_what_is_returned_loses_review_and_approval_and_passes_every_step_again(jinxing):
    version = jinxing.approved()
    postings.schedule(version, publish_at=later(60), by=jinxing.secretary, at=later(4))
    postings.send_back(version, reason="数字有误", by=jinxing.approver, at=later(5))
    version.refresh_from_db()
    assert (version.reviewed_by, version.approved_by, version.approval_opinion, version.publish_at) == (
        None,
        None,
        "",
        None,
    )
    jinxing.save(version, body="<p>共收缴党费 3,460 元。</p>")
    posting = postings.publish(jinxing.approved(version), by=jinxing.secretary, at=later(9))
    assert "3,460" in posting.current.body
    assert ConfidentialityReview.objects.count() == 2


def test_nobody_reviews_or_approves_their_own_words(jinxing):
    """Also not who saved an earlier draft that somebody else finished (Regulation, Art. 15)."""
    second = appointed(Role.SECRETARY, jinxing.organisation)
    version = jinxing.draft()
    drafts.save_draft(
        version,
        expected_revision=version.revision,
        title="党费",
        body="<p>另一人写的。</p>",
        stated_on=NOW.date(),
        by=second,
        at=NOW,
    )
    assert version.author == second
    postings.propose(version, by=jinxing.secretary, at=later(1))
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    for writer in (jinxing.secretary, second):
        with pytest.raises(OwnWork):
            postings.review(version, conclusion=yes, grounds="不涉密", by=writer, at=later(2))
    postings.review(version, conclusion=yes, grounds="不涉密", by=jinxing.reviewer, at=later(2))
    for writer in (jinxing.secretary, second):
        with pytest.raises(OwnWork):
            postings.approve(version, by=writer, at=later(3))
    postings.approve(version, by=jinxing.reviewer, at=later(3))


@pytest.mark.parametrize("body", ["", "<p>&nbsp;</p>", "<h3>收入</h3><p></p><h3>支出</h3><p></p>"])
def test_an_empty_form_is_not_proposed(body):
    jinxing = village(item__content_elements="收入；支出")
    version = jinxing.draft(body=body)
    with pytest.raises(Incomplete, match="还没有填写"):
        postings.propose(version, by=jinxing.secretary, at=later(1))
    assert Version.objects.get().state == VersionState.DRAFT


def test_what_is_for_specific_persons_names_them_before_it_is_proposed(jinxing):
    version = jinxing.draft(scope=Scope.SPECIFIC)
    with pytest.raises(Incomplete):
        postings.propose(version, by=jinxing.secretary, at=later(1))
    drafts.add_reader(version.posting, organisation=jinxing.town, by=jinxing.secretary, at=later(1))
    version.refresh_from_db()
    postings.propose(version, by=jinxing.secretary, at=later(2))


# Urgent


def test_an_urgent_posting_goes_out_after_review_and_is_flagged_until_approved(jinxing):
    version = jinxing.reviewed()
    posting = postings.publish_urgently(version, reason="台风转移安置", by=jinxing.secretary, at=later(3))
    assert (posting.status, posting.current.urgent, posting.current.approved_by) == (
        PostingStatus.PUBLISHED,
        True,
        None,
    )
    jinxing.obligation.refresh_from_db()
    assert jinxing.obligation.outcome == Outcome.POSTED
    shown = BoardVersion.objects.get().version
    postings.approve_afterwards(version, opinion="同意，补批", by=jinxing.approver, at=later(60))
    version.refresh_from_db()
    assert (version.urgent, version.approved_by, version.approved_at) == (True, jinxing.approver, later(60))
    assert kinds(version)[-2:] == ["published_urgently", "approved"]
    assert BoardVersion.objects.get().version == shown + 1


def test_it_is_approved_afterwards_once_and_by_somebody_else(jinxing):
    version = jinxing.reviewed()
    postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(3))
    with pytest.raises(OwnWork):
        postings.approve_afterwards(version, by=jinxing.secretary, at=later(4))
    postings.approve_afterwards(version, by=jinxing.approver, at=later(5))
    with pytest.raises(MovedOn):
        postings.approve_afterwards(version, by=jinxing.approver, at=later(6))


def test_what_was_approved_in_time_is_not_approved_afterwards(jinxing):
    posting = jinxing.published()
    with pytest.raises(MovedOn):
        postings.approve_afterwards(posting.current, by=jinxing.approver, at=later(9))


def test_urgency_needs_a_reason(jinxing):
    version = jinxing.reviewed()
    with pytest.raises(Incomplete):
        postings.publish_urgently(version, reason=" ", by=jinxing.secretary, at=later(3))


# The obligation was settled in another way


def test_publishing_for_an_obligation_closed_meanwhile_is_refused_whole(jinxing):
    version = jinxing.approved()
    Obligation.objects.update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 20))
    with pytest.raises(ObligationClosed, match="2026-11-20"):
        postings.publish(version, by=jinxing.secretary, at=later(4))
    version.refresh_from_db()
    assert version.state == VersionState.APPROVED
    assert Posting.objects.get().number is None
    assert kinds(version)[-1] == "approved"
    assert not BoardVersion.objects.exists()


def test_a_number_given_back_is_given_out_again(jinxing):
    first = jinxing.approved()
    Obligation.objects.update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 20))
    with pytest.raises(ObligationClosed):
        postings.publish(first, by=jinxing.secretary, at=later(4))
    jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
    assert jinxing.published().number.endswith("-2026-000001")


def test_numbers_run_by_organisation_and_year(jinxing):
    numbers = []
    for at in (NOW, NOW, NOW + timedelta(days=60)):
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        numbers.append(postings.publish(jinxing.approved(), by=jinxing.secretary, at=at).number)
    code = jinxing.organisation.code
    assert numbers == [f"{code}-2026-000001", f"{code}-2026-000002", f"{code}-2027-000001"]
    assert village().published().number.endswith("-2026-000001")


# Scheduled


@pytest.mark.parametrize(("minutes", "published"), [(-1, 0), (0, 1), (1, 1)])
def test_a_scheduled_posting_goes_out_at_its_time_and_not_before(minutes, published, jinxing):
    version = jinxing.approved()
    postings.schedule(version, publish_at=later(60), by=jinxing.secretary, at=later(4))
    assert postings.publish_due(later(60 + minutes)) == published
    version.refresh_from_db()
    assert version.state == (VersionState.PUBLISHED if published else VersionState.APPROVED)
    if published:
        step = version.steps.order_by("pk").last()
        assert (step.kind, step.by, step.at) == (StepKind.PUBLISHED, None, later(60 + minutes))


def test_the_sweep_publishes_each_once_however_often_it_runs(jinxing):
    postings.schedule(jinxing.approved(), publish_at=later(60), by=jinxing.secretary, at=later(4))
    assert [postings.publish_due(later(61)), postings.publish_due(later(61))] == [1, 0]


@pytest.mark.parametrize("minutes", [-60, 0, 366 * 24 * 60 + 1])
def test_a_time_past_or_too_far_is_no_schedule(minutes, jinxing):
    with pytest.raises(Refused):
        postings.schedule(jinxing.approved(), publish_at=NOW + timedelta(minutes=minutes), by=jinxing.secretary, at=NOW)


def test_one_whose_obligation_was_settled_does_not_hold_up_the_others(jinxing):
    stuck, fine = jinxing, village()
    for one in (stuck, fine):
        postings.schedule(one.approved(), publish_at=later(60), by=one.secretary, at=later(4))
    Obligation.objects.filter(pk=stuck.obligation.pk).update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 20))
    assert postings.publish_due(later(60)) == 1
    version = Version.objects.get(posting__organisation=stuck.organisation)
    assert (version.state, version.publish_at) == (VersionState.APPROVED, None)
    assert version.steps.order_by("pk").last().kind == StepKind.UNSCHEDULED
    assert postings.publish_due(later(61)) == 0


def test_a_schedule_can_be_taken_back(jinxing):
    version = jinxing.approved()
    with pytest.raises(MovedOn):
        postings.unschedule(version, by=jinxing.secretary, at=later(4))
    postings.schedule(version, publish_at=later(60), by=jinxing.secretary, at=later(4))
    postings.unschedule(version, by=jinxing.secretary, at=later(5))
    assert postings.publish_due(later(99)) == 0


def test_one_who_published_by_hand_meanwhile_was_quicker_than_the_sweep(jinxing):
    version = jinxing.approved()
    postings.schedule(version, publish_at=later(60), by=jinxing.secretary, at=later(4))
    postings.publish(version, by=jinxing.secretary, at=later(5))
    assert postings.publish_due(later(60)) == 0
    assert kinds(version).count("published") == 1


def test_a_posting_beside_any_obligation_meets_none(jinxing):
    item, organisation = jinxing.obligation.item, OrganisationFactory()
    version = drafts.start_draft(organisation=organisation, item=item, by=jinxing.secretary, at=NOW)
    jinxing.save(version)
    assert jinxing.published(version).obligation is None
    jinxing.obligation.refresh_from_db()
    assert jinxing.obligation.fulfilled_on is None
