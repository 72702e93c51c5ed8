"""People say how they are told: the inbox gets everything, the outside only what is wanted and when."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from notices import outbox, preferences
from notices.choices import Channel, NoticeStatus
from notices.delivery import deliver_due
from notices.models import Notice, Preference
from notices.preferences import PreferenceRefused
from tests.factories.notices import MONDAY_MORNING
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

NINE_TO_FIVE = {"by_email": True, "by_gateway": True, "quiet_from": None, "quiet_until": None}


def tell(reader, news, text="台账已更新"):
    news[reader.pk] = text
    outbox.enqueue([reader.pk], kind="news", key="news:1", at=MONDAY_MORNING, outside_from=MONDAY_MORNING)


def channels_of(reader):
    return set(Notice.objects.filter(recipient=reader).values_list("channel", flat=True))


def test_who_wants_no_email_gets_none_and_the_inbox_all_the_same(news):
    reader, other = UserFactory(), UserFactory()
    preferences.keep(reader, **NINE_TO_FIVE | {"by_email": False})
    tell(reader, news)
    tell(other, news)
    assert channels_of(reader) == {Channel.INBOX}
    assert channels_of(other) == {Channel.INBOX, Channel.EMAIL}


def test_who_wants_no_message_gets_none(news, settings):
    settings.NOTICES = {"webhook_url": "https://gateway.example.org/"}
    reader = UserFactory()
    preferences.keep(reader, **NINE_TO_FIVE | {"by_gateway": False})
    tell(reader, news)
    assert channels_of(reader) == {Channel.INBOX, Channel.EMAIL}


def test_what_waits_on_a_channel_is_not_sent_once_it_is_not_wanted(news):
    reader = UserFactory()
    tell(reader, news)
    preferences.keep(reader, **NINE_TO_FIVE | {"by_email": False})
    deliver_due(MONDAY_MORNING, office_open=True)
    assert mail.outbox == []
    assert Notice.objects.get(recipient=reader, channel=Channel.EMAIL).status == NoticeStatus.OBSOLETE


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "now", "is_sent"),
    [
        (time(9, 0), time(11, 0), time(9, 30), False),
        (time(9, 0), time(9, 30), time(9, 30), True),
        (time(9, 30), time(11, 0), time(9, 30), False),
        (time(12, 0), time(14, 0), time(9, 30), True),
        (time(21, 0), time(10, 0), time(9, 30), False),
        (time(21, 0), time(9, 0), time(9, 30), True),
    ],
)
def test_nothing_leaves_the_house_in_quiet_hours_and_it_does_afterwards(news, quiet_from, quiet_until, now, is_sent):
    reader = UserFactory()
    preferences.keep(reader, **NINE_TO_FIVE | {"quiet_from": quiet_from, "quiet_until": quiet_until})
    tell(reader, news)
    assert MONDAY_MORNING.hour + 8 == now.hour
    deliver_due(MONDAY_MORNING, office_open=True)
    assert outbox.inbox(reader).count() == 1
    assert len(mail.outbox) == is_sent
    deliver_due(MONDAY_MORNING + timedelta(hours=5), office_open=True)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "hours",
    [
        (time(9, 0), None),
        (None, time(9, 0)),
        (time(9, 0), time(9, 0)),
        (time(8, 0), time(18, 0)),
        (time(16, 0), time(15, 0)),
    ],
    ids=["no end", "no beginning", "nothing between", "the whole day at work", "all but one hour"],
)
def test_hours_in_which_nothing_could_ever_be_sent_are_refused(hours):
    reader = UserFactory()
    with pytest.raises(PreferenceRefused):
        preferences.keep(reader, **NINE_TO_FIVE | {"quiet_from": hours[0], "quiet_until": hours[1]})
    assert not Preference.objects.exists()


def test_two_hours_at_work_are_enough():
    quiet = {"quiet_from": time(11, 0), "quiet_until": time(17, 30)}
    assert preferences.keep(UserFactory(), **NINE_TO_FIVE | quiet).quiet_from == time(11, 0)


@pytest.mark.parametrize("half", [{"quiet_from": time(9)}, {"quiet_until": time(9)}])
def test_the_database_refuses_quiet_hours_with_one_end(half):
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(user=UserFactory(), **half)


def test_why_a_reader_is_told_stands_in_the_inbox_and_below_the_email(monkeypatch):
    reader = UserFactory()
    monkeypatch.setattr(outbox, "_renderers", {})
    outbox.register(
        "news", lambda rows, now: {row.pk: outbox.Letter("通知", "正文", why="因为您是书记") for row in rows}
    )
    outbox.enqueue([reader.pk], kind="news", key="n", at=MONDAY_MORNING, outside_from=MONDAY_MORNING)
    deliver_due(MONDAY_MORNING, office_open=True)
    assert outbox.inbox(reader).get().why == "因为您是书记"
    assert mail.outbox[0].body == "正文\n因为您是书记\n"


def test_everything_in_the_inbox_is_marked_as_read_at_once_and_nothing_of_others(news):
    reader, other = UserFactory(), UserFactory()
    for person in (reader, other):
        tell(person, news)
    deliver_due(MONDAY_MORNING, office_open=False)
    assert outbox.mark_all_read(reader, MONDAY_MORNING) == 1
    assert (outbox.unread_count(reader), outbox.unread_count(other)) == (0, 1)
