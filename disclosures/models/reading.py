"""What makes deciding quick without making it careless: what somebody has opened, and words ready to be chosen."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation

from ..choices import PhrasePurpose
from .posting import Version


class Opening(models.Model):
    """Somebody who may review or approve a version opened it at this revision. Append-only.

    Several are approved at once only where each was opened, as it stands, by whoever approves.
    """

    version = models.ForeignKey(
        Version, models.PROTECT, db_index=False, related_name="openings", verbose_name=_("version")
    )
    revision = models.PositiveIntegerField(_("revision"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("person")
    )
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [
            models.UniqueConstraint(fields=["version", "person", "revision"], name="opening_once_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}.{self.revision} · {self.person_id}"


class Phrase(models.Model):
    """A ready-made opinion, ground or reason: for everybody, or for an organisation and those below it."""

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
        help_text=_("Empty: for everybody."),
    )
    purpose = models.CharField(_("used for"), max_length=12, choices=PhrasePurpose)
    text = models.CharField(_("wording"), max_length=300)
    place = models.PositiveSmallIntegerField(_("place"), default=10)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("ready-made phrase")
        verbose_name_plural = _("ready-made phrases")
        ordering = ["purpose", "place", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="phrase_says_something"),
            models.UniqueConstraint(fields=["organisation", "purpose", "text"], name="phrase_once_per_organisation"),
            models.UniqueConstraint(
                fields=["purpose", "text"], condition=Q(organisation=None), name="phrase_once_for_everybody"
            ),
        ]

    def __str__(self) -> str:
        return self.text
