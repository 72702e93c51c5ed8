"""Work that takes longer than a request may: asked for by a person, done in the background, told of on a page."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation

from ..choices import ErrandState


def new_token() -> str:
    """An address that nobody guesses."""
    return secrets.token_hex(16)


class Errand(models.Model):
    """One piece of work of one person; `kind` names the function that does it (`errands.register`).

    Whoever does it holds a lease until `claimed_until`, which is also the token that later updates are conditional
    on: a worker that died or hangs is relieved when it runs out. `source` is a file handed in, `result` one to be
    fetched; both are relative to MEDIA_ROOT and go after a time, the row stays. `outcome` is what the kind keeps.
    """

    token = models.CharField(_("address"), max_length=32, unique=True, default=new_token, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="errands", verbose_name=_("asked by")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    parameters = models.JSONField(_("parameters"), default=dict, encoder=DjangoJSONEncoder)
    source = models.CharField(_("file handed in"), max_length=200, blank=True)
    source_name = models.CharField(_("name of the file handed in"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ErrandState, default=ErrandState.QUEUED)
    done = models.PositiveIntegerField(_("done so far"), default=0)
    total = models.PositiveIntegerField(_("to be done"), default=0)
    message = models.TextField(_("message"), blank=True)
    result = models.CharField(_("result"), max_length=200, blank=True)
    result_name = models.CharField(_("name of the result"), max_length=120, blank=True)
    outcome = models.JSONField(_("outcome"), default=dict, encoder=DjangoJSONEncoder)
    asked_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("background work")
        verbose_name_plural = _("background work")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ErrandState.RUNNING, claimed_until__isnull=False, started_at__isnull=False)
                | (~Q(state=ErrandState.RUNNING) & Q(claimed_until=None)),
                name="errand_claimed_exactly_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ErrandState.DONE, ErrandState.FAILED], finished_at__isnull=False)
                | Q(state__in=[ErrandState.QUEUED, ErrandState.RUNNING], finished_at=None),
                name="errand_ended_exactly_when_it_has_a_time",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="errand_does_no_more_than_there_is"),
            models.CheckConstraint(
                condition=~Q(state=ErrandState.FAILED) | ~Q(message=""), name="errand_failed_says_why"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state__in=[ErrandState.QUEUED, ErrandState.RUNNING]),
                name="errand_to_be_done",
            ),
            models.Index(fields=["asked_by", "-id"], name="errand_newest_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("desk:errand", args=[self.token])

    @property
    def is_over(self) -> bool:
        return self.state in {ErrandState.DONE, ErrandState.FAILED}

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0

    @property
    def source_path(self) -> Path:
        """Where the file handed in lies; it may be gone."""
        return Path(settings.MEDIA_ROOT, self.source)

    @property
    def result_path(self) -> Path:
        """Where the result lies; it may be gone."""
        return Path(settings.MEDIA_ROOT, self.result)
