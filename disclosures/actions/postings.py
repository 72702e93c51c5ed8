"""The four steps of a posting (Regulation, Art. 15): propose, review, approve, publish; and the way back.

Doors ask `can(actor, action, version)` first. Here it is made sure that each step follows the one before, happens
once, and leaves its record; that nobody passes their own words; and that what is published is what was approved.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.calendars import working_calendar
from catalogue.choices import Scope
from catalogue.models import Item
from organisations.models import User

from .. import richtext
from ..choices import Outcome, PostingStatus, ReviewConclusion, StepKind, VersionState
from ..hats import stands_in_for
from ..models import ConfidentialityReview, Obligation, Posting, PostingCounter, Version
from ..previous import repeats
from .boards import touch_boards
from .drafts import closed
from .moves import hold, move, moved_on, record, refuse_own_work, shortened
from .privacy import confirm_looked_at, pass_looked_at
from .refusals import Incomplete, MovedOn, ObligationClosed, PersonalData, Refused
from .screening import (
    SCREENED,
    forget_confirmations,
    refuse_in_words,
    refuse_personal_data,
    refuse_unconfirmed,
    refuse_unscreened,
    screen,
)

logger = logging.getLogger(__name__)

FURTHEST_SCHEDULE = timedelta(days=366)


def propose(
    version: Version,
    *,
    repeated: bool = False,
    looked: bool = False,
    revision: int | None = None,
    by: User,
    at: datetime,
) -> None:
    """Puts a draft forward for review. Raises Incomplete if nothing was written, PersonalData, MovedOn.

    A text that says word for word what was said last period is put forward only if the person says that it is so
    (`repeated`), and that is put on record; so are pictures and scanned pages they looked through (`looked`).
    This is also the privacy gate: what it finds stays on record though the proposal is refused. A trigger holds up
    whatever leaves the draft by another way.
    """
    screen(version, by=by, at=at)
    with transaction.atomic():
        posting = hold(version.posting_id)
        if looked:
            pass_looked_at(version, by=by, at=at)
        _propose(posting, version, repeated, revision, by=by, at=at)


def _propose(
    posting: Posting, version: Version, repeated: bool, revision: int | None, *, by: User, at: datetime
) -> None:
    now = Version.objects.get(pk=version.pk)
    is_same = now.is_editable and repeats(now)
    if is_same and not repeated:
        raise Incomplete(
            _("The content is word for word that of the last period. Change it, or confirm that it is still true.")
        )
    if now.is_editable:
        refuse_personal_data([version.pk])
        forget_confirmations([version.pk])
    words = _("Word for word as in the last period; confirmed that it is still true.") if is_same else ""
    move(version, StepKind.PROPOSED, by=by, at=at, words=words, revision=revision, changes=SCREENED)
    if missing := what_is_missing(posting.item, posting.scope, version.body, named=posting.readers.exists()):
        raise Incomplete(missing)


def what_is_missing(item: Item, scope: str, body: str, *, named: bool) -> str:
    """What must be there before it is proposed and is not, in a sentence; empty if nothing is missing.

    `named`: whether persons are named who may read it.
    """
    written = richtext.words(body)
    if not written or written == richtext.words(richtext.skeleton(item.content_elements)):
        return _("Nothing is written yet. Fill in the content before you propose it.")
    if scope == Scope.SPECIFIC and not named:
        return _("It is for specific persons: name those who may read it before you propose it.")
    return ""


@transaction.atomic
def take_back(version: Version, *, reason: str = "", revision: int | None = None, by: User, at: datetime) -> None:
    """Takes the proposal back before anybody has reviewed it: it is a draft again, to be changed. Raises MovedOn."""
    hold(version.posting_id)
    move(version, StepKind.TAKEN_BACK, by=by, at=at, words=reason, revision=revision)


@transaction.atomic
def review(
    version: Version,
    *,
    conclusion: ReviewConclusion,
    grounds: str,
    looked: bool = False,
    revision: int | None = None,
    by: User,
    at: datetime,
) -> None:
    """The review for secrecy and accuracy; a record of its own (docs/rules.md). Raises OwnWork, MovedOn, Incomplete,
    PersonalData while something that was passed by the gate has not had its second look.

    Only a conclusion that it may be disclosed, as it is or after treatment, lets it pass; any other returns it.
    """
    refuse_own_work(by, version)
    if not grounds.strip():
        raise Incomplete(_("Give the grounds of your conclusion."))
    hold(version.posting_id)
    if conclusion.lets_pass:
        refuse_unscreened(version)
        if looked:
            confirm_looked_at(version, by=by, at=at)
        refuse_unconfirmed(version)
        reviewed = {"reviewed_by": by, "reviewed_at": at}
        move(version, StepKind.REVIEWED, by=by, at=at, words=grounds, revision=revision, changes=reviewed)
    else:
        words = _("%(conclusion)s: %(grounds)s") % {"conclusion": conclusion.label, "grounds": grounds}
        only = Q(state=VersionState.PROPOSED)
        move(version, StepKind.RETURNED, by=by, at=at, words=words, revision=revision, only_if=only)
    stead = stands_in_for(by, StepKind.REVIEWED, version.posting.organisation, on=timezone.localdate(at))
    ConfidentialityReview.objects.create(
        version=version, conclusion=conclusion, grounds=grounds, reviewer=by, on_behalf_of_id=stead, reviewed_at=at
    )


@transaction.atomic
def approve(version: Version, *, opinion: str = "", revision: int | None = None, by: User, at: datetime) -> None:
    """The Party organisation approves; from now on the content is frozen. Raises OwnWork, MovedOn, Incomplete."""
    refuse_own_work(by, version)
    refuse_in_words(opinion)
    hold(version.posting_id)
    approval = {"approved_by": by, "approved_at": at, "approval_opinion": shortened(opinion)}
    move(version, StepKind.APPROVED, by=by, at=at, words=opinion, revision=revision, changes=approval)


@transaction.atomic
def send_back(version: Version, *, reason: str, revision: int | None = None, by: User, at: datetime) -> None:
    """Returns it to whoever wrote it, who may change it again. Raises Incomplete without a reason, MovedOn."""
    if not reason.strip():
        raise Incomplete(_("Say why you return it, so that it can be put right."))
    hold(version.posting_id)
    move(version, StepKind.RETURNED, by=by, at=at, words=reason, revision=revision, changes=_AS_BEFORE)


_AS_BEFORE = {
    "reviewed_by": None,
    "reviewed_at": None,
    "approved_by": None,
    "approved_at": None,
    "approval_opinion": "",
    "publish_at": None,
}


@transaction.atomic
def publish(
    version: Version,
    *,
    revision: int | None = None,
    by: User | None,
    at: datetime,
    only_if: Q | None = None,
) -> Posting:
    """Carries out what was approved: the public sees it from this moment, and its obligation is met.

    `by` is None when the system does it at the scheduled time. Raises MovedOn; ObligationClosed if the obligation
    was settled in another way meanwhile; PersonalData if it was approved before there was a gate, and would not pass.
    """
    posting = hold(version.posting_id)
    refuse_unscreened(version)
    move(version, StepKind.PUBLISHED, by=by, at=at, revision=revision, only_if=only_if, changes={"published_at": at})
    return _bring_out(posting, version, at)


@transaction.atomic
def publish_urgently(version: Version, *, reason: str, revision: int | None = None, by: User, at: datetime) -> Posting:
    """Publishes what is reviewed but not yet approved; flagged until `approve_afterwards`.

    The confidentiality review is never skipped: review first, disclose after. Raises Incomplete without a reason,
    MovedOn, ObligationClosed.
    """
    if not reason.strip():
        raise Incomplete(_("Say why it cannot wait for approval."))
    posting = hold(version.posting_id)
    refuse_unscreened(version)
    urgent = {"urgent": True, "published_at": at}
    move(version, StepKind.PUBLISHED_URGENTLY, by=by, at=at, words=reason, revision=revision, changes=urgent)
    return _bring_out(posting, version, at)


@transaction.atomic
def approve_afterwards(version: Version, *, opinion: str = "", by: User, at: datetime) -> None:
    """Approves what was published urgently; who does not approve withdraws it. Raises OwnWork, MovedOn, Incomplete."""
    refuse_own_work(by, version)
    refuse_in_words(opinion)
    posting = hold(version.posting_id)
    waiting = Version.objects.filter(pk=version.pk, state=VersionState.PUBLISHED, urgent=True, approved_by=None)
    if waiting.update(approved_by=by, approved_at=at, approval_opinion=shortened(opinion)) != 1:
        raise moved_on(version)
    version.refresh_from_db()
    record(version, StepKind.APPROVED, by=by, at=at, words=opinion)
    touch_boards([posting.organisation_id], at)


@transaction.atomic
def schedule(version: Version, *, publish_at: datetime, revision: int | None = None, by: User, at: datetime) -> None:
    """Lets the system publish what is approved at a later time. Raises Refused for a time past or too far, MovedOn."""
    if not at < publish_at <= at + FURTHEST_SCHEDULE:
        raise Refused(_("Choose a time later than now and within a year."))
    hold(version.posting_id)
    words = timezone.localtime(publish_at).strftime("%Y-%m-%d %H:%M")
    move(version, StepKind.SCHEDULED, by=by, at=at, words=words, revision=revision, changes={"publish_at": publish_at})


@transaction.atomic
def unschedule(version: Version, *, reason: str = "", by: User | None, at: datetime) -> None:
    """Takes the time of publication back; it stays approved. Raises MovedOn."""
    hold(version.posting_id)
    scheduled = Q(publish_at__isnull=False)
    move(version, StepKind.UNSCHEDULED, by=by, at=at, words=reason, only_if=scheduled, changes={"publish_at": None})


def publish_due(now: datetime, *, limit: int = 500) -> int:
    """Publishes everything whose time has come, each in a transaction of its own. How many it published.

    Run twice or by two workers at once, each is published once. One that cannot be published any more, because its
    obligation was settled in another way, loses its time and says why in its record.
    """
    is_due = Q(publish_at__lte=now)
    due = Version.objects.filter(is_due, state=VersionState.APPROVED).order_by("publish_at", "pk")
    done = 0
    for version in due[:limit]:
        try:
            publish(version, by=None, at=now, only_if=is_due)
        except MovedOn:
            continue
        except (ObligationClosed, PersonalData) as refusal:
            _give_up_schedule(version, str(refusal), now)
        else:
            done += 1
    return done


def _give_up_schedule(version: Version, reason: str, now: datetime) -> None:
    logger.warning("Version %s could not be published at its time; its record says why.", version.pk)
    try:
        unschedule(version, reason=reason, by=None, at=now)
    except MovedOn:
        return


def _bring_out(posting: Posting, version: Version, at: datetime) -> Posting:
    """Shows a version that was just published. The posting's row is held."""
    if posting.status == PostingStatus.DRAFT:
        _publish_first(posting, version, at)
    elif posting.status in {PostingStatus.PUBLISHED, PostingStatus.ENDED}:
        Posting.objects.filter(pk=posting.pk).update(current=version)
    else:
        raise MovedOn(_("It was withdrawn meanwhile, so nothing was published."))
    touch_boards([posting.organisation_id], at)
    posting.refresh_from_db()
    return posting


