"""Writing a posting: everything prefilled, nobody's words lost, files that come and go with the draft."""

from datetime import date
from pathlib import Path

import pytest

from catalogue.choices import Scope
from disclosures.actions import corrections, drafts, postings
from disclosures.actions.refusals import MovedOn, ObligationClosed, Refused, StaleDraft
from disclosures.attachments import AttachmentRefused
from disclosures.choices import Outcome, PostingStatus, VersionState
from disclosures.models import Attachment, Obligation, Posting, PostingReader, Step, Version
from organisations.choices import Role
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import EventFactory, ObligationFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jinxing() -> Village:
    return village()


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def on_disk(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_draft_begins_with_everything_the_catalogue_knows():
    jinxing = village(
        item__title="党费收缴情况",
        item__content_elements="收缴标准；收缴金额",
        item__carriers="board;meeting",
        item__scope=Scope.UNIT,
    )
    version = drafts.start_draft(obligation=jinxing.obligation, by=jinxing.secretary, at=NOW)
    assert version.title == "2026年第三季度党费收缴情况"
    assert version.body == "<h3>收缴标准</h3><p></p><h3>收缴金额</h3><p></p>"
    assert version.stated_on == date(2026, 9, 30)
    assert (version.state, version.author, version.ordinal) == (VersionState.DRAFT, jinxing.secretary, 1)
    posting = version.posting
    assert (posting.scope, posting.carriers) == (Scope.UNIT, "board;meeting")
    assert (posting.organisation, posting.item) == (jinxing.organisation, jinxing.obligation.item)
    assert Step.objects.get().by == jinxing.secretary


def test_the_date_of_the_matter_is_never_after_the_day_the_draft_begins():
    obligation = ObligationFactory(period_key="2026Q4", period_start=date(2026, 10, 1), period_end=date(2026, 12, 31))
    assert drafts.start_draft(obligation=obligation, by=UserFactory(), at=NOW).stated_on == date(2026, 11, 21)


def test_a_draft_about_an_event_is_named_and_dated_by_it():
    event = EventFactory(title="村办公楼修缮工程", stage="中标结果", occurred_on=date(2026, 11, 2))
    obligation = ObligationFactory(
        item=event.item, event=event, period_key=f"E{event.pk}", period_start=None, period_end=None
    )
    version = drafts.start_draft(obligation=obligation, by=UserFactory(), at=NOW)
    assert (version.title, version.stated_on) == ("村办公楼修缮工程（中标结果）", date(2026, 11, 2))


def test_a_title_that_would_be_too_long_keeps_its_period():
    obligation = ObligationFactory(item__title="长" * 300)
    title = drafts.start_draft(obligation=obligation, by=UserFactory(), at=NOW).title
    assert len(title) <= 200
    assert title.startswith("2026年第三季度")


def test_an_item_without_a_scope_is_drafted_for_the_unit_and_no_further():
    obligation = ObligationFactory(item__scope="")
    assert drafts.start_draft(obligation=obligation, by=UserFactory(), at=NOW).posting.scope == Scope.UNIT


def test_begun_twice_it_is_begun_once(jinxing):
    first = drafts.start_draft(obligation=jinxing.obligation, by=jinxing.secretary, at=NOW)
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    assert drafts.start_draft(obligation=jinxing.obligation, by=colleague, at=later(1)) == first
    jinxing.save(first)
    jinxing.proposed(first)
    assert drafts.start_draft(obligation=jinxing.obligation, by=colleague, at=later(2)) == first
    assert Posting.objects.count() == 1


def test_beside_any_obligation_an_untouched_draft_is_given_back_and_a_written_one_is_not(jinxing):
    begin = {"organisation": jinxing.organisation, "item": ItemFactory(), "by": jinxing.secretary, "at": NOW}
    first = drafts.start_draft(**begin)
    assert drafts.start_draft(**begin) == first
    jinxing.save(first)
    assert drafts.start_draft(**begin) != first


def test_nothing_is_begun_for_an_obligation_that_is_closed(jinxing):
    Obligation.objects.update(outcome=Outcome.WAIVED, fulfilled_on=date(2026, 11, 20))
    jinxing.obligation.refresh_from_db()
    with pytest.raises(ObligationClosed):
        drafts.start_draft(obligation=jinxing.obligation, by=jinxing.secretary, at=NOW)
    assert not Posting.objects.exists()


def test_after_a_draft_was_given_up_another_can_be_begun(jinxing):
    first = jinxing.draft()
    drafts.discard(first, by=jinxing.secretary, at=later(1))
    assert (first.state, Posting.objects.get().status) == (VersionState.DISCARDED, PostingStatus.DISCARDED)
    assert drafts.start_draft(obligation=jinxing.obligation, by=jinxing.secretary, at=later(2)) != first


def test_saving_cleans_the_text_and_counts_the_revision(jinxing):
    version = jinxing.draft(body="<p onclick=x>甲<script>乙</script></p>", scope=Scope.UNIT, carriers="board")
    assert (version.body, version.revision, version.saved_at) == ("<p>甲</p>", 2, NOW)
    posting = Posting.objects.get()
    assert (posting.scope, posting.carriers) == (Scope.UNIT, "board")


def test_a_stale_save_is_refused_with_both_texts_and_nothing_lost(jinxing):
    version = jinxing.draft()
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    ours = {"title": "我的标题", "body": "<p>我写的。</p>", "stated_on": date(2026, 9, 30)}
    drafts.save_draft(version, expected_revision=2, **ours, by=colleague, at=later(1))
    with pytest.raises(StaleDraft) as refusal:
        yours = {"title": "你的标题", "body": "<p>你写的。</p>", "stated_on": date(2026, 9, 29)}
        drafts.save_draft(version, expected_revision=2, **yours, by=jinxing.secretary, at=later(2))
    assert str(colleague) in str(refusal.value)
    assert (refusal.value.theirs.title, refusal.value.theirs.body) == ("我的标题", "<p>我写的。</p>")
    assert (refusal.value.yours["title"], refusal.value.yours["body"]) == ("你的标题", "<p>你写的。</p>")
    version.refresh_from_db()
    assert (version.title, version.author, version.revision) == ("我的标题", colleague, 3)


def test_a_save_after_the_draft_was_put_forward_is_refused(jinxing):
    version = jinxing.draft()
    seen = version.revision
    jinxing.proposed(version)
    with pytest.raises(MovedOn, match="已提出"):
        drafts.save_draft(
            Version(pk=version.pk, posting=version.posting, state="draft"),
            expected_revision=seen,
            title="甲",
            body="<p>乙</p>",
            stated_on=NOW.date(),
            by=jinxing.secretary,
            at=later(2),
        )


def test_scope_and_carriers_of_what_was_published_are_not_changed_by_a_correction(jinxing):
    posting = jinxing.published()
    version = corrections.begin_correction(posting, note="数字有误", by=jinxing.secretary, at=later(9))
    jinxing.save(version, scope=Scope.SPECIFIC, carriers="")
    assert Posting.objects.values_list("scope", "carriers").get() == (posting.scope, posting.carriers)


# Files


def test_a_file_is_added_to_a_draft_and_counts_as_a_change_of_it(jinxing, media):
    version = jinxing.draft()
    file = drafts.attach(version, upload("收缴明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    assert (file.name, file.content_type, file.size) == ("收缴明细.pdf", "application/pdf", len(PDF))
    assert on_disk(media) == [media / file.file.name]
    assert Version.objects.get().revision == 3


def test_the_same_file_sent_twice_is_there_once(jinxing, media):
    version = jinxing.draft()
    first = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    again = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    other = drafts.attach(version, upload("明细.pdf", PDF + b"%"), by=jinxing.secretary, at=later(1))
    assert again == first
    assert other.name == "明细 (2).pdf"
    assert len(on_disk(media)) == 2


def test_who_adds_a_file_counts_among_those_who_wrote(jinxing):
    version = jinxing.draft()
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    drafts.attach(version, upload("明细.pdf", PDF), by=colleague, at=later(1))
    assert version.steps.filter(by=colleague, kind="drafted").count() == 1


def test_a_file_for_what_is_no_draft_any_more_leaves_nothing_on_disk(jinxing, media):
    version = jinxing.proposed()
    with pytest.raises(MovedOn):
        drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(9))
    assert on_disk(media) == []


def test_a_row_that_cannot_be_written_takes_its_file_with_it(jinxing, media, monkeypatch):
    version = jinxing.draft()

    def fail(**_values):
        raise RuntimeError

    monkeypatch.setattr(Attachment.objects, "create", fail)
    with pytest.raises(RuntimeError):
        drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    assert on_disk(media) == []
    assert Version.objects.get().revision == 2


@pytest.mark.parametrize(("limit", "taken"), [(2, True), (1, False)])
def test_a_version_has_no_more_files_than_the_limit(limit, taken, jinxing, settings, media):
    settings.ATTACHMENTS_MOST = limit
    version = jinxing.draft()
    drafts.attach(version, upload("一.pdf", PDF), by=jinxing.secretary, at=later(1))
    if taken:
        drafts.attach(version, upload("二.pdf", PDF + b"%"), by=jinxing.secretary, at=later(1))
    else:
        with pytest.raises(AttachmentRefused, match="最多 1 个"):
            drafts.attach(version, upload("二.pdf", PDF + b"%"), by=jinxing.secretary, at=later(1))
    assert len(on_disk(media)) == limit


@pytest.mark.parametrize(("room", "taken"), [(2 * len(PDF) + 1, True), (2 * len(PDF), False)])
def test_the_files_of_a_version_together_are_no_larger_than_the_limit(room, taken, jinxing, settings, media):
    settings.ATTACHMENTS_BYTES = room
    version = jinxing.draft()
    drafts.attach(version, upload("一.pdf", PDF), by=jinxing.secretary, at=later(1))
    if taken:
        drafts.attach(version, upload("二.pdf", PDF + b"%"), by=jinxing.secretary, at=later(1))
    else:
        with pytest.raises(AttachmentRefused):
            drafts.attach(version, upload("二.pdf", PDF + b"%"), by=jinxing.secretary, at=later(1))
    assert len(on_disk(media)) == 1 + taken


def test_a_file_taken_from_a_draft_leaves_the_disk_when_that_is_certain(
    jinxing, media, django_capture_on_commit_callbacks
):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    with django_capture_on_commit_callbacks() as callbacks:
        drafts.detach(file, by=jinxing.secretary, at=later(2))
        assert len(on_disk(media)) == 1
    for callback in callbacks:
        callback()
    assert on_disk(media) == []
    assert not Attachment.objects.exists()


def test_a_file_the_published_version_has_stays_when_the_correction_drops_it(
    jinxing, media, django_capture_on_commit_callbacks
):
    version = jinxing.draft()
    drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    posting = jinxing.published(version)
    correction = corrections.begin_correction(posting, note="换附件", by=jinxing.secretary, at=later(9))
    with django_capture_on_commit_callbacks(execute=True):
        drafts.detach(correction.attachments.get(), by=jinxing.secretary, at=later(10))
    assert len(on_disk(media)) == 1
    assert posting.current.attachments.count() == 1
    assert not correction.attachments.exists()


def test_a_file_of_what_is_no_draft_any_more_stays(jinxing, media):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1))
    jinxing.proposed(version)
    with pytest.raises(MovedOn):
        drafts.detach(file, by=jinxing.secretary, at=later(2))
    assert Attachment.objects.count() == len(on_disk(media)) == 1


