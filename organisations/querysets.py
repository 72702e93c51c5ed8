"""Questions about organisations and appointments."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from .choices import OrganisationStatus

if TYPE_CHECKING:
    from .models import Organisation


def within(path: str, prefix: str = "") -> Q:
    """The subtree of `path`, itself included, as a range that an index answers.

    `prefix` leads to the organisation from the model asked about: `within(p, "organisation__")`.
    """
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + "~"})


def in_office(on: date) -> Q:
    """Appointments that hold on the given day."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> Self:
        return self.filter(status=OrganisationStatus.ACTIVE)

    def subtree(self, organisation: Organisation) -> Self:
        """The organisation and everything under it."""
        return self.filter(within(organisation.path))

    def ancestors(self, organisation: Organisation) -> Self:
        """From the root down to the organisation's superior."""
        from .tree import ancestor_paths

        return self.filter(path__in=ancestor_paths(organisation.path)).order_by("path")


class AppointmentQuerySet(models.QuerySet):
    def in_office(self, *, on: date) -> Self:
        return self.filter(in_office(on))
