"""A mail server that notes every delivery and can be made to stall, just before one or just after it."""

import os
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from notices.mail import FileBackend


def stall(moment: str) -> None:
    """Whoever first comes to the moment that `stall-<moment>` names waits there until `stalled-<moment>` is gone."""
    stalled = settings.VAR_DIR / f"stalled-{moment}"
    try:
        (settings.VAR_DIR / f"stall-{moment}").rename(stalled)
    except FileNotFoundError:
        return
    while stalled.exists():
        time.sleep(0.02)


class StallingBackend(FileBackend):
    """Letters into files, one line in `deliveries` for each attempt: process and Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            stall("before")
            super().send_messages([message])
            with (settings.VAR_DIR / "deliveries").open("a") as log:
                log.write(f"{os.getpid()} {message.extra_headers['Message-ID']}\n")
            stall("after")
            if (settings.VAR_DIR / "slow").exists():
                time.sleep(0.3)
        return len(email_messages)