# Readers


def test_readers_are_named_once_and_taken_back_while_it_is_a_draft(jinxing):
    version = jinxing.draft(scope=Scope.SPECIFIC)
    person = UserFactory()
    name = {"user": person, "by": jinxing.secretary, "at": later(1)}
    first = drafts.add_reader(version.posting, **name)
    assert drafts.add_reader(version.posting, **name) == first
    drafts.remove_reader(first, by=jinxing.secretary, at=later(2))
    assert not PostingReader.objects.exists()


def test_while_it_is_reviewed_the_readers_stay_as_they_are(jinxing):
    version = jinxing.draft(scope=Scope.SPECIFIC)
    reader = drafts.add_reader(version.posting, user=UserFactory(), by=jinxing.secretary, at=later(1))
    version.refresh_from_db()
    postings.propose(version, by=jinxing.secretary, at=later(1))
    with pytest.raises(MovedOn):
        drafts.add_reader(version.posting, user=UserFactory(), by=jinxing.secretary, at=later(2))
    with pytest.raises(MovedOn):
        drafts.remove_reader(reader, by=jinxing.secretary, at=later(2))


def test_a_reader_named_after_publication_is_put_on_record_and_stays(jinxing):
    posting = jinxing.published()
    reader = drafts.add_reader(posting, user=UserFactory(full_name="李某"), by=jinxing.approver, at=later(9))
    step = posting.current.steps.order_by("pk").last()
    assert (step.kind, step.by, step.words) == ("reader_added", jinxing.approver, "李某")
    with pytest.raises(Refused):
        drafts.remove_reader(reader, by=jinxing.approver, at=later(10))


def test_nobody_is_named_as_reader_of_what_is_not_up_any_more(jinxing):
    posting = jinxing.published()
    Posting.objects.filter(pk=posting.pk).update(status=PostingStatus.ENDED)
    with pytest.raises(MovedOn):
        drafts.add_reader(posting, user=UserFactory(), by=jinxing.approver, at=later(9))
