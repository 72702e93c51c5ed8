"""Writing notices: once each, whoever writes, and what was never told is told by the next."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from notices import outbox
from notices.choices import Channel, NoticeStatus
from notices.models import Notice
from tests.factories.notices import MONDAY_MORNING, NoticeFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


def enqueue(*users, key="news:1", **options):
    options = {"at": MONDAY_MORNING, "outside_from": MONDAY_MORNING + timedelta(hours=1)} | options
    return outbox.enqueue([user.pk for user in users], kind="news", key=key, **options)


def channels(user, key="news:1"):
    return set(Notice.objects.filter(recipient=user, key=key).values_list("channel", flat=True))


def test_a_notice_goes_to_the_inbox_and_to_those_with_an_address_by_email():
    reachable, without_address = UserFactory(), UserFactory(email="")
    written = enqueue(reachable, without_address)
    assert channels(reachable) == {Channel.INBOX, Channel.EMAIL}
    assert channels(without_address) == {Channel.INBOX}
    assert set(written) == {reachable.pk, without_address.pk}
    assert Notice.objects.get(pk=written[reachable.pk]).channel == Channel.INBOX


def test_the_inbox_is_reached_at_once_and_the_outside_in_working_hours():
    user = UserFactory()
    enqueue(user)
    assert Notice.objects.get(channel=Channel.INBOX).not_before == MONDAY_MORNING
    assert Notice.objects.get(channel=Channel.EMAIL).not_before == MONDAY_MORNING + timedelta(hours=1)


def test_without_a_moment_for_the_outside_a_notice_stays_in_site():
    user = UserFactory()
    enqueue(user, outside_from=None)
    assert channels(user) == {Channel.INBOX}


def test_a_gateway_gets_a_message_too_where_there_is_one(settings):
    settings.NOTICES = {"webhook_url": "https://gateway.example/send"}
    user = UserFactory(email="")
    enqueue(user)
    assert channels(user) == {Channel.INBOX, Channel.WEBHOOK}


def test_the_same_notice_twice_is_one_and_only_the_first_writer_is_told():
    early, late = UserFactory(), UserFactory()
    enqueue(early)
    assert set(enqueue(early, late)) == {late.pk}
    assert Notice.objects.filter(channel=Channel.INBOX).count() == 2


def test_inactive_users_are_told_nothing():
    assert enqueue(UserFactory(is_active=False)) == {}


def test_writing_to_nobody_writes_nothing():
    assert enqueue() == {}


def test_writing_to_thirty_takes_as_many_queries_as_to_one():
    one, many = UserFactory(), UserFactory.create_batch(30)
    with CaptureQueriesContext(connection) as for_one:
        enqueue(one, supersede=True)
    with CaptureQueriesContext(connection) as for_many:
        enqueue(*many, supersede=True)
    assert len(for_many) == len(for_one)


def test_what_an_earlier_notice_never_told_is_left_to_the_next():
    user = UserFactory()
    enqueue(user, key="news:1")
    enqueue(user, key="news:2", supersede=True)
    first = Notice.objects.filter(key="news:1")
    assert set(first.values_list("status", flat=True)) == {NoticeStatus.OBSOLETE}
    for notice in first:
        assert notice.superseded_by.key == "news:2"
        assert notice.superseded_by.channel == notice.channel


def test_a_notice_also_tells_for_those_before_the_one_before():
    user = UserFactory()
    for key in ("news:1", "news:2", "news:3"):
        enqueue(user, key=key, supersede=True)
    last = Notice.objects.get(key="news:3", channel=Channel.EMAIL)
    assert {pk: sorted(keys) for pk, keys in outbox.also_tells([last]).items()} == {last.pk: ["news:1", "news:2"]}


def test_what_was_sent_or_is_being_sent_is_not_left_to_the_next():
    sent = NoticeFactory(status=NoticeStatus.SENT)
    sending = NoticeFactory(
        recipient=sent.recipient, status=NoticeStatus.SENDING, claimed_until=MONDAY_MORNING, channel=Channel.EMAIL
    )
    enqueue(sent.recipient, supersede=True)
    for notice in (sent, sending):
        notice.refresh_from_db()
        assert notice.superseded_by is None
    assert (sent.status, sending.status) == (NoticeStatus.SENT, NoticeStatus.SENDING)


def test_other_peoples_notices_are_left_alone():
    other = NoticeFactory()
    enqueue(UserFactory(), supersede=True)
    other.refresh_from_db()
    assert other.status == NoticeStatus.PENDING


def test_an_inbox_shows_what_was_delivered_to_its_owner_the_newest_first():
    old = NoticeFactory(status=NoticeStatus.SENT)
    new = NoticeFactory(recipient=old.recipient, status=NoticeStatus.SENT)
    NoticeFactory(recipient=old.recipient)
    NoticeFactory(recipient=old.recipient, status=NoticeStatus.SENT, channel=Channel.EMAIL)
    NoticeFactory(status=NoticeStatus.SENT)
    assert list(outbox.inbox(old.recipient)) == [new, old]


def test_a_message_is_read_once_and_by_its_owner_only():
    notice = NoticeFactory(status=NoticeStatus.SENT)
    assert outbox.unread_count(notice.recipient) == 1
    assert not outbox.mark_read(UserFactory(), notice.pk, MONDAY_MORNING)
    assert outbox.mark_read(notice.recipient, notice.pk, MONDAY_MORNING)
    assert not outbox.mark_read(notice.recipient, notice.pk, MONDAY_MORNING + timedelta(days=1))
    notice.refresh_from_db()
    assert notice.read_at == MONDAY_MORNING
    assert outbox.unread_count(notice.recipient) == 0


def test_a_dead_letter_can_be_sent_on_its_way_again_with_all_its_attempts():
    notice = NoticeFactory(status=NoticeStatus.DEAD, attempts=8)
    later = MONDAY_MORNING + timedelta(days=1)
    assert outbox.retry(notice.pk, later)
    assert not outbox.retry(notice.pk, later)
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.not_before) == (NoticeStatus.PENDING, 0, later)


def test_two_functions_cannot_write_the_same_kind(news):
    with pytest.raises(ValueError, match="news"):
        outbox.register("news", lambda notices, now: {})


def test_the_idempotency_key_is_the_notices_own_and_says_nothing():
    one, other = NoticeFactory(), NoticeFactory()
    assert one.idempotency_key == Notice.objects.get(pk=one.pk).idempotency_key
    assert one.idempotency_key != other.idempotency_key
    assert "news" not in one.idempotency_key


@pytest.mark.parametrize(
    "broken",
    [
        {"status": NoticeStatus.SENT, "sent_at": None},
        {"sent_at": MONDAY_MORNING},
        {"status": NoticeStatus.SENDING},
        {"not_before": None},
        {"status": NoticeStatus.DEAD, "not_before": MONDAY_MORNING},
    ],
    ids=[
        "sent without a time",
        "a time without being sent",
        "being sent without a lease",
        "waiting for no time",
        "given up, but to be tried again",
    ],
)
def test_the_database_refuses_a_notice_in_an_impossible_state(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory(**broken)


def test_the_database_refuses_the_same_notice_twice():
    notice = NoticeFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory(recipient=notice.recipient, key=notice.key)


def test_the_database_refuses_that_a_notice_is_sent_and_told_by_another():
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory(superseded_by=NoticeFactory())
