"""The gateway for WeCom or SMS, spoken to over a real socket."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from notices.channels import ChannelDown, WebhookSender, opened
from notices.choices import Channel
from notices.outbox import Letter
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db

LETTER = Letter("党务公开提醒", "今日有一项到期", "<p>…</p>", "/boards/JX/overdue/")


@pytest.fixture
def gateway():
    """A server that notes what it is told, and answers as told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.told.append((dict(self.headers), json.loads(body)))
            self.send_response(self.server.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.told, server.answer = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def sender(gateway, token="secret"):
    return WebhookSender(f"http://127.0.0.1:{gateway.server_port}/send", token)


def test_a_gateway_gets_the_letter_with_its_key_and_without_an_address(gateway, settings):
    settings.SITE_URL = "https://portal.example"
    notice = NoticeFactory(channel=Channel.WEBHOOK, recipient__username="zhang")
    sender(gateway).send(notice, LETTER)
    [(headers, told)] = gateway.told
    assert told == {
        "key": notice.idempotency_key,
        "user": "zhang",
        "subject": "党务公开提醒",
        "text": "今日有一项到期",
        "url": "https://portal.example/boards/JX/overdue/",
    }
    assert headers["Idempotency-Key"] == notice.idempotency_key
    assert headers["Authorization"] == "Bearer secret"


def test_without_a_token_none_is_sent(gateway):
    sender(gateway, token="").send(NoticeFactory(), LETTER)
    [(headers, _told)] = gateway.told
    assert "Authorization" not in headers


@pytest.mark.parametrize("answer", [500, 503, 401, 429])
def test_a_gateway_in_trouble_is_down(gateway, answer):
    gateway.answer = answer
    with pytest.raises(ChannelDown, match=str(answer)):
        sender(gateway).send(NoticeFactory(), LETTER)


def test_a_refused_message_is_the_messages_fault(gateway):
    gateway.answer = 422
    with pytest.raises(Exception, match="422") as raised:
        sender(gateway).send(NoticeFactory(), LETTER)
    assert not isinstance(raised.value, ChannelDown)


def test_a_gateway_that_does_not_answer_is_down(gateway):
    gateway.shutdown()
    gateway.server_close()
    with pytest.raises(ChannelDown):
        sender(gateway).send(NoticeFactory(), LETTER)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "gateway.example/send"])
def test_only_web_addresses_are_gateways(settings, url):
    settings.NOTICES = {"webhook_url": url}
    with pytest.raises(ChannelDown, match="http"), opened(Channel.WEBHOOK):
        pass
