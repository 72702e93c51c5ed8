"""Decisions, changes of due dates and the overdue log are never changed and never deleted.

One thing goes: what the calendar did to the due date of an obligation before it had opened, together with
that obligation, when it turns out that it will not be owed (docs/rules.md, R47).
"""

from django.db import migrations

from organisations.triggers import ForbidChange

ONLY_GROWS = "This table only grows: its rows are never changed and never deleted."
BEFORE_IT_OPENED = (
    "OLD.cause = 'calendar' AND EXISTS (SELECT 1 FROM disclosures_obligation o WHERE o.id = OLD.obligation_id"
    " AND o.fulfilled_on IS NULL AND o.opens_on > date(OLD.changed_at))"
)


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0003_generator_keeps_demands")]
    operations = [
        ForbidChange(table="disclosures_obligationdecision", name="obligation_decision_only_grows", message=ONLY_GROWS),
        ForbidChange(table="disclosures_overdueentry", name="overdue_log_only_grows", message=ONLY_GROWS),
        ForbidChange(
            table="disclosures_duechange", name="due_change_never_changes", events=("UPDATE",), message=ONLY_GROWS
        ),
        ForbidChange(
            table="disclosures_duechange",
            name="due_change_stays_once_it_mattered",
            events=("DELETE",),
            when=f"NOT ({BEFORE_IT_OPENED})",
            message=ONLY_GROWS,
        ),
    ]
