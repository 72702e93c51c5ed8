"""What a deputy does stands under the deputy's name, and says on whose behalf."""

from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from disclosures.actions import corrections, drafts, postings
from disclosures.actions.obligations import extend, nil_return
from disclosures.actions.refusals import OwnWork
from disclosures.choices import ReviewConclusion, StepKind, WithdrawalReason
from disclosures.models import ConfidentialityReview, ObligationDecision, Step
from organisations.access import can
from organisations.choices import Role
from organisations.models import Appointment, Organisation, User
from tests.disclosures.office import office_of_jinxing, page, paper, signed_in, staff
from tests.disclosures.people import NOW, Village, appointed, later
from tests.factories.organisations import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
YES = ReviewConclusion.MAY_BE_DISCLOSED


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(30), tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def deputy_of(person: User, role: Role, organisation: Organisation, user: User | None = None, **days: date) -> User:
    """Somebody who does the person's work in these weeks."""
    days = {"starts_on": date(2026, 11, 16), "ends_on": date(2026, 11, 29)} | days
    for_whom = Appointment.objects.get(user=person, role=role, organisation=organisation)
    made = AppointmentFactory(
        user=user or UserFactory(full_name="李代"), role=role, organisation=organisation, deputises_for=for_whom, **days
    )
    return User.objects.get(pk=made.user.pk)


def last_step() -> Step:
    return Step.objects.order_by("pk").last()


def test_every_step_of_a_deputy_says_on_whose_behalf(jinxing):
    here = jinxing.organisation
    stand_ins = {
        "secretary": deputy_of(jinxing.secretary, Role.SECRETARY, here),
        "reviewer": deputy_of(jinxing.reviewer, Role.REVIEWER, here),
        "approver": deputy_of(jinxing.approver, Role.APPROVER, here),
    }
    version = drafts.start_draft(obligation=jinxing.obligation, by=stand_ins["secretary"], at=NOW)
    drafts.save_draft(
        version,
        expected_revision=version.revision,
        title="党费",
        body="<p>共 3,640 元。</p>",
        stated_on=version.stated_on,
        by=stand_ins["secretary"],
        at=NOW,
    )
    postings.propose(version, by=stand_ins["secretary"], at=later(1))
    postings.review(version, conclusion=YES, grounds="不涉密", by=stand_ins["reviewer"], at=later(2))
    postings.approve(version, opinion="同意", by=stand_ins["approver"], at=later(3))
    postings.publish(version, by=stand_ins["secretary"], at=later(4))
    found = list(Step.objects.order_by("pk").values_list("kind", "by", "on_behalf_of"))
    assert found == [
        (StepKind.DRAFTED, stand_ins["secretary"].pk, jinxing.secretary.pk),
        (StepKind.PROPOSED, stand_ins["secretary"].pk, jinxing.secretary.pk),
        (StepKind.REVIEWED, stand_ins["reviewer"].pk, jinxing.reviewer.pk),
        (StepKind.APPROVED, stand_ins["approver"].pk, jinxing.approver.pk),
        (StepKind.PUBLISHED, stand_ins["secretary"].pk, jinxing.secretary.pk),
    ]
    assert ConfidentialityReview.objects.get().on_behalf_of == jinxing.reviewer


def test_steps_by_ones_own_appointment_are_on_nobodys_behalf(jinxing):
    jinxing.published()
    assert not Step.objects.exclude(on_behalf_of=None).exists()


def test_the_appointment_that_gives_the_right_for_this_step_decides_on_whose_behalf_it_is(jinxing):
    """The reviewer who also deputises for the approver reviews in their own name and approves for another."""
    reviewer = deputy_of(jinxing.approver, Role.APPROVER, jinxing.organisation, user=jinxing.reviewer)
    version = jinxing.proposed()
    postings.review(version, conclusion=YES, grounds="不涉密", by=reviewer, at=later(2))
    assert last_step().on_behalf_of is None
    postings.approve(version, by=reviewer, at=later(3))
    assert last_step().on_behalf_of == jinxing.approver


