"""Letters of the portal itself: what it tells people beside reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notices import outbox
from notices.models import Notice
from notices.outbox import Letter
from organisations.models import Appointment

DEPUTY = "deputy"


def tell_deputy(appointment: Appointment, *, at: datetime) -> None:
    """Tells a person whose work they are to do, and from when to when."""
    outbox.enqueue([appointment.user_id], kind=DEPUTY, key=f"{DEPUTY}:{appointment.pk}", at=at, outside_from=at)


def deputies(notices: Sequence[Notice], now: datetime) -> dict[int, Letter]:
    """The letters to deputies, by the notice's primary key; none about a task that was taken back or is over."""
    keys = {int(notice.key.removeprefix(f"{DEPUTY}:")): notice.pk for notice in notices}
    rows = Appointment.objects.filter(pk__in=keys, deputises_for__isnull=False, ends_on__gte=timezone.localdate(now))
    with translation.override(settings.LANGUAGE_CODE):
        return {keys[row.pk]: _letter(row) for row in rows.select_related("organisation", "deputises_for__user")}


def _letter(appointment: Appointment) -> Letter:
    words = {
        "person": str(appointment.deputises_for and appointment.deputises_for.user.get_full_name()),
        "role": appointment.get_role_display(),
        "organisation": appointment.organisation.name,
        "first": appointment.starts_on,
        "last": appointment.ends_on,
    }
    return Letter(
        subject=_("You deputise for %(person)s from %(first)s to %(last)s") % words,
        text=_(
            "%(person)s is away from %(first)s to %(last)s and has named you as deputy: %(role)s of %(organisation)s."
            " On these days you find this work on your desk beside your own."
        )
        % words,
        url=reverse("absence"),
        why=_("You are told this because %(person)s named you as deputy.") % words,
    )
