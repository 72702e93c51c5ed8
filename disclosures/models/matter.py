"""The use of a power in one matter, and the stages it went through."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.models import PowerLink, PowerStep

from ..choices import MatterState, StageKind
from .duty import Event


class Matter(models.Model):
    """One lease, one project, one appointment: a power as it is used.

    `number` counts the matters of a power. `revision` grows with every change, so that of two people who take it
    further at once the second is refused.
    """

    power = models.ForeignKey(PowerLink, models.PROTECT, related_name="matters", verbose_name=_("power"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    began_on = models.DateField(_("began on"))
    state = models.CharField(_("state"), max_length=10, choices=MatterState, default=MatterState.RUNNING)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_because = models.CharField(_("reason for its end"), max_length=300, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        ordering = ["power", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["power", "number"], name="matter_number_once_per_power"),
            models.UniqueConstraint(fields=["power", "title"], name="matter_title_once_per_power"),
            models.CheckConstraint(condition=~Q(title=""), name="matter_has_a_title"),
            models.CheckConstraint(
                condition=Q(state=MatterState.RUNNING, ended_on=None, ended_by=None, ended_because="")
                | (~Q(state=MatterState.RUNNING) & Q(ended_on__isnull=False, ended_by__isnull=False)),
                name="matter_ended_says_when_and_who",
            ),
            models.CheckConstraint(
                condition=~Q(state=MatterState.ABANDONED) | ~Q(ended_because=""), name="matter_abandoned_says_why"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")), name="matter_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("powers:matter", args=[self.power.code, self.number])


class MatterStage(models.Model):
    """A step that a matter reached, or skipped for a reason. Rows only grow; a mistaken one is taken back, and stays.

    Where the step must be disclosed, `event` is what is disclosed: it carries the obligation with its due date. No step
    is passed over: a trigger refuses a stage while an earlier step has none.
    """

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="stages", verbose_name=_("matter"))
    step = models.ForeignKey(PowerStep, models.PROTECT, related_name="stages", verbose_name=_("step"))
    kind = models.CharField(_("kind"), max_length=8, choices=StageKind)
    on = models.DateField(_("day"))
    reason = models.CharField(_("reason for skipping"), max_length=300, blank=True)
    event = models.OneToOneField(
        Event, models.PROTECT, null=True, blank=True, related_name="stage_of_matter", verbose_name=_("event")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    taken_back_because = models.CharField(_("reason for taking it back"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stage of a matter")
        verbose_name_plural = _("stages of matters")
        ordering = ["matter", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "step"], condition=Q(taken_back_at=None), name="matter_stage_once_per_step"
            ),
            models.CheckConstraint(
                condition=Q(kind=StageKind.REACHED, reason="")
                | (Q(kind=StageKind.SKIPPED, event=None) & ~Q(reason="")),
                name="matter_stage_skipped_exactly_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | (Q(taken_back_at__isnull=False, taken_back_by__isnull=False) & ~Q(taken_back_because="")),
                name="matter_stage_taken_back_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}: {self.step_id} {self.on}"
