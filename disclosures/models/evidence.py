"""Evidence that a posting was also carried by meeting, bulletin, document, board or website."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.choices import Carrier

from .posting import Posting


class CarrierEvidence(models.Model):
    """When and how one carrier carried a posting; often given after publication, when the sheet hangs.

    A row is never changed and never deleted; one that was wrong is taken back, and says by whom and when. The photo is
    no part of what was reviewed: it is kept for those who work on the posting and for inspectors, and the public is
    told of it in words.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="evidence", verbose_name=_("posting"))
    carrier = models.CharField(_("carrier"), max_length=10, choices=Carrier)
    carried_on = models.DateField(_("day"))
    reference = models.CharField(_("number, issue, place or address"), max_length=200, blank=True)
    file = models.FileField(_("photo or file"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    content_type = models.CharField(_("type"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("checksum"), max_length=64, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"))
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence of a carrier")
        verbose_name_plural = _("evidence of carriers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(carrier__in=Carrier.values), name="evidence_is_of_a_carrier"),
            models.CheckConstraint(
                condition=~Q(carrier=Carrier.BOARD) | ~Q(sha256=""), name="evidence_of_a_board_is_a_photo"
            ),
            models.CheckConstraint(
                condition=~Q(carrier__in=[Carrier.DOCUMENT, Carrier.BULLETIN, Carrier.WEBSITE]) | ~Q(reference=""),
                name="evidence_names_number_issue_or_address",
            ),
            models.CheckConstraint(
                condition=Q(file="", name="", content_type="", size=0, sha256="")
                | (~Q(file="") & ~Q(name="") & ~Q(content_type="") & ~Q(sha256="") & Q(size__gt=0)),
                name="evidence_file_is_whole_or_not_there",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_at=None)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="evidence_taken_back_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_carrier_display()} {self.carried_on:%Y-%m-%d}"
