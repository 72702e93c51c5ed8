"""The inbox: what one was told and why, what is not read yet, and how one wants to be told."""

from datetime import time

import pytest

from notices.choices import NoticeStatus
from notices.models import Notice, Preference
from tests.factories.notices import MONDAY_MORNING, NoticeFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

WISHES = "/inbox/settings/"


@pytest.fixture
def reader(client):
    person = UserFactory()
    client.force_login(person)
    return person


def letter(reader, subject, **more):
    return NoticeFactory(recipient=reader, status=NoticeStatus.SENT, subject=subject, body="正文", **more)


def test_the_inbox_says_why_one_is_told(client, reader):
    letter(reader, "催办提醒", why="您收到本消息，是因为您担任：金星村党总支党务公开经办人。")
    assert "因为您担任：金星村党总支党务公开经办人" in client.get("/inbox/").content.decode()


def test_only_what_is_not_read_yet_can_be_shown(client, reader):
    letter(reader, "旧消息", read_at=MONDAY_MORNING)
    letter(reader, "新消息")
    page = client.get("/inbox/?unread=1").content.decode()
    assert "新消息" in page and "旧消息" not in page


def test_everything_is_marked_as_read_by_one_button(client, reader):
    letter(reader, "新消息")
    other = letter(UserFactory(), "别人的消息")
    assert "全部标为已读" in client.get("/inbox/").content.decode()
    client.post("/inbox/read/", follow=True)
    assert not Notice.objects.filter(recipient=reader, read_at=None).exists()
    other.refresh_from_db()
    assert other.read_at is None


def test_wishes_are_kept(client, reader):
    client.post(WISHES, {"quiet_from": "12:00", "quiet_until": "13:30"})
    kept = Preference.objects.get(user=reader)
    assert (kept.by_email, kept.quiet_from, kept.quiet_until) == (False, time(12), time(13, 30))
    assert 'value="12:00"' in client.get(WISHES).content.decode()


def test_without_a_gateway_nobody_is_asked_about_messages_and_the_wish_stays(client, reader, settings):
    settings.NOTICES = {"webhook_url": "https://gateway.example.org/"}
    client.post(WISHES, {"by_email": "on"})
    settings.NOTICES = {}
    assert "企业微信" not in client.get(WISHES).content.decode()
    client.post(WISHES, {"by_email": "on", "by_gateway": "on"})
    assert not Preference.objects.get(user=reader).by_gateway


@pytest.mark.parametrize(
    "sent",
    [{"quiet_from": "9"}, {"quiet_from": "08:00", "quiet_until": "18:00"}, {"quiet_from": "25:00", "quiet_until": "x"}],
)
def test_what_makes_no_sense_comes_back_with_words(client, reader, sent):
    page = client.post(WISHES, sent)
    assert page.status_code == 200 and "field__error" in page.content.decode()
    assert not Preference.objects.exists()
