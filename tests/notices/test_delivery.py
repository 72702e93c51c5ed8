"""The sweeper: each letter once, whoever dies; what need not be told any more is not."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices import channels, outbox
from notices.choices import Channel, NoticeStatus
from notices.delivery import MOST_ATTEMPTS, PATIENCE, deliver_due
from notices.models import Notice
from notices.outbox import Letter
from notices.policy import policy
from tests.factories.notices import MONDAY_MORNING, NoticeFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=30)
"""Longer than a sweep takes on a busy machine: a sweeper's time goes on while it works."""


def email(news, text="村务公开栏已更新", **values):
    """An e-mail that waits, and what it is going to say."""
    notice = NoticeFactory(channel=Channel.EMAIL, **values)
    news[notice.recipient_id] = text
    return notice


def sweep(now=MONDAY_MORNING, *, office_open=True):
    return deliver_due(now, office_open=office_open)


def state_of(notice):
    notice.refresh_from_db()
    return notice.status


class Broken(Exception):
    """What a channel may come up with."""


@pytest.fixture
def sender(monkeypatch):
    """Stands for the e-mail connection: notes what it sends, and fails as told."""

    class Sender:
        failure = None
        sent = []

        def send(self, notice, letter):
            if self.failure:
                raise self.failure
            self.sent.append((notice.pk, letter.text))

    fake = Sender()
    fake.sent = []
    monkeypatch.setattr(channels, "EmailSender", lambda connection: fake)
    return fake


def test_an_inbox_notice_gets_its_text_when_it_is_sent(news):
    notice = NoticeFactory()
    news[notice.recipient_id] = "公开目录第三版已生效"
    assert sweep()[NoticeStatus.SENT] == 1
    notice.refresh_from_db()
    assert (notice.status, notice.subject, notice.body, notice.url) == (
        NoticeStatus.SENT,
        "通知：公开目录第三版已生效",
        "公开目录第三版已生效",
        "/desk/",
    )
    assert MONDAY_MORNING <= notice.sent_at < MONDAY_MORNING + timedelta(minutes=1)


def test_an_email_is_sent_once_with_the_same_message_id_at_every_attempt(news):
    notice = email(news)
    sweep()
    sweep(MONDAY_MORNING + SOON)
    assert [message.to for message in mail.outbox] == [[notice.recipient.email]]
    assert mail.outbox[0].extra_headers["Message-ID"] == channels.message_id(notice)
    assert notice.idempotency_key in channels.message_id(notice)
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_nothing_is_sent_before_its_time(news):
    early = email(news, not_before=MONDAY_MORNING + SOON * 60)
    due = email(news, not_before=MONDAY_MORNING)
    sweep()
    assert (state_of(early), state_of(due)) == (NoticeStatus.PENDING, NoticeStatus.SENT)


def test_outside_of_working_hours_only_inboxes_are_served(news):
    letter, notice = email(news), NoticeFactory()
    news[notice.recipient_id] = "收件箱随时可达"
    sweep(office_open=False)
    assert (state_of(letter), state_of(notice)) == (NoticeStatus.PENDING, NoticeStatus.SENT)
    assert not mail.outbox


def test_what_need_not_be_told_any_more_becomes_obsolete(news):
    inbox, letter = NoticeFactory(), email(news)
    news.clear()
    assert sweep()[NoticeStatus.OBSOLETE] == 2
    assert (state_of(inbox), state_of(letter)) == (NoticeStatus.OBSOLETE, NoticeStatus.OBSOLETE)
    assert not mail.outbox


def test_people_whose_account_was_closed_meanwhile_are_told_nothing(news):
    notice = email(news)
    notice.recipient.is_active = False
    notice.recipient.save()
    sweep()
    assert state_of(notice) == NoticeStatus.OBSOLETE


