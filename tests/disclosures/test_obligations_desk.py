"""What is owed, at the desk: who sees its page, and what their buttons do."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from disclosures.actions import corrections
from disclosures.actions.obligations import waive
from disclosures.choices import DecisionKind, WithdrawalReason
from disclosures.models import DueChange, Obligation, ObligationDecision, OverdueEntry
from organisations.choices import Role
from organisations.models import Organisation
from tests.disclosures.office import OUTSIDERS, buttons, outsider, staff
from tests.disclosures.office import signed_in as enter
from tests.disclosures.people import NOW, Village, appointed, village
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return village(item__title="公务接待")


def change(obligation: Obligation) -> str:
    return reverse("desk:obligation", args=[obligation.pk])


def decide(obligation: Obligation, name: str) -> str:
    return reverse("desk:decide", args=[obligation.pk, name])


def offered(client: Client, obligation: Obligation) -> list[str]:
    """The decisions and requests offered on its page."""
    return buttons(client.get(change(obligation)).content.decode())


ASKING = ["申请延期", "申请免予公开"]


def test_a_secretary_writes_or_makes_a_nil_return_and_releases_nobody(jinxing):
    html = enter(jinxing.secretary).get(change(jinxing.obligation)).content.decode()
    assert "填写公开内容" in html
    assert buttons(html) == ["无公开事项报告", *ASKING]
    client = enter(jinxing.secretary)
    assert client.get(decide(jinxing.obligation, "waive")).status_code == 403
    assert client.post(decide(jinxing.obligation, "extend"), {}).status_code == 403


@pytest.mark.parametrize("role", [Role.APPROVER, Role.INSPECTOR])
def test_those_above_extend_and_waive_and_write_nothing(jinxing, role):
    client = enter(appointed(role, jinxing.town))
    assert offered(client, jinxing.obligation) == ["延期", "免予公开"]
    assert client.get(decide(jinxing.obligation, "nil")).status_code == 403


def test_nobody_releases_their_own_organisation(jinxing):
    client = enter(jinxing.approver)
    assert offered(client, jinxing.obligation) == []
    assert client.post(decide(jinxing.obligation, "waive"), {"reason": "无"}).status_code == 403
    assert Obligation.objects.open().exists()


def test_a_nil_return_needs_a_reason_and_a_confirmation(jinxing):
    client, url = enter(jinxing.secretary), decide(jinxing.obligation, "nil")
    assert client.post(url, {"reason": "本季度无公务接待"}).status_code == 200
    assert client.post(url, {"reason": "  ", "confirmed": "on"}).status_code == 200
    assert Obligation.objects.open().exists()
    response = client.post(url, {"reason": "本季度无公务接待", "confirmed": "on"}, follow=True)
    assert "已报告本期无公开事项" in response.content.decode()
    row = ObligationDecision.objects.get()
    assert (row.kind, row.reason, row.decided_by) == (DecisionKind.NIL_RETURN, "本季度无公务接待", jinxing.secretary)
    assert "本季度无公务接待" in response.content.decode()
    assert buttons(response.content.decode()) == []


def test_an_inspector_extends_and_the_page_says_why(jinxing):
    client = enter(appointed(Role.INSPECTOR, jinxing.town))
    url = decide(jinxing.obligation, "extend")
    for wrong in ["", "2026-13-01", "1900-01-01", "9999-12-31", "x"]:
        assert client.post(url, {"new_due_on": wrong, "reason": "审计报告未到"}).status_code == 200, wrong
    response = client.post(url, {"new_due_on": "2026-12-10", "reason": "审计报告未到"}, follow=True)
    assert "审计报告未到" in response.content.decode()
    assert "2026-12-10" in response.content.decode()
    assert Obligation.objects.get().due_on == date(2026, 12, 10)


def test_a_refusal_is_told_in_words_and_changes_nothing(jinxing):
    client = enter(appointed(Role.INSPECTOR, jinxing.town))
    response = client.post(
        decide(jinxing.obligation, "extend"), {"new_due_on": "2026-10-01", "reason": "资料待补"}, follow=True
    )
    html = response.content.decode()
    assert "新的截止日" in html
    assert "资料待补</textarea>" in html, "what was typed stands in the form again"
    assert Obligation.objects.get().due_on == date(2026, 10, 23)


def test_the_second_of_two_is_told_what_the_first_decided(jinxing):
    client = enter(jinxing.secretary)
    waive(jinxing.obligation, reason="支部已撤销", by=UserFactory(), at=NOW)
    response = client.post(
        decide(jinxing.obligation, "nil"), {"reason": "本季度无公务接待", "confirmed": "on"}, follow=True
    )
    assert "免予公开" in response.content.decode()
    assert ObligationDecision.objects.count() == 1


def test_an_item_of_events_has_no_nil_return(jinxing):
    prompt = ObligationFactory(
        organisation=jinxing.organisation, item=ItemFactory(prompt=True), period_start=None, period_end=None
    )
    client = enter(jinxing.secretary)
    assert offered(client, prompt) == ASKING
    response = client.post(decide(prompt, "nil"), {"reason": "无", "confirmed": "on"}, follow=True)
    assert "定期公开" in response.content.decode()
    assert Obligation.objects.open().count() == 2


def test_no_nil_return_is_offered_while_something_is_written_or_before_the_period(jinxing):
    client = enter(jinxing.secretary)
    coming = ObligationFactory(
        organisation=jinxing.organisation, opens_on=date(2026, 11, 22), due_on=date(2027, 1, 14), period_key="2026Q4"
    )
    assert offered(client, coming) == ASKING
    jinxing.draft()
    assert offered(client, jinxing.obligation) == ASKING


def test_an_unknown_decision_is_not_found(jinxing):
    assert enter(jinxing.secretary).get(decide(jinxing.obligation, "forget")).status_code == 404


SEES = [Role.SECRETARY, Role.REVIEWER, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", SEES)
def test_those_at_work_there_see_its_page(role, jinxing):
    assert enter(appointed(role, jinxing.organisation)).get(change(jinxing.obligation)).status_code == 200


@pytest.mark.parametrize("role", [Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR])
def test_those_above_whose_rights_reach_down_see_its_page(role, jinxing):
    assert enter(appointed(role, jinxing.town)).get(change(jinxing.obligation)).status_code == 200


@pytest.mark.parametrize("kind", [kind for kind in OUTSIDERS if kind != "inspector above"])
def test_for_others_it_does_not_exist(kind, jinxing):
    client = outsider(kind, jinxing)
    expected = 302 if kind == "anonymous" else 404
    for url in (change(jinxing.obligation), decide(jinxing.obligation, "nil"), decide(jinxing.obligation, "waive")):
        assert client.get(url).status_code == expected, url
        assert client.post(url, {"reason": "无", "confirmed": "on"}).status_code in {expected, 405}, url
    assert Obligation.objects.open().exists()


def test_its_page_tells_why_it_is_due_that_day_and_what_happened(jinxing):
    row = jinxing.obligation
    OverdueEntry.objects.create(obligation=row, became_on=date(2026, 10, 24), logged_at=NOW)
    moved = {"old_due_on": date(2026, 10, 22), "new_due_on": date(2026, 10, 23), "cause": "calendar"}
    DueChange.objects.create(obligation=row, changed_at=NOW, **moved)
    inspector = enter(appointed(Role.INSPECTOR, jinxing.town))
    inspector.post(decide(row, "extend"), {"new_due_on": "2026-12-10", "reason": "审计报告未到"})
    html = enter(jinxing.secretary).get(change(row)).content.decode()
    for words in ("开始逾期", "2026-10-24", "2026-10-22", "延期至 2026-12-10", "审计报告未到"):
        assert words in html, words


def test_its_page_lists_its_postings_those_withdrawn_too(jinxing):
    first = jinxing.published()
    corrections.withdraw(first, reason=WithdrawalReason.CONTENT_WRONG, by=jinxing.approver, at=NOW + timedelta(hours=1))
    jinxing.draft()
    html = enter(jinxing.secretary).get(change(jinxing.obligation)).content.decode()
    assert first.number in html
    assert "已撤回" in html
    assert html.count('class="desk-row__what"') >= 2


def test_an_organisation_without_a_superior_is_not_offered_to_ask(jinxing):
    Organisation.objects.filter(pk=jinxing.organisation.pk).update(parent=None)
    assert offered(enter(jinxing.secretary), jinxing.obligation) == ["无公开事项报告"]


def test_in_the_back_office_a_row_leads_to_the_desk(jinxing):
    client = enter(staff(jinxing.secretary))
    url = reverse("admin:disclosures_obligation_change", args=[jinxing.obligation.pk])
    assert client.get(url)["Location"] == change(jinxing.obligation)
