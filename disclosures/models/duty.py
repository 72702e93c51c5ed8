"""Who owes which catalogue, and what happened that has to be disclosed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalogue.models import Catalogue, Item
from organisations.choices import OrganisationKind
from organisations.models import Organisation

from ..choices import DutyReach


class Duty(models.Model):
    """Organisations owe a catalogue from a day to a day.

    `catalogue` may be any edition: it stands for all editions of the same code, and the one in force
    on a period's first day governs that period. `kind` empty means every kind of organisation.
    """

    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="duties", verbose_name=_("catalogue"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="duties", verbose_name=_("organisation")
    )
    reach = models.CharField(_("reach"), max_length=8, choices=DutyReach, default=DutyReach.SUBTREE)
    kind = models.CharField(
        _("kind of organisation"),
        max_length=20,
        choices=OrganisationKind,
        blank=True,
        help_text=_("Empty: every kind."),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "organisation", "kind", "starts_on"], name="duty_once_per_kind_and_start"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="duty_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.catalogue}"


class Event(models.Model):
    """Something happened, or a stage was reached, that a prompt or staged item must disclose.

    Recorded by a secretary; makes one obligation with the period key `E<pk>`.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="events", verbose_name=_("organisation")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="events", verbose_name=_("catalogue item"))
    title = models.CharField(_("what happened"), max_length=200)
    stage = models.CharField(_("stage"), max_length=60, blank=True)
    occurred_on = models.DateField(_("date of the event"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "item", "title", "stage", "occurred_on"], name="event_recorded_once"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title