def test_a_letter_that_fails_is_tried_again_later_and_dead_after_the_last_attempt(news, sender):
    notice = email(news)
    sender.failure = Broken("mailbox full")
    now = MONDAY_MORNING
    for patience in PATIENCE:
        sweep(now)
        assert state_of(notice) == NoticeStatus.PENDING
        assert notice.last_error == "Broken: mailbox full"
        assert notice.not_before - now >= patience
        sweep(now + patience - SOON)
        assert state_of(notice) == NoticeStatus.PENDING
        now = notice.not_before
    assert sweep(now)[NoticeStatus.DEAD] == 1
    assert (state_of(notice), notice.attempts, notice.claimed_until) == (NoticeStatus.DEAD, MOST_ATTEMPTS, None)


def test_a_letter_that_fails_keeps_no_other_from_being_sent(news, monkeypatch):
    bad, good = email(news, not_before=MONDAY_MORNING - SOON), email(news)
    plain = channels.EmailSender.send

    def send(self, notice, letter):
        if notice.pk == bad.pk:
            raise Broken
        plain(self, notice, letter)

    monkeypatch.setattr(channels.EmailSender, "send", send)
    sweep()
    assert (state_of(bad), state_of(good)) == (NoticeStatus.PENDING, NoticeStatus.SENT)


def test_while_the_mail_server_is_away_one_letter_a_sweep_is_tried_and_the_others_lose_no_attempt(news, sender):
    first, second = email(news, not_before=MONDAY_MORNING - SOON), email(news)
    sender.failure = channels.ChannelDown("connection refused")
    sweep()
    assert (state_of(first), first.attempts) == (NoticeStatus.PENDING, 1)
    assert (state_of(second), second.attempts) == (NoticeStatus.PENDING, 0)
    assert first.not_before > MONDAY_MORNING
    assert second.not_before == MONDAY_MORNING
    sender.failure = None
    sweep(MONDAY_MORNING + PATIENCE[0] + SOON)
    assert (state_of(first), state_of(second)) == (NoticeStatus.SENT, NoticeStatus.SENT)


@pytest.mark.parametrize(
    ("raised", "whole_channel"),
    [
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(554, b"no"), False),
        (smtplib.SMTPAuthenticationError(535, b"no"), True),
        (smtplib.SMTPServerDisconnected("gone"), True),
        (ConnectionRefusedError(), True),
        (OSError(28, "No space left on device"), True),
    ],
)
def test_a_refused_letter_is_the_letters_fault_and_a_server_that_is_away_is_not(
    news, monkeypatch, raised, whole_channel
):
    def fail(self, messages):
        raise raised

    monkeypatch.setattr(mail.backends.locmem.EmailBackend, "send_messages", fail)
    email(news, not_before=MONDAY_MORNING - SOON)
    other = email(news)
    sweep()
    other.refresh_from_db()
    assert other.attempts == (0 if whole_channel else 1)


def test_a_notice_nobody_can_write_spoils_no_other(news, monkeypatch):
    notices = [NoticeFactory(key=f"news:{n}") for n in range(3)]
    broken = notices[1]
    for notice in notices:
        news[notice.recipient_id] = "正文"
    write = outbox.renderer_of("news")

    def stumble(batch, now):
        if any(notice.pk == broken.pk for notice in batch):
            Notice.objects.raw("SELECT * FROM no_such_table")[0]
        return write(batch, now)

    monkeypatch.setattr(outbox, "_renderers", {"news": stumble})
    sweep()
    assert [state_of(notice) for notice in notices] == [NoticeStatus.SENT, NoticeStatus.PENDING, NoticeStatus.SENT]
    assert "no_such_table" in broken.last_error


def test_a_kind_that_nobody_writes_ends_as_a_dead_letter_and_not_in_a_crash(news):
    notice = NoticeFactory(kind="unknown", attempts=MOST_ATTEMPTS - 1)
    sweep()
    assert state_of(notice) == NoticeStatus.DEAD
    assert "unknown" in notice.last_error


def claimed(news, **values):
    return email(news, status=NoticeStatus.SENDING, attempts=1, **values)


def test_a_letter_whose_sweeper_died_is_sent_when_the_lease_is_over_and_not_before(news):
    notice = claimed(news, claimed_until=MONDAY_MORNING + policy().lease)
    sweep(MONDAY_MORNING + policy().lease - SOON * 5)
    assert state_of(notice) == NoticeStatus.SENDING
    sweep(MONDAY_MORNING + policy().lease + SOON)
    assert state_of(notice) == NoticeStatus.SENT
    assert len(mail.outbox) == 1


