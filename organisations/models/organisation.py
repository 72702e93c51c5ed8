"""The tree of Party organisations, by materialised path."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from ..choices import OrganisationKind, OrganisationStatus
from ..querysets import OrganisationQuerySet

CODE_VALIDATOR = RegexValidator(r"\A[A-Z0-9][A-Z0-9-]*\Z", _("Use capital letters, digits and hyphens only."))


class Organisation(models.Model):  # type: ignore[django-manager-missing]  # own_items: mptt's manager has no stubs
    """One Party organisation: who discloses.

    `path` is made of fixed-width segments (`tree.SEGMENT` characters each), so that a subtree is the
    range `path >= p AND path < p + "~"`. It is written by `tree.py` only; see docs/decisions.
    """

    code = models.CharField(_("code"), max_length=32, unique=True, validators=[CODE_VALIDATOR])
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("superior organisation")
    )
    path = models.CharField(_("path"), max_length=255, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=OrganisationStatus, default=OrganisationStatus.ACTIVE)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    ended_on = models.DateField(
        _("last day of existence"), null=True, blank=True, help_text=_("Set when closed, merged or split.")
    )
    superior_approves = models.BooleanField(
        _("superior approves"),
        default=False,
        help_text=_("Too small to have an approver of its own: the superior organisation reviews and approves."),
    )
    responsible_person = models.CharField(_("first responsible person"), max_length=50, blank=True)
    profile = models.TextField(_("profile"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("office telephone"), max_length=40, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=100, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["path"])

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(condition=~Q(code=""), name="organisation_has_a_code"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_is_not_its_own_superior"),
            models.CheckConstraint(
                condition=Q(status=OrganisationStatus.ACTIVE, ended_on=None)
                | (~Q(status=OrganisationStatus.ACTIVE) & Q(ended_on__isnull=False)),
                name="organisation_ended_exactly_when_not_active",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(established_on=None) | Q(ended_on__gte=F("established_on")),
                name="organisation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("boards:board", args=[self.code])


class Succession(models.Model):
    """Who carries on for an organisation that was merged, split or closed."""

    predecessor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="successions", verbose_name=_("predecessor")
    )
    successor = models.ForeignKey(
        Organisation, models.PROTECT, related_name="inheritances", verbose_name=_("successor")
    )
    took_effect_on = models.DateField(_("took effect on"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once_per_pair"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_not_by_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
