"""Who may see and do what about obligations and postings.

The fact of a disclosure (that, when, to whom) is public for every scope; its content is not:
see `read_content`. Drafts and everything before publication are seen by those who work on them.
"""

from __future__ import annotations

from django.db.models import Q

from catalogue.choices import Scope
from organisations.access import Actor, holds, posts, reach, rule, sight
from organisations.choices import Role
from organisations.models import Organisation
from organisations.rules import keep_organisation, runs_the_machine

from .choices import WRITING_STEPS, PostingStatus, VersionState
from .errands.kinds import kind_of
from .hats import as_approver, as_releaser, as_reviewer
from .models import (
    ArchiveVolume,
    Attachment,
    CarrierEvidence,
    Errand,
    Matter,
    Obligation,
    Phrase,
    Posting,
    PostingReader,
    ReleaseRequest,
    Version,
)
from .worklist import FILING

_OUT = (PostingStatus.PUBLISHED, PostingStatus.WITHDRAWN, PostingStatus.ENDED)
_AT_WORK = (Role.SECRETARY, Role.REVIEWER, Role.APPROVER)


@sight(Obligation)
def obligations(actor: Actor) -> Q:
    """What is owed, and what is late, is public."""
    return Q()


@sight(Matter)
def matters(actor: Actor) -> Q:
    """How far a power has been used is public; what was disclosed of it, as the postings' scopes say."""
    return Q()


@sight(Posting)
def postings(actor: Actor) -> Q:
    """Everything that was published (its content only as far as `read_content` goes), and one's own work."""
    return Q(status__in=_OUT) | reach(actor, *_AT_WORK) | _small_branches(actor)


def _small_branches(actor: Actor, prefix: str = "") -> Q:
    """Drafts of branches too small to review themselves, for the reviewers of their superior."""
    own = [post.organisation_id for post in posts(actor) if post.role == Role.REVIEWER]
    small = {f"{prefix}organisation__superior_approves": True, f"{prefix}organisation__parent__in": own}
    return Q(**small) if own else Q(pk__in=[])


@rule(Posting, "read")
def read(actor: Actor, posting: Posting) -> bool:
    """May know of it: published, or at work on it."""
    return posting.status in _OUT or _works_on(actor, posting.organisation)


@rule(Posting, "read_content")
def read_content(actor: Actor, posting: Posting) -> bool:
    """May read title, text and attachments: as the scope says. Withdrawn content is gone for the public.

    Scopes by closeness to members and masses (Regulation, Art. 9): society; the whole Party (anybody in
    office anywhere); the unit (in office there); specific (named persons or organisations). Those who work
    on the organisation's postings and the inspectors above it read what was published there in any scope.
    """
    if _works_on(actor, posting.organisation):
        return True
    if posting.status != PostingStatus.PUBLISHED:
        return posting.status in _OUT and holds(actor, posting.organisation, Role.INSPECTOR)
    if posting.scope == Scope.SOCIETY or holds(actor, posting.organisation, Role.INSPECTOR):
        return True
    if posting.scope == Scope.WHOLE_PARTY:
        return bool(posts(actor))
    if posting.scope == Scope.UNIT:
        return any(post.organisation_id == posting.organisation_id for post in posts(actor))
    return _is_named(actor, posting)


def readable(actor: Actor) -> Q:
    """`read_content` as a condition on postings, for lists that show titles. A test holds the two together."""
    at_work = reach(actor, *_AT_WORK) | _small_branches(actor)
    inspected = Q(status__in=_OUT) & reach(actor, Role.INSPECTOR)
    open_to = Q(scope=Scope.SOCIETY)
    if held := posts(actor):
        units = [post.organisation_id for post in held]
        named = PostingReader.objects.filter(Q(user=actor.pk) | Q(organisation__in=units)).values("posting")
        open_to |= Q(scope=Scope.WHOLE_PARTY) | Q(scope=Scope.UNIT, organisation__in=units)
        open_to |= Q(scope=Scope.SPECIFIC, pk__in=named)
    elif actor.is_authenticated:
        open_to |= Q(scope=Scope.SPECIFIC, pk__in=PostingReader.objects.filter(user=actor.pk).values("posting"))
    return at_work | inspected | (Q(status=PostingStatus.PUBLISHED) & open_to)


def _is_named(actor: Actor, posting: Posting) -> bool:
    if not actor.is_authenticated:
        return False
    units = [post.organisation_id for post in posts(actor)]
    return posting.readers.filter(Q(user=actor) | Q(organisation__in=units)).exists()


def _works_on(actor: Actor, organisation: Organisation) -> bool:
    return holds(actor, organisation, *_AT_WORK) or _reviews(actor, organisation)


def _reviews(actor: Actor, organisation: Organisation) -> bool:
    return bool(as_reviewer(actor, organisation))


