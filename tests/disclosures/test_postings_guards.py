"""What the database itself refuses about postings, whatever program asks for it."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from disclosures.actions import corrections, drafts
from disclosures.choices import ReviewConclusion, StepKind, VersionState, WithdrawalReason
from disclosures.models import Attachment, ConfidentialityReview, Posting, PostingCounter, PostingReader, Step, Version
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, Village, later, village
from tests.factories.disclosures import ObligationFactory, PostingFactory, VersionFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return village()


def refused(by: str, act: Any) -> None:
    """The act fails, and on PostgreSQL it is this constraint or rule that refuses it."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
        if connection.vendor == "postgresql":
            connection.check_constraints()
    if connection.vendor == "postgresql":
        assert error.value.__cause__.diag.constraint_name == by


def written(obj: Model, **values: Any) -> None:
    type(obj).objects.filter(pk=obj.pk).update(**values)


# Triggers

OTHER_CONTENT = [
    ("title", "另一个标题"),
    ("body", "<p>另一份正文</p>"),
    ("stated_on", date(2020, 1, 1)),
    ("note", "另一个说明"),
    ("revision", 99),
]


@pytest.mark.parametrize("stage", ["proposed", "reviewed", "approved", "published"])
@pytest.mark.parametrize(("column", "value"), OTHER_CONTENT)
def test_content_is_frozen_from_proposal_on(stage, column, value, jinxing):
    made = getattr(jinxing, stage)()
    version = made.current if stage == "published" else made
    refused("version_content_frozen", lambda: written(version, **{column: value}))


def test_the_author_is_frozen_with_the_content(jinxing):
    version = jinxing.approved()
    refused("version_content_frozen", lambda: written(version, author=UserFactory()))


def test_content_cannot_be_changed_in_the_very_update_that_returns_it(jinxing):
    version = jinxing.approved()
    refused("version_content_frozen", lambda: written(version, state=VersionState.RETURNED, body="<p>改</p>"))
    written(version, state=VersionState.RETURNED)
    written(version, body="<p>改</p>")


@pytest.mark.parametrize("state", [VersionState.APPROVED, VersionState.RETURNED, VersionState.DISCARDED])
def test_a_published_version_stays_published(state, jinxing):
    version = jinxing.published().current
    refused("version_published_for_ever", lambda: written(version, state=state, published_at=None))


@pytest.mark.parametrize("column", ["published_at", "reviewed_at"])
def test_the_times_of_a_published_version_never_change(column, jinxing):
    version = jinxing.published().current
    refused("version_published_for_ever", lambda: written(version, **{column: datetime(2020, 1, 1, tzinfo=NOW.tzinfo)}))


@pytest.mark.parametrize(
    ("column", "value"), [("approval_opinion", "另一个意见"), ("approved_at", datetime(2020, 1, 1, tzinfo=NOW.tzinfo))]
)
def test_the_approval_of_a_published_version_never_changes(column, value, jinxing):
    version = jinxing.published().current
    refused("version_approved_for_ever", lambda: written(version, **{column: value}))


def test_what_was_discarded_is_not_taken_up_again(jinxing):
    version = jinxing.draft()
    drafts.discard(version, by=jinxing.secretary, at=later(1))
    refused("version_discarded_for_ever", lambda: written(version, state=VersionState.DRAFT))


@pytest.mark.parametrize("column", ["ordinal", "created_at"])
def test_a_version_keeps_its_place(column, jinxing):
    version = jinxing.draft()
    value = 7 if column == "ordinal" else datetime(2020, 1, 1, tzinfo=NOW.tzinfo)
    refused("version_keeps_its_place", lambda: written(version, **{column: value}))


@pytest.mark.parametrize("stage", ["proposed", "published"])
def test_versions_are_not_deleted(stage, jinxing):
    getattr(jinxing, stage)()
    refused("version_stays", lambda: Version.objects.all()._raw_delete(using="default"))


def test_number_and_time_of_publication_never_change(jinxing):
    posting = jinxing.published()
    other = ObligationFactory()
    for values in (
        {"number": "X-2026-000009"},
        {"published_at": later(99)},
        {"organisation": OrganisationFactory()},
        {"item": other.item},
        {"obligation": other},
    ):
        refused("posting_number_and_time_frozen", lambda values=values: written(posting, **values))


