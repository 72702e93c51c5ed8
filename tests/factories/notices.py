"""Notices, as tests need them."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from notices.choices import ON_THEIR_WAY, Channel, NoticeStatus
from notices.models import Notice
from tests.factories.organisations import UserFactory

MONDAY_MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""23 November 2026, 9:30 in Shanghai: a working day, within working hours."""


class NoticeFactory(DjangoModelFactory):
    """An inbox notice that waits since Monday morning."""

    class Meta:
        model = Notice

    recipient = factory.SubFactory(UserFactory)
    channel = Channel.INBOX
    key = factory.Sequence(lambda n: f"news:{n}")
    kind = "news"
    status = NoticeStatus.PENDING
    not_before = factory.LazyAttribute(lambda notice: MONDAY_MORNING if notice.status in ON_THEIR_WAY else None)
    sent_at = factory.LazyAttribute(lambda notice: MONDAY_MORNING if notice.status == NoticeStatus.SENT else None)
    created_at = MONDAY_MORNING
