"""Two people at once: whatever they do to one posting, it is done once. Real transactions, on PostgreSQL."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from disclosures.actions import corrections, drafts, endings, postings, requests
from disclosures.actions.reading import approve_opened, note_opened
from disclosures.actions.refusals import MovedOn, ObligationClosed, Refused, StaleDraft
from disclosures.choices import DecisionKind, Outcome, ReviewConclusion, VersionState, WithdrawalReason
from disclosures.models import Attachment, BoardVersion, Obligation, Posting, PostingCounter, Step, Version
from organisations.choices import Role
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import ObligationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return village()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Does the acts at the same time, each in a thread with a connection of its own. What they gave or raised."""
    results: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            results[place] = acts[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return results


def one_won(results: list[object], loser: type[Exception] | tuple[type[Exception], ...] = MovedOn) -> None:
    lost = [result for result in results if isinstance(result, Exception)]
    assert len(lost) == len(results) - 1, results
    assert all(isinstance(error, loser) for error in lost), lost


def again(version: Version) -> Version:
    """The version as another person's request reads it."""
    return Version.objects.get(pk=version.pk)


ROUNDS = range(5)


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_approvers_make_one_approval(_round, jinxing):
    version = jinxing.reviewed()
    people = [appointed(Role.APPROVER, jinxing.organisation) for _number in range(4)]
    seen = [again(version) for _person in people]
    results = at_once(
        *(
            lambda mine=mine, person=person: postings.approve(mine, by=person, at=later(5))
            for mine, person in zip(seen, people, strict=True)
        )
    )
    one_won(results)
    assert Step.objects.filter(kind="approved").count() == 1
    assert again(version).approved_by == Step.objects.get(kind="approved").by


@pytest.mark.parametrize("_round", ROUNDS)
def test_approving_and_returning_at_once_does_one_of_them(_round, jinxing):
    version = jinxing.reviewed()
    mine, theirs = again(version), again(version)
    results = at_once(
        lambda: postings.approve(mine, revision=version.revision, by=jinxing.approver, at=later(5)),
        lambda: postings.send_back(
            theirs, reason="数字有误", revision=version.revision, by=jinxing.reviewer, at=later(5)
        ),
    )
    kinds = set(Step.objects.values_list("kind", flat=True)) & {"approved", "returned"}
    after = again(version)
    if after.state == VersionState.APPROVED:
        one_won(results)
        assert kinds == {"approved"}
    else:  # approved first, then returned from approval: both happened, in that order
        assert after.approved_by is None
        assert kinds == ({"returned"} if isinstance(results[0], MovedOn) else {"approved", "returned"})


@pytest.mark.parametrize("_round", ROUNDS)
def test_publishing_twice_at_once_publishes_once(_round, jinxing):
    version = jinxing.approved()
    seen = [again(version) for _number in range(4)]
    one_won(at_once(*(lambda mine=mine: postings.publish(mine, by=jinxing.secretary, at=later(5)) for mine in seen)))
    assert Step.objects.filter(kind="published").count() == 1
    assert Posting.objects.get().number.endswith("-000001")
    assert PostingCounter.objects.get().last == 1
    assert BoardVersion.objects.get().version == 1


def test_two_sweeps_at_once_publish_each_once(jinxing):
    for _number in range(5):
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        postings.schedule(jinxing.approved(), publish_at=later(60), by=jinxing.secretary, at=later(4))
    done = at_once(*(lambda: postings.publish_due(later(61)) for _number in range(3)))
    assert sum(done) == 5
    assert Step.objects.filter(kind="published").count() == 5
    assert PostingCounter.objects.get().last == 5


def test_numbers_of_eight_at_once_have_no_gaps_and_no_doubles(jinxing):
    versions = []
    for _number in range(24):
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        versions.append(jinxing.approved())
    spoilt = versions[::6]
    Obligation.objects.filter(postings__versions__in=spoilt).update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 1))

    def publish_some(mine: list[Version]) -> list[str]:
        given = []
        for version in mine:
            try:
                given.append(postings.publish(version, by=jinxing.secretary, at=later(5)).number)
            except ObligationClosed:
                continue
        return given

    results = at_once(*(lambda place=place: publish_some(versions[place::8]) for place in range(8)))
    numbers = sorted(number for given in results for number in given)
    assert numbers == [f"{jinxing.organisation.code}-2026-{n:06}" for n in range(1, 21)]


@pytest.mark.parametrize("_round", ROUNDS)
def test_publishing_and_closing_the_obligation_at_once_does_one_of_them(_round, jinxing):
    version = jinxing.approved()

    def nil_return() -> None:
        rows = Obligation.objects.filter(pk=jinxing.obligation.pk, fulfilled_on=None)
        if rows.update(outcome=Outcome.NIL, fulfilled_on=date(2026, 11, 21)) != 1:
            raise Refused

    results = at_once(lambda: postings.publish(version, by=jinxing.secretary, at=later(5)), nil_return)
    one_won(results, (ObligationClosed, Refused))
    posted = Posting.objects.get().number is not None
    assert Obligation.objects.get().outcome == (Outcome.POSTED if posted else Outcome.NIL)


