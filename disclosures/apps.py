from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisclosuresConfig(AppConfig):
    name = "disclosures"
    verbose_name = _("Disclosures")

    def ready(self) -> None:
        """Loads the access rules, which register themselves; says who writes reminders and who follows the calendar."""
        from catalogue import calendars
        from notices import outbox

        from . import emails, errands, letters, reminder_rules, reminders, rules, unanswered  # noqa: F401
        from .actions import due_dates
        from .archive import work as archive
        from .bulk import work as bulk

        outbox.register(reminders.DIGEST, emails.reminder_digests)
        outbox.register(letters.ASKED, letters.asked)
        outbox.register(letters.DECIDED, letters.decided)
        outbox.register(unanswered.WAITING, emails.unanswered_objections)
        calendars.on_change(due_dates.follow_calendar)
        errands.register(bulk.TEMPLATE, label=_("Template for bulk upload"), run=bulk.make_template, allows=bulk.allows)
        errands.register(
            bulk.CHECK,
            label=_("Check of a bulk workbook"),
            run=bulk.check,
            allows=bulk.allows,
            next_page=bulk.after_check,
        )
        errands.register(bulk.IMPORT, label=_("Bringing in a bulk workbook"), run=bulk.bring_in, allows=bulk.allows)
        errands.register(
            archive.VOLUME,
            label=_("Archive volume"),
            run=archive.make_volume,
            allows=archive.allows,
            next_page=archive.after,
        )
