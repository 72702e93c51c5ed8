"""The outbox: writing what must be told, and reading what was.

A notice is written in the transaction of whatever it tells about, and sent later (`delivery.py`). Its text
is made when it is sent, by the function that the app owning the kind has registered:

    outbox.register("reminder-digest", emails.reminder_digests)      # in AppConfig.ready
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from organisations.models import User

from .choices import Channel, NoticeStatus
from .models import Notice, Preference
from .policy import policy


@dataclass(frozen=True, slots=True)
class Letter:
    """What a notice says: the text for every channel, HTML for e-mail, the path of the page where to act, and why."""

    subject: str
    text: str
    html: str = ""
    url: str = ""
    why: str = ""
    """Why this reader is told, in a sentence; it stands below the text."""


Renderer = Callable[[Sequence[Notice], datetime], Mapping[int, Letter]]
"""Writes the letters of many notices of one kind and channel at a moment, by primary key.

Who is left out has nothing to be told any more: the notice becomes obsolete.
"""

_renderers: dict[str, Renderer] = {}


def register(kind: str, renderer: Renderer) -> None:
    """Names the function that writes notices of the kind. Raises ValueError if another one does already."""
    if _renderers.setdefault(kind, renderer) is not renderer:
        raise ValueError(f"Notices of kind {kind} are written by another function already.")


def renderer_of(kind: str) -> Renderer:
    """Raises LookupError if nobody writes notices of the kind."""
    try:
        return _renderers[kind]
    except KeyError:
        raise LookupError(f"Nobody writes notices of kind {kind!r}.") from None


@transaction.atomic
def enqueue(
    recipients: Collection[int],
    *,
    kind: str,
    key: str,
    at: datetime,
    outside_from: datetime | None = None,
    supersede: bool = False,
) -> dict[int, int]:
    """Writes a notice to each of the users who has none with that key yet; gives the new inbox notices by user.

    The inbox notice may be read at once. Those who have an address also get an e-mail, and all a message
    through the gateway if there is one, from `outside_from` on; None: in the inbox only. Inactive users get
    nothing, and nobody by a channel they do not want (`preferences.py`). Twice is once, also from two workers.
    With `supersede`, what the user was to be told by earlier notices of the kind and never was, is left to this
    one (`superseded_by`).
    """
    written = _insert(recipients, Channel.INBOX, kind, key, at, at)
    if outside_from and written:
        _insert(written, Channel.EMAIL, kind, key, at, outside_from)
        if policy().webhook_url:
            _insert(written, Channel.WEBHOOK, kind, key, at, outside_from)
    if supersede and written:
        _supersede(written, kind, key)
    return written


def _insert(
    recipients: Collection[int], channel: Channel, kind: str, key: str, at: datetime, not_before: datetime
) -> dict[int, int]:
    """One statement; gives only what it wrote itself."""
    if not recipients:
        return {}
    adapt = connection.ops.adapt_datetimefield_value
    values = [channel.value, key, kind, NoticeStatus.PENDING.value, adapt(not_before), adapt(at)]
    reachable = _REACHABLE.get(channel, "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {Notice._meta.db_table}
                (recipient_id, channel, key, kind, status, not_before, created_at, subject, body, url, attempts,
                 last_error)
            SELECT reader.id, %s, %s, %s, %s, {_timestamp()}, {_timestamp()}, '', '', '', 0, ''
            FROM {User._meta.db_table} AS reader
            WHERE reader.is_active AND reader.id IN ({", ".join(["%s"] * len(recipients))}) {reachable}
            ON CONFLICT (recipient_id, channel, key) DO NOTHING
            RETURNING recipient_id, id
            """,  # noqa: S608 - names and placeholders only
            [*values, *sorted(recipients)],
        )
        return dict(cursor.fetchall())


_UNWANTED = f"""AND NOT EXISTS (
                SELECT 1 FROM {Preference._meta.db_table} AS wish WHERE wish.user_id = reader.id AND NOT wish.%s)"""  # noqa: S608
_REACHABLE = {
    Channel.EMAIL: f"AND reader.email <> '' {_UNWANTED % 'by_email'}",
    Channel.WEBHOOK: _UNWANTED % "by_gateway",
}


def _timestamp() -> str:
    """A placeholder for a moment; PostgreSQL does not guess its type within a SELECT."""
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def _supersede(recipients: Collection[int], kind: str, key: str) -> None:
    """Leaves to the notices with the key what earlier ones of the kind were to tell, for themselves and for others."""
    earlier = Notice.objects.filter(recipient_id__in=recipients, kind=kind).exclude(key=key)
    successor = Subquery(
        Notice.objects.filter(recipient=OuterRef("recipient"), channel=OuterRef("channel"), key=key).values("pk")
    )
    earlier.filter(
        superseded_by__in=Notice.objects.filter(
            recipient_id__in=recipients, kind=kind, status=NoticeStatus.PENDING
        ).exclude(key=key)
    ).update(superseded_by=successor)
    earlier.filter(status=NoticeStatus.PENDING).update(
        status=NoticeStatus.OBSOLETE, not_before=None, superseded_by=successor
    )


def also_tells(notices: Sequence[Notice]) -> dict[int, list[str]]:
    """The keys of the earlier notices that each of these speaks for, by primary key."""
    found: dict[int, list[str]] = {}
    earlier = Notice.objects.filter(
        recipient_id__in={notice.recipient_id for notice in notices},
        superseded_by__in=[notice.pk for notice in notices],
    )
    for successor, key in earlier.values_list("superseded_by_id", "key"):
        found.setdefault(successor, []).append(key)
    return found


def inbox(user: User) -> QuerySet[Notice]:
    """What stands in the user's inbox, the newest first."""
    return Notice.objects.filter(recipient=user).delivered_in_site()


def unread_count(user: User) -> int:
    """How many messages in the inbox the user has not read, for the mark beside its link."""
    return inbox(user).filter(read_at=None).count()


def mark_all_read(user: User, at: datetime) -> int:
    """Notes that the user has read everything in the inbox; gives how many messages that were."""
    return inbox(user).order_by().filter(read_at=None).update(read_at=at)


def mark_read(user: User, pk: int, at: datetime) -> bool:
    """Notes when the user first read a message. False if it is not theirs, not there, or was read before."""
    return inbox(user).order_by().filter(pk=pk, read_at=None).update(read_at=at) == 1


def retry(pk: int, at: datetime) -> bool:
    """Sends a dead letter on its way once more, with all its attempts. False if it was not dead any more."""
    dead = Notice.objects.dead().filter(pk=pk)
    return dead.update(status=NoticeStatus.PENDING, attempts=0, not_before=at, claimed_until=None) == 1
