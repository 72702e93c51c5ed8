"""The Celery application. It carries hints, never the truth: see docs/decisions/."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_portal_does(**kwargs: Any) -> None:
    """Worker and beat log through the portal's own settings, masks included."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)