@pytest.mark.parametrize("stage", ["proposed", "reviewed", "approved", "published"])
@pytest.mark.parametrize("values", [{"scope": "unit"}, {"carriers": "meeting"}])
def test_scope_and_carriers_freeze_with_the_content(stage, values, jinxing):
    getattr(jinxing, stage)()
    refused("posting_scope_frozen", lambda: written(Posting.objects.get(), **values))


def test_scope_can_be_changed_again_in_what_was_returned(jinxing):
    written(jinxing.proposed(), state=VersionState.RETURNED)
    written(Posting.objects.get(), scope="unit")


def test_what_was_published_is_never_a_draft_again(jinxing):
    posting = jinxing.published()
    undone = {"status": "draft", "current": None}
    refused("posting_never_unpublished", lambda: written(posting, **undone))


def test_a_withdrawal_is_final_and_so_is_its_reason(jinxing):
    posting = jinxing.published()
    corrections.withdraw(posting, reason=WithdrawalReason.SECRET, by=jinxing.approver, at=later(9))
    for values in (
        {"withdrawal_reason": WithdrawalReason.DUPLICATE},
        {"withdrawal_note": "另一个说明"},
        {"withdrawn_at": later(99)},
        {"status": "published", "withdrawn_at": None, "withdrawn_by": None, "withdrawal_reason": ""},
    ):
        refused("posting_ended_for_ever", lambda values=values: written(posting, **values))


def test_a_published_posting_is_not_deleted(jinxing):
    jinxing.published()
    refused("posting_stays", lambda: Posting.objects.all()._raw_delete(using="default"))


@pytest.mark.parametrize("row", [Step, ConfidentialityReview])
def test_steps_and_reviews_are_neither_changed_nor_deleted(row, jinxing):
    jinxing.published()
    name = "step_only_grows" if row is Step else "confidentiality_review_only_grows"
    column = "words" if row is Step else "grounds"
    refused(name, lambda: row.objects.update(**{column: "另一种说法"}))
    refused(name, lambda: row.objects.all()._raw_delete(using="default"))


def attached(jinxing: Village) -> tuple[Version, Attachment]:
    version = jinxing.draft()
    return version, drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)


@pytest.mark.parametrize("stage", ["proposed", "reviewed", "approved", "published"])
def test_files_freeze_with_the_content(stage, jinxing):
    version, file = attached(jinxing)
    getattr(jinxing, stage)(version)
    refused("attachment_frozen", lambda: written(file, name="另一个名字.pdf"))
    refused("attachment_frozen", lambda: Attachment.objects.all()._raw_delete(using="default"))
    file.pk = None
    refused("attachment_added_to_drafts", lambda: file.save(force_insert=True))


def test_a_file_is_never_exchanged_for_another(jinxing):
    _version, file = attached(jinxing)
    refused("attachment_keeps_its_version", lambda: written(file, file="elsewhere"))
    refused("attachment_keeps_its_version", lambda: written(file, sha256="0" * 64))


# Constraints


def test_a_posting_that_is_out_has_number_time_and_content():
    posting = PostingFactory()
    name = "posting_out_has_number_time_and_content"
    refused(name, lambda: written(posting, status="published"))
    refused(name, lambda: written(posting, number="X-2026-000001"))
    refused(name, lambda: written(posting, published_at=NOW))
    refused(name, lambda: written(posting, current=VersionFactory(posting=posting)))


def test_a_withdrawal_says_when_who_and_why(jinxing):
    posting = jinxing.published()
    whole = {
        "status": "withdrawn",
        "withdrawn_at": NOW,
        "withdrawn_by": jinxing.secretary,
        "withdrawal_reason": "secret",
    }
    name = "posting_withdrawn_says_when_who_and_why"
    for left_out, nothing in (("withdrawn_at", None), ("withdrawn_by", None), ("withdrawal_reason", "")):
        refused(name, lambda left_out=left_out, nothing=nothing: written(posting, **whole | {left_out: nothing}))
    refused(name, lambda: written(posting, withdrawn_at=NOW))


