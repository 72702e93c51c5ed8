"""A matter goes through the steps of its power in order, and what was recorded of it stays.

A step that is not taken is skipped, with its reason, by a row of its own; so a stage comes only when all earlier
steps have one. A stage of which something was published is not taken back. A matter that ended is as it ended.
"""

from django.db import migrations

from organisations.triggers import ForbidChange

STAGES = "disclosures_matterstage"
EARLIER_STEP_WITHOUT_STAGE = (
    "EXISTS (SELECT 1 FROM catalogue_powerstep reached JOIN catalogue_powerstep earlier"
    " ON earlier.power_id = reached.power_id AND earlier.ordinal < reached.ordinal"
    " WHERE reached.id = NEW.step_id AND NOT EXISTS (SELECT 1 FROM disclosures_matterstage s"
    " WHERE s.matter_id = NEW.matter_id AND s.step_id = earlier.id AND s.taken_back_at IS NULL))"
)
NOT_RUNNING = "NOT EXISTS (SELECT 1 FROM disclosures_matter m WHERE m.id = NEW.matter_id AND m.state = 'running')"
PUBLISHED = (
    "NEW.taken_back_at IS NOT NULL AND EXISTS (SELECT 1 FROM disclosures_obligation o JOIN disclosures_posting p"
    " ON p.obligation_id = o.id WHERE o.event_id = NEW.event_id AND p.status NOT IN ('draft', 'discarded'))"
)


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0007_matters_and_their_stages")]
    operations = [
        ForbidChange(
            table=STAGES,
            name="matter_stage_passes_over_no_step",
            events=("INSERT",),
            when=EARLIER_STEP_WITHOUT_STAGE,
            message="An earlier step has no stage: it is reached or skipped first.",
        ),
        ForbidChange(
            table=STAGES,
            name="matter_stage_of_a_running_matter",
            events=("INSERT",),
            when=NOT_RUNNING,
            message="The matter has ended.",
        ),
        ForbidChange(
            table=STAGES,
            name="matter_stage_stays",
            columns=("matter_id", "step_id", "kind", "on", "reason", "event_id", "recorded_by_id", "recorded_at"),
            events=("UPDATE",),
            message="A stage is taken back, never changed.",
        ),
        ForbidChange(
            table=STAGES, name="matter_stage_is_never_deleted", events=("DELETE",), message="Stages are never deleted."
        ),
        ForbidChange(
            table=STAGES,
            name="matter_stage_published_stays",
            events=("UPDATE",),
            when=PUBLISHED,
            message="Something was published for this stage.",
        ),
        ForbidChange(
            table="disclosures_matter",
            name="matter_ended_stays",
            events=("UPDATE", "DELETE"),
            when="OLD.state <> 'running'",
            message="The matter has ended.",
        ),
    ]
