"""Questions about the outbox. No clock in here: every question takes its moment."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from .choices import Channel, NoticeStatus

UNDELIVERED = Q(status__in=[NoticeStatus.PENDING, NoticeStatus.SENDING])
"""On its way: the condition of the index `notice_to_be_sent`, repeated in each query that wants it."""


class NoticeQuerySet(models.QuerySet):
    def waiting(self, *, at: datetime) -> Self:
        """What may be sent at that moment, the oldest first."""
        return self.filter(UNDELIVERED, status=NoticeStatus.PENDING, not_before__lte=at).order_by("not_before", "id")

    def abandoned(self, *, at: datetime) -> Self:
        """What somebody began to send and did not finish within the lease."""
        return self.filter(UNDELIVERED, status=NoticeStatus.SENDING, claimed_until__lt=at)

    def delivered_in_site(self) -> Self:
        """What stands in an inbox, the newest first."""
        return self.filter(channel=Channel.INBOX, status=NoticeStatus.SENT).order_by("-id")

    def dead(self) -> Self:
        return self.filter(status=NoticeStatus.DEAD)
