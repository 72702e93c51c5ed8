"""Cron's door to the background work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import jobs


class Command(BaseCommand):
    help = (
        "Do everything that is due now, without a broker: publish what is scheduled, end what has been shown long "
        "enough, once a day make obligations, log what became overdue and write reminders, and send what waits in the "
        "outbox (e-mail in working hours only). To be called once a minute where no Celery worker runs; running it "
        "twice at once, or late, does no harm. Ends with an error if something failed; the rest is done nevertheless."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            jobs.run_due(timezone.now(), say=self.tell)
        except jobs.JobsFailed as error:
            raise CommandError(str(error)) from error

    def tell(self, done: jobs.Done) -> None:
        if done.error:
            self.stderr.write(self.style.ERROR(f"{done.name}: {done.error}"))
        else:
            self.stdout.write(f"{done.name}: {done.detail}")
