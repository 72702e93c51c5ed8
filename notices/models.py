"""The outbox: what must be told to whom, by which channel, exactly once."""

from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .choices import ON_THEIR_WAY, Channel, NoticeStatus
from .querysets import NoticeQuerySet, PreferenceQuerySet

LONGEST_SUBJECT = 200
LONGEST_URL = 200
LONGEST_ERROR = 300
LONGEST_WHY = 200


class Notice(models.Model):
    """One message to one person by one channel.

    `key` says what the message is about (`digest:2026-11-23`); with the person and the channel it is
    unique, so that writing the same notice twice, or from two workers, makes one. Rows are claimed by
    a conditional update (pending > sending, with a lease in `claimed_until`), delivered with `key` as
    the idempotency key, and marked.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    key = models.CharField(_("key"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=32, help_text=_("Names the function that writes the text when the notice is sent.")
    )
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT, blank=True)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("link"), max_length=LONGEST_URL, blank=True)
    why = models.CharField(_("why the reader is told"), max_length=LONGEST_WHY, blank=True, db_default="")
    status = models.CharField(_("status"), max_length=8, choices=NoticeStatus, default=NoticeStatus.PENDING)
    not_before = models.DateTimeField(
        _("not before"), null=True, blank=True, help_text=_("Empty once nothing is left to be tried.")
    )
    created_at = models.DateTimeField(_("written at"))
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=LONGEST_ERROR, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("told by"),
        help_text=_("The later notice that tells what this one had no chance to tell."),
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "channel", "key"], name="notice_once_per_person_and_channel"),
            models.CheckConstraint(
                condition=Q(status=NoticeStatus.SENT, sent_at__isnull=False)
                | (~Q(status=NoticeStatus.SENT) & Q(sent_at=None)),
                name="notice_sent_exactly_when_it_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=NoticeStatus.SENDING) | Q(claimed_until__isnull=False),
                name="notice_being_sent_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ON_THEIR_WAY, not_before__isnull=False)
                | (~Q(status__in=ON_THEIR_WAY) & Q(not_before=None)),
                name="notice_is_on_its_way_exactly_while_it_has_a_next_time",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(status=NoticeStatus.OBSOLETE),
                name="notice_told_by_another_is_not_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                condition=Q(not_before__isnull=False),
                name="notice_to_be_sent",
            ),
            models.Index(fields=["recipient", "-id"], condition=Q(channel=Channel.INBOX), name="notice_inbox"),
            models.Index(fields=["claimed_until"], condition=Q(claimed_until__isnull=False), name="notice_being_sent"),
            models.Index(fields=["id"], condition=Q(status=NoticeStatus.DEAD), name="notice_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.key} · {self.recipient_id}"

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt to deliver this notice, different for every other; tells nothing about either."""
        return sha256(f"{self.key}\n{self.recipient_id}\n{self.channel}".encode()).hexdigest()[:40]


class Preference(models.Model):
    """By which outside channels a person wants to be told, and between which hours not.

    The inbox gets everything at any time: what was told can always be found there. Who has no row wants every
    channel at all working hours. Quiet hours may pass midnight.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preference", verbose_name=_("person")
    )
    by_email = models.BooleanField(_("by e-mail"), default=True)
    by_gateway = models.BooleanField(_("by message"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="preference_quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class DeadLetter(Notice):
    """A notice that was given up, as administrators see it: where it got stuck, never what it says."""

    class Meta:
        proxy = True
        verbose_name = _("undeliverable message")
        verbose_name_plural = _("undeliverable messages")


class JobRun(models.Model):
    """When a piece of background work last ran, and how it ended: what `/readyz` reads.

    Work that is done once a day is claimed by a conditional update that sets the lease `claimed_until`,
    and ends with `done_on`: two workers do not do it twice, and what a dying one leaves is done by the next.
    """

    name = models.CharField(_("job"), max_length=40, unique=True)
    started_at = models.DateTimeField(_("last started at"))
    finished_at = models.DateTimeField(_("last finished at"), null=True, blank=True)
    done_on = models.DateField(_("done for"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    failed = models.BooleanField(_("failed"), default=False)
    detail = models.CharField(_("result"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
