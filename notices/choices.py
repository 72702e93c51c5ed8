"""Words for messages and how they travel."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a notice reaches its reader."""

    INBOX = "inbox", _("Inbox")
    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Message gateway")


class NoticeStatus(models.TextChoices):
    """Where a notice is on its way out."""

    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    OBSOLETE = "obsolete", _("No longer needed")
    DEAD = "dead", _("Could not be delivered")


ON_THEIR_WAY = (NoticeStatus.PENDING, NoticeStatus.SENDING)
"""Notices in these may still reach somebody."""