def test_an_obligation_has_one_live_posting():
    posting = PostingFactory()
    refused("posting_one_live_per_obligation", lambda: PostingFactory(obligation=posting.obligation))
    written(posting, status="discarded")
    PostingFactory(obligation=posting.obligation)


def test_numbers_are_given_once(jinxing):
    jinxing.published()
    draft = VersionFactory(published=True)
    values = {"status": "published", "published_at": NOW, "current": draft, "number": Posting.objects.first().number}
    with pytest.raises(IntegrityError), transaction.atomic():
        written(draft.posting, **values)


def test_a_reader_is_a_person_or_an_organisation_and_named_once():
    posting, person, unit = PostingFactory(), UserFactory(), OrganisationFactory()
    create = PostingReader.objects.create
    name = "reader_is_a_person_or_an_organisation"
    refused(name, lambda: create(posting=posting))
    refused(name, lambda: create(posting=posting, user=person, organisation=unit))
    create(posting=posting, user=person)
    create(posting=posting, organisation=unit)
    refused("reader_person_named_once", lambda: create(posting=posting, user=person))
    refused("reader_organisation_named_once", lambda: create(posting=posting, organisation=unit))


def test_ordinals_are_given_once_and_one_version_is_open():
    version = VersionFactory(published=True)
    refused("version_ordinal_once", lambda: VersionFactory(posting=version.posting, published=True))
    VersionFactory(posting=version.posting, ordinal=2, note="更正")
    refused("version_one_open_per_posting", lambda: VersionFactory(posting=version.posting, ordinal=3, note="再更正"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("version_has_a_title", {"title": ""}),
        ("version_correction_has_a_note", {"ordinal": 2, "note": ""}),
        ("version_reviewed_by_somebody", {"state": "reviewed"}),
        ("version_approved_by_somebody_at_some_time", {"reviewed": True, "approved_at": NOW}),
        ("version_published_exactly_when_it_has_a_time", {"published_at": NOW}),
        ("version_published_exactly_when_it_has_a_time", {"published": True, "published_at": None}),
        ("version_published_only_after_review", {"published": True, "reviewed_by": None}),
        ("version_published_only_after_review", {"published": True, "reviewed_by": None, "urgent": True}),
        (
            "version_published_only_when_approved_or_urgent",
            {"published": True, "approved_by": None, "approved_at": None},
        ),
    ],
)
def test_a_version_is_what_its_state_says(name, values):
    refused(name, lambda: VersionFactory(**values))


def test_an_approved_version_names_who_approved_it():
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionFactory(approved=True, approved_by=None, approved_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionFactory(reviewed=True, approved_by=UserFactory(), approved_at=None)


@pytest.mark.parametrize("role", ["reviewed_by", "approved_by"])
def test_author_reviewer_and_approver_differ(role):
    author = UserFactory()
    refused(
        f"version_not_{role.removesuffix('_by')}_by_its_author",
        lambda: VersionFactory(approved=True, author=author, **{role: author}),
    )


def test_a_file_is_not_empty(jinxing):
    _version, file = attached(jinxing)
    file.pk, file.size = None, 0
    refused("attachment_is_not_empty", lambda: file.save(force_insert=True))


def test_a_review_gives_grounds(jinxing):
    values = {"version": jinxing.draft(), "conclusion": ReviewConclusion.NOT_DISCLOSED, "grounds": ""}
    person = {"reviewer": jinxing.reviewer, "reviewed_at": NOW}
    refused("review_gives_grounds", lambda: ConfidentialityReview.objects.create(**values, **person))


@pytest.mark.parametrize("kind", [StepKind.RETURNED, StepKind.WITHDRAWN])
def test_a_step_back_gives_its_reason(kind, jinxing):
    version = jinxing.draft()
    refused("step_back_gives_a_reason", lambda: Step.objects.create(version=version, kind=kind, at=NOW))


def test_there_is_one_counter_for_an_organisation_and_year():
    organisation = OrganisationFactory()
    PostingCounter.objects.create(organisation=organisation, year=2026)
    refused("posting_counter_once_a_year", lambda: PostingCounter.objects.create(organisation=organisation, year=2026))
