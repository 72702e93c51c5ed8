"""The volumes in which a year's disclosures of an organisation are filed."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation


class ArchiveVolume(models.Model):
    """A volume as it was once made (docs/rules.md): number, checksum, who and when. Append-only, like its file.

    Made again after something changed it is another edition; the earlier one stays. `content_sha256` is the checksum
    of what is filed, without the day on which it was: by it one knows whether anything changed.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="archive_volumes", verbose_name=_("organisation")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=200)
    pieces = models.PositiveIntegerField(_("pieces"))
    decisions = models.PositiveIntegerField(_("nil returns and waivers"))
    files = models.PositiveIntegerField(_("attachments"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True, help_text=_("Empty: made without a PDF."))
    remarks = models.TextField(_("remarks"), blank=True)
    path = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    content_sha256 = models.CharField(_("checksum of the content"), max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("archive volume")
        verbose_name_plural = _("archive volumes")
        ordering = ["-year", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "edition"], name="archive_volume_edition_once_a_year"
            ),
            models.CheckConstraint(condition=Q(edition__gte=1), name="archive_volume_editions_count_from_one"),
            models.CheckConstraint(condition=~Q(sha256="") & ~Q(path=""), name="archive_volume_has_a_file"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """`JX-2026-AJ-01`: organisation, year, edition; stable for ever."""
        return volume_number(self.organisation, self.year, self.edition)

    @property
    def file_path(self) -> Path:
        return Path(settings.MEDIA_ROOT, self.path)


def volume_number(organisation: Organisation, year: int, edition: int) -> str:
    return f"{organisation.code}-{year}-AJ-{edition:02}"
