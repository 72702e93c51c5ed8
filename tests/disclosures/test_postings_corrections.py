"""After publication: corrections, withdrawal, end of display, each with a trace that stays."""

from datetime import UTC, date, datetime

import pytest

from disclosures.actions import corrections, drafts, postings
from disclosures.actions.refusals import Incomplete, MovedOn
from disclosures.choices import PostingStatus, StepKind, VersionState, WithdrawalReason
from disclosures.models import BoardVersion, Obligation, Posting, Step
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import Village, later, village

pytestmark = pytest.mark.django_db


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return village()


def correction(jinxing: Village, posting: Posting):
    return corrections.begin_correction(posting, note="收缴金额有误", by=jinxing.secretary, at=later(10))


def test_a_correction_begins_with_content_and_files_of_what_is_shown(jinxing):
    version = jinxing.draft()
    drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    posting = jinxing.published(version)
    new = correction(jinxing, posting)
    shown = posting.current
    assert (new.ordinal, new.state, new.note) == (2, VersionState.DRAFT, "收缴金额有误")
    assert (new.title, new.body, new.stated_on) == (shown.title, shown.body, shown.stated_on)
    assert list(new.attachments.values_list("name", "file", "sha256")) == list(
        shown.attachments.values_list("name", "file", "sha256")
    )
    posting.refresh_from_db()
    assert posting.current == shown


def test_a_correction_passes_every_step_and_keeps_number_and_time(jinxing):
    posting = jinxing.published()
    new = correction(jinxing, posting)
    jinxing.save(new, body="<p>共收缴党费 3,460 元。</p>")
    board = BoardVersion.objects.get().version
    after = postings.publish(jinxing.approved(new), by=jinxing.secretary, at=later(20))
    assert (after.number, after.published_at) == (posting.number, posting.published_at)
    assert (after.current, after.current.published_at) == (new, later(20))
    states = list(posting.versions.values_list("ordinal", "state"))
    assert states == [(1, VersionState.PUBLISHED), (2, VersionState.PUBLISHED)]
    assert "3,640" in posting.versions.get(ordinal=1).body
    assert BoardVersion.objects.get().version == board + 1


def test_a_correction_does_not_move_the_day_the_obligation_was_met(jinxing):
    posting = jinxing.published()
    Obligation.objects.update(fulfilled_on=date(2026, 10, 1))
    new = correction(jinxing, posting)
    postings.publish(jinxing.approved(new), by=jinxing.secretary, at=later(20))
    assert Obligation.objects.get().fulfilled_on == date(2026, 10, 1)


def test_one_correction_at_a_time(jinxing):
    posting = jinxing.published()
    first = correction(jinxing, posting)
    with pytest.raises(MovedOn, match="正在办理"):
        correction(jinxing, posting)
    drafts.discard(first, by=jinxing.secretary, at=later(11))
    assert correction(jinxing, posting).ordinal == 3


def test_giving_up_a_correction_leaves_the_posting_as_it_is(jinxing):
    posting = jinxing.published()
    drafts.discard(correction(jinxing, posting), by=jinxing.secretary, at=later(11))
    posting.refresh_from_db()
    assert (posting.status, posting.current.ordinal) == (PostingStatus.PUBLISHED, 1)


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_correction_says_what_and_why(blank, jinxing):
    posting = jinxing.published()
    with pytest.raises(Incomplete):
        corrections.begin_correction(posting, note=blank, by=jinxing.secretary, at=later(10))
    assert posting.versions.count() == 1


def test_only_what_is_up_is_corrected(jinxing):
    draft = jinxing.draft().posting
    with pytest.raises(MovedOn):
        correction(jinxing, draft)
    posting = jinxing.published(draft.versions.get())
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.secretary, at=later(9))
    with pytest.raises(MovedOn):
        correction(jinxing, posting)


def test_a_correction_may_be_urgent_too(jinxing):
    posting = jinxing.published()
    new = jinxing.reviewed(correction(jinxing, posting))
    after = postings.publish_urgently(new, reason="转移路线写错", by=jinxing.secretary, at=later(20))
    assert after.current == new
    postings.approve_afterwards(new, by=jinxing.approver, at=later(30))


# Withdrawal


def test_a_withdrawal_leaves_a_tombstone_and_opens_the_obligation_again(jinxing):
    posting = jinxing.published()
    board = BoardVersion.objects.get().version
    corrections.withdraw(
        posting, reason=WithdrawalReason.PERSONAL_DATA, note="含身份证号", by=jinxing.approver, at=later(9)
    )
    posting.refresh_from_db()
    assert (posting.status, posting.withdrawn_at, posting.withdrawn_by) == (
        PostingStatus.WITHDRAWN,
        later(9),
        jinxing.approver,
    )
    assert (posting.withdrawal_reason, posting.withdrawal_note) == (WithdrawalReason.PERSONAL_DATA, "含身份证号")
    assert posting.number
    assert posting.current is not None
    obligation = Obligation.objects.get()
    assert (obligation.outcome, obligation.fulfilled_on) == ("", None)
    assert Obligation.objects.overdue(on=date(2026, 11, 21)).exists()
    last = list(posting.current.steps.order_by("-pk").values_list("kind", "words"))[:2]
    assert last == [(StepKind.REOPENED, ""), (StepKind.WITHDRAWN, "含有个人信息：含身份证号")]
    assert BoardVersion.objects.get().version == board + 1