def test_who_may_return_both_by_their_own_post_and_for_another_returns_in_their_own_name(jinxing):
    reviewer = deputy_of(jinxing.approver, Role.APPROVER, jinxing.organisation, user=jinxing.reviewer)
    postings.send_back(jinxing.proposed(), reason="数字有误", by=reviewer, at=later(2))
    assert last_step().on_behalf_of is None


def test_before_and_after_their_days_nobody_is_a_deputy(jinxing):
    deputy = deputy_of(jinxing.secretary, Role.SECRETARY, jinxing.organisation, ends_on=date(2026, 11, 20))
    drafts.start_draft(obligation=jinxing.obligation, by=deputy, at=NOW)
    assert last_step().on_behalf_of is None


def test_a_small_branch_is_approved_by_the_deputy_of_its_superiors_approver(jinxing):
    Organisation.objects.filter(pk=jinxing.organisation.pk).update(superior_approves=True)
    above = appointed(Role.APPROVER, jinxing.town)
    deputy = deputy_of(above, Role.APPROVER, jinxing.town)
    AppointmentFactory(user=deputy, role=Role.APPROVER, organisation=jinxing.organisation)
    version = jinxing.reviewed()
    postings.approve(version, by=deputy, at=later(3))
    assert last_step().on_behalf_of == above


def test_a_deputy_who_wrote_it_neither_reviews_nor_approves_it(jinxing):
    """Two hats on one head: what counts is who wrote."""
    both = deputy_of(jinxing.reviewer, Role.REVIEWER, jinxing.organisation, user=jinxing.secretary)
    deputy_of(jinxing.approver, Role.APPROVER, jinxing.organisation, user=jinxing.secretary)
    both = User.objects.get(pk=both.pk)
    version = jinxing.proposed()
    assert not can(both, "review", version)
    assert not can(both, "approve", version)
    with pytest.raises(OwnWork):
        postings.review(version, conclusion=YES, grounds="不涉密", by=both, at=later(2))


def test_a_nil_return_and_an_extension_say_it_too(jinxing):
    secretary = deputy_of(jinxing.secretary, Role.SECRETARY, jinxing.organisation)
    inspector = appointed(Role.INSPECTOR, jinxing.town)
    stand_in = deputy_of(inspector, Role.INSPECTOR, jinxing.town)
    extend(jinxing.obligation, new_due_on=date(2026, 12, 10), reason="审计未结", by=stand_in, at=NOW)
    assert ObligationDecision.objects.last().on_behalf_of == inspector
    nil_return(jinxing.obligation, reason="本季度无", by=secretary, at=NOW)
    assert ObligationDecision.objects.last().on_behalf_of == jinxing.secretary


def test_a_withdrawal_for_somebody_says_so_in_both_of_its_steps(jinxing):
    posting = jinxing.published()
    deputy = deputy_of(jinxing.approver, Role.APPROVER, jinxing.organisation)
    corrections.withdraw(posting, reason=WithdrawalReason.CONTENT_WRONG, by=deputy, at=later(9))
    assert set(Step.objects.filter(by=deputy).values_list("on_behalf_of", flat=True)) == {jinxing.approver.pk}


def test_the_record_names_both(jinxing):
    User.objects.filter(pk=jinxing.approver.pk).update(full_name="王批")
    deputy = staff(deputy_of(jinxing.approver, Role.APPROVER, jinxing.organisation))
    version = jinxing.reviewed()
    postings.approve(version, by=deputy, at=later(3))
    assert "李代（代王批）" in page(signed_in(jinxing.secretary), paper(version))


def test_nobody_acts_on_their_own_behalf_nor_the_system_on_anybodys(jinxing):
    version = jinxing.draft()
    values = {"version": version, "kind": StepKind.DRAFTED, "at": NOW}
    for by in (jinxing.secretary, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Step.objects.create(by=by, on_behalf_of=jinxing.secretary, **values)
