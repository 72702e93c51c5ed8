"""What was asked never changes; a request that is not open any more never changes; none is made once it is met."""

from django.db import migrations

from organisations.triggers import ForbidChange

MET = "EXISTS (SELECT 1 FROM disclosures_obligation o WHERE o.id = NEW.obligation_id AND o.fulfilled_on IS NOT NULL)"


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0015_requests_for_extension_and_waiver")]
    operations = [
        ForbidChange(
            table="disclosures_releaserequest",
            name="request_keeps_what_was_asked",
            events=("UPDATE",),
            columns=("obligation_id", "kind", "reason", "new_due_on", "asked_by_id", "on_behalf_of_id", "asked_at"),
            message="What was asked for never changes.",
        ),
        ForbidChange(
            table="disclosures_releaserequest",
            name="request_decided_for_ever",
            events=("UPDATE",),
            when="OLD.state <> 'open'",
            message="A request that was decided or taken back stays so.",
        ),
        ForbidChange(
            table="disclosures_releaserequest",
            name="request_stays",
            events=("DELETE",),
            message="A request is taken back, never deleted.",
        ),
        ForbidChange(
            table="disclosures_releaserequest",
            name="request_only_while_it_is_owed",
            events=("INSERT",),
            when=MET,
            message="What is met needs neither extension nor waiver.",
        ),
    ]
