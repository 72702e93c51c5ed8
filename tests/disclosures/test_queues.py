"""What waits for reviewers and approvers: its order, reading before deciding, several at once, ready-made words."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosures.actions import corrections, drafts, postings
from disclosures.actions.reading import approve_opened, note_opened
from disclosures.actions.refusals import MovedOn, OwnWork, Unread
from disclosures.choices import PhrasePurpose, Queue, VersionState, WithdrawalReason
from disclosures.models import Obligation, Opening, Phrase, Step, Version
from disclosures.phrases import offered, taken
from disclosures.queues import listed
from organisations.choices import Role
from organisations.models import Appointment, Organisation, User
from tests.disclosures.files import PDF, upload
from tests.disclosures.office import OUTSIDERS, office_of_jinxing, outsider, page, paper, signed_in, staff, step
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
APPROVE, REVIEW = "/desk/approve/", "/desk/review/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(60), tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def another(jinxing: Village, stage: str = "reviewed", **obligation: object) -> Version:
    """One more posting of the village, at the stage."""
    jinxing.obligation = ObligationFactory(organisation=jinxing.organisation, **obligation)
    return getattr(jinxing, stage)()


def queue(person: User, which: Queue = Queue.APPROVE) -> list[Version]:
    return [row.version for row in listed(User.objects.get(pk=person.pk), which, on=NOW.date())]


def chosen(*versions: Version) -> dict[str, object]:
    return {"chosen": [f"{version.pk}.{version.revision}" for version in versions], "opinion": "同意公开"}


def opened(jinxing: Village, *versions: Version) -> None:
    for version in versions:
        note_opened(version, by=jinxing.approver, at=later(10))


# Order


def test_urgent_ones_come_first_then_overdue_ones_then_those_that_waited_longest(jinxing):
    due = {"due_on": date(2026, 12, 20)}
    coming = another(jinxing, **due)
    older = another(jinxing, **due)
    Version.objects.filter(pk=older.pk).update(reviewed_at=NOW - timedelta(days=3))
    late = another(jinxing, due_on=date(2026, 11, 1))
    urgent = another(jinxing, **due)
    postings.publish_urgently(urgent, reason="台风", by=jinxing.secretary, at=later(5))
    assert queue(jinxing.approver) == [urgent, late, older, coming]


def test_an_urgent_posting_is_flagged_until_it_is_approved_afterwards(jinxing):
    version = another(jinxing)
    postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(5))
    assert "badge--alarm" in page(signed_in(jinxing.approver), APPROVE)
    postings.approve_afterwards(version, opinion="同意", by=jinxing.approver, at=later(6))
    assert queue(jinxing.approver) == []


def test_an_urgent_posting_whose_display_has_ended_still_waits_for_approval(jinxing):
    version = another(jinxing)
    posting = postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(5))
    type(posting).objects.filter(pk=posting.pk).update(display_until=NOW.date() - timedelta(days=1))
    corrections.end_display(later(6))
    assert queue(jinxing.approver) == [version]
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.approver, at=later(7))
    assert queue(jinxing.approver) == []


def test_a_row_says_how_long_it_has_waited_whose_it_is_and_when_it_is_due(jinxing):
    version = another(jinxing, "proposed", due_on=date(2026, 11, 18), item__title="公务接待")
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        html = page(signed_in(jinxing.reviewer), REVIEW)
    for words in ("已等待 4 天", "2026-11-18", jinxing.organisation.name, "公务接待", version.title):
        assert words in html, words


def test_nobody_is_shown_what_they_wrote_themselves(jinxing):
    AppointmentFactory(user=jinxing.secretary, role=Role.APPROVER, organisation=jinxing.organisation)
    another(jinxing)
    assert queue(jinxing.secretary) == []


def test_small_branches_wait_for_their_superior(jinxing):
    Organisation.objects.filter(pk=jinxing.organisation.pk).update(superior_approves=True)
    above = appointed(Role.APPROVER, jinxing.town)
    version = another(jinxing)
    assert queue(above) == [version]
    assert queue(jinxing.approver) == []


@pytest.mark.parametrize("url", [REVIEW, APPROVE])
def test_an_empty_queue_says_so(url, jinxing):
    person = jinxing.reviewer if url == REVIEW else jinxing.approver
    assert "目前没有待您" in page(signed_in(person), url)


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_the_queues_are_for_those_who_review_and_approve(kind, jinxing):
    for url in (REVIEW, APPROVE):
        assert outsider(kind, jinxing).get(url).status_code in {302, 403}
    assert signed_in(jinxing.secretary).get(APPROVE).status_code == 403
    assert signed_in(jinxing.approver).get(REVIEW).status_code == 403


def test_a_long_queue_asks_as_often_as_a_short_one(jinxing, django_assert_max_num_queries):
    another(jinxing)
    client = signed_in(jinxing.approver)
    page(client, APPROVE)
    for _number in range(8):
        another(jinxing)
    with django_assert_max_num_queries(14):
        page(client, APPROVE)


# Opening


def test_opening_is_kept_once_for_person_version_and_revision(jinxing):
    version = another(jinxing)
    client = signed_in(jinxing.approver)
    assert "尚未阅读" in page(client, APPROVE)
    for url in (paper(version), step(version, "approve"), paper(version)):
        page(client, url)
    row = Opening.objects.get()
    assert (row.version, row.revision, row.person) == (version, version.revision, jinxing.approver)
    assert "尚未阅读" not in page(client, APPROVE)


def test_whoever_does_not_decide_opens_without_a_record(jinxing):
    version = another(jinxing)
    page(signed_in(jinxing.secretary), paper(version))
    signed_in(jinxing.approver).head(paper(version))
    assert not Opening.objects.exists()


def test_the_database_keeps_openings_once_and_for_ever(jinxing):
    version = another(jinxing)
    opened(jinxing, version)
    opened(jinxing, version)
    row = Opening.objects.get()
    for act in (
        lambda: Opening.objects.create(version=version, revision=row.revision, person=row.person, opened_at=NOW),
        lambda: Opening.objects.update(revision=99),
        lambda: Opening.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# Several at once


def test_those_opened_are_approved_together_each_with_its_own_step(jinxing):
    versions = [another(jinxing) for _number in range(3)]
    opened(jinxing, *versions)
    response = signed_in(jinxing.approver).post(APPROVE, chosen(*versions), follow=True)
    assert "已审批 3 件" in response.content.decode()
    assert Version.objects.filter(state=VersionState.APPROVED, approval_opinion="同意公开").count() == 3
    assert Step.objects.filter(kind="approved", by=jinxing.approver).count() == 3


def test_what_was_not_opened_is_not_approved_and_is_told_by_its_title(jinxing):
    read, unread = another(jinxing), another(jinxing)
    Version.objects.filter(pk=unread.pk).update(state="draft")
    Version.objects.filter(pk=unread.pk).update(title="没有打开过的")
    Version.objects.filter(pk=unread.pk).update(state="reviewed")
    opened(jinxing, read)
    html = signed_in(jinxing.approver).post(APPROVE, chosen(read, unread), follow=True).content.decode()
    assert "没有打开过的" in html
    assert "请先阅读再审批" in html
    read.refresh_from_db()
    unread.refresh_from_db()
    assert (read.state, unread.state) == (VersionState.APPROVED, VersionState.REVIEWED)


def test_what_was_opened_at_an_earlier_revision_must_be_opened_again(jinxing):
    version = another(jinxing)
    opened(jinxing, version)
    postings.send_back(version, reason="数字有误", by=jinxing.reviewer, at=later(11))
    version = jinxing.reviewed(jinxing.save(Version.objects.get(pk=version.pk)))
    with pytest.raises(Unread):
        approve_opened(version, revision=version.revision, opinion="同意", by=jinxing.approver, at=later(20))
    assert "尚未阅读" in page(signed_in(jinxing.approver), APPROVE)


def test_one_that_moved_on_stops_none_of_the_others(jinxing):
    first, second, third = (another(jinxing) for _number in range(3))
    opened(jinxing, first, second, third)
    postings.approve(second, by=appointed(Role.APPROVER, jinxing.organisation), at=later(11))
    html = signed_in(jinxing.approver).post(APPROVE, chosen(first, second, third), follow=True).content.decode()
    assert "已审批 2 件" in html
    assert f"“{second.title}”" in html
    assert Step.objects.filter(kind="approved", by=jinxing.approver).count() == 2


def test_an_opening_by_somebody_else_does_not_count(jinxing):
    version = another(jinxing)
    note_opened(version, by=appointed(Role.APPROVER, jinxing.organisation), at=later(10))
    with pytest.raises(Unread):
        approve_opened(version, revision=version.revision, opinion="同意", by=jinxing.approver, at=later(11))


def test_together_nobody_approves_what_they_wrote_or_what_is_not_theirs(jinxing):
    own, foreign = another(jinxing), village().reviewed()
    writer = jinxing.secretary
    AppointmentFactory(user=writer, role=Role.APPROVER, organisation=jinxing.organisation)
    for version in (own, foreign):
        note_opened(version, by=writer, at=later(10))
    with pytest.raises(OwnWork):
        approve_opened(own, revision=own.revision, opinion="同意", by=writer, at=later(11))
    html = signed_in(writer).post(APPROVE, chosen(own, foreign), follow=True).content.decode()
    assert "不属您审批" in html
    assert not Version.objects.filter(state=VersionState.APPROVED).exists()


def test_an_urgent_one_is_approved_afterwards_together_with_others(jinxing):
    urgent, other = another(jinxing), another(jinxing)
    postings.publish_urgently(urgent, reason="台风", by=jinxing.secretary, at=later(5))
    urgent.refresh_from_db()
    opened(jinxing, urgent, other)
    signed_in(jinxing.approver).post(APPROVE, chosen(urgent, other))
    urgent.refresh_from_db()
    assert (urgent.state, urgent.approved_by) == (VersionState.PUBLISHED, jinxing.approver)


@pytest.mark.parametrize("ticked", [[], ["nonsense"], ["1"], ["x.y"], ["9" * 30 + ".1"], ["1.1"] * 61])
def test_nothing_ticked_or_nonsense_is_asked_again(ticked, jinxing):
    another(jinxing)
    response = signed_in(jinxing.approver).post(APPROVE, {"chosen": ticked, "opinion": "同意"})
    assert response.status_code == 200
    assert "请勾选" in response.content.decode()


def test_the_second_of_two_approvers_is_refused(jinxing):
    version = another(jinxing)
    second = appointed(Role.APPROVER, jinxing.organisation)
    opened(jinxing, version)
    note_opened(version, by=second, at=later(10))
    approve_opened(version, revision=version.revision, opinion="同意", by=jinxing.approver, at=later(11))
    with pytest.raises(MovedOn):
        approve_opened(
            Version.objects.get(pk=version.pk), revision=version.revision, opinion="同意", by=second, at=later(12)
        )


# One after the other


def test_after_a_decision_comes_the_next_one_that_waits(jinxing):
    first, second = another(jinxing), another(jinxing)
    client = signed_in(jinxing.approver)
    assert "并办理下一件" in page(client, step(first, "approve"))
    data = {"revision": first.revision, "opinion": "同意"}
    response = client.post(step(first, "approve"), data | {"next": "1"})
    assert response["Location"] == step(second, "approve")
    html = page(client, step(second, "approve"))
    assert "并办理下一件" not in html
    response = client.post(step(second, "approve"), data | {"revision": second.revision, "next": "1"})
    assert response["Location"] == paper(second)


# Everything on one page


def test_a_correction_stands_side_by_side_with_what_it_corrects(jinxing):
    posting = jinxing.published()
    new = corrections.begin_correction(posting, note="金额有误", by=jinxing.secretary, at=later(10))
    new = jinxing.save(new, title="党费收缴情况（更正）", body="<p>共收缴党费 3,650 元。</p><p>其中补缴 10 元。</p>")
    drafts.attach(new, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(11))
    new.refresh_from_db()
    jinxing.proposed(new)
    html = page(signed_in(jinxing.reviewer), step(new, "review"))
    sides = html[html.index('class="sides"') :]
    for words in ("<del>党费收缴情况</del>", "<ins>党费收缴情况（更正）</ins>", "sides__row--changed", "明细.pdf"):
        assert words in sides, words
    assert "其中补缴 10 元" in sides


def test_the_reviewer_finds_content_basis_scope_and_due_day_on_the_page(jinxing):
    version = another(jinxing, "proposed", item__legal_basis="《意见》第三条", item__title="公务接待")
    html = page(signed_in(jinxing.reviewer), step(version, "review"))
    for words in ("3,640 元", "《意见》第三条", "2026-10-23", "向社会", "公务接待", str(jinxing.secretary)):
        assert words in html, words


def test_the_page_says_who_is_next_and_for_whom(jinxing):
    held = Appointment.objects.get(user=jinxing.approver)
    User.objects.filter(pk=jinxing.approver.pk).update(full_name="王批")
    days = {"starts_on": date(2026, 11, 16), "ends_on": date(2026, 11, 29)}
    deputy = UserFactory(full_name="李代")
    AppointmentFactory(user=deputy, role=Role.APPROVER, organisation=jinxing.organisation, deputises_for=held, **days)
    html = page(signed_in(jinxing.secretary), paper(another(jinxing)))
    assert "王批、李代（代王批）" in html


def test_where_nobody_may_approve_the_page_names_those_above(jinxing):
    Appointment.objects.filter(user=jinxing.approver).update(ends_on=date(2026, 1, 1))
    above = appointed(Role.APPROVER, jinxing.town)
    html = page(signed_in(jinxing.secretary), paper(another(jinxing)))
    assert str(above) in html
    assert "由上级办理" in html


# Ready-made words


def test_choosing_ready_made_words_fills_them_in_and_decides_nothing(jinxing):
    version = another(jinxing, "proposed")
    phrase = offered(PhrasePurpose.REVIEW, jinxing.organisation)[0]
    client = signed_in(jinxing.reviewer)
    data = {"revision": version.revision, "conclusion": "may_be_disclosed", "grounds": "", "words": str(phrase.pk)}
    html = client.post(step(version, "review"), data).content.decode()
    assert re.search(rf"<textarea[^>]*>\s*{phrase.text}</textarea>", html)
    assert re.search(r'value="may_be_disclosed"[^>]*checked', html)
    version.refresh_from_db()
    assert version.state == VersionState.PROPOSED


@pytest.mark.parametrize(
    ("written", "expected"),
    [("", "一。"), ("  ", "一。"), ("二。", "一。"), ("我写的。", "我写的。一。"), ("我写的。一。", "我写的。一。")],
)
def test_ready_made_words_take_the_place_of_others_and_stand_after_ones_own(written, expected):
    phrases = [Phrase(pk=1, text="一。"), Phrase(pk=2, text="二。")]
    assert taken(written, phrases[0], phrases) == expected


def test_phrases_of_an_organisation_are_offered_there_and_below(jinxing):
    mine = Phrase.objects.create(organisation=jinxing.town, purpose=PhrasePurpose.APPROVAL, text="经镇党委研究同意。")
    assert mine in offered(PhrasePurpose.APPROVAL, jinxing.organisation)
    assert mine not in offered(PhrasePurpose.APPROVAL, village().organisation)
    mine.active = False
    mine.save()
    assert mine not in offered(PhrasePurpose.APPROVAL, jinxing.organisation)


def test_the_same_phrase_stands_once_and_says_something():
    everybody = {"organisation": None, "purpose": PhrasePurpose.APPROVAL}
    for text in ("同意公开。", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Phrase.objects.create(text=text, **everybody)


def test_administrators_keep_the_phrases_of_their_organisations_and_no_others(jinxing):
    keeper = signed_in(staff(appointed(Role.ADMINISTRATOR, jinxing.town)))
    add = reverse("admin:disclosures_phrase_add")
    data = {"purpose": "approval", "text": "经镇党委研究同意。", "place": "10", "active": "on"}
    assert keeper.post(add, data | {"organisation": ""}).status_code == 200
    assert keeper.post(add, data | {"organisation": village().organisation.pk}).status_code == 200
    assert keeper.post(add, data | {"organisation": jinxing.organisation.pk}).status_code == 302
    general = Phrase.objects.filter(organisation=None).first()
    change = reverse("admin:disclosures_phrase_change", args=[general.pk])
    assert keeper.post(change, data | {"organisation": jinxing.town.pk}).status_code == 403
    assert signed_in(staff(jinxing.secretary)).get(add).status_code == 403
    assert Phrase.objects.filter(organisation=jinxing.organisation).count() == 1


def test_the_usual_reason_stands_ready_in_a_nil_return(jinxing):
    html = page(signed_in(jinxing.secretary), reverse("desk:decide", args=[jinxing.obligation.pk, "nil"]))
    assert "本期未发生该事项。" in html
    assert Obligation.objects.open().exists()
