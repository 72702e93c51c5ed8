"""How a person wants to be told: read and kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from organisations.models import User

from .choices import Channel, NoticeStatus
from .models import Notice, Preference
from .policy import policy

LEAST_OPEN = timedelta(hours=2)
"""So much of the working hours must stay open: letters go out in no other."""


class PreferenceRefused(ValueError):
    """Nothing could ever be delivered so. The message says why, for people."""


def of(user: User) -> Preference:
    """What the person wants; of who never said, every channel at all working hours."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


@transaction.atomic
def keep(
    user: User, *, by_email: bool, by_gateway: bool, quiet_from: time | None, quiet_until: time | None
) -> Preference:
    """Keeps what the person wants. What waits on a channel that is wanted no more is not sent.

    Raises PreferenceRefused if one end of the quiet hours is missing, or they leave too little of the working hours.
    """
    if (quiet_from is None) != (quiet_until is None) or (quiet_from is not None and quiet_from == quiet_until):
        raise PreferenceRefused(_("Give both ends of the quiet hours, or neither."))
    if quiet_from and quiet_until and _open_between(quiet_from, quiet_until) < LEAST_OPEN:
        raise PreferenceRefused(
            _("Leave at least two hours between %(opens)s and %(closes)s, when letters are sent.")
            % {"opens": f"{policy().office_opens:%H:%M}", "closes": f"{policy().office_closes:%H:%M}"}
        )
    wanted = {"by_email": by_email, "by_gateway": by_gateway, "quiet_from": quiet_from, "quiet_until": quiet_until}
    kept, _is_new = Preference.objects.update_or_create(user=user, defaults=wanted)
    unwanted = [channel for channel, wants in ((Channel.EMAIL, by_email), (Channel.WEBHOOK, by_gateway)) if not wants]
    waiting = Notice.objects.filter(recipient=user, channel__in=unwanted, status=NoticeStatus.PENDING)
    waiting.update(status=NoticeStatus.OBSOLETE, not_before=None)
    return kept


def _open_between(quiet_from: time, quiet_until: time) -> timedelta:
    """How much of the working hours the quiet hours leave."""
    opens, closes = policy().office_opens, policy().office_closes
    if quiet_from < quiet_until:
        return _span(opens, closes) - _span(max(opens, quiet_from), min(closes, quiet_until))
    return _span(max(opens, quiet_until), min(closes, quiet_from))


def _span(first: time, last: time) -> timedelta:
    day = date(2000, 1, 1)
    return max(timedelta(0), datetime.combine(day, last) - datetime.combine(day, first))
