"""How a letter leaves the house. Each channel raises whatever stopped it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from .choices import Channel
from .models import Notice
from .outbox import Letter
from .policy import policy

_TIMEOUT = 10
"""Seconds a gateway may take."""


class ChannelDown(Exception):
    """The channel itself does not work now, whatever is sent by it."""


class Sender(Protocol):
    """Delivers letters over one channel."""

    def send(self, notice: Notice, letter: Letter) -> None:
        """Delivers one letter; the same notice twice is for the other end to see as one (`idempotency_key`).

        Raises ChannelDown where other letters would fare no better, any other exception where this one is at fault.
        """


class EmailSender:
    """By the configured e-mail backend, over one connection."""

    def __init__(self, connection: BaseEmailBackend) -> None:
        self._connection = connection

    def send(self, notice: Notice, letter: Letter) -> None:
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body=f"{letter.text}\n{letter.why}\n" if letter.why else letter.text,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[notice.recipient.email],
            connection=self._connection,
            headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
        )
        if letter.html:
            message.attach_alternative(letter.html, "text/html")
        try:
            self._connection.open()
            message.send()
        except (SMTPResponseException, SMTPRecipientsRefused) as error:
            self._connection.close()
            if isinstance(error, SMTPAuthenticationError | SMTPConnectError | SMTPHeloError):
                raise ChannelDown(str(error)) from error
            raise
        except OSError as error:  # the server is away, or the disk is full
            self._connection.close()
            raise ChannelDown(str(error)) from error


class WebhookSender:
    """To a gateway for WeCom or SMS: JSON by POST, with the key as `Idempotency-Key`."""

    def __init__(self, url: str, token: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ChannelDown("The address of the gateway must begin with http:// or https://.")
        self._url, self._token = url, token

    def send(self, notice: Notice, letter: Letter) -> None:
        content = {
            "key": notice.idempotency_key,
            "user": notice.recipient.get_username(),
            "subject": letter.subject,
            "text": letter.text,
            "url": f"{settings.SITE_URL}{letter.url}",
        }
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": notice.idempotency_key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps(content, ensure_ascii=False).encode()
        request = urllib.request.Request(self._url, data=body, headers=headers, method="POST")  # noqa: S310 - checked
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310 - checked above
                pass
        except urllib.error.HTTPError as error:
            if error.code in {401, 403, 404, 429} or error.code >= 500:
                raise ChannelDown(f"The gateway answered {error.code}.") from error
            raise
        except OSError as error:
            raise ChannelDown(str(error)) from error


def message_id(notice: Notice) -> str:
    """The Message-ID of a notice's e-mail: the same at every attempt."""
    return f"<{notice.idempotency_key}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


@contextmanager
def opened(channel: Channel) -> Iterator[Sender]:
    """The sender of an outside channel, closed at the end. Raises ChannelDown if it cannot work at all."""
    if channel == Channel.WEBHOOK:
        yield WebhookSender(policy().webhook_url, policy().webhook_token)
        return
    connection = get_connection()
    try:
        yield EmailSender(connection)
    finally:
        connection.close()
