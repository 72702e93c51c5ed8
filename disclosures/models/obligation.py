"""Who must disclose what, by when: the register of what was owed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Item
from organisations.models import Organisation

from ..choices import DecisionKind, DueChangeCause, Outcome
from ..querysets import ObligationQuerySet
from .duty import Event


class Obligation(models.Model):
    """One organisation owes one item for one period, or because of one event.

    `period_key` is 2026, 2026H2, 2026Q3, 2026-11, `once` (permanent items) or `E<event>`.
    `opens_on` is the first day the obligation existed in law, `anchor_on` the day its time limit is
    counted from. Overdue is never stored: it is `fulfilled_on IS NULL AND due_on < the day asked about`.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, related_name="obligations", verbose_name=_("organisation")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="obligations", verbose_name=_("catalogue item"))
    period_key = models.CharField(_("period"), max_length=24)
    period_start = models.DateField(_("period begins"), null=True, blank=True)
    period_end = models.DateField(_("period ends"), null=True, blank=True)
    event = models.OneToOneField(
        Event, models.PROTECT, null=True, blank=True, related_name="obligation", verbose_name=_("event")
    )
    opens_on = models.DateField(_("owed from"))
    anchor_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("due on"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    fulfilled_on = models.DateField(_("fulfilled on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "item", "period_key"], name="obligation_once_per_period"),
            models.CheckConstraint(condition=~Q(period_key=""), name="obligation_has_a_period_key"),
            models.CheckConstraint(
                condition=Q(outcome="", fulfilled_on=None) | (~Q(outcome="") & Q(fulfilled_on__isnull=False)),
                name="obligation_fulfilled_exactly_with_an_outcome",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="obligation_due_after_it_opens"),
            models.CheckConstraint(
                condition=Q(period_start=None, period_end=None)
                | Q(period_start__isnull=False, period_end__isnull=False, period_end__gte=F("period_start")),
                name="obligation_period_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "due_on", "item"],
                condition=Q(fulfilled_on=None),
                name="obligation_open_by_org",
            ),
            models.Index(fields=["due_on", "id"], condition=Q(fulfilled_on=None), name="obligation_open_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.item} · {self.period_key}"


class ObligationDecision(models.Model):
    """A nil return, a waiver or an extension: who decided it, when and why. Append-only."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="decisions", verbose_name=_("obligation"))
    kind = models.CharField(_("kind"), max_length=12, choices=DecisionKind)
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("on behalf of"),
        help_text=_("Whom a deputy stood in for; set by the system."),
    )
    decided_at = models.DateTimeField(_("decided at"))
    new_due_on = models.DateField(_("new due date"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision on an obligation")
        verbose_name_plural = _("decisions on obligations")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.EXTENSION, new_due_on__isnull=False)
                | (~Q(kind=DecisionKind.EXTENSION) & Q(new_due_on=None)),
                name="decision_new_day_exactly_for_an_extension",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.obligation_id}"


class DueChange(models.Model):
    """A due date moved: old, new and why. Append-only."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="due_changes", verbose_name=_("obligation"))
    old_due_on = models.DateField(_("old due date"))
    new_due_on = models.DateField(_("new due date"))
    cause = models.CharField(_("cause"), max_length=10, choices=DueChangeCause)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("change of a due date")
        verbose_name_plural = _("changes of due dates")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(old_due_on=F("new_due_on")), name="due_change_changes_something"),
        ]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}"


class OverdueEntry(models.Model):
    """The log of obligations that became overdue: once each, dated the day after the due day. Append-only."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, db_index=False, related_name="overdue_entries", verbose_name=_("obligation")
    )
    became_on = models.DateField(_("overdue since"))
    logged_at = models.DateTimeField(_("logged at"))

    class Meta:
        verbose_name = _("overdue entry")
        verbose_name_plural = _("overdue log")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "became_on"], name="overdue_logged_once"),
        ]
        indexes = [models.Index(fields=["became_on", "id"], name="overdue_by_day")]

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.became_on}"
