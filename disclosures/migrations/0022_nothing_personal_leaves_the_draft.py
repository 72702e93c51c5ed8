"""The privacy gate, kept by the database: whatever program moves a version, nothing open leaves the draft.

A version leaves the draft only if this revision of its text and each of its files were looked through and nothing is
open; it is reviewed only when a second person has looked at everything that was passed. The finds freeze with it.
"""

from django.db import migrations

from organisations.triggers import ForbidChange

FIND_FROZEN = "What was found in a version changes only while it is a draft or was returned."
VERSION_NOT_IN_DRAFT = (
    "EXISTS (SELECT 1 FROM disclosures_version v"
    " WHERE v.id = {row}.version_id AND v.state NOT IN ('draft', 'returned'))"
)


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0021_privacy_finds")]
    operations = [
        ForbidChange(
            table="disclosures_version",
            name="version_passes_the_gate",
            events=("UPDATE",),
            columns=("state",),
            when=(
                "OLD.state IN ('draft', 'returned') AND NEW.state NOT IN ('draft', 'returned', 'discarded') AND ("
                "NEW.screened_revision IS NULL OR NEW.screened_revision <> NEW.revision"
                " OR EXISTS (SELECT 1 FROM disclosures_attachment a"
                " WHERE a.version_id = NEW.id AND a.screened_at IS NULL)"
                " OR EXISTS (SELECT 1 FROM disclosures_privacyfind f"
                " WHERE f.version_id = NEW.id AND f.state = 'open'))"
            ),
            message="A version leaves the draft only when it was looked through and no personal information is open.",
        ),
        ForbidChange(
            table="disclosures_version",
            name="version_has_its_second_look",
            events=("UPDATE",),
            columns=("state",),
            when=(
                "NEW.state IN ('reviewed', 'approved', 'published') AND EXISTS (SELECT 1 FROM disclosures_privacyfind f"
                " WHERE f.version_id = NEW.id AND (f.state = 'open'"
                " OR (f.state = 'passed' AND f.confirmed_by_id IS NULL AND f.kind <> 'photo')))"
            ),
            message="What the privacy gate let pass is confirmed by a second person before the review passes.",
        ),
        ForbidChange(
            table="disclosures_privacyfind",
            name="find_added_to_drafts",
            events=("INSERT",),
            when=VERSION_NOT_IN_DRAFT.format(row="NEW"),
            message=FIND_FROZEN,
        ),
        ForbidChange(
            table="disclosures_privacyfind",
            name="find_frozen",
            events=("UPDATE",),
            columns=(
                "version_id",
                "attachment_id",
                "kind",
                "fingerprint",
                "masked",
                "state",
                "reason",
                "decided_by_id",
                "decided_at",
                "found_at",
                "occurrences",
            ),
            when=VERSION_NOT_IN_DRAFT.format(row="OLD"),
            message=FIND_FROZEN,
        ),
        ForbidChange(
            table="disclosures_privacyfind",
            name="find_confirmed_in_review",
            events=("UPDATE",),
            columns=("confirmed_by_id", "confirmed_at"),
            when=(
                "NOT EXISTS (SELECT 1 FROM disclosures_version v WHERE v.id = OLD.version_id AND (v.state = 'proposed'"
                " OR (v.state IN ('draft', 'returned') AND NEW.confirmed_by_id IS NULL)))"
            ),
            message="The second look is taken while a version waits for review.",
        ),
        ForbidChange(
            table="disclosures_privacyfind",
            name="find_ended_for_ever",
            events=("UPDATE",),
            columns=("version_id", "kind", "fingerprint", "state", "reason", "decided_by_id", "decided_at"),
            when="OLD.state IN ('masked', 'removed')",
            message="What was masked or removed stays so; the same value again is a new find.",
        ),
        ForbidChange(
            table="disclosures_privacyfind",
            name="find_stays",
            events=("DELETE",),
            when=VERSION_NOT_IN_DRAFT.format(row="OLD"),
            message=FIND_FROZEN,
        ),
    ]
