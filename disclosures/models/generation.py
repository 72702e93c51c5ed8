"""What the generator keeps, so that a quiet night is cheap and nothing is made or forgotten twice."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Item
from organisations.choices import OrganisationKind
from organisations.models import Organisation

from ..choices import DemandState
from .duty import Duty


class Demand(models.Model):
    """What a duty asks for: one item for one period, of however many organisations, with its due date.

    The due date is worked out here once, and obligations are made from it in sets. `opens_on` is the first
    day it is asked for, `closes_on` the last day on which an organisation may still come to owe it. Permanent
    items (`once`) have a row for each day they are counted from: the first for everybody there was, and one
    for each day on which younger organisations were established. `terms` is what besides the days decides who owes
    it; when it changes, obligations are checked against it again.
    """

    duty = models.ForeignKey(Duty, models.CASCADE, db_index=False, related_name="demands", verbose_name=_("duty"))
    item = models.ForeignKey(
        Item, models.CASCADE, db_index=False, related_name="demands", verbose_name=_("catalogue item")
    )
    period_key = models.CharField(_("period"), max_length=24)
    period_start = models.DateField(_("period begins"), null=True, blank=True)
    period_end = models.DateField(_("period ends"), null=True, blank=True)
    opens_on = models.DateField(_("asked for from"))
    closes_on = models.DateField(_("asked for until"), null=True, blank=True)
    anchor_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("due on"))
    terms = models.CharField(_("terms"), max_length=300)
    state = models.CharField(_("state"), max_length=8, choices=DemandState, default=DemandState.NEW)

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [
            models.UniqueConstraint(fields=["duty", "item", "period_key", "anchor_on"], name="demand_once_per_anchor"),
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="demand_closes_after_it_opens"
            ),
        ]
        indexes = [models.Index(fields=["item", "period_key"], name="demand_by_item")]

    def __str__(self) -> str:
        return f"{self.item_id} · {self.period_key}"


class SeenOrganisation(models.Model):
    """An organisation as the generator last saw it: whoever differs from this is looked at again."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("organisation")
    )
    path = models.CharField(_("path"), max_length=255)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    established_on = models.DateField(_("established on"), null=True)
    ended_on = models.DateField(_("last day of existence"), null=True)

    class Meta:
        verbose_name = _("organisation as last seen")
        verbose_name_plural = _("organisations as last seen")

    def __str__(self) -> str:
        return str(self.organisation_id)


class GenerationRun(models.Model):
    """A day for which obligations were made, and how many. The next run takes up where the last one ended."""

    on = models.DateField(_("day"), unique=True)
    finished_at = models.DateTimeField(_("finished at"))
    created = models.PositiveIntegerField(_("made"), default=0)
    removed = models.PositiveIntegerField(_("removed"), default=0)

    class Meta:
        verbose_name = _("run of the generator")
        verbose_name_plural = _("runs of the generator")
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on}: +{self.created} -{self.removed}"


class DueDateReview(models.Model):
    """Days of the calendar turned, and open due dates counted across them must be worked out again.

    Written in the transaction of the change; done at once where few due dates are concerned, else by the
    worker within a minute.
    """

    first_day = models.DateField(_("first day turned"))
    last_day = models.DateField(_("last day turned"))
    asked_at = models.DateTimeField(_("asked at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    moved = models.PositiveIntegerField(_("due dates moved"), default=0)

    class Meta:
        verbose_name = _("review of due dates")
        verbose_name_plural = _("reviews of due dates")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="review_days_in_order"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(finished_at=None), name="review_to_be_done")]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
