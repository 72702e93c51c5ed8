"""Objections taken while a notice is up, and the closing of the notice."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from organisations.encryption import EncryptedTextField

from ..choices import ObjectionChannel, ObjectionOutcome
from .posting import Posting


class Objection(models.Model):
    """What somebody has against a notice. Words, name and contact are encrypted, and read only by those who handle it.

    `number` counts the objections to a posting. `code_hash` is what is kept of the query code, the only credential of
    whoever objected online. `answer` is an editor's text, made public when the notice is closed. Some time after that
    the row loses all that is personal (`purged_at`): it still counts, with its outcome and its public answer.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="objections", verbose_name=_("posting"))
    number = models.PositiveIntegerField(_("number"))
    channel = models.CharField(_("how it came in"), max_length=8, choices=ObjectionChannel)
    words = EncryptedTextField(_("objection"))
    name = EncryptedTextField(_("name"), blank=True)
    contact = EncryptedTextField(_("contact"), blank=True)
    code_hash = models.CharField(_("hash of the query code"), max_length=64, unique=True, null=True, blank=True)
    received_on = models.DateField(_("received on"))
    received_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
        help_text=_("Empty: sent in online."),
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=ObjectionOutcome, blank=True)
    answer = models.TextField(_("public answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    purged_at = models.DateTimeField(_("personal data deleted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["posting", "number"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "number"], name="objection_number_once_per_posting"),
            models.CheckConstraint(
                condition=(
                    Q(channel=ObjectionChannel.WEB, recorded_by=None)
                    & (Q(code_hash__isnull=False) | Q(purged_at__isnull=False))
                )
                | (~Q(channel=ObjectionChannel.WEB) & Q(recorded_by__isnull=False, code_hash=None)),
                name="objection_online_has_a_code_others_a_recorder",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_by=None, answered_at=None)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="objection_answered_says_what_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(purged_at=None)
                | Q(Exact(Length("words"), 0), Exact(Length("name"), 0), Exact(Length("contact"), 0), code_hash=None),
                name="objection_purged_holds_nothing_personal",
            ),
        ]
        indexes = [
            models.Index(fields=["posting"], condition=Q(outcome=""), name="objection_open_by_posting"),
            models.Index(fields=["posting"], condition=Q(purged_at=None), name="objection_with_personal_data"),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id}/{self.number}"


class ObjectionView(models.Model):
    """Somebody read the objections to a posting, with what personal data is in them. Append-only."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="+", verbose_name=_("posting"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("view of objections")
        verbose_name_plural = _("views of objections")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.at:%Y-%m-%d %H:%M}"


class NoticeClosing(models.Model):
    """The notice period is over and every objection is answered: the result, for the public. Append-only."""

    posting = models.OneToOneField(Posting, models.PROTECT, related_name="closing", verbose_name=_("posting"))
    objections = models.PositiveIntegerField(_("objections"))
    closed_on = models.DateField(_("closed on"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed at"))

    class Meta:
        verbose_name = _("closing of a notice")
        verbose_name_plural = _("closings of notices")

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.objections}"
