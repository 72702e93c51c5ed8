"""A posting comes down before its time only if somebody proposes it with a reason and an approver agrees."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from disclosures.actions import corrections, endings, postings
from disclosures.actions.objections import close_notice
from disclosures.actions.refusals import Incomplete, MovedOn, OwnWork, Refused
from disclosures.choices import Outcome, PostingStatus, StepKind, WithdrawalReason
from disclosures.models import BoardVersion, Obligation, Posting, Step
from organisations.choices import Role
from tests.disclosures.office import OUTSIDERS, buttons, office_of_jinxing, outsider, page, paper, signed_in, step
from tests.disclosures.people import NOW, Village, later
from tests.factories.organisations import AppointmentFactory

pytestmark = pytest.mark.django_db

WHY = "招租已经结束，合同另行公开"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(30), tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def asked(jinxing: Village, posting: Posting | None = None) -> Posting:
    return endings.ask_to_end(posting or jinxing.published(), reason=WHY, by=jinxing.secretary, at=later(10))


def kinds() -> list[str]:
    return list(Step.objects.order_by("pk").values_list("kind", flat=True))


def test_it_stays_up_until_an_approver_agrees(jinxing):
    posting = asked(jinxing)
    assert posting.status == PostingStatus.PUBLISHED
    assert (posting.ending_asked_by, posting.ending_reason) == (jinxing.secretary, WHY)
    before = BoardVersion.objects.get().version
    posting = endings.end_early(posting, opinion="同意撤下", by=jinxing.approver, at=later(11))
    assert posting.status == PostingStatus.ENDED
    assert kinds()[-2:] == [StepKind.ENDING_ASKED, StepKind.ENDED]
    last = Step.objects.last()
    assert last.by == jinxing.approver
    assert WHY in last.words
    assert "同意撤下" in last.words
    assert BoardVersion.objects.get().version == before + 1


def test_what_it_met_stays_met_and_its_number_and_record_stay_public(jinxing):
    posting = endings.end_early(asked(jinxing), by=jinxing.approver, at=later(11))
    assert Obligation.objects.get().outcome == Outcome.POSTED
    html = page(signed_in(jinxing.secretary), posting.get_absolute_url())
    assert posting.number in html
    assert WHY in html


def test_it_can_be_kept_up_with_a_reason_and_proposed_again(jinxing):
    posting = asked(jinxing)
    with pytest.raises(Incomplete):
        endings.refuse_ending(posting, reason=" ", by=jinxing.approver, at=later(11))
    posting = endings.refuse_ending(posting, reason="公示未满一年", by=jinxing.approver, at=later(11))
    assert (posting.status, posting.ending_asked_at, posting.ending_reason) == (PostingStatus.PUBLISHED, None, "")
    assert Step.objects.last().words == "公示未满一年"
    assert asked(jinxing, posting).ending_asked_at


def test_a_reason_is_needed_and_nothing_is_proposed_twice(jinxing):
    posting = jinxing.published()
    with pytest.raises(Incomplete):
        endings.ask_to_end(posting, reason="  ", by=jinxing.secretary, at=later(10))
    asked(jinxing, posting)
    with pytest.raises(MovedOn):
        asked(jinxing, posting)
    assert kinds().count(StepKind.ENDING_ASKED) == 1


@pytest.mark.parametrize(("days", "is_refused"), [(-1, False), (0, True), (3, True)])
def test_it_stays_up_while_objections_are_taken(days, is_refused, jinxing):
    posting = jinxing.published()
    Posting.objects.filter(pk=posting.pk).update(notice_until=NOW.date() + timedelta(days=days))
    with pytest.raises(Refused):  # over or not, it is not closed
        asked(jinxing, posting)
    if not is_refused:
        close_notice(posting, by=jinxing.approver, at=later(10))
        asked(jinxing, posting)


def test_an_urgent_posting_is_approved_or_withdrawn_before_its_end_is_proposed(jinxing):
    version = jinxing.reviewed()
    posting = postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(5))
    with pytest.raises(Refused):
        asked(jinxing, posting)
    version.refresh_from_db()
    postings.approve_afterwards(version, by=jinxing.approver, at=later(6))
    asked(jinxing, posting)


def test_nobody_decides_what_they_proposed_themselves(jinxing):
    AppointmentFactory(user=jinxing.secretary, role=Role.APPROVER, organisation=jinxing.organisation)
    posting = asked(jinxing)
    for act in (endings.end_early, lambda row, **who: endings.refuse_ending(row, reason="不", **who)):
        with pytest.raises(OwnWork):
            act(posting, by=jinxing.secretary, at=later(11))
    assert "同意提前撤下" not in buttons(page(signed_in(jinxing.secretary), paper(posting.current)))


def test_what_was_withdrawn_or_ended_meanwhile_is_not_ended_again(jinxing):
    posting = asked(jinxing)
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.approver, at=later(11))
    with pytest.raises(MovedOn):
        endings.end_early(posting, by=jinxing.approver, at=later(12))
    posting.refresh_from_db()
    assert (posting.status, posting.ending_asked_at) == (PostingStatus.WITHDRAWN, None)


def test_the_sweep_ends_what_was_also_proposed_to_end(jinxing):
    posting = asked(jinxing)
    Posting.objects.filter(pk=posting.pk).update(display_until=NOW.date() - timedelta(days=1))
    assert corrections.end_display(later(20)) == 1
    posting.refresh_from_db()
    assert (posting.status, posting.ending_asked_by) == (PostingStatus.ENDED, None)


@pytest.mark.parametrize(
    "values",
    [
        {"ending_reason": ""},
        {"ending_asked_by": None},
        {"ending_asked_at": None},
        {"status": PostingStatus.ENDED},
    ],
)
def test_half_a_proposal_or_one_about_what_is_down_is_refused_by_the_database(values, jinxing):
    posting = asked(jinxing)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(**values)


def test_the_secretary_proposes_and_the_approver_decides_at_the_desk(jinxing):
    posting = jinxing.published()
    secretary, approver = signed_in(jinxing.secretary), signed_in(jinxing.approver)
    assert "申请提前撤下" in buttons(page(secretary, paper(posting.current)))
    assert "申请提前撤下" not in buttons(page(approver, paper(posting.current)))
    response = secretary.post(step(posting.current, "end-display"), {"reason": WHY, "revision": 2}, follow=True)
    assert WHY in response.content.decode()
    desk = page(approver, "/desk/")
    assert "提前撤下待审批" in desk
    assert paper(posting.current) in desk
    assert "提前撤下待审批" not in page(secretary, "/desk/")
    assert {"同意提前撤下", "不同意提前撤下"} <= set(buttons(page(approver, paper(posting.current))))
    approver.post(step(posting.current, "approve-ending"), {"opinion": "同意", "revision": 2})
    posting.refresh_from_db()
    assert posting.status == PostingStatus.ENDED


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_nobody_else_proposes_or_decides_an_early_end(kind, jinxing):
    version = asked(jinxing).current
    client = outsider(kind, jinxing)
    for name in ("end-display", "approve-ending", "refuse-ending"):
        response = client.post(step(version, name), {"reason": WHY, "opinion": "同意", "revision": 2})
        assert response.status_code in {302, 403, 404}
    assert Posting.objects.get().status == PostingStatus.PUBLISHED
    assert kinds().count(StepKind.ENDING_ASKED) == 1


def test_a_reviewer_neither_proposes_nor_decides(jinxing):
    version = asked(jinxing).current
    client = signed_in(jinxing.reviewer)
    for name in ("end-display", "approve-ending", "refuse-ending"):
        assert client.post(step(version, name), {"reason": WHY, "revision": 2}).status_code == 403