def test_a_letter_at_which_every_sweeper_dies_is_dead_in_the_end(news):
    notice = claimed(news, claimed_until=MONDAY_MORNING)
    Notice.objects.update(attempts=MOST_ATTEMPTS)
    sweep(MONDAY_MORNING + SOON)
    assert state_of(notice) == NoticeStatus.DEAD
    assert not mail.outbox


def test_a_letter_that_was_taken_away_meanwhile_is_not_sent_by_who_had_it(news, sender, settings):
    """The lease is checked again once half of it has passed."""
    settings.NOTICES = {"lease": timedelta(0)}
    first, second = email(news, not_before=MONDAY_MORNING - SOON), email(news)
    send = sender.send

    def slow(notice, letter):
        send(notice, letter)
        Notice.objects.filter(pk=second.pk).update(claimed_until=MONDAY_MORNING + timedelta(hours=1))

    sender.send = slow
    sweep()
    assert [pk for pk, _text in sender.sent] == [first.pk]
    assert state_of(second) == NoticeStatus.SENDING


def test_a_mark_does_not_overwrite_what_another_sweeper_did(news, sender):
    notice = email(news)

    def meanwhile(same, letter):
        Notice.objects.filter(pk=same.pk).update(status=NoticeStatus.DEAD, not_before=None, claimed_until=None)

    sender.send = meanwhile
    assert sweep()[NoticeStatus.SENT] == 0
    assert state_of(notice) == NoticeStatus.DEAD


def test_long_texts_are_cut_to_what_fits(news):
    notice = NoticeFactory()
    news[notice.recipient_id] = "长" * 500
    sweep()
    notice.refresh_from_db()
    assert (notice.status, len(notice.subject), len(notice.body)) == (NoticeStatus.SENT, 200, 500)


def test_a_sweep_may_be_told_to_stop_early_and_the_next_goes_on(news, settings):
    settings.NOTICES = {"batch": 1}
    for _n in range(3):
        news[NoticeFactory().recipient_id] = "正文"
    assert deliver_due(MONDAY_MORNING, office_open=True, at_most=timedelta(0))[NoticeStatus.SENT] == 0
    assert sweep()[NoticeStatus.SENT] == 3


def test_the_gateway_is_told_through_its_own_channel(news, settings, monkeypatch):
    settings.NOTICES = {"webhook_url": "https://gateway.example/send"}
    told = []
    monkeypatch.setattr(channels.WebhookSender, "send", lambda self, notice, letter: told.append(letter.text))
    notice = NoticeFactory(channel=Channel.WEBHOOK)
    news[notice.recipient_id] = "企业微信提醒"
    sweep()
    assert told == ["企业微信提醒"]
    assert state_of(notice) == NoticeStatus.SENT


def test_queries_grow_by_one_mark_a_notice_and_no_more(news):
    def queries_for(n):
        for user in UserFactory.create_batch(n):
            NoticeFactory(recipient=user)
            news[user.pk] = "正文"
        with CaptureQueriesContext(connection) as queries:
            assert sweep()[NoticeStatus.SENT] == n
        return len(queries)

    assert queries_for(12) - queries_for(2) == 10


def test_waiting_notices_are_found_by_the_index_of_those_on_their_way():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the size of the table; the query and the index are the same")
    plan = Notice.objects.waiting(at=MONDAY_MORNING).explain()
    assert "notice_to_be_sent" in plan
    assert "notice_being_sent" in Notice.objects.abandoned(at=MONDAY_MORNING).explain()


def test_a_letter_is_plain_text_with_html_beside_it(news, monkeypatch):
    notice = email(news)
    monkeypatch.setattr(
        outbox, "_renderers", {"news": lambda batch, now: {notice.pk: Letter("题", "文字", "<p>文字</p>")}}
    )
    sweep()
    message = mail.outbox[0]
    assert message.body == "文字"
    assert [(part.content, part.mimetype) for part in message.alternatives] == [("<p>文字</p>", "text/html")]
