"""How often something was done within a time, for limits that work without any cache."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RateCounter(models.Model):
    """One window of one limit. `key` is a hash: no address of a visitor is stored."""

    key = models.CharField(_("key"), max_length=64)
    begins_at = models.DateTimeField(_("begins at"), db_index=True)
    count = models.PositiveIntegerField(_("count"), default=0)

    class Meta:
        verbose_name = _("rate counter")
        verbose_name_plural = _("rate counters")
        constraints = [models.UniqueConstraint(fields=["key", "begins_at"], name="rate_counter_once_per_window")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
