"""Words of the catalogue. Values are those of the catalogue CSV files (docs/catalogue-files.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CatalogueStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class ItemKind(models.TextChoices):
    """The 7 are mandatory, the X extra."""

    MANDATORY = "mandatory", _("Mandatory")
    EXTRA = "extra", _("Extra")


class Scope(models.TextChoices):
    """Who may read the content (Regulation, general part)."""

    SOCIETY = "society", _("Society")
    WHOLE_PARTY = "whole_party", _("The whole Party")
    UNIT = "unit", _("The unit")
    SPECIFIC = "specific", _("Specific persons")


class TimeLimitClass(models.TextChoices):
    PERMANENT = "permanent", _("Permanent")
    PERIODIC = "periodic", _("Periodic")
    STAGED = "staged", _("Staged")
    PROMPT = "prompt", _("Prompt")


class Period(models.TextChoices):
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    HALF_YEARLY = "half_yearly", _("Half-yearly")
    YEARLY = "yearly", _("Yearly")

    @property
    def months(self) -> int:
        """Length in months."""
        return {Period.MONTHLY: 1, Period.QUARTERLY: 3, Period.HALF_YEARLY: 6, Period.YEARLY: 12}[self]


class DayType(models.TextChoices):
    WORKING = "working", _("Working days")
    CALENDAR = "calendar", _("Calendar days")


class DueRule(models.TextChoices):
    """From where the days of a time limit are counted."""

    AFTER_PERIOD = "after_period", _("After the end of the period")
    AFTER_EVENT = "after_event", _("After the event")
    BEFORE_EVENT = "before_event", _("Before the event")
    FIXED_DAY = "fixed_day", _("On a fixed day of the period")
    STANDING = "standing", _("Always up, from the day the duty begins")


class Carrier(models.TextChoices):
    """The five carriers: one meeting, one bulletin, one document, one board, one website."""

    MEETING = "meeting", _("Meeting")
    BULLETIN = "bulletin", _("Bulletin")
    DOCUMENT = "document", _("Document")
    BOARD = "board", _("Notice board")
    WEBSITE = "website", _("Website")


class DisclosureType(models.TextChoices):
    PARTY = "party", _("Party affairs")
    GOVERNMENT = "government", _("Government affairs")
    VILLAGE = "village", _("Village affairs")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood affairs")
    ENTERPRISE = "enterprise", _("Enterprise affairs")
    SERVICE_STATION = "service_station", _("Service-station affairs")


class Openness(models.TextChoices):
    PROACTIVE = "proactive", _("Proactive")
    ON_APPLICATION = "on_application", _("On application")
    WITHHELD = "withheld", _("Not disclosed")


class ExemptionReason(models.TextChoices):
    """Grounds for not disclosing; legal bases in docs/rules.md."""

    STATE_SECRET = "state_secret", _("State secret")
    PARTY_SECRET = "party_secret", _("Party secret")
    SECURITY_STABILITY = "security_stability", _("Endangers security or social stability")
    FORBIDDEN_BY_LAW = "forbidden_by_law", _("Disclosure forbidden by law")
    TRADE_SECRET = "trade_secret", _("Trade secret")
    PERSONAL_PRIVACY = "personal_privacy", _("Personal privacy")
    INTERNAL_AFFAIRS = "internal_affairs", _("Internal affairs")
    PROCESS_INFORMATION = "process_information", _("Process information")
    ENFORCEMENT_FILE = "enforcement_file", _("Enforcement file")
    PENDING_CASE = "pending_case", _("Case under investigation")
    NOT_SUITABLE_NOW = "not_suitable_now", _("Not suitable for the time being")


class LinkRelation(models.TextChoices):
    """How a unit's item stands to the superior catalogue's item it implements."""

    EQUIVALENT = "equivalent", _("Equivalent")
    NARROWER = "narrower", _("Narrower")


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("Day off")
    WORKDAY = "workday", _("Make-up working day")


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")


class PowerDisclosure(models.TextChoices):
    """The six disclosures of power: 公开职权、依据、程序、决策、执行、结果.

    The first three are given by the published list of powers, the others matter by matter.
    """

    POWER = "power", pgettext_lazy("six disclosures", "Power")
    BASIS = "basis", pgettext_lazy("six disclosures", "Basis")
    PROCEDURE = "procedure", pgettext_lazy("six disclosures", "Procedure")
    DECISION = "decision", pgettext_lazy("six disclosures", "Decision")
    EXECUTION = "execution", pgettext_lazy("six disclosures", "Execution")
    RESULT = "result", pgettext_lazy("six disclosures", "Result")