@pytest.mark.parametrize("_round", ROUNDS)
def test_publishing_a_correction_and_withdrawing_at_once_never_lock_crosswise(_round, jinxing):
    posting = jinxing.published()
    new = jinxing.approved(corrections.begin_correction(posting, note="数字", by=jinxing.secretary, at=later(9)))
    results = at_once(
        lambda: postings.publish(new, by=jinxing.secretary, at=later(20)),
        lambda: corrections.withdraw(posting, reason=WithdrawalReason.SECRET, by=jinxing.approver, at=later(20)),
    )
    assert not isinstance(results[1], Exception)
    assert isinstance(results[0], (MovedOn, Posting))
    assert Posting.objects.get().status == "withdrawn"
    assert again(new).state in {VersionState.PUBLISHED, VersionState.DISCARDED}


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_who_save_at_once_lose_nothing_silently(_round, jinxing):
    version = jinxing.draft()
    colleague = appointed(Role.SECRETARY, jinxing.organisation)

    def save(by):
        text = {"title": by.full_name, "body": f"<p>{by.full_name}</p>", "stated_on": NOW.date()}
        return drafts.save_draft(again(version), expected_revision=2, **text, by=by, at=later(1))

    results = at_once(lambda: save(jinxing.secretary), lambda: save(colleague))
    one_won(results, StaleDraft)
    winner = next(result for result in results if isinstance(result, Version))
    assert again(version).title == winner.title
    assert again(version).revision == 3


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_draft_begun_by_several_at_once_is_one(_round, jinxing):
    results = at_once(
        *(
            lambda: drafts.start_draft(obligation=jinxing.obligation, by=jinxing.secretary, at=NOW)
            for _number in range(4)
        )
    )
    assert len({result.pk for result in results}) == 1
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_file_added_while_it_is_proposed_is_in_what_is_reviewed_or_nowhere(_round, jinxing):
    version = jinxing.draft()
    seen = version.revision
    results = at_once(
        lambda: drafts.attach(again(version), upload("明细.pdf", PDF), by=jinxing.secretary, at=later(1)),
        lambda: postings.propose(again(version), revision=seen, by=jinxing.secretary, at=later(1)),
    )
    one_won(results)
    after = again(version)
    assert (after.state == VersionState.PROPOSED) == (Attachment.objects.count() == 0)


def test_many_reviews_at_once_leave_one_record(jinxing):
    version = jinxing.proposed()
    people = [appointed(Role.REVIEWER, jinxing.organisation) for _number in range(4)]
    conclusions = [ReviewConclusion.MAY_BE_DISCLOSED, ReviewConclusion.NOT_DISCLOSED] * 2
    results = at_once(
        *(
            lambda person=person, conclusion=conclusion: postings.review(
                again(version), conclusion=conclusion, grounds="依据", by=person, at=later(5)
            )
            for person, conclusion in zip(people, conclusions, strict=True)
        )
    )
    one_won(results)
    assert version.reviews.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_a_request_decided_by_two_at_once_is_decided_once(_round, jinxing):
    people = [appointed(Role.APPROVER, jinxing.town), appointed(Role.INSPECTOR, jinxing.town)]
    asked = {"kind": DecisionKind.WAIVER, "reason": "机构已撤并", "by": jinxing.secretary, "at": NOW}
    request = requests.ask(jinxing.obligation, **asked)
    results = at_once(
        lambda: requests.grant(request, answer="同意", by=people[0], at=later(1)),
        lambda: requests.refuse(request, answer="不同意", by=people[1], at=later(1)),
    )
    one_won(results, (MovedOn, ObligationClosed))
    request.refresh_from_db()
    assert (request.state == "granted") == (Obligation.objects.get().outcome == Outcome.WAIVED)


@pytest.mark.parametrize("_round", ROUNDS)
def test_the_same_asked_for_by_two_at_once_is_asked_once(_round, jinxing):
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    asked = {"kind": DecisionKind.WAIVER, "reason": "机构已撤并", "at": NOW}
    results = at_once(
        *(lambda by=by: requests.ask(jinxing.obligation, by=by, **asked) for by in (jinxing.secretary, colleague))
    )
    one_won(results)
    assert jinxing.obligation.requests.count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_an_early_end_approved_and_refused_at_once_is_decided_once(_round, jinxing):
    posting = endings.ask_to_end(jinxing.published(), reason="已到期", by=jinxing.secretary, at=later(9))
    second = appointed(Role.APPROVER, jinxing.organisation)
    results = at_once(
        lambda: endings.end_early(posting, by=jinxing.approver, at=later(10)),
        lambda: endings.refuse_ending(posting, reason="公示未满", by=second, at=later(10)),
    )
    one_won(results)
    assert Step.objects.filter(kind__in=["ended", "ending_refused"]).count() == 1


@pytest.mark.parametrize("_round", ROUNDS)
def test_two_approvers_who_approve_several_at_once_approve_each_once(_round, jinxing):
    second, versions = appointed(Role.APPROVER, jinxing.organisation), []
    for _number in range(3):
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        versions.append(jinxing.reviewed())
    for version in versions:
        for person in (jinxing.approver, second):
            note_opened(version, by=person, at=later(5))

    def approve_all(person, mine):
        refused = 0
        for version in mine:
            try:
                approve_opened(again(version), revision=version.revision, opinion="同意", by=person, at=later(6))
            except MovedOn:
                refused += 1
        return refused

    results = at_once(
        lambda: approve_all(jinxing.approver, versions), lambda: approve_all(second, list(reversed(versions)))
    )
    assert sum(results) == 3
    assert Step.objects.filter(kind="approved").count() == 3


def test_opening_the_same_by_two_requests_at_once_is_one_opening(jinxing):
    version = jinxing.reviewed()
    results = at_once(*(lambda: note_opened(version, by=jinxing.approver, at=later(5)) for _number in range(4)))
    assert results == [None] * 4
    assert version.openings.count() == 1
