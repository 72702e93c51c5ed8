"""Who may do what, where, from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..choices import Role
from ..querysets import AppointmentQuerySet
from .organisation import Organisation


class Appointment(models.Model):
    """A user holds a role in an organisation on every day from `starts_on` to `ends_on`, both included."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="appointments", verbose_name=_("organisation")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("Empty: until further notice."))
    deputises_for = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="deputies",
        verbose_name=_("deputises for"),
        help_text=_("Held for somebody who is away; ends with their appointment at the latest."),
    )

    objects = AppointmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "starts_on"], name="appointment_once_per_start"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(ends_on=None),
                name="appointment_one_open_ended_per_role",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="appointment_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(deputises_for=None) | Q(ends_on__isnull=False), name="appointment_of_a_deputy_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(deputises_for=None) | ~Q(deputises_for=F("id")), name="appointment_not_its_own_deputy"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="appointment_by_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"