def test_after_a_withdrawal_the_obligation_is_met_by_another_posting(jinxing):
    first = jinxing.published()
    corrections.withdraw(first, reason=WithdrawalReason.CONTENT_WRONG, by=jinxing.secretary, at=later(9))
    jinxing.obligation.refresh_from_db()
    second = jinxing.published()
    assert second != first
    assert second.number.endswith("-2026-000002")
    assert Obligation.objects.get().outcome == "posted"


def test_it_is_withdrawn_once(jinxing):
    posting = jinxing.published()
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.secretary, at=later(9))
    Obligation.objects.update(outcome="nil", fulfilled_on=date(2026, 11, 21))
    with pytest.raises(MovedOn):
        corrections.withdraw(posting, reason=WithdrawalReason.SECRET, by=jinxing.approver, at=later(10))
    posting.refresh_from_db()
    assert posting.withdrawal_reason == WithdrawalReason.DUPLICATE
    assert Obligation.objects.get().outcome == "nil"
    assert Step.objects.filter(kind=StepKind.WITHDRAWN).count() == 1


def test_what_was_never_published_cannot_be_withdrawn(jinxing):
    posting = jinxing.approved().posting
    with pytest.raises(MovedOn):
        corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.secretary, at=later(9))


@pytest.mark.parametrize("stage", ["draft", "proposed", "reviewed", "approved"])
def test_a_withdrawal_ends_the_correction_under_way(stage, jinxing):
    posting = jinxing.published()
    new = correction(jinxing, posting)
    if stage != "draft":
        getattr(jinxing, stage)(new)
    corrections.withdraw(posting, reason=WithdrawalReason.SECRET, by=jinxing.approver, at=later(30))
    new.refresh_from_db()
    assert new.state == VersionState.DISCARDED
    assert new.steps.order_by("pk").last().kind == StepKind.DISCARDED
    with pytest.raises(MovedOn):
        postings.publish(new, by=jinxing.secretary, at=later(31))


def test_a_withdrawal_without_an_obligation_opens_none(jinxing):
    version = drafts.start_draft(
        organisation=jinxing.organisation, item=jinxing.obligation.item, by=jinxing.secretary, at=later(0)
    )
    posting = jinxing.published(jinxing.save(version))
    corrections.withdraw(posting, reason=WithdrawalReason.BASIS_LAPSED, by=jinxing.secretary, at=later(9))
    assert not Step.objects.filter(kind=StepKind.REOPENED).exists()


# End of display


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), 0),  # 23:59 of the last day in Shanghai
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), 1),
    ],
)
def test_display_ends_with_the_last_day_in_shanghai(now, ended, settings):
    posting = village(item__display_days=9).published()
    assert posting.display_until == date(2026, 11, 30)
    board = BoardVersion.objects.get().version
    assert corrections.end_display(now) == ended
    posting.refresh_from_db()
    assert posting.status == (PostingStatus.ENDED if ended else PostingStatus.PUBLISHED)
    assert BoardVersion.objects.get().version == board + ended
    assert Step.objects.filter(kind=StepKind.ENDED, by=None, at=now).count() == ended


def test_the_end_comes_once_and_only_for_what_has_one(jinxing):
    jinxing.published()
    village(item__display_days=1).published()
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert [corrections.end_display(now), corrections.end_display(now)] == [1, 0]


def test_many_end_in_several_sweeps(monkeypatch):
    monkeypatch.setattr(corrections, "_SWEPT_AT_ONCE", 2)
    for _number in range(5):
        village(item__display_days=1).published()
    assert corrections.end_display(datetime(2027, 1, 1, tzinfo=UTC)) == 5


def test_what_has_ended_met_its_obligation_and_can_still_be_withdrawn():
    jinxing = village(item__display_days=1)
    posting = jinxing.published()
    corrections.end_display(datetime(2027, 1, 1, tzinfo=UTC))
    assert Obligation.objects.get().outcome == "posted"
    corrections.withdraw(posting, reason=WithdrawalReason.PERSONAL_DATA, by=jinxing.secretary, at=later(9))
    assert Posting.objects.get().status == PostingStatus.WITHDRAWN


def test_a_correction_under_way_when_display_ends_can_still_set_the_record_right():
    jinxing = village(item__display_days=1)
    new = jinxing.approved(correction(jinxing, jinxing.published()))
    corrections.end_display(datetime(2027, 1, 1, tzinfo=UTC))
    posting = postings.publish(new, by=jinxing.secretary, at=datetime(2027, 1, 2, tzinfo=UTC))
    assert (posting.status, posting.current) == (PostingStatus.ENDED, new)
