"""Figures kept ready for the upper levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models import Item
from organisations.models import Organisation


class OverdueRollup(models.Model):
    """Overdue obligations of an upper-level organisation and all below it, per item and in total (`item` empty).

    Derived and disposable: rebuilt for districts where something changed every minute, and for all when the
    day changes. Below street level the question is answered live. Items without anything overdue have no row.
    """

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, db_index=False, related_name="+", verbose_name=_("organisation")
    )
    item = models.ForeignKey(
        Item, models.CASCADE, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("catalogue item")
    )
    organisations = models.PositiveIntegerField(_("organisations"), default=0)
    overdue_count = models.PositiveIntegerField(_("overdue"), default=0)
    overdue_organisations = models.PositiveIntegerField(_("organisations with something overdue"), default=0)
    as_of = models.DateTimeField(_("as of"))
    on = models.DateField(_("judged on"))

    class Meta:
        verbose_name = _("overdue roll-up")
        verbose_name_plural = _("overdue roll-ups")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "item"], name="rollup_once_per_item"),
            models.UniqueConstraint(fields=["organisation"], condition=models.Q(item=None), name="rollup_one_total"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}/{self.item_id}: {self.overdue_count}"
