"""Questions about the outbox. No clock in here: every question takes its moment."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from .choices import Channel, NoticeStatus


class NoticeQuerySet(models.QuerySet):
    def waiting(self, *, at: datetime) -> Self:
        """What may be sent at that moment, the oldest first."""
        return self.filter(status=NoticeStatus.PENDING, not_before__lte=at).order_by("not_before", "id")

    def abandoned(self, *, at: datetime) -> Self:
        """What somebody began to send and did not finish within the lease."""
        return self.filter(status=NoticeStatus.SENDING, claimed_until__lt=at).order_by("claimed_until")

    def delivered_in_site(self) -> Self:
        """What stands in an inbox, the newest first."""
        return self.filter(channel=Channel.INBOX, status=NoticeStatus.SENT).order_by("-id")

    def dead(self) -> Self:
        return self.filter(status=NoticeStatus.DEAD)
