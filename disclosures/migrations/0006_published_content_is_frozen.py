"""What the public was shown can never be changed without a trace, whatever program writes to the database.

Content and files change in a draft and in what was returned, and at no other time; a posting keeps its number, its
time, its organisation and its item; what ended has ended; steps and reviews are only added.
"""

from django.db import migrations

from organisations.triggers import ForbidChange

ONLY_GROWS = "This table only grows: its rows are never changed and never deleted."
FILE_FROZEN = "Files of a version change only while it is a draft or was returned."
VERSION_NOT_IN_DRAFT = (
    "EXISTS (SELECT 1 FROM disclosures_version v"
    " WHERE v.id = {row}.version_id AND v.state NOT IN ('draft', 'returned'))"
)
NOT_IN_DRAFT = "OLD.state NOT IN ('draft', 'returned')"


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0005_publish_only_after_review")]
    operations = [
        ForbidChange(
            table="disclosures_version",
            name="version_content_frozen",
            events=("UPDATE",),
            columns=("title", "body", "stated_on", "note", "author_id", "revision"),
            when=NOT_IN_DRAFT,
            message="Content changes only while a version is a draft or was returned.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_keeps_its_place",
            events=("UPDATE",),
            columns=("posting_id", "ordinal", "created_at"),
            message="A version keeps its posting, its ordinal and the time it was begun.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_published_for_ever",
            events=("UPDATE",),
            columns=("state", "published_at", "urgent", "reviewed_by_id", "reviewed_at"),
            when="OLD.state = 'published'",
            message="A published version stays published, from when and after whose review it was.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_approved_for_ever",
            events=("UPDATE",),
            columns=("approved_by_id", "approved_at", "approval_opinion"),
            when="OLD.state = 'published' AND OLD.approved_by_id IS NOT NULL",
            message="The approval of a published version never changes.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_discarded_for_ever",
            events=("UPDATE",),
            columns=("state",),
            when="OLD.state = 'discarded'",
            message="What was discarded stays discarded.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_stays",
            events=("DELETE",),
            when=NOT_IN_DRAFT,
            message="A version is discarded, never deleted.",
        ),
        ForbidChange(
            table="disclosures_posting",
            name="posting_number_and_time_frozen",
            events=("UPDATE",),
            columns=("number", "published_at", "organisation_id", "item_id", "obligation_id"),
            when="OLD.number IS NOT NULL",
            message="A published posting keeps its number, its time, its organisation, its item and its obligation.",
        ),
        ForbidChange(
            table="disclosures_posting",
            name="posting_scope_frozen",
            events=("UPDATE",),
            columns=("scope", "carriers"),
            when=(
                "OLD.status <> 'draft' OR EXISTS (SELECT 1 FROM disclosures_version v"
                " WHERE v.posting_id = OLD.id AND v.state IN ('proposed', 'reviewed', 'approved'))"
            ),
            message="Scope and carriers are reviewed and approved with the content, and freeze with it.",
        ),
        ForbidChange(
            table="disclosures_posting",
            name="posting_never_unpublished",
            events=("UPDATE",),
            columns=("status",),
            when="OLD.number IS NOT NULL AND NEW.status IN ('draft', 'discarded')",
            message="What was published is withdrawn or ends; it never becomes a draft again.",
        ),
        ForbidChange(
            table="disclosures_posting",
            name="posting_ended_for_ever",
            events=("UPDATE",),
            columns=("status", "withdrawn_at", "withdrawn_by_id", "withdrawal_reason", "withdrawal_note"),
            when="OLD.status IN ('withdrawn', 'discarded')",
            message="What was withdrawn or discarded stays so.",
        ),
        ForbidChange(
            table="disclosures_posting",
            name="posting_stays",
            events=("DELETE",),
            when="OLD.number IS NOT NULL",
            message="A published posting is withdrawn, never deleted.",
        ),
        ForbidChange(
            table="disclosures_attachment",
            name="attachment_added_to_drafts",
            events=("INSERT",),
            when=VERSION_NOT_IN_DRAFT.format(row="NEW"),
            message=FILE_FROZEN,
        ),
        ForbidChange(
            table="disclosures_attachment",
            name="attachment_frozen",
            events=("UPDATE", "DELETE"),
            when=VERSION_NOT_IN_DRAFT.format(row="OLD"),
            message=FILE_FROZEN,
        ),
        ForbidChange(
            table="disclosures_attachment",
            name="attachment_keeps_its_version",
            events=("UPDATE",),
            columns=("version_id", "file", "size", "sha256", "content_type"),
            message="A file is replaced by adding another one.",
        ),
        ForbidChange(table="disclosures_step", name="step_only_grows", message=ONLY_GROWS),
        ForbidChange(
            table="disclosures_confidentialityreview", name="confidentiality_review_only_grows", message=ONLY_GROWS
        ),
    ]
