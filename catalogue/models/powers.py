"""What an organisation has power over, and the steps by which it must use it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from organisations.models import Organisation

from ..choices import DayType, PowerDisclosure
from .catalogues import CODE_VALIDATOR


class PowerLink(models.Model):
    """One power of an organisation's list: what it is based on, who answers for it, what is published in the end.

    A matter is taken through its steps under `disclosures`. Its stages are disclosed under the catalogue entry of
    `item_code`, or under the step's own; codes, not keys, so that a new edition of the catalogue needs no new list.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="power_links", verbose_name=_("organisation")
    )
    code = models.CharField(_("code"), max_length=40, unique=True, validators=[CODE_VALIDATOR])
    position = models.PositiveSmallIntegerField(_("position in the list"), default=1)
    title = models.CharField(_("power"), max_length=120)
    basis = models.TextField(_("basis"), help_text=_("Joined by semicolons."))
    deadline_days = models.PositiveSmallIntegerField(
        _("time limit in days"), validators=[MinValueValidator(1)], help_text=_("From the beginning to the last step.")
    )
    day_type = models.CharField(_("kind of days"), max_length=8, choices=DayType, default=DayType.WORKING)
    responsible_department = models.CharField(_("responsible department"), max_length=120)
    published_result = models.CharField(_("result that is published"), max_length=300)
    item_code = models.CharField(
        _("catalogue item"),
        max_length=40,
        blank=True,
        validators=[CODE_VALIDATOR],
        help_text=_("Code of the entry under which its stages are disclosed."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("power")
        verbose_name_plural = _("powers")
        ordering = ["organisation", "position", "code"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="power_has_a_title"),
            models.CheckConstraint(condition=~Q(basis=""), name="power_has_a_basis"),
            models.CheckConstraint(condition=Q(deadline_days__gte=1), name="power_has_a_time_limit"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("powers:power", args=[self.code])


class PowerStep(models.Model):
    """A step of a power, in order; whether reaching it must be disclosed, and what the disclosure gives."""

    power = models.ForeignKey(PowerLink, models.PROTECT, related_name="steps", verbose_name=_("power"))
    ordinal = models.PositiveSmallIntegerField(_("step"), validators=[MinValueValidator(1)])
    title = models.CharField(_("title"), max_length=40)
    condition = models.CharField(
        _("condition"), max_length=120, blank=True, help_text=_("When the step is taken, if not always.")
    )
    disclosed = models.BooleanField(_("must be disclosed"), default=False)
    gives = models.CharField(
        _("gives"), max_length=10, choices=PowerDisclosure, blank=True, help_text=_("Which of the six disclosures.")
    )
    item_code = models.CharField(
        _("catalogue item"),
        max_length=40,
        blank=True,
        validators=[CODE_VALIDATOR],
        help_text=_("Empty: that of the power."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("step of a power")
        verbose_name_plural = _("steps of powers")
        ordering = ["power", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["power", "ordinal"], name="power_step_ordinal_once"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="power_step_ordinals_begin_with_one"),
            models.CheckConstraint(condition=~Q(title=""), name="power_step_has_a_title"),
            models.CheckConstraint(
                condition=Q(disclosed=False) | ~Q(gives=""), name="power_step_disclosed_gives_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}. {self.title}"
