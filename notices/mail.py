"""E-mail into files: what a portal without a mail server writes its letters to."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.@_-]{0,150}")


class FileBackend(BaseEmailBackend):
    """Writes each letter to `<Message-ID>.eml` below EMAIL_FILE_PATH, whole or not at all, and never twice.

    A Message-ID that was delivered before is left as it is: whoever was killed between delivering a letter
    and noting so may deliver it again.
    """

    def __init__(self, fail_silently: bool = False, file_path: str | Path | None = None, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message()
            name = _file_name(str(content["Message-ID"]))
            letter = content.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's messages take it
            _write_once(self._folder / f"{name}.eml", letter)
        return len(email_messages)


def _file_name(message_id: str) -> str:
    """A name safe on every file system: the Message-ID itself if it is plain, a digest of it if not."""
    name = message_id.strip().strip("<>")
    return name if _PLAIN.fullmatch(name) else sha256(name.encode()).hexdigest()


def _write_once(path: Path, content: bytes) -> None:
    """Written aside, on the disk, then linked into place, which fails if something is there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
    finally:
        draft.unlink()
