"""The project: settings, URLs, front page and commands. Nothing imports it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
