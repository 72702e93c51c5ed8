"""The reminder ladder, and the proof of every rung climbed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.choices import DayType
from notices.models import Notice

from ..choices import Audience
from .obligation import Obligation


class ReminderRung(models.Model):
    """One rung: so many days before or after the due day, this audience is reminded. The ladder is data."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    offset = models.SmallIntegerField(_("days after the due day"), help_text=_("Negative: before it."))
    day_type = models.CharField(_("kind of days"), max_length=8, choices=DayType, default=DayType.CALENDAR)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rung of the reminder ladder")
        verbose_name_plural = _("reminder ladder")
        ordering = ["offset", "id"]
        constraints = [
            models.UniqueConstraint(fields=["offset", "day_type", "audience"], name="rung_once_per_audience"),
            models.CheckConstraint(condition=~Q(code=""), name="rung_has_a_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Reminder(models.Model):
    """The proof that one person is reminded of one obligation at one rung: once, whatever happens.

    `notice` is the inbox notice of the digest it went out with; proof and message share a transaction.
    """

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, db_index=False, related_name="reminders", verbose_name=_("obligation")
    )
    rung = models.ForeignKey(ReminderRung, models.PROTECT, db_index=False, related_name="+", verbose_name=_("rung"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("recipient")
    )
    raised_on = models.DateField(_("raised on"))
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="reminders", verbose_name=_("digest")
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "rung", "recipient"], name="reminder_once_per_rung"),
        ]
        indexes = [
            models.Index(fields=["recipient", "id"], condition=Q(notice=None), name="reminder_to_be_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.rung_id} · {self.obligation_id} · {self.recipient_id}"