@rule(Organisation, "disclose")
def disclose(actor: Actor, organisation: Organisation) -> bool:
    """Draft, propose, record events and make nil returns for the organisation."""
    return holds(actor, organisation, Role.SECRETARY)


@rule(Organisation, "release_from_duty")
def release_from_duty(actor: Actor, organisation: Organisation) -> bool:
    """Extend or waive what the organisation owes: approvers and inspectors above it, never its own."""
    return bool(as_releaser(actor, organisation))


_CONCERNED = (*_AT_WORK, Role.INSPECTOR, Role.ADMINISTRATOR)


@rule(Obligation, "follow")
def follow_obligation(actor: Actor, obligation: Obligation) -> bool:
    """See its page with all that was decided and asked: those at work there, and those above who keep or decide it."""
    return holds(actor, obligation.organisation, *_CONCERNED) or _works_on(actor, obligation.organisation)


@sight(ReleaseRequest)
def requests(actor: Actor) -> Q:
    """Of one's own organisations, and of those below whom one may release."""
    return reach(actor, *_AT_WORK, Role.INSPECTOR, prefix="obligation__organisation__")


@rule(ReleaseRequest, "read")
def read_request(actor: Actor, request: ReleaseRequest) -> bool:
    return holds(actor, request.obligation.organisation, *_AT_WORK, Role.INSPECTOR)


@rule(ReleaseRequest, "decide")
def decide_request(actor: Actor, request: ReleaseRequest) -> bool:
    """Whoever may release the organisation, and never whoever asked."""
    return request.asked_by_id != actor.pk and release_from_duty(actor, request.obligation.organisation)


@rule(ReleaseRequest, "take_back")
def take_request_back(actor: Actor, request: ReleaseRequest) -> bool:
    return disclose(actor, request.obligation.organisation)


@rule(Organisation, "assign_duty")
def assign_duty(actor: Actor, organisation: Organisation) -> bool:
    """Say what the organisation and those below it owe: its administrators."""
    return holds(actor, organisation, Role.ADMINISTRATOR)


@sight(Version)
def versions(actor: Actor) -> Q:
    """Everything published, and what one works on oneself; content as far as `read_content` of its posting goes."""
    at_work = reach(actor, *_AT_WORK, prefix="posting__organisation__") | _small_branches(actor, "posting__")
    return Q(state=VersionState.PUBLISHED) | at_work


@rule(Version, "read")
def read_version(actor: Actor, version: Version) -> bool:
    """Content and files of a version: published ones as the posting's scope says, others for those at work on it."""
    if version.state == VersionState.PUBLISHED:
        return read_content(actor, version.posting)
    return _works_on(actor, version.posting.organisation)


@rule(Version, "follow")
def follow(actor: Actor, version: Version) -> bool:
    """See its page with the record of its steps: those who work on it; of what was published, the inspectors above."""
    organisation = version.posting.organisation
    published = version.state == VersionState.PUBLISHED
    return _works_on(actor, organisation) or (published and holds(actor, organisation, Role.INSPECTOR))


@rule(Attachment, "read")
def read_attachment(actor: Actor, attachment: Attachment) -> bool:
    return read_version(actor, attachment.version)


@rule(Version, "edit", "propose", "take_back", "discard", "publish_urgently")
def edit(actor: Actor, version: Version) -> bool:
    """Write it and put it forward; in urgent cases publish it before it is approved."""
    return holds(actor, version.posting.organisation, Role.SECRETARY)


@rule(Version, "review")
def review(actor: Actor, version: Version) -> bool:
    """Not by anybody who wrote on it, whatever their roles."""
    return _reviews(actor, version.posting.organisation) and not _wrote(actor, version)


@rule(Version, "approve", "approve_afterwards")
def approve(actor: Actor, version: Version) -> bool:
    """By an approver here or above (above only, where the superior approves), never by anybody who wrote on it."""
    return _approves(actor, version.posting.organisation) and not _wrote(actor, version)


def _approves(actor: Actor, organisation: Organisation) -> bool:
    return bool(as_approver(actor, organisation))


def _wrote(actor: Actor, version: Version) -> bool:
    return version.author_id == actor.pk or version.steps.filter(by=actor.pk, kind__in=WRITING_STEPS).exists()


@rule(Version, "return")
def send_back(actor: Actor, version: Version) -> bool:
    return review(actor, version) or approve(actor, version)


@rule(Version, "publish", "schedule", "unschedule")
def publish(actor: Actor, version: Version) -> bool:
    """The department concerned carries out what was approved (Regulation, Art. 15)."""
    return edit(actor, version) or approve(actor, version)


