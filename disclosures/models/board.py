"""What changes when a board changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation


class BoardVersion(models.Model):
    """A number that grows with every change a board shows: the page's cache key and ETag.

    Written in the transaction of the change itself, for the organisation concerned only, so that a
    cached page is never stale and two organisations never wait for each other.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="board_version", verbose_name=_("organisation")
    )
    version = models.PositiveBigIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("changed at"), db_index=True)

    class Meta:
        verbose_name = _("board version")
        verbose_name_plural = _("board versions")

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.version}"
