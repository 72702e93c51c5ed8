"""The privacy gate: nothing personal leaves the draft unless it was masked, taken away or passed by two people.

Personal Information Protection Law, Art. 25; docs/rules.md, R60 to R63.
"""

import pytest
from django.db import IntegrityError, transaction

from disclosures.actions import corrections, drafts, postings, privacy
from disclosures.actions.refusals import Incomplete, OwnWork, PersonalData, Refused
from disclosures.choices import FindKind, FindState, ReviewConclusion, StepKind, VersionState, WithdrawalReason
from disclosures.models import PrivacyFind, Step, Version
from disclosures.privacy.pieces import Kind
from tests.disclosures.files import pdf, picture, upload
from tests.disclosures.people import NOW, later, village
from tests.disclosures.privacy.samples import CARD, CITIZEN_ID, MOBILE, OTHER_ID
from tests.disclosures.test_postings_guards import refused, written
from tests.factories.disclosures import VersionFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db
BODY = f"<p>王建国，身份证号 {CITIZEN_ID}，电话 {MOBILE}。</p>"


@pytest.fixture
def jinxing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return village()


def finds(version, **only):
    return list(PrivacyFind.objects.filter(version=version, **only))


def passed(jinxing, version, reason="值班电话，按规定公开"):
    keys = [find.pk for find in finds(version, state=FindState.OPEN)]
    privacy.pass_finds(version, keys, reason=reason, by=jinxing.secretary, at=NOW)


def confirmed(jinxing, version):
    keys = [find.pk for find in finds(version, state=FindState.PASSED)]
    privacy.confirm(version, keys, by=jinxing.reviewer, at=later(1))


def test_what_is_saved_is_looked_through_and_the_number_itself_is_kept_nowhere(jinxing):
    found = finds(jinxing.draft(body=BODY))
    assert {(find.kind, find.state) for find in found} == {("citizen_id", "open"), ("mobile", "open")}
    for find in found:
        kept = repr({field.name: getattr(find, field.attname) for field in find._meta.concrete_fields})
        assert CITIZEN_ID not in kept and MOBILE not in kept
    assert {find.masked for find in found} == {f"{CITIZEN_ID[:3]}***********{CITIZEN_ID[-4:]}", "138****8000"}


def test_a_draft_with_an_open_find_is_not_proposed_and_says_what_to_do(jinxing):
    version = jinxing.draft(body=BODY)
    with pytest.raises(PersonalData, match="遮盖"):
        jinxing.proposed(version)
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_what_was_written_past_the_forms_is_found_when_it_is_proposed_and_stays_found(jinxing):
    version = jinxing.draft()
    Version.objects.filter(pk=version.pk).update(body=BODY)
    with pytest.raises(PersonalData):
        jinxing.proposed(version)
    assert len(finds(version)) == 2


def test_masking_writes_a_new_revision_of_the_draft_which_then_passes(jinxing):
    version = jinxing.draft(body=BODY, title=f"联系人 {MOBILE}")
    before = version.revision
    assert privacy.mask(version, by=jinxing.secretary, at=later(1)) == 2
    version.refresh_from_db()
    assert version.revision == before + 1
    assert version.title == "联系人 138****8000"
    assert CITIZEN_ID not in version.body and MOBILE not in version.body and "王建国" in version.body
    assert [find.state for find in finds(version)] == [FindState.MASKED] * 2
    assert version.steps.filter(kind=StepKind.PERSONAL_MASKED, by=jinxing.secretary).exists()
    jinxing.proposed(version)


def test_one_find_is_masked_and_the_other_stays(jinxing):
    version = jinxing.draft(body=BODY)
    (phone,) = finds(version, kind=FindKind.MOBILE)
    privacy.mask(version, only=[phone.pk], by=jinxing.secretary, at=later(1))
    version.refresh_from_db()
    assert CITIZEN_ID in version.body and MOBILE not in version.body
    assert [find.kind for find in finds(version, state=FindState.OPEN)] == [FindKind.CITIZEN_ID]


def test_words_around_a_find_go_when_it_is_masked(jinxing):
    version = jinxing.draft(body=BODY)
    assert any(find.before for find in finds(version))
    privacy.mask(version, by=jinxing.secretary, at=later(1))
    assert not any(find.before or find.after for find in finds(version))


