"""The reminder ladder as designed: whom to remind, how many days before or after the due day."""

from django.db import migrations

LADDER = [
    # code, days after the due day, kind of days, audience
    ("T-7", -7, "calendar", "secretary"),
    ("T-3", -3, "calendar", "secretary"),
    ("T0", 0, "calendar", "secretary"),
    ("T+1", 1, "calendar", "superior"),
    ("T+5", 5, "working", "commission"),
]


def add_rungs(apps, schema_editor):
    rungs = apps.get_model("disclosures", "ReminderRung").objects
    for code, offset, day_type, audience in LADDER:
        rungs.get_or_create(code=code, defaults={"offset": offset, "day_type": day_type, "audience": audience})


def remove_unused_rungs(apps, schema_editor):
    """What somebody was reminded by stays: it is part of a proof."""
    used = apps.get_model("disclosures", "Reminder").objects.values("rung")
    rungs = apps.get_model("disclosures", "ReminderRung").objects
    rungs.filter(code__in=[code for code, *_ in LADDER]).exclude(pk__in=used).delete()


class Migration(migrations.Migration):
    dependencies = [("disclosures", "0001_duties_obligations_postings_reminders")]

    operations = [migrations.RunPython(add_rungs, remove_unused_rungs)]
