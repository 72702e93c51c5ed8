"""More time, or being let off, is asked for by the secretary and decided by somebody above; the clock runs on."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from disclosures import letters
from disclosures.actions import obligations, requests
from disclosures.actions.refusals import MovedOn, ObligationClosed, OwnWork, Refused
from disclosures.choices import DecisionKind, Outcome, RequestState
from disclosures.models import Obligation, ObligationDecision, ReleaseRequest
from disclosures.superiors import addressee
from notices.models import Notice
from organisations.choices import Role
from organisations.models import User
from tests.disclosures.office import OUTSIDERS, outsider, page, signed_in
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 10)
WHY = "审计报告未到"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing() -> Village:
    return village(item__title="公务接待")


@pytest.fixture
def above(jinxing) -> User:
    return appointed(Role.APPROVER, jinxing.town)


def asked(jinxing: Village, kind: DecisionKind = DecisionKind.EXTENSION, **changes: object) -> ReleaseRequest:
    day = {"new_due_on": DAY} if kind == DecisionKind.EXTENSION else {}
    values = {"kind": kind, "reason": WHY, "by": jinxing.secretary, "at": NOW} | day | changes
    return requests.ask(jinxing.obligation, **values)


# Asking


def test_asking_stops_no_clock(jinxing, above):
    before = (jinxing.obligation.due_on, jinxing.obligation.fulfilled_on)
    asked(jinxing)
    row = Obligation.objects.get()
    assert (row.due_on, row.fulfilled_on) == before
    assert Obligation.objects.overdue(on=NOW.date()).exists()


def test_each_kind_is_asked_for_once_until_it_is_decided(jinxing, above):
    first = asked(jinxing)
    asked(jinxing, DecisionKind.WAIVER)
    with pytest.raises(MovedOn):
        asked(jinxing)
    requests.refuse(first, answer="按期公开", by=above, at=later(1))
    asked(jinxing)
    assert ReleaseRequest.objects.count() == 3


def test_nothing_is_asked_once_it_is_met(jinxing, above):
    obligations.nil_return(jinxing.obligation, reason="本季度无", by=jinxing.secretary, at=NOW)
    with pytest.raises(ObligationClosed):
        asked(jinxing)


@pytest.mark.parametrize(
    "changes", [{"reason": "  "}, {"new_due_on": date(2026, 10, 23)}, {"new_due_on": date(2027, 11, 24)}]
)
def test_without_a_reason_or_for_a_day_that_cannot_be_granted_nothing_is_asked(changes, jinxing, above):
    with pytest.raises(Refused):
        asked(jinxing, **changes)
    assert not ReleaseRequest.objects.exists()


def test_it_is_addressed_to_the_nearest_superior_with_somebody_to_decide(jinxing):
    district = OrganisationFactory()
    jinxing.town.parent = district
    type(jinxing.town).objects.filter(pk=jinxing.town.pk).update(parent=district)
    assert addressee(jinxing.organisation, on=NOW.date()) == jinxing.town
    appointed(Role.INSPECTOR, jinxing.town)
    assert addressee(jinxing.organisation, on=NOW.date()) == jinxing.town


def test_without_a_superior_there_is_nobody_to_ask():
    top = OrganisationFactory()
    row = ObligationFactory(organisation=top)
    with pytest.raises(Refused):
        requests.ask(row, kind=DecisionKind.WAIVER, reason=WHY, by=appointed(Role.SECRETARY, top), at=NOW)


# Deciding


def test_an_extension_is_granted_to_the_day_asked_for_or_to_another(jinxing, above):
    granted = requests.grant(asked(jinxing), answer="同意", by=above, at=later(1))
    assert granted.state == RequestState.GRANTED
    assert Obligation.objects.get().due_on == DAY
    assert granted.decision == ObligationDecision.objects.get()
    again = asked(jinxing, new_due_on=DAY + timedelta(days=30))
    requests.grant(again, answer="只延十天", new_due_on=DAY + timedelta(days=10), by=above, at=later(2))
    assert Obligation.objects.get().due_on == DAY + timedelta(days=10)


def test_a_waiver_that_is_granted_settles_the_obligation(jinxing, above):
    requests.grant(asked(jinxing, DecisionKind.WAIVER), answer="机构已撤并", by=above, at=later(1))
    assert Obligation.objects.get().outcome == Outcome.WAIVED


def test_a_refusal_gives_its_reason_and_changes_no_day(jinxing, above):
    request = asked(jinxing)
    with pytest.raises(Refused):
        requests.refuse(request, answer=" ", by=above, at=later(1))
    request = requests.refuse(request, answer="资料已齐", by=above, at=later(1))
    assert (request.state, request.answer, request.decided_by) == (RequestState.REFUSED, "资料已齐", above)
    assert Obligation.objects.get().due_on == date(2026, 10, 23)


def test_who_asked_never_decides(jinxing):
    AppointmentFactory(user=jinxing.secretary, role=Role.APPROVER, organisation=jinxing.town)
    request = asked(jinxing)
    for act in (requests.grant, requests.refuse):
        with pytest.raises(OwnWork):
            act(request, answer="同意", by=jinxing.secretary, at=later(1))
    client = signed_in(jinxing.secretary)
    url = reverse("desk:request", args=[request.pk])
    assert 'name="granted"' not in page(client, url)
    assert client.post(url, {"granted": "yes", "new_due_on": "2026-12-10", "answer": "同意"}).status_code == 403


def test_what_was_met_meanwhile_is_neither_granted_nor_refused_and_waits_for_nobody(jinxing, above):
    request = asked(jinxing)
    obligations.nil_return(jinxing.obligation, reason="本季度无", by=jinxing.secretary, at=later(1))
    with pytest.raises(ObligationClosed):
        requests.grant(request, answer="同意", by=above, at=later(2))
    with pytest.raises(ObligationClosed):
        requests.refuse(request, answer="不同意", by=above, at=later(2))
    assert "公务接待" not in page(signed_in(above), "/desk/requests/")


def test_what_was_taken_back_or_decided_is_not_decided_again(jinxing, above):
    request = asked(jinxing)
    requests.take_back(request, at=later(1))
    with pytest.raises(MovedOn):
        requests.grant(request, answer="同意", by=above, at=later(2))
    with pytest.raises(MovedOn):
        requests.take_back(request, at=later(2))
    assert Obligation.objects.get().due_on == date(2026, 10, 23)


def test_superiors_still_extend_without_being_asked(jinxing, above):
    obligations.extend(jinxing.obligation, new_due_on=DAY, reason="统一延期", by=above, at=NOW)
    assert Obligation.objects.get().due_on == DAY


# The database


def test_the_database_refuses_half_decisions_and_deciding_ones_own(jinxing, above):
    request = asked(jinxing)
    rows = ReleaseRequest.objects.filter(pk=request.pk)
    wrong = [
        {"state": RequestState.GRANTED, "decided_by": above, "decided_at": NOW, "answer": "同意"},
        {"state": RequestState.REFUSED, "decided_by": above, "decided_at": NOW, "answer": ""},
        {"state": RequestState.REFUSED, "decided_by": jinxing.secretary, "decided_at": NOW, "answer": "不"},
        {"state": RequestState.REFUSED, "answer": "不"},
        {"answer": "还没有决定"},
        {"reason": "另一个理由"},
        {"new_due_on": None},
        {"kind": DecisionKind.NIL_RETURN},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_the_database_keeps_one_open_request_of_a_kind_and_none_for_what_is_met(jinxing, above):
    request = asked(jinxing)
    request.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save(force_insert=True)
    met = ObligationFactory(outcome=Outcome.NIL, fulfilled_on=NOW.date())
    request.obligation = met
    with pytest.raises(IntegrityError), transaction.atomic():
        request.save(force_insert=True)


def test_a_request_is_never_deleted_and_a_decided_one_never_changed(jinxing, above):
    request = requests.refuse(asked(jinxing), answer="资料已齐", by=above, at=later(1))
    rows = ReleaseRequest.objects.filter(pk=request.pk)
    for act in (rows.delete, lambda: rows.update(answer="另一句话")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


# Telling


def told(kind: str) -> set[int]:
    return set(Notice.objects.filter(kind=kind, channel="inbox").values_list("recipient", flat=True))


def test_those_who_decide_are_told_and_then_the_secretaries(jinxing, above):
    inspector, elsewhere = appointed(Role.INSPECTOR, jinxing.town), appointed(Role.APPROVER, OrganisationFactory())
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    request = asked(jinxing)
    assert told(letters.ASKED) == {above.pk, inspector.pk}
    assert elsewhere.pk not in told(letters.ASKED)
    requests.grant(request, answer="同意", by=above, at=later(1))
    assert told(letters.DECIDED) == {jinxing.secretary.pk, colleague.pk}


def test_the_letters_say_what_where_why_and_how_it_was_decided(jinxing, above):
    request = asked(jinxing)
    letter = next(iter(letters.asked(list(Notice.objects.filter(kind=letters.ASKED)), NOW).values()))
    for words in (jinxing.organisation.name, "公务接待", WHY, "2026-12-10", "2026-10-23"):
        assert words in letter.text, words
    assert letter.url == reverse("desk:request", args=[request.pk])
    requests.grant(request, answer="同意延期", by=above, at=later(1))
    letter = next(iter(letters.decided(list(Notice.objects.filter(kind=letters.DECIDED)), NOW).values()))
    for words in ("已同意", "同意延期", str(above), "2026-12-10"):
        assert words in letter.text, words


def test_nobody_is_told_any_more_of_what_is_decided_or_met(jinxing, above):
    request = asked(jinxing)
    notices = list(Notice.objects.filter(kind=letters.ASKED))
    requests.take_back(request, at=later(1))
    assert letters.asked(notices, later(2)) == {}


# At the desk


def test_asking_and_deciding_at_the_desk(jinxing, above):
    secretary, decider = signed_in(jinxing.secretary), signed_in(above)
    ask = reverse("desk:decide", args=[jinxing.obligation.pk, "ask-extension"])
    html = secretary.post(ask, {"new_due_on": "2026-12-10", "reason": WHY}, follow=True).content.decode()
    assert "申请延期至 2026-12-10" in html or "已申请延期至 2026-12-10" in html
    assert "1 件延期或免予公开申请待决定" in page(decider, "/desk/")
    request = ReleaseRequest.objects.get()
    url = reverse("desk:request", args=[request.pk])
    assert url in page(decider, "/desk/requests/")
    assert decider.post(url, {"granted": "yes", "new_due_on": "", "answer": ""}).status_code == 200
    decider.post(url, {"granted": "yes", "new_due_on": "2026-12-01", "answer": "同意"})
    assert Obligation.objects.get().due_on == date(2026, 12, 1)
    assert "已同意" in page(secretary, "/desk/requests/?which=asked")
    assert "已同意" in page(decider, "/desk/requests/?which=decided")


def test_after_a_decision_comes_the_next_request(jinxing, above):
    first = asked(jinxing)
    other = village()
    type(other.organisation).objects.filter(pk=other.organisation.pk).update(
        parent=jinxing.town, path=jinxing.town.path + "000Z"
    )
    other.organisation.refresh_from_db()
    other.obligation.refresh_from_db()
    second = asked(other)
    response = signed_in(above).post(
        reverse("desk:request", args=[first.pk]), {"granted": "no", "answer": "资料已齐", "new_due_on": ""}
    )
    assert response["Location"] == reverse("desk:request", args=[second.pk])


def test_the_inspector_finds_it_from_the_overdue_review(jinxing):
    inspector = appointed(Role.INSPECTOR, jinxing.town)
    asked(jinxing)
    html = page(signed_in(inspector), "/oversight/")
    assert "1 件延期或免予公开申请待决定" in html
    assert "公务接待" in page(signed_in(inspector), "/desk/requests/?which=below")


@pytest.mark.parametrize("kind", [kind for kind in OUTSIDERS if kind != "inspector above"])
def test_others_neither_see_nor_ask_nor_decide(kind, jinxing):
    request = asked(jinxing)
    client = outsider(kind, jinxing)
    urls = [
        reverse("desk:request", args=[request.pk]),
        reverse("desk:decide", args=[jinxing.obligation.pk, "ask-waiver"]),
    ]
    for url in urls:
        assert client.post(url, {"granted": "yes", "answer": "同意", "reason": "无"}).status_code in {302, 404}, url
    assert client.post(reverse("desk:request-take-back", args=[request.pk])).status_code in {302, 404}
    assert ReleaseRequest.objects.get().state == RequestState.OPEN


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.APPROVER])
def test_their_own_reviewer_and_approver_see_it_and_decide_nothing(role, jinxing):
    request = asked(jinxing)
    client = signed_in(appointed(role, jinxing.organisation))
    url = reverse("desk:request", args=[request.pk])
    assert WHY in page(client, url)
    assert client.post(url, {"granted": "no", "answer": "不", "new_due_on": ""}).status_code == 403
    assert client.post(reverse("desk:request-take-back", args=[request.pk])).status_code == 403


@pytest.mark.parametrize("query", ["which=nonsense", "after=nonsense", "which=asked&before=%00"])
def test_nonsense_in_the_address_of_the_lists_is_no_error(query, jinxing):
    assert signed_in(jinxing.secretary).get(f"/desk/requests/?{query}").status_code in {400, 404}


def test_the_lists_ask_as_often_for_many_rows_as_for_few(jinxing, above, django_assert_max_num_queries):
    for _number in range(20):
        row = ObligationFactory(organisation=jinxing.organisation)
        requests.ask(row, kind=DecisionKind.WAIVER, reason=WHY, by=jinxing.secretary, at=NOW)
    client = signed_in(above)
    page(client, "/desk/requests/")
    with django_assert_max_num_queries(12):
        page(client, "/desk/requests/")
