"""A notice is closed when its period is over and every objection is answered; until then it stays up.

Objections come in while the notice is up and its period runs. What was answered may be put right until the closing,
which publishes it; closings and the record of who read what only grow.
"""

from django.db import migrations

from organisations.triggers import ForbidChange

CLOSED = "EXISTS (SELECT 1 FROM disclosures_noticeclosing c WHERE c.posting_id = {row}.posting_id)"
TAKES_NONE = (
    "NOT EXISTS (SELECT 1 FROM disclosures_posting p WHERE p.id = NEW.posting_id AND p.status = 'published'"
    " AND p.notice_until IS NOT NULL AND NEW.received_on <= p.notice_until)"
)
NOT_OVER = (
    "NOT EXISTS (SELECT 1 FROM disclosures_posting p WHERE p.id = NEW.posting_id AND p.status = 'published'"
    " AND p.notice_until IS NOT NULL AND p.notice_until < NEW.closed_on)"
)
OPEN_OBJECTION = "EXISTS (SELECT 1 FROM disclosures_objection o WHERE o.posting_id = NEW.posting_id AND o.outcome = '')"
ENDED_UNCLOSED = (
    "NEW.status = 'ended' AND OLD.status <> 'ended' AND OLD.notice_until IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM disclosures_noticeclosing c WHERE c.posting_id = OLD.id)"
)
ONLY_GROWS = "This table only grows: its rows are never changed and never deleted."


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0013_objections_and_closings")]
    operations = [
        ForbidChange(
            table="disclosures_objection",
            name="objection_while_the_notice_runs",
            events=("INSERT",),
            when=f"{TAKES_NONE} OR {CLOSED.format(row='NEW')}",
            message="No objections are taken to this posting on that day.",
        ),
        ForbidChange(
            table="disclosures_objection",
            name="objection_answer_stays_once_closed",
            events=("UPDATE",),
            columns=("posting_id", "number", "outcome", "answer", "answered_by_id", "answered_at"),
            when=CLOSED.format(row="OLD"),
            message="The notice is closed: its answers stay.",
        ),
        ForbidChange(
            table="disclosures_objection",
            name="objection_stays_until_closed",
            events=("DELETE",),
            when=f"NOT {CLOSED.format(row='OLD')}",
            message="An objection is answered, not deleted.",
        ),
        ForbidChange(
            table="disclosures_noticeclosing",
            name="notice_closed_after_its_period",
            events=("INSERT",),
            when=NOT_OVER,
            message="The notice period is not over.",
        ),
        ForbidChange(
            table="disclosures_noticeclosing",
            name="notice_closed_after_every_answer",
            events=("INSERT",),
            when=OPEN_OBJECTION,
            message="An objection is not answered.",
        ),
        ForbidChange(table="disclosures_noticeclosing", name="notice_closing_only_grows", message=ONLY_GROWS),
        ForbidChange(table="disclosures_objectionview", name="objection_view_only_grows", message=ONLY_GROWS),
        ForbidChange(
            table="disclosures_posting",
            name="posting_notice_closed_before_it_ends",
            events=("UPDATE",),
            when=ENDED_UNCLOSED,
            message="The notice is not closed: it stays up.",
        ),
    ]
