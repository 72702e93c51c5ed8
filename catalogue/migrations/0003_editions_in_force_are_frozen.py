"""Items of an edition that is in force, or was, are never edited, added or deleted (docs/rules.md).

Two things stay possible: an organisation's own X item may be added, and the numbers of the tree may change.
"""

from django.db import migrations

from organisations.triggers import ForbidChange

FROZEN = "Items of an edition in force are never edited; a new edition supersedes it."
IS_FROZEN = "EXISTS (SELECT 1 FROM catalogue_catalogue c WHERE c.id IN ({rows}) AND c.status <> 'draft')"
COLUMNS = (
    "catalogue_id",
    "parent_id",
    "code",
    "title",
    "kind",
    "disclosure_type",
    "content_elements",
    "legal_basis",
    "scope",
    "time_limit_class",
    "period",
    "due_rule",
    "due_days",
    "day_type",
    "fixed_month",
    "fixed_day",
    "time_limit_text",
    "display_days",
    "notice_days",
    "responsible_department",
    "carriers",
    "carriers_text",
    "openness",
    "partial",
    "exemption_reason",
    "guidance",
    "applies_to",
    "implements_id",
    "implements_as",
    "owner_id",
    "owned_from",
)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_calendar_days_and_years_are_likely")]
    operations = [
        ForbidChange(
            table="catalogue_item",
            name="item_in_force_is_not_changed",
            events=("UPDATE",),
            columns=COLUMNS,
            when=IS_FROZEN.format(rows="OLD.catalogue_id, NEW.catalogue_id"),
            message=FROZEN,
        ),
        ForbidChange(
            table="catalogue_item",
            name="item_in_force_is_not_deleted",
            events=("DELETE",),
            when=IS_FROZEN.format(rows="OLD.catalogue_id"),
            message=FROZEN,
        ),
        ForbidChange(
            table="catalogue_item",
            name="item_in_force_is_not_added",
            events=("INSERT",),
            when="NEW.owner_id IS NULL AND " + IS_FROZEN.format(rows="NEW.catalogue_id"),
            message=FROZEN,
        ),
    ]