def test_a_value_taken_out_by_hand_is_removed_and_written_again_is_new(jinxing):
    version = jinxing.draft(body=BODY)
    version = jinxing.save(version, body="<p>已删去</p>")
    assert {find.state for find in finds(version)} == {FindState.REMOVED}
    jinxing.save(version, body=BODY)
    assert len(finds(version, state=FindState.OPEN)) == 2


def test_a_pass_needs_a_reason_without_numbers_in_it(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    (find,) = finds(version)
    for reason in ("", "  ", f"就是 {MOBILE}"):
        with pytest.raises(Incomplete):
            privacy.pass_finds(version, [find.pk], reason=reason, by=jinxing.secretary, at=NOW)


def test_what_was_passed_stays_passed_when_the_text_around_it_changes_and_a_new_value_is_new(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    jinxing.save(version, body=f"<p>防汛值班电话：{MOBILE}，另：{OTHER_ID}</p>")
    assert {(find.kind, find.state) for find in finds(version)} == {("mobile", "passed"), ("citizen_id", "open")}


def test_the_same_value_in_a_file_passes_with_the_one_in_the_text(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    drafts.attach(version, upload("值班表.pdf", pdf(f"duty {MOBILE}")), by=jinxing.secretary, at=later(1))
    assert [find.state for find in finds(version, attachment__isnull=False)] == [FindState.PASSED]


def test_a_review_passes_only_when_somebody_else_has_looked_a_second_time(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    jinxing.proposed(version)
    yes = {"conclusion": ReviewConclusion.MAY_BE_DISCLOSED, "grounds": "不涉密"}
    with pytest.raises(PersonalData):
        postings.review(version, **yes, by=jinxing.reviewer, at=later(2))
    confirmed(jinxing, version)
    postings.review(version, **yes, by=jinxing.reviewer, at=later(3))
    assert version.state == VersionState.REVIEWED


def test_who_wrote_it_does_not_take_the_second_look(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    jinxing.proposed(version)
    with pytest.raises(OwnWork):
        privacy.confirm(version, [finds(version)[0].pk], by=jinxing.secretary, at=later(2))


def test_who_passed_it_does_not_take_the_second_look(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    (find,) = finds(version)
    privacy.pass_finds(version, [find.pk], reason="值班电话", by=jinxing.reviewer, at=NOW)
    jinxing.proposed(version)
    with pytest.raises(Refused):
        privacy.confirm(version, [find.pk], by=jinxing.reviewer, at=later(2))


def test_the_second_look_is_taken_anew_each_time_it_is_proposed(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    jinxing.proposed(version)
    confirmed(jinxing, version)
    postings.send_back(version, reason="请补充时间", by=jinxing.reviewer, at=later(2))
    jinxing.proposed(version)
    assert finds(version)[0].confirmed_by is None


def test_a_pass_is_taken_back_in_the_draft(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    privacy.reopen(version, finds(version)[0].pk, by=jinxing.secretary, at=later(1))
    with pytest.raises(PersonalData):
        jinxing.proposed(version)


def test_a_file_is_taken_away_with_its_finds(jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("名单.pdf", pdf(f"card {CARD}")), by=jinxing.secretary, at=later(1))
    with pytest.raises(PersonalData):
        jinxing.proposed(version)
    drafts.detach(file, by=jinxing.secretary, at=later(2))
    (find,) = finds(version)
    assert (find.state, find.attachment) == (FindState.REMOVED, None)
    jinxing.proposed(version)


def test_a_picture_needs_a_look_by_a_person_but_no_reason_and_no_second_look(jinxing):
    version = jinxing.draft()
    drafts.attach(version, upload("公示栏.png", picture()), by=jinxing.secretary, at=later(1))
    with pytest.raises(PersonalData):
        jinxing.proposed(version)
    passed(jinxing, version, reason="")
    jinxing.reviewed(version)


def test_a_number_in_the_name_of_a_file_is_masked_there(jinxing):
    version = jinxing.draft()
    drafts.attach(version, upload(f"王建国{MOBILE}.pdf", pdf("a")), by=jinxing.secretary, at=later(1))
    privacy.mask(version, by=jinxing.secretary, at=later(2))
    assert version.attachments.get().name == "王建国138＊＊＊＊8000.pdf"
    jinxing.proposed(version)


def test_more_values_than_can_be_listed_are_masked_together_and_never_passed(jinxing):
    numbers = [f"138{number:08}" for number in range(230)]
    version = jinxing.draft(body=f"<p>{'，'.join(numbers)}</p>")
    assert [find.kind for find in finds(version)].count(FindKind.MANY) == 1
    with pytest.raises(Refused):
        passed(jinxing, version)
    privacy.mask(version, by=jinxing.secretary, at=later(1))
    version.refresh_from_db()
    assert not any(number in version.body for number in numbers)
    jinxing.proposed(version)


def test_a_correction_takes_over_what_was_passed_and_asks_for_a_second_look_again(jinxing):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    drafts.attach(version, upload("值班表.pdf", pdf(f"duty {MOBILE}")), by=jinxing.secretary, at=NOW)
    passed(jinxing, version)
    jinxing.proposed(version)
    confirmed(jinxing, version)
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    postings.review(version, conclusion=yes, grounds="不涉密", by=jinxing.reviewer, at=later(2))
    postings.approve(version, by=jinxing.approver, at=later(3))
    posting = postings.publish(version, by=jinxing.secretary, at=later(4))
    correction = corrections.begin_correction(posting, note="改正日期", by=jinxing.secretary, at=later(5))
    assert [(find.state, find.confirmed_by) for find in finds(correction)] == [(FindState.PASSED, None)] * 2
    new = jinxing.save(correction, body=f"<p>值班电话 {MOBILE}；{CITIZEN_ID}</p>")
    assert [find.kind for find in finds(new, state=FindState.OPEN)] == [FindKind.CITIZEN_ID]


def test_a_retired_key_still_knows_what_was_passed_under_it(jinxing, settings):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    passed(jinxing, version)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    jinxing.save(version, body=f"<p>电话 {MOBILE}</p>")
    assert [find.state for find in finds(version)] == [FindState.PASSED]


def test_words_published_beside_a_posting_hold_no_numbers(jinxing):
    version = jinxing.reviewed()
    with pytest.raises(Incomplete):
        postings.approve(version, opinion=f"同意，联系 {MOBILE}", by=jinxing.approver, at=later(3))
    posting = postings.publish_urgently(version, reason="汛情", by=jinxing.secretary, at=later(4))
    with pytest.raises(Incomplete):
        corrections.withdraw(
            posting, reason=WithdrawalReason.PERSONAL_DATA, note=CITIZEN_ID, by=jinxing.secretary, at=later(5)
        )


@pytest.mark.parametrize("stage", ["proposed", "approved"])
def test_what_was_on_its_way_before_there_was_a_gate_does_not_go_out_either(stage):
    version = VersionFactory(**{stage: True}, body=BODY)
    by = UserFactory()
    with pytest.raises(PersonalData):
        if stage == "proposed":
            yes = ReviewConclusion.MAY_BE_DISCLOSED
            postings.review(version, conclusion=yes, grounds="不涉密", by=by, at=NOW)
        else:
            postings.publish(version, by=by, at=NOW)


def test_a_scheduled_version_from_before_the_gate_loses_its_time_and_says_why():
    version = VersionFactory(approved=True, body=BODY, publish_at=NOW)
    assert postings.publish_due(later(1)) == 0
    version.refresh_from_db()
    assert version.publish_at is None
    assert Step.objects.get(version=version, kind=StepKind.UNSCHEDULED).words


# What the database itself refuses


def test_no_program_moves_a_version_with_an_open_find_out_of_the_draft(jinxing):
    version = jinxing.draft(body=BODY)
    out = {"state": VersionState.PROPOSED, "screened_revision": version.revision}
    refused("version_passes_the_gate", lambda: written(version, **out))
    PrivacyFind.objects.filter(version=version).update(state="removed", decided_by=jinxing.secretary, decided_at=NOW)
    written(version, **out)


def test_no_program_moves_a_version_that_was_not_looked_through_out_of_the_draft(jinxing):
    version = jinxing.draft()
    refused("version_passes_the_gate", lambda: written(version, state=VersionState.PROPOSED))
    stale = {"state": VersionState.PROPOSED, "screened_revision": version.revision - 1}
    refused("version_passes_the_gate", lambda: written(version, **stale))


def test_no_program_moves_a_version_with_a_file_nobody_looked_through(jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", pdf("a")), by=jinxing.secretary, at=NOW)
    written(file, screened_at=None)
    version.refresh_from_db()
    out = {"state": VersionState.PROPOSED, "screened_revision": version.revision}
    refused("version_passes_the_gate", lambda: written(version, **out))


def test_no_program_passes_a_review_without_the_second_look(jinxing):
    version = jinxing.draft(body=BODY)
    passed(jinxing, version)
    jinxing.proposed(version)
    out = {"state": VersionState.REVIEWED, "reviewed_by": jinxing.reviewer, "reviewed_at": NOW}
    refused("version_has_its_second_look", lambda: written(version, **out))


def find_in(jinxing, state="passed", **changes):
    version = jinxing.draft(body=f"<p>值班电话 {MOBILE}</p>")
    (find,) = finds(version)
    if state == "passed":
        passed(jinxing, version)
    return find


@pytest.mark.parametrize(
    ("constraint", "state", "changes"),
    [
        ("find_decided_by_somebody", "open", {"state": "masked"}),
        ("find_decided_by_somebody", "passed", {"state": "open"}),
        ("find_passed_with_a_reason", "passed", {"reason": ""}),
        ("find_too_many_never_pass", "passed", {"kind": "many"}),
    ],
)
def test_a_find_says_who_decided_and_why(jinxing, constraint, state, changes):
    find = find_in(jinxing, state)
    refused(constraint, lambda: written(find, **changes))


def test_a_find_is_confirmed_by_somebody_else_and_only_when_it_was_passed(jinxing):
    find = find_in(jinxing)
    jinxing.proposed(find.version)
    own = {"confirmed_by": jinxing.secretary, "confirmed_at": NOW}
    refused("find_confirmed_by_somebody_else", lambda: written(find, **own))
    refused("find_confirmed_only_when_passed", lambda: written(find, confirmed_by=jinxing.reviewer))


def test_a_second_look_is_taken_in_review_and_at_no_other_time(jinxing):
    find = find_in(jinxing)
    look = {"confirmed_by": jinxing.reviewer, "confirmed_at": NOW}
    refused("find_confirmed_in_review", lambda: written(find, **look))
    jinxing.proposed(find.version)
    confirmed(jinxing, find.version)
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    postings.review(find.version, conclusion=yes, grounds="不涉密", by=jinxing.reviewer, at=later(2))
    refused("find_confirmed_in_review", lambda: written(find, confirmed_by=None, confirmed_at=None))


def test_a_value_is_listed_once_in_a_text_and_once_in_a_file(jinxing):
    find = find_in(jinxing, "open")
    copy = {"version": find.version, "kind": find.kind, "fingerprint": find.fingerprint, "found_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyFind.objects.create(**copy)
    file = drafts.attach(find.version, upload("a.pdf", pdf(MOBILE)), by=jinxing.secretary, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyFind.objects.create(**copy, attachment=file)


def test_finds_freeze_when_the_version_leaves_the_draft(jinxing):
    find = find_in(jinxing)
    jinxing.proposed(find.version)
    refused("find_frozen", lambda: written(find, reason="另一个理由"))
    refused("find_stays", lambda: PrivacyFind.objects.filter(pk=find.pk).delete())
    new = {"version": find.version, "kind": "mobile", "fingerprint": "0" * 64, "found_at": NOW}
    refused("find_added_to_drafts", lambda: PrivacyFind.objects.create(**new))


def test_what_was_masked_or_removed_stays_so(jinxing):
    find = find_in(jinxing, "open")
    privacy.mask(find.version, by=jinxing.secretary, at=later(1))
    open_again = {"state": "open", "decided_by": None, "decided_at": None}
    refused("find_ended_for_ever", lambda: written(find, **open_again))


def test_saving_a_long_list_takes_as_many_queries_as_a_short_one(jinxing, django_assert_max_num_queries):
    version = jinxing.draft()
    numbers = "，".join(f"138{number:08}" for number in range(150))
    with django_assert_max_num_queries(14):
        jinxing.save(version, body=f"<p>{numbers}</p>")


def test_words_and_kinds_of_finds_are_those_of_the_scanner():
    assert {kind.value for kind in Kind} == set(FindKind.values)
