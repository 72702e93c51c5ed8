"""What the clock asks for. The work itself knows no broker: cron may call `manage.py run_due` instead."""

from celery import shared_task
from django.utils import timezone

from . import jobs


@shared_task
def run_due() -> None:
    """Do everything that is due. Twice at once, or again after a death, changes nothing."""
    jobs.run_due(timezone.now())


@shared_task
def run_errands() -> None:
    """Do what people wait for on a page. Asked every few seconds, it mostly finds nothing."""
    jobs.run_errands(timezone.now())
