"""What was disclosed: a posting, its versions, and every step they took.

A `Posting` is the identity (number, organisation, item, scope) and its public life. Its content lives in
`Version`s, each of which passes the four steps of the Regulation's Art. 15; a correction is a new version
that passes them again. The public sees `Posting.current`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.choices import Scope
from catalogue.models import Item
from organisations.models import Organisation

from ..choices import (
    EDITABLE_VERSION_STATES,
    OPEN_VERSION_STATES,
    STEPS_BACK,
    PostingStatus,
    ReviewConclusion,
    StepKind,
    VersionState,
    WithdrawalReason,
)
from ..querysets import PostingQuerySet
from .obligation import Obligation

_OUT = [PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED]


class Posting(models.Model):
    """One disclosure of one organisation against one catalogue item.

    `published_at` is set by the system at first publication and never changes; the date of the matter
    itself is `Version.stated_on`. The number (`JX-2026-000123`) is given at first publication and is stable for ever.
    """

    number = models.CharField(_("number"), max_length=48, unique=True, null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, related_name="postings", verbose_name=_("organisation")
    )
    item = models.ForeignKey(
        Item, models.PROTECT, db_index=False, related_name="postings", verbose_name=_("catalogue item")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name=_("obligation")
    )
    scope = models.CharField(_("scope"), max_length=12, choices=Scope)
    carriers = models.CharField(_("carriers"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=PostingStatus, default=PostingStatus.DRAFT)
    current = models.OneToOneField(
        "Version", models.PROTECT, null=True, blank=True, related_name="shown_by", verbose_name=_("version shown")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    display_until = models.DateField(_("stays up until"), null=True, blank=True)
    notice_until = models.DateField(_("objections taken until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawal_reason = models.CharField(
        _("reason for withdrawal"), max_length=16, choices=WithdrawalReason, blank=True
    )
    withdrawal_note = models.CharField(_("explanation"), max_length=300, blank=True)
    ending_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("early end of display proposed by"),
    )
    ending_asked_at = models.DateTimeField(_("early end of display proposed at"), null=True, blank=True)
    ending_reason = models.CharField(
        _("reason for the early end of display"), max_length=250, blank=True, default="", db_default=""
    )
    created_at = models.DateTimeField(_("created at"))

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=~Q(status__in=[PostingStatus.WITHDRAWN, PostingStatus.DISCARDED]),
                name="posting_one_live_per_obligation",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_OUT, number__isnull=False, published_at__isnull=False, current__isnull=False)
                | Q(
                    status__in=[PostingStatus.DRAFT, PostingStatus.DISCARDED],
                    number=None,
                    published_at=None,
                    current=None,
                ),
                name="posting_out_has_number_time_and_content",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=PostingStatus.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawal_reason="")
                )
                | (~Q(status=PostingStatus.WITHDRAWN) & Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")),
                name="posting_withdrawn_says_when_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(ending_asked_by=None, ending_asked_at=None, ending_reason="")
                | (
                    Q(status=PostingStatus.PUBLISHED, ending_asked_by__isnull=False, ending_asked_at__isnull=False)
                    & ~Q(ending_reason="")
                ),
                name="posting_early_end_proposed_while_up_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(F("organisation"), F("published_at").desc(), F("id").desc(), name="posting_newest_by_org"),
            models.Index(F("published_at").desc(), F("id").desc(), name="posting_newest"),
            models.Index(F("item"), F("published_at").desc(), F("id").desc(), name="posting_newest_by_item"),
            models.Index(
                fields=["display_until"],
                condition=Q(status=PostingStatus.PUBLISHED, display_until__isnull=False),
                name="posting_to_be_taken_down",
            ),
            models.Index(
                fields=["organisation"], condition=Q(ending_asked_at__isnull=False), name="posting_early_end_proposed"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("postings:posting", args=[self.number])

    @property
    def is_withdrawn(self) -> bool:
        return self.status == PostingStatus.WITHDRAWN


class PostingReader(models.Model):
    """For the scope `specific`: a person, or all people of an organisation, who may read the content."""

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="readers", verbose_name=_("posting"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, organisation=None) | Q(user=None, organisation__isnull=False),
                name="reader_is_a_person_or_an_organisation",
            ),
            models.UniqueConstraint(fields=["posting", "user"], name="reader_person_named_once"),
            models.UniqueConstraint(fields=["posting", "organisation"], name="reader_organisation_named_once"),
        ]

    def __str__(self) -> str:
        return str(self.user or self.organisation)


class Version(models.Model):
    """The content of a posting as somebody wrote it, on its way through the four steps.

    Content may change in a draft and in what was returned, and at no other time (triggers see to it, for the
    files as well): what is published is what was reviewed and approved. `revision` grows with each save; a
    save of, or a decision about, an older revision is refused. `author` is who saved last; neither the author
    nor anybody else who wrote on the draft reviews or approves it.
    """

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="versions", verbose_name=_("posting"))
    ordinal = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("content"), blank=True)
    stated_on = models.DateField(_("date of the matter"))
    note = models.CharField(
        _("note on the correction"), max_length=300, blank=True, help_text=_("What was corrected, and why.")
    )
    covered = models.TextField(
        _("content elements covered"),
        blank=True,
        default="",
        db_default="",
        help_text=_("One on each line, as the writer ticked them."),
    )
    urgent = models.BooleanField(_("urgent: published first, approved after"), default=False)
    publish_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created at"))
    saved_at = models.DateTimeField(_("saved at"))
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approval_opinion = models.CharField(_("approval opinion"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    screened_revision = models.PositiveIntegerField(
        _("revision looked through for personal information"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["posting", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "ordinal"], name="version_ordinal_once"),
            models.UniqueConstraint(
                fields=["posting"], condition=Q(state__in=OPEN_VERSION_STATES), name="version_one_open_per_posting"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="version_has_a_title"),
            models.CheckConstraint(condition=Q(ordinal=1) | ~Q(note=""), name="version_correction_has_a_note"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name="version_not_approved_by_its_author"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("author")), name="version_not_reviewed_by_its_author"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[VersionState.REVIEWED, VersionState.APPROVED])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="version_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.APPROVED) | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="version_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.PUBLISHED) | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="version_published_only_after_review",
            ),
            models.CheckConstraint(
                condition=~Q(state=VersionState.PUBLISHED) | Q(urgent=True) | Q(approved_by__isnull=False),
                name="version_published_only_when_approved_or_urgent",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="version_approved_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.PUBLISHED, published_at__isnull=False)
                | (~Q(state=VersionState.PUBLISHED) & Q(published_at=None)),
                name="version_published_exactly_when_it_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=OPEN_VERSION_STATES), name="version_in_work"),
            models.Index(
                fields=["publish_at"],
                condition=Q(state=VersionState.APPROVED, publish_at__isnull=False),
                name="version_scheduled",
            ),
            models.Index(
                fields=["posting"],
                condition=Q(state=VersionState.PUBLISHED, urgent=True, approved_by=None),
                name="version_approval_to_follow",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_editable(self) -> bool:
        """A draft, or returned."""
        return self.state in EDITABLE_VERSION_STATES

    @property
    def is_returned(self) -> bool:
        return self.state == VersionState.RETURNED

    @property
    def is_scheduled(self) -> bool:
        """Approved, and the system publishes it at `publish_at`."""
        return self.state == VersionState.APPROVED and self.publish_at is not None

    @property
    def awaits_approval(self) -> bool:
        """Published urgently, and nobody has approved it yet."""
        return self.state == VersionState.PUBLISHED and self.urgent and self.approved_by_id is None


class Attachment(models.Model):
    """A file of a version. The name on disk is random; the original one is metadata, made safe."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="attachments", verbose_name=_("version"))
    file = models.FileField(_("file"), max_length=200)
    name = models.CharField(_("name"), max_length=100)
    caption = models.CharField(_("caption"), max_length=200, blank=True, default="", db_default="")
    place = models.PositiveSmallIntegerField(_("place"), default=0, db_default=0)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))
    screened_at = models.DateTimeField(_("looked through for personal information at"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["place", "id"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="attachment_is_not_empty")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class ConfidentialityReview(models.Model):
    """The confidentiality review: a record of its own, before publication. Append-only."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="reviews", verbose_name=_("version"))
    conclusion = models.CharField(_("conclusion"), max_length=16, choices=ReviewConclusion)
    grounds = models.TextField(_("grounds"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="+", verbose_name=_("reviewer")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("on behalf of"),
        help_text=_("Whom a deputy stood in for; set by the system."),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"))

    class Meta:
        verbose_name = _("confidentiality review")
        verbose_name_plural = _("confidentiality reviews")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(grounds=""), name="review_gives_grounds")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.get_conclusion_display()}"


class Step(models.Model):
    """Who did what to a version, when, and with which words. Append-only."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="steps", verbose_name=_("version"))
    kind = models.CharField(_("step"), max_length=20, choices=StepKind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the system, at the scheduled time."),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("on behalf of"),
        help_text=_("Whom a deputy stood in for; set by the system."),
    )
    at = models.DateTimeField(_("at"))
    words = models.CharField(_("opinion or reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=STEPS_BACK) | ~Q(words=""),
                name="step_back_gives_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(on_behalf_of=None) | (Q(by__isnull=False) & ~Q(on_behalf_of=F("by"))),
                name="step_on_behalf_of_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class PostingCounter(models.Model):
    """The last number given to a posting of an organisation in a year."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="posting_counter_once_a_year")]

    def __str__(self) -> str:
        return f"{self.organisation_id}-{self.year}-{self.last}"
