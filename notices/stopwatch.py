"""Time that passes while work is done."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Stopwatch:
    """Tells the time from the moment it was given at a door, so that long work need not look at a clock."""

    def __init__(self, now: datetime) -> None:
        self._now, self._started = now, time.monotonic()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._started)

    def moment(self) -> datetime:
        return self._now + self.elapsed()
