from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = _("Disclosures")

    def ready(self) -> None:
        """Loads the access rules, which register themselves; says who writes reminders and who follows the calendar."""
        from catalogue import calendars
        from notices import outbox

        from . import emails, reminder_rules, reminders, rules  # noqa: F401
        from .actions import due_dates

        outbox.register(reminders.DIGEST, emails.reminder_digests)
        calendars.on_change(due_dates.follow_calendar)
