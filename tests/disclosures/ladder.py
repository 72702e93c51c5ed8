"""The standard ladder, for tests after which the database was emptied of what migrations put there."""

from importlib import import_module

from django.apps import apps


def climb_the_standard_ladder() -> None:
    """Puts the rungs of the migration in place, if they are not."""
    import_module("disclosures.migrations.0002_reminder_ladder").add_rungs(apps, None)
