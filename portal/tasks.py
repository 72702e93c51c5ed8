"""What the clock asks for. The work itself knows no broker: cron may call it instead."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def run_due() -> None:
    """Do everything that is due: the same as `manage.py run_due`, once a minute."""
    call_command("run_due")
