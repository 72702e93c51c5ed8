"""Catalogue editions and their items."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey
from simple_history.models import HistoricalRecords

from organisations.models import Organisation

from ..choices import (
    CatalogueStatus,
    DayType,
    DisclosureType,
    DueRule,
    ExemptionReason,
    ItemKind,
    LinkRelation,
    Openness,
    Period,
    ProposalState,
    Scope,
    TimeLimitClass,
)
from ..querysets import CatalogueQuerySet, ItemManager

CODE_VALIDATOR = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("Use Latin letters, digits, hyphens and underscores only.")
)


class Catalogue(models.Model):  # type: ignore[django-manager-missing]  # items: mptt's manager has no stubs
    """One edition of a catalogue of what must be disclosed: draft > in force > superseded.

    Editions of the same catalogue share `code`. An edition in force is never edited: a new one
    supersedes it from a day, and what was owed under the old one stays judged by the old one.
    """

    code = models.CharField(_("code"), max_length=40, validators=[CODE_VALIDATOR])
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    title = models.CharField(_("title"), max_length=120)
    issuer = models.ForeignKey(
        Organisation, models.PROTECT, related_name="issued_catalogues", verbose_name=_("issued by")
    )
    status = models.CharField(_("status"), max_length=12, choices=CatalogueStatus, default=CatalogueStatus.DRAFT)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force until"), null=True, blank=True, help_text=_("The last day included."))
    basis = models.TextField(_("basis and notes"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = CatalogueQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")
        ordering = ["code", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="catalogue_edition_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status=CatalogueStatus.DRAFT), name="catalogue_one_draft_per_code"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(status=CatalogueStatus.IN_FORCE), name="catalogue_one_in_force_per_code"
            ),
            models.CheckConstraint(
                condition=Q(status=CatalogueStatus.DRAFT) | Q(effective_from__isnull=False),
                name="catalogue_in_force_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=CatalogueStatus.SUPERSEDED) | Q(effective_to__isnull=False),
                name="catalogue_superseded_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="catalogue_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalogues:catalogue", args=[self.code])


class Item(MPTTModel):
    """One entry of a catalogue edition. Only leaves are owed; upper entries group them.

    Every structural write goes through `actions.py`, which holds the tree lock.
    """

    catalogue = models.ForeignKey(Catalogue, models.PROTECT, related_name="items", verbose_name=_("catalogue"))
    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("under")
    )
    code = models.CharField(_("code"), max_length=40, validators=[CODE_VALIDATOR])
    title = models.CharField(_("title"), max_length=300)
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind, default=ItemKind.MANDATORY)
    disclosure_type = models.CharField(
        _("disclosure type"), max_length=16, choices=DisclosureType, default=DisclosureType.PARTY
    )
    content_elements = models.TextField(_("content elements"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope, blank=True)
    time_limit_class = models.CharField(_("time limit class"), max_length=10, choices=TimeLimitClass, blank=True)
    period = models.CharField(_("period"), max_length=12, choices=Period, blank=True)
    due_rule = models.CharField(_("due rule"), max_length=12, choices=DueRule, blank=True)
    due_days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True, validators=[MaxValueValidator(1000)])
    day_type = models.CharField(_("kind of days"), max_length=8, choices=DayType, default=DayType.WORKING)
    fixed_month = models.PositiveSmallIntegerField(
        _("month of the period"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    fixed_day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    time_limit_text = models.CharField(
        _("time limit as published"), max_length=300, blank=True, help_text=_("The words of the source, unchanged.")
    )
    display_days = models.PositiveIntegerField(
        _("stays up, in days"), null=True, blank=True, help_text=_("Empty: until replaced or withdrawn.")
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice period, in working days"),
        null=True,
        blank=True,
        help_text=_("Objections are taken during this time."),
    )
    responsible_department = models.CharField(_("responsible department"), max_length=120, blank=True)
    carriers = models.CharField(
        _("carriers"), max_length=120, blank=True, help_text=_("Values of the five carriers, joined by semicolons.")
    )
    carriers_text = models.TextField(_("channels as published"), blank=True)
    openness = models.CharField(_("openness"), max_length=16, choices=Openness, default=Openness.PROACTIVE)
    partial = models.BooleanField(_("disclosed in part"), default=False)
    exemption_reason = models.CharField(
        _("ground for not disclosing"), max_length=24, choices=ExemptionReason, blank=True
    )
    guidance = models.TextField(_("guidance"), blank=True)
    applies_to = models.CharField(
        _("applies to"),
        max_length=200,
        blank=True,
        help_text=_("Kinds of organisation as ';village;branch;'. Empty: every kind."),
    )
    implements = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="implemented_by",
        verbose_name=_("implements the superior's item"),
    )
    implements_as = models.CharField(_("relation"), max_length=12, choices=LinkRelation, blank=True)
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_items",
        verbose_name=_("owned by"),
        help_text=_("For an X item that one organisation added: it alone owes it."),
    )
    owned_from = models.DateField(_("owed from"), null=True, blank=True)

    objects = ItemManager()

    class Meta:
        verbose_name = _("catalogue item")
        verbose_name_plural = _("catalogue items")
        indexes = ()  # django-mptt would add its own past the migrations; see the migration
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="item_code_once_per_catalogue"),
            models.CheckConstraint(condition=~Q(title=""), name="item_has_a_title"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="item_not_under_itself"),
            models.CheckConstraint(condition=Q(rght__gt=F("lft")), name="item_bounds_in_order"),
            models.CheckConstraint(
                condition=~Q(time_limit_class=TimeLimitClass.PERIODIC) | ~Q(period="") | Q(due_rule=""),
                name="item_periodic_has_a_period",
            ),
            models.CheckConstraint(
                condition=~Q(due_rule=DueRule.FIXED_DAY) | Q(fixed_day__isnull=False, fixed_month__isnull=False),
                name="item_fixed_day_says_which",
            ),
            models.CheckConstraint(
                condition=~Q(due_rule__in=[DueRule.AFTER_PERIOD, DueRule.AFTER_EVENT, DueRule.BEFORE_EVENT])
                | Q(due_days__isnull=False),
                name="item_counted_limit_has_days",
            ),
            models.CheckConstraint(
                condition=~Q(openness=Openness.WITHHELD) | ~Q(exemption_reason=""),
                name="item_withheld_says_why",
            ),
            models.CheckConstraint(
                condition=Q(implements=None, implements_as="") | (Q(implements__isnull=False) & ~Q(implements_as="")),
                name="item_link_has_a_relation",
            ),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(kind=ItemKind.EXTRA, owned_from__isnull=False),
                name="item_of_one_organisation_is_extra",
            ),
        ]

    class MPTTMeta:
        order_insertion_by: list[str] = []

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("catalogues:item", args=[self.catalogue.code, self.code])


class ImportWarning(models.Model):
    """What the importer guessed or could not place, kept with the draft until it is in force."""

    catalogue = models.ForeignKey(
        Catalogue, models.CASCADE, related_name="import_warnings", verbose_name=_("catalogue")
    )
    item = models.ForeignKey(
        Item, models.CASCADE, null=True, blank=True, related_name="import_warnings", verbose_name=_("item")
    )
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=40, blank=True)
    message = models.CharField(_("message"), max_length=300)

    class Meta:
        verbose_name = _("import warning")
        verbose_name_plural = _("import warnings")
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"


class ItemProposal(models.Model):
    """An organisation proposes an X item of its own; its superior approves or returns it."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="item_proposals", verbose_name=_("organisation")
    )
    parent = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("under"))
    title = models.CharField(_("title"), max_length=300)
    content_elements = models.TextField(_("content elements"), blank=True)
    scope = models.CharField(_("scope"), max_length=12, choices=Scope, default=Scope.UNIT)
    time_limit_class = models.CharField(_("time limit class"), max_length=10, choices=TimeLimitClass)
    period = models.CharField(_("period"), max_length=12, choices=Period, blank=True)
    due_days = models.PositiveSmallIntegerField(_("days"), default=10)
    reason = models.TextField(_("reason"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState, default=ProposalState.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.TextField(_("opinion"), blank=True)
    item = models.OneToOneField(
        Item, models.PROTECT, null=True, blank=True, related_name="proposal", verbose_name=_("item made")
    )

    class Meta:
        verbose_name = _("proposal for an X item")
        verbose_name_plural = _("proposals for X items")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProposalState.PROPOSED, decided_by=None, decided_at=None)
                | (~Q(state=ProposalState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="proposal_decided_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="proposal_not_decided_by_proposer"
            ),
        ]

    def __str__(self) -> str:
        return self.title
