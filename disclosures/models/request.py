"""What organisations ask their superiors for: more time, or to be let off, and what was decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation

from ..choices import DecisionKind, RequestState
from .obligation import Obligation, ObligationDecision

_DECIDED = [RequestState.GRANTED, RequestState.REFUSED]


class ReleaseRequest(models.Model):
    """A request to extend an obligation, or to waive it. It stops no clock.

    What was asked never changes (a trigger sees to it), and neither does a request that is not open any more. One
    whose obligation was met meanwhile stays open in name and waits for nobody (`waiting` in the queryset).
    """

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="requests", verbose_name=_("obligation"))
    kind = models.CharField(_("kind"), max_length=12, choices=DecisionKind)
    reason = models.TextField(_("reason"))
    new_due_on = models.DateField(_("new due date asked for"), null=True, blank=True)
    addressed_to = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("superior organisation asked")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("asked by")
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
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("decided on behalf of"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.TextField(_("opinion or reason"), blank=True)
    decision = models.OneToOneField(
        ObligationDecision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="request",
        verbose_name=_("decision on an obligation"),
    )

    class Meta:
        verbose_name = _("request for extension or waiver")
        verbose_name_plural = _("requests for extension or waiver")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "kind"], condition=Q(state=RequestState.OPEN), name="request_one_open_of_a_kind"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="request_gives_a_reason"),
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.EXTENSION, new_due_on__isnull=False)
                | Q(kind=DecisionKind.WAIVER, new_due_on=None),
                name="request_asks_for_a_day_or_to_be_let_off",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN, decided_by=None, decided_at=None, answer="")
                | Q(state=RequestState.TAKEN_BACK, decided_by=None, decided_at__isnull=False, answer="")
                | (Q(state__in=_DECIDED, decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer="")),
                name="request_decided_by_somebody_at_some_time_with_words",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.GRANTED, decision__isnull=False)
                | (~Q(state=RequestState.GRANTED) & Q(decision=None)),
                name="request_granted_exactly_with_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="request_not_decided_by_who_asked"
            ),
        ]
        indexes = [
            models.Index(fields=["addressed_to", "id"], condition=Q(state=RequestState.OPEN), name="request_open")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.obligation_id}"

    @property
    def is_open(self) -> bool:
        return self.state == RequestState.OPEN