def _publish_first(posting: Posting, version: Version, at: datetime) -> None:
    """Number, time, and how long it stays up; the obligation is met on this day."""
    day, item = timezone.localdate(at), posting.item
    stays = day + timedelta(days=item.display_days) if item.display_days else None
    notice = working_calendar().add_working_days(day, item.notice_days) if item.notice_days else None
    Posting.objects.filter(pk=posting.pk).update(
        status=PostingStatus.PUBLISHED,
        number=_next_number(posting, day.year),
        published_at=at,
        current=version,
        display_until=stays,
        notice_until=notice,
    )
    if posting.obligation is None:
        return
    still_open = Obligation.objects.filter(pk=posting.obligation.pk, fulfilled_on=None)
    if still_open.update(outcome=Outcome.POSTED, fulfilled_on=day) != 1:
        raise closed(posting.obligation)


def _next_number(posting: Posting, year: int) -> str:
    """The next number of the organisation in the year: without gaps, for whoever rolls back gives it back.

    The counter's row is held until the transaction ends, so that two publications wait for each other here.
    """
    organisation = posting.organisation
    counters = PostingCounter.objects.filter(organisation=organisation, year=year)
    if not counters.update(last=F("last") + 1):
        PostingCounter.objects.bulk_create(
            [PostingCounter(organisation=organisation, year=year)], ignore_conflicts=True
        )
        counters.update(last=F("last") + 1)
    return f"{organisation.code}-{year}-{counters.get().last:06}"
