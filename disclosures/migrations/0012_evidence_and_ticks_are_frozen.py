"""Evidence of carriers is never changed, only taken back; what was ticked is frozen with the text it speaks of."""

from django.db import migrations

from organisations.triggers import ForbidChange


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0011_drafts_keep_ticks_and_carriers_have_evidence")]
    operations = [
        ForbidChange(
            table="disclosures_version",
            name="version_ticks_frozen",
            events=("UPDATE",),
            columns=("covered",),
            when="OLD.state NOT IN ('draft', 'returned')",
            message="What was ticked as covered changes only while a version is a draft or was returned.",
        ),
        ForbidChange(
            table="disclosures_carrierevidence",
            name="evidence_stays",
            events=("DELETE",),
            message="Evidence is taken back, never deleted.",
        ),
        ForbidChange(
            table="disclosures_carrierevidence",
            name="evidence_is_not_changed",
            events=("UPDATE",),
            columns=(
                "posting_id",
                "carrier",
                "carried_on",
                "reference",
                "file",
                "name",
                "content_type",
                "size",
                "sha256",
                "given_by_id",
                "given_at",
            ),
            message="Evidence is taken back and given anew, never changed.",
        ),
        ForbidChange(
            table="disclosures_carrierevidence",
            name="evidence_taken_back_for_ever",
            events=("UPDATE",),
            columns=("taken_back_by_id", "taken_back_at"),
            when="OLD.taken_back_at IS NOT NULL",
            message="What was taken back stays so.",
        ),
    ]
