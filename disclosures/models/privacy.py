"""What the privacy gate found in a version, and what was done about it.

Personal Information Protection Law, Art. 25; docs/privacy-gate.md.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import LIVE_FIND_STATES, FindKind, FindState
from .posting import Attachment, Version


class PrivacyFind(models.Model):
    """A value found in the text or in a file of a version. The value itself is never kept.

    One row for a value in a place (the text as a whole, or one file), however often it occurs there; where it stands
    first, with the words around it, is kept for the page. `fingerprint` is a keyed hash of the value, by which it is
    known again. Changes while the version is a draft or was returned; afterwards only the second look is added.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="finds", verbose_name=_("version"))
    attachment = models.ForeignKey(
        Attachment, models.SET_NULL, null=True, blank=True, related_name="finds", verbose_name=_("attachment")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=FindKind)
    fingerprint = models.CharField(_("keyed hash"), max_length=64)
    masked = models.CharField(_("masked form"), max_length=100, blank=True)
    place = models.JSONField(_("place"), default=dict)
    start = models.PositiveIntegerField(_("start"), default=0)
    end = models.PositiveIntegerField(_("end"), default=0)
    before = models.CharField(_("words before"), max_length=80, blank=True)
    after = models.CharField(_("words after"), max_length=80, blank=True)
    occurrences = models.PositiveIntegerField(_("how often"), default=1)
    state = models.CharField(_("state"), max_length=8, choices=FindState, default=FindState.OPEN)
    found_at = models.DateTimeField(_("found at"))
    reason = models.CharField(_("why it may be disclosed"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("privacy find")
        verbose_name_plural = _("privacy finds")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "fingerprint"],
                condition=Q(attachment=None, state__in=LIVE_FIND_STATES),
                name="find_once_in_a_text",
            ),
            models.UniqueConstraint(
                fields=["attachment", "kind", "fingerprint"],
                condition=Q(attachment__isnull=False, state__in=LIVE_FIND_STATES),
                name="find_once_in_a_file",
            ),
            models.CheckConstraint(
                condition=Q(state=FindState.OPEN, decided_by=None, decided_at=None)
                | (~Q(state=FindState.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="find_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindState.PASSED) | Q(kind=FindKind.PHOTO) | ~Q(reason=""),
                name="find_passed_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindState.PASSED, kind=FindKind.MANY), name="find_too_many_never_pass"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(state=FindState.PASSED, confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="find_confirmed_only_when_passed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("decided_by")),
                name="find_confirmed_by_somebody_else",
            ),
        ]
        indexes = [models.Index(fields=["version"], condition=Q(state=FindState.OPEN), name="find_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.masked}"

    @property
    def is_open(self) -> bool:
        return self.state == FindState.OPEN

    @property
    def needs_second_look(self) -> bool:
        """Passed, and nobody else has confirmed it. A photo was looked at, which is enough."""
        return self.state == FindState.PASSED and self.confirmed_by_id is None and self.kind != FindKind.PHOTO
