"""Words for organisations and the people appointed to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What sort of Party organisation this is; duties are assigned by kind."""

    CITY_COMMITTEE = "city_committee", _("City committee")
    DISTRICT_COMMITTEE = "district_committee", _("District committee")
    TOWN_COMMITTEE = "town_committee", _("Town committee")
    STREET_COMMITTEE = "street_committee", _("Sub-district working committee")
    WORKING_COMMITTEE = "working_committee", _("Working committee")
    ORGAN = "organ", _("Party organisation of an organ")
    INSTITUTION = "institution", _("Party organisation of a public institution")
    ENTERPRISE = "enterprise", _("Party organisation of a state enterprise")
    TWO_NEW = "two_new", _("Party organisation of a new economic or social organisation")
    VILLAGE = "village", _("Village Party organisation")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood Party organisation")
    SERVICE_STATION = "service_station", _("Party organisation of a service station")
    GENERAL_BRANCH = "general_branch", _("General branch")
    BRANCH = "branch", _("Branch")


class OrganisationStatus(models.TextChoices):
    """Whether the organisation still exists, and if not, how it ended."""

    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")
    SPLIT = "split", _("Split")


class Role(models.TextChoices):
    """What a person is appointed to do. See `REACHING_DOWN` for how far each right goes."""

    MEMBER = "member", _("Party member")
    SECRETARY = "secretary", _("Secretary")
    REVIEWER = "reviewer", _("Reviewer")
    APPROVER = "approver", _("Approver")
    HANDLER = "handler", _("Petition handler")
    INSPECTOR = "inspector", _("Discipline inspector")
    ADMINISTRATOR = "administrator", _("Administrator")


REACHING_DOWN = frozenset({Role.APPROVER, Role.HANDLER, Role.INSPECTOR, Role.ADMINISTRATOR})
"""Roles whose rights reach the whole subtree; the others stop at the organisation itself."""
