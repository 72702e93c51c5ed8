"""Questions about the outbox. No clock in here: every question takes its moment."""

from __future__ import annotations

from datetime import datetime, time
from typing import Self

from django.db import models
from django.db.models import F, Q

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


class PreferenceQuerySet(models.QuerySet):
    def quiet(self, *, at: time) -> Self:
        """Of people who want no letter at that time of the day; the hour at which quiet ends is quiet no more."""
        within_day = Q(quiet_from__lt=F("quiet_until"), quiet_from__lte=at, quiet_until__gt=at)
        past_midnight = Q(quiet_from__gt=F("quiet_until")) & (Q(quiet_from__lte=at) | Q(quiet_until__gt=at))
        return self.filter(within_day | past_midnight)