@rule(Posting, "read_objections")
def read_objections(actor: Actor, posting: Posting) -> bool:
    """Those who handle them, and the inspectors above: nobody else learns who objected, or what."""
    return handle_objections(actor, posting) or holds(actor, posting.organisation, Role.INSPECTOR)


@rule(Posting, "handle_objections")
def handle_objections(actor: Actor, posting: Posting) -> bool:
    """Record and answer them: the organisation's secretary, and whoever approves for it."""
    return holds(actor, posting.organisation, Role.SECRETARY) or close_notice(actor, posting)


@rule(Posting, "close_notice")
def close_notice(actor: Actor, posting: Posting) -> bool:
    """The organisation's own approver; its superior's, where that approves for it."""
    organisation = posting.organisation
    where = organisation.parent_id if organisation.superior_approves else organisation.pk
    return any(post.role == Role.APPROVER and post.organisation_id == where for post in posts(actor))


@rule(Posting, "correct")
def correct(actor: Actor, posting: Posting) -> bool:
    return holds(actor, posting.organisation, Role.SECRETARY)


@rule(Posting, "withdraw")
def withdraw(actor: Actor, posting: Posting) -> bool:
    """Also by the approver: of an urgent posting that they do not approve, of anything that must not stand."""
    return correct(actor, posting) or _approves(actor, posting.organisation)


@rule(Posting, "ask_to_end")
def ask_to_end(actor: Actor, posting: Posting) -> bool:
    """Propose that it comes down before its time: the secretary."""
    return correct(actor, posting)


@rule(Posting, "decide_ending")
def decide_ending(actor: Actor, posting: Posting) -> bool:
    """An approver, and never whoever proposed it."""
    return posting.ending_asked_by_id != actor.pk and _approves(actor, posting.organisation)


@rule(Posting, "give_evidence")
def give_evidence(actor: Actor, posting: Posting) -> bool:
    """Say when and how carriers carried it: its secretary, before publication and after."""
    return posting.status not in {PostingStatus.WITHDRAWN, PostingStatus.DISCARDED} and correct(actor, posting)


@sight(CarrierEvidence)
def evidence(actor: Actor) -> Q:
    """The public is told in words by the posting's page; rows and photos are for those at work on it and inspectors."""
    at_work = reach(actor, *_AT_WORK, prefix="posting__organisation__") | _small_branches(actor, "posting__")
    return at_work | (Q(posting__status__in=_OUT) & reach(actor, Role.INSPECTOR, prefix="posting__organisation__"))


@rule(CarrierEvidence, "read")
def read_evidence(actor: Actor, evidence: CarrierEvidence) -> bool:
    posting = evidence.posting
    inspected = posting.status in _OUT and holds(actor, posting.organisation, Role.INSPECTOR)
    return inspected or _works_on(actor, posting.organisation)


@rule(Posting, "add_reader")
def add_reader(actor: Actor, posting: Posting) -> bool:
    """While it is written by the secretary; once it is published by an approver, for it widens what was approved."""
    if posting.status == PostingStatus.DRAFT:
        return correct(actor, posting)
    return posting.status == PostingStatus.PUBLISHED and _approves(actor, posting.organisation)


@sight(Errand)
def errands(actor: Actor) -> Q:
    """One's own; nobody sees what others have asked for."""
    return Q(asked_by=actor.pk) if actor.is_authenticated else Q(pk__in=[])


@rule(Errand, "read")
def read_errand(actor: Actor, errand: Errand) -> bool:
    """One's own, as long as one still may have what it is about."""
    kind = kind_of(errand)
    return actor.is_authenticated and errand.asked_by_id == actor.pk and kind is not None and kind.allows(actor, errand)


@rule(Organisation, "file")
def file_volumes(actor: Actor, organisation: Organisation) -> bool:
    """Make and read its archive volumes: those at work on its postings, inspectors and administrators above."""
    return _works_on(actor, organisation) or holds(actor, organisation, *FILING)


@rule(ArchiveVolume, "read")
def read_volume(actor: Actor, volume: ArchiveVolume) -> bool:
    """It holds content of every scope, so never the public's."""
    return file_volumes(actor, volume.organisation)


@sight(ArchiveVolume)
def volumes(actor: Actor) -> Q:
    return reach(actor, *FILING) | _small_branches(actor)


@sight(Phrase)
def phrases(actor: Actor) -> Q:
    """Those for everybody, and those of the organisations one keeps; the operator's: all."""
    kept = Q() if runs_the_machine(actor) else reach(actor, Role.ADMINISTRATOR)
    return Q(organisation=None) | kept


@rule(Phrase, "change")
def change_phrase(actor: Actor, phrase: Phrase) -> bool:
    """Administrators of the organisation or above it; those for everybody: whoever runs the machine."""
    if phrase.organisation is None:
        return runs_the_machine(actor)
    return keep_organisation(actor, phrase.organisation)
