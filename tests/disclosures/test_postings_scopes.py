"""Who may read what: the four scopes against every sort of actor, and who may take which step."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from catalogue.choices import Scope
from disclosures.actions import corrections, drafts, postings
from disclosures.choices import PostingStatus, WithdrawalReason
from disclosures.models import Attachment, Posting, Version
from disclosures.rules import readable
from organisations.access import Actor, can, visible
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

ACTORS = [
    "anonymous",
    "nobody",
    "superuser",
    "retired member",
    "disabled member",
    "member elsewhere",
    "member of the town",
    "member",
    "named person",
    "member of a named unit",
    "secretary",
    "secretary elsewhere",
    "reviewer",
    "approver",
    "approver of the town",
    "approver elsewhere",
    "inspector of the town",
    "inspector elsewhere",
    "administrator of the town",
]
AT_WORK = {"secretary", "reviewer", "approver", "approver of the town"}
INSPECTS = {"inspector of the town"}
IN_THE_UNIT = {"member"}
NAMED = {"named person", "member of a named unit"}
IN_OFFICE = set(ACTORS) - {"anonymous", "nobody", "superuser", "retired member", "disabled member", "named person"}

READ_BY = {
    Scope.SOCIETY: set(ACTORS),
    Scope.WHOLE_PARTY: IN_OFFICE,
    Scope.UNIT: AT_WORK | INSPECTS | IN_THE_UNIT,
    Scope.SPECIFIC: AT_WORK | INSPECTS | NAMED,
}


@dataclass
class World:
    here: Village
    elsewhere: Organisation
    named_unit: Organisation
    people: dict[str, Actor]


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    here = village()
    home, town = here.organisation, here.town
    elsewhere, named_unit = OrganisationFactory(), OrganisationFactory()
    retired = AppointmentFactory(role=Role.MEMBER, organisation=home, ends_on="2026-01-01").user
    disabled = appointed(Role.MEMBER, home)
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    people = {
        "anonymous": AnonymousUser(),
        "nobody": UserFactory(),
        "superuser": UserFactory(is_superuser=True, is_staff=True),
        "retired member": retired,
        "disabled member": disabled,
        "member elsewhere": appointed(Role.MEMBER, elsewhere),
        "member of the town": appointed(Role.MEMBER, town),
        "member": appointed(Role.MEMBER, home),
        "named person": UserFactory(),
        "member of a named unit": appointed(Role.MEMBER, named_unit),
        "secretary": here.secretary,
        "secretary elsewhere": appointed(Role.SECRETARY, elsewhere),
        "reviewer": here.reviewer,
        "approver": here.approver,
        "approver of the town": appointed(Role.APPROVER, town),
        "approver elsewhere": appointed(Role.APPROVER, elsewhere),
        "inspector of the town": appointed(Role.INSPECTOR, town),
        "inspector elsewhere": appointed(Role.INSPECTOR, elsewhere),
        "administrator of the town": appointed(Role.ADMINISTRATOR, town),
    }
    assert list(people) == ACTORS
    return World(here, elsewhere, named_unit, people)


def draft(world: World, scope: Scope) -> Version:
    version = world.here.draft(scope=scope)
    if scope == Scope.SPECIFIC:
        by = {"by": world.here.secretary, "at": NOW}
        drafts.add_reader(version.posting, user=world.people["named person"], **by)
        drafts.add_reader(version.posting, organisation=world.named_unit, **by)
    version.refresh_from_db()
    drafts.attach(version, upload("明细.pdf", PDF), by=world.here.secretary, at=NOW)
    version.refresh_from_db()
    return version


def fresh(actor: Actor) -> Actor:
    """The actor as the next request has it."""
    return User.objects.get(pk=actor.pk) if actor.pk else AnonymousUser()


def those_who_may(world: World, action: str, obj: object) -> set[str]:
    return {name for name, actor in world.people.items() if can(fresh(actor), action, obj)}


@pytest.mark.parametrize("scope", Scope)
def test_published_content_is_read_as_its_scope_says(scope, world):
    posting = world.here.published(draft(world, scope))
    assert those_who_may(world, "read_content", posting) == READ_BY[scope]
    assert those_who_may(world, "read", posting.current) == READ_BY[scope]
    assert those_who_may(world, "read", Attachment.objects.get()) == READ_BY[scope]


@pytest.mark.parametrize("scope", Scope)
def test_lists_and_pages_agree_on_who_reads(scope, world):
    posting = world.here.published(draft(world, scope))
    listed = {name for name, actor in world.people.items() if Posting.objects.filter(readable(fresh(actor))).exists()}
    assert listed == those_who_may(world, "read_content", posting)


@pytest.mark.parametrize("scope", Scope)
def test_that_something_was_disclosed_is_known_to_everybody(scope, world):
    posting = world.here.published(draft(world, scope))
    assert those_who_may(world, "read", posting) == set(ACTORS)
    for actor in world.people.values():
        assert posting in visible(fresh(actor), Posting.objects.all())


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("stage", ["draft", "proposed", "reviewed", "approved"])
def test_before_publication_it_exists_for_those_at_work_alone(stage, scope, world):
    version = draft(world, scope)
    if stage != "draft":
        getattr(world.here, stage)(version)
    for action, obj in (("read", version.posting), ("read_content", version.posting), ("read", version)):
        assert those_who_may(world, action, obj) == AT_WORK
    assert those_who_may(world, "read", Attachment.objects.get()) == AT_WORK
    seen = {name for name, actor in world.people.items() if visible(fresh(actor), Version.objects.all()).exists()}
    assert seen == AT_WORK


@pytest.mark.parametrize("scope", Scope)
def test_what_was_withdrawn_is_gone_but_for_those_at_work_and_the_inspectors(scope, world):
    posting = world.here.published(draft(world, scope))
    corrections.withdraw(posting, reason=WithdrawalReason.SECRET, by=world.here.approver, at=later(9))
    posting.refresh_from_db()
    assert those_who_may(world, "read_content", posting) == AT_WORK | INSPECTS
    assert those_who_may(world, "read", Attachment.objects.get()) == AT_WORK | INSPECTS
    assert those_who_may(world, "read", posting) == set(ACTORS)


def test_a_correction_under_way_is_unknown_to_readers_of_what_is_up(world):
    posting = world.here.published(draft(world, Scope.SOCIETY))
    new = corrections.begin_correction(posting, note="数字有误", by=world.here.secretary, at=later(9))
    assert those_who_may(world, "read", new) == AT_WORK
    assert those_who_may(world, "read", new.attachments.get()) == AT_WORK


# Steps

MAY = {
    "edit": {"secretary"},
    "propose": {"secretary"},
    "discard": {"secretary"},
    "publish_urgently": {"secretary"},
    "review": {"reviewer"},
    "approve": {"approver", "approver of the town"},
    "approve_afterwards": {"approver", "approver of the town"},
    "return": {"reviewer", "approver", "approver of the town"},
    "publish": {"secretary", "approver", "approver of the town"},
    "schedule": {"secretary", "approver", "approver of the town"},
    "unschedule": {"secretary", "approver", "approver of the town"},
}


@pytest.mark.parametrize("action", MAY)
def test_each_step_is_for_its_role(action, world):
    assert those_who_may(world, action, draft(world, Scope.SOCIETY)) == MAY[action]


def test_correcting_is_for_secretaries_and_withdrawing_for_approvers_too(world):
    posting = world.here.published(draft(world, Scope.SOCIETY))
    assert those_who_may(world, "correct", posting) == {"secretary"}
    assert those_who_may(world, "withdraw", posting) == {"secretary", "approver", "approver of the town"}


def test_readers_are_named_by_the_secretary_and_after_publication_by_the_approver(world):
    version = draft(world, Scope.SPECIFIC)
    assert those_who_may(world, "add_reader", version.posting) == {"secretary"}
    posting = world.here.published(version)
    assert those_who_may(world, "add_reader", posting) == {"approver", "approver of the town"}
    Posting.objects.filter(pk=posting.pk).update(status=PostingStatus.ENDED)
    posting.refresh_from_db()
    assert those_who_may(world, "add_reader", posting) == set()


def test_an_unknown_step_is_for_nobody(world):
    assert those_who_may(world, "rewrite_history", draft(world, Scope.SOCIETY)) == set()


def test_a_branch_too_small_is_reviewed_and_approved_by_its_superior(world):
    here, town = world.here, world.here.town
    Organisation.objects.filter(pk=here.organisation.pk).update(superior_approves=True)
    reviewer_above = appointed(Role.REVIEWER, town)
    version = draft(world, Scope.UNIT)
    version.posting.organisation.refresh_from_db()
    assert those_who_may(world, "approve", version) == {"approver of the town"}
    assert can(reviewer_above, "review", version)
    assert can(reviewer_above, "read", version)
    assert version in visible(fresh(reviewer_above), Version.objects.all())
    assert not can(appointed(Role.REVIEWER, world.elsewhere), "review", version)


def test_the_reviewer_above_has_no_say_where_the_branch_reviews_itself(world):
    reviewer_above = appointed(Role.REVIEWER, world.here.town)
    version = draft(world, Scope.UNIT)
    assert not can(reviewer_above, "review", version)
    assert not can(reviewer_above, "read", version)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER])
def test_who_wrote_it_is_kept_from_passing_it_whatever_their_roles(role, world):
    version = draft(world, Scope.SOCIETY)
    AppointmentFactory(user=world.here.secretary, role=role, organisation=world.here.organisation)
    writer = fresh(world.here.secretary)
    for action in ("review", "approve", "approve_afterwards", "return"):
        assert not can(writer, action, version)
    postings.propose(version, by=writer, at=later(1))
    assert not can(fresh(writer), "review", version)
