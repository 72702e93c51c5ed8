"""A kind of notice for tests: it says what is in `news`, and nothing to those who are not in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from notices import outbox
from notices.models import Notice
from notices.outbox import Letter

Newspaper = dict[int, str]


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Iterator[Newspaper]:
    """What each user is to be told, by their id."""
    told: Newspaper = {}

    def write(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
        return {
            notice.pk: Letter(f"通知：{told[notice.recipient_id]}", told[notice.recipient_id], url="/desk/")
            for notice in notices
            if notice.recipient_id in told
        }

    monkeypatch.setattr(outbox, "_renderers", {})
    outbox.register("news", write)
    yield told
