"""The back office of duties, events and obligations: who sees what, and what their buttons do."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Item
from disclosures.actions.obligations import waive
from disclosures.choices import Outcome
from disclosures.generation import generate
from disclosures.models import (
    DueChange,
    Duty,
    Event,
    GenerationRun,
    Obligation,
    OverdueEntry,
)
from organisations.admin_base import MOST_COUNTED
from organisations.choices import OrganisationKind, Role
from organisations.models import Organisation, User
from tests.disclosures.people import NOW, Village, appointed, village
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:disclosures_obligation_changelist"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing() -> Village:
    return village(item__title="公务接待")


def enter(person: User) -> Client:
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def change(obligation: Obligation) -> str:
    return reverse("admin:disclosures_obligation_change", args=[obligation.pk])


def titles(client: Client, **query: str) -> set[str]:
    """The items on a list of obligations."""
    html = client.get(reverse(LIST), query).content.decode()
    return set(re.findall(r'class="field-what"><a [^>]*>([^<]+)</a>', html))


# Who sees what


def test_each_sees_the_obligations_of_their_own_organisations(jinxing):
    elsewhere = ObligationFactory(item__title="别处的事项")
    town = enter(appointed(Role.INSPECTOR, jinxing.town))
    assert titles(enter(jinxing.secretary)) == titles(town) == {"公务接待"}
    assert titles(enter(appointed(Role.SECRETARY, jinxing.town))) == set()
    assert enter(jinxing.secretary).get(change(elsewhere)).status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.HANDLER])
def test_others_in_office_do_not_see_them(jinxing, role):
    client = enter(appointed(role, jinxing.organisation))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(change(jinxing.obligation)).status_code in {403, 404}


def test_whoever_runs_the_machine_sees_no_more_than_their_posts_give(jinxing):
    client = enter(UserFactory(is_superuser=True))
    assert client.get(reverse(LIST)).status_code == 403


@pytest.mark.parametrize("model", ["obligation", "obligationdecision", "duechange", "overdueentry", "event", "duty"])
def test_nothing_is_deleted(jinxing, model):
    for role in Role:
        client = enter(appointed(role, jinxing.town))
        url = reverse(f"admin:disclosures_{model}_delete", args=[jinxing.obligation.pk])
        assert client.post(url, {"post": "yes"}).status_code in {302, 403, 404}
        listed = client.get(reverse(f"admin:disclosures_{model}_changelist"))
        assert listed.status_code in {200, 403}
        assert b"delete_selected" not in listed.content
    assert Obligation.objects.count() == 1


@pytest.mark.parametrize("url", ["0", "99999999999999999999", "x", "²", "-1", "1/delete/../.."])
def test_an_unknown_number_is_not_found(jinxing, url):
    response = enter(jinxing.secretary).get(f"/admin/disclosures/obligation/{url}/change/")
    assert response.status_code == 404


# The list


def test_the_list_shows_what_is_open_and_on_request_each_state():
    organisation = OrganisationFactory()
    rows = {
        "逾期": {"due_on": date(2026, 11, 20)},
        "今日到期": {"due_on": date(2026, 11, 21)},
        "未到期": {"due_on": date(2027, 1, 14)},
        "按时": {"due_on": date(2026, 10, 23), "outcome": Outcome.POSTED, "fulfilled_on": date(2026, 10, 23)},
        "迟公开": {"due_on": date(2026, 10, 23), "outcome": Outcome.POSTED, "fulfilled_on": date(2026, 10, 24)},
        "零报告": {"outcome": Outcome.NIL, "fulfilled_on": date(2026, 10, 20)},
        "免除": {"outcome": Outcome.WAIVED, "fulfilled_on": date(2026, 10, 20)},
    }
    for title, values in rows.items():
        ObligationFactory(organisation=organisation, item__title=title, opens_on=date(2026, 7, 1), **values)
    client = enter(appointed(Role.SECRETARY, organisation))
    assert titles(client) == {"逾期", "今日到期", "未到期"}
    assert titles(client, deadline="overdue") == {"逾期"}
    assert titles(client, deadline="due_soon") == {"今日到期"}
    assert titles(client, deadline="upcoming") == {"未到期"}
    assert titles(client, deadline="met") == {"按时"}
    assert titles(client, deadline="late") == {"迟公开"}
    assert titles(client, deadline="nil") == {"零报告"}
    assert titles(client, deadline="waived") == {"免除"}
    assert titles(client, deadline="all") == set(rows)
    assert titles(client, deadline="nonsense") == {"逾期", "今日到期", "未到期"}


def test_a_search_finds_organisations_by_name_and_code(jinxing):
    neighbour = OrganisationFactory(parent=jinxing.town, name="旗忠村党总支", code="QZ1")
    ObligationFactory(organisation=neighbour, item__title="村级财务收支")
    client = enter(appointed(Role.INSPECTOR, jinxing.town))
    assert titles(client, q="旗忠") == titles(client, q="qz1") == {"村级财务收支"}
    assert titles(client, q="没有的村") == set()
    assert client.get(reverse(LIST), {"q": "\x00"}).status_code < 500


def test_the_list_asks_as_many_questions_for_thirty_rows_as_for_three(jinxing):
    client, counts = enter(appointed(Role.INSPECTOR, jinxing.town)), []
    for number in (2, 27):
        for _ in range(number):
            ObligationFactory(organisation=OrganisationFactory(parent=jinxing.town))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_long_list_is_not_counted_to_its_end(jinxing):
    organisations = Organisation.objects.bulk_create(
        Organisation(
            code=f"N{n}", name=f"村{n}", kind="village", parent=jinxing.town, path=f"{jinxing.town.path}Z{n:03}"
        )
        for n in range(MOST_COUNTED)
    )
    Obligation.objects.bulk_create(
        ObligationFactory.build(organisation=organisation, item=jinxing.obligation.item)
        for organisation in organisations
    )
    html = enter(appointed(Role.INSPECTOR, jinxing.town)).get(reverse(LIST)).content.decode()
    assert f"{MOST_COUNTED}+" in html


# Records


def test_the_records_are_read_by_those_concerned(jinxing):
    OverdueEntry.objects.create(obligation=jinxing.obligation, became_on=date(2026, 10, 24), logged_at=NOW)
    DueChange.objects.create(
        obligation=jinxing.obligation,
        old_due_on=date(2026, 10, 22),
        new_due_on=date(2026, 10, 23),
        cause="calendar",
        changed_at=NOW,
    )
    waive(jinxing.obligation, reason="支部已撤销", by=UserFactory(), at=NOW)
    stranger = enter(village().secretary)
    for model in ("obligationdecision", "duechange", "overdueentry"):
        url = reverse(f"admin:disclosures_{model}_changelist")
        assert "公务接待" in enter(jinxing.secretary).get(url).content.decode()
        assert "公务接待" not in stranger.get(url).content.decode()


# Events


@pytest.fixture
def leasing(jinxing):
    item = ItemFactory(prompt=True, title="集体厂房店铺门面招租")
    DutyFactory(catalogue=item.catalogue, organisation=jinxing.town)
    return item


ADD_EVENT = "admin:disclosures_event_add"


def recorded(jinxing: Village, leasing: Item, **changes: object) -> dict:
    return {
        "organisation": jinxing.organisation.pk,
        "item": leasing.pk,
        "title": "东区厂房招租",
        "stage": "",
        "occurred_on": "2026-11-20",
    } | changes


def test_a_secretary_records_an_event_and_is_told_when_it_is_due(jinxing, leasing):
    client = enter(jinxing.secretary)
    assert "集体厂房店铺门面招租" in client.get(reverse(ADD_EVENT)).content.decode()
    html = client.post(reverse(ADD_EVENT), recorded(jinxing, leasing), follow=True).content.decode()
    assert "2026年11月27日" in html
    assert "东区厂房招租" in html
    event = Event.objects.get()
    assert (event.recorded_by, event.obligation.due_on) == (jinxing.secretary, date(2026, 11, 27))


def test_an_event_recorded_again_is_told_so(jinxing, leasing):
    client = enter(jinxing.secretary)
    for _ in range(2):
        html = client.post(reverse(ADD_EVENT), recorded(jinxing, leasing), follow=True).content.decode()
    assert "此前已登记" in html
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "长" * 201},
        {"title": "\x00"},
        {"occurred_on": "2026-11-22"},
        {"occurred_on": "1900-01-01"},
        {"occurred_on": "9999-12-31"},
        {"occurred_on": "昨天"},
        {"item": "x"},
        {"item": "99999999999999999999"},
        {"organisation": "0"},
    ],
)
def test_what_is_wrong_about_an_event_is_said_on_the_page(jinxing, leasing, wrong):
    response = enter(jinxing.secretary).post(reverse(ADD_EVENT), recorded(jinxing, leasing, **wrong))
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert not Event.objects.exists()


def test_events_are_recorded_for_ones_own_organisation_only(jinxing, leasing):
    other = OrganisationFactory(parent=jinxing.town)
    response = enter(jinxing.secretary).post(reverse(ADD_EVENT), recorded(jinxing, leasing, organisation=other.pk))
    assert response.status_code == 200
    assert enter(jinxing.approver).get(reverse(ADD_EVENT)).status_code == 403
    assert not Event.objects.exists()


# Duties


@pytest.fixture
def town():
    """A town with two villages and a branch, and a catalogue that nobody owes yet."""
    top = OrganisationFactory(kind=OrganisationKind.TOWN_COMMITTEE)
    for kind in (OrganisationKind.VILLAGE, OrganisationKind.VILLAGE, OrganisationKind.BRANCH):
        OrganisationFactory(parent=top, kind=kind)
    item = ItemFactory()
    ItemFactory(catalogue=item.catalogue, permanent=True)
    ItemFactory(catalogue=item.catalogue, prompt=True)
    return top, item.catalogue


ADD_DUTY = "admin:disclosures_duty_add"


def assigned(town, **changes: object) -> dict:
    top, catalogue = town
    return {
        "catalogue": catalogue.pk,
        "organisation": top.pk,
        "reach": "subtree",
        "kind": "",
        "starts_on": "2026-10-01",
        "ends_on": "",
    } | changes


def test_a_duty_is_assigned_after_a_look_at_whom_it_concerns(town):
    client = enter(appointed(Role.ADMINISTRATOR, town[0]))
    html = client.post(reverse(ADD_DUTY), assigned(town, preview="1")).content.decode()
    assert "现有 4 个组织" in html
    assert "村党组织 2" in html
    assert not Duty.objects.exists()
    client.post(reverse(ADD_DUTY), assigned(town, confirm="1"))
    duty = Duty.objects.get()
    assert (duty.organisation, duty.starts_on, duty.ends_on) == (town[0], date(2026, 10, 1), None)
    assert duty.history.get().history_user is not None
    assert generate(date(2026, 11, 21), NOW).created == 12


def test_the_look_counts_those_who_owe_the_catalogue_already(town):
    DutyFactory(catalogue=town[1], organisation=town[0], kind=OrganisationKind.VILLAGE)
    client = enter(appointed(Role.ADMINISTRATOR, town[0]))
    html = client.post(reverse(ADD_DUTY), assigned(town, preview="1")).content.decode()
    assert "其中 2 个" in html


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": ""},
        {"starts_on": "1900-01-01"},
        {"ends_on": "2026-09-30"},
        {"kind": "kingdom"},
        {"reach": "everywhere"},
        {"catalogue": "0"},
    ],
)
def test_what_is_wrong_about_a_duty_is_said_on_the_page(town, wrong):
    client = enter(appointed(Role.ADMINISTRATOR, town[0]))
    response = client.post(reverse(ADD_DUTY), assigned(town, confirm="1", **wrong))
    assert response.status_code == 200
    assert b"errorlist" in response.content
    assert not Duty.objects.exists()


def test_the_same_duty_twice_is_refused_on_the_page(town):
    client = enter(appointed(Role.ADMINISTRATOR, town[0]))
    for _ in range(2):
        response = client.post(reverse(ADD_DUTY), assigned(town, confirm="1"))
    assert response.status_code == 200
    assert Duty.objects.count() == 1


def test_administrators_assign_duties_below_themselves_only(town):
    village = Organisation.objects.filter(kind=OrganisationKind.VILLAGE).first()
    client = enter(appointed(Role.ADMINISTRATOR, village))
    assert client.post(reverse(ADD_DUTY), assigned(town, confirm="1")).status_code == 200
    assert not Duty.objects.exists()
    assert enter(appointed(Role.INSPECTOR, town[0])).get(reverse(ADD_DUTY)).status_code == 403


def test_an_assigned_duty_only_ends(town):
    duty = DutyFactory(catalogue=town[1], organisation=town[0], starts_on=date(2026, 10, 1))
    url = reverse("admin:disclosures_duty_change", args=[duty.pk])
    client = enter(appointed(Role.ADMINISTRATOR, town[0]))
    assert "现有 4 个组织" in client.get(url).content.decode()
    response = client.post(url, {"ends_on": "2026-09-30"})
    assert response.status_code == 200
    client.post(url, {"ends_on": "2026-12-31", "starts_on": "2020-01-01", "reach": "self"})
    duty.refresh_from_db()
    assert (duty.starts_on, duty.ends_on, duty.reach) == (date(2026, 10, 1), date(2026, 12, 31), "subtree")
    inspector = enter(appointed(Role.INSPECTOR, town[0]))
    assert inspector.get(url).status_code == 200
    assert inspector.post(url, {"ends_on": "2026-11-30"}).status_code == 403


def test_a_duty_may_be_prepared_for_a_draft(town):
    top, _catalogue = town
    draft = CatalogueFactory(status="draft", effective_from=None)
    ItemFactory(catalogue=draft)
    client = enter(appointed(Role.ADMINISTRATOR, top))
    html = client.post(reverse(ADD_DUTY), assigned((top, draft), preview="1")).content.decode()
    assert "现有 4 个组织" in html


def test_the_days_that_were_generated_are_listed(town):
    GenerationRun.objects.create(on=date(2026, 11, 21), created=12, finished_at=datetime(2026, 11, 21, tzinfo=UTC))
    url = reverse("admin:disclosures_generationrun_changelist")
    assert "12" in enter(appointed(Role.ADMINISTRATOR, town[0])).get(url).content.decode()
    assert enter(appointed(Role.SECRETARY, town[0])).get(url).status_code == 403


# The command


def run(capsys, *arguments: str) -> str:
    call_command("generate_obligations", *arguments)
    return capsys.readouterr().out


def test_the_command_makes_logs_and_says_what(capsys):
    item = ItemFactory()
    DutyFactory(catalogue=item.catalogue)
    ObligationFactory(due_on=date(2026, 11, 20))
    out = run(capsys)
    assert "2026-11-21" in out
    assert "新增 2" in out
    assert "新逾期 1" in out
    assert "新增 0" in run(capsys)
    assert "新增 0" in run(capsys, "--thorough")


def test_the_command_takes_a_day(capsys):
    item = ItemFactory(period="yearly")
    DutyFactory(catalogue=item.catalogue)
    assert "新增 2" in run(capsys, "--on", "2026-03-01")
    assert set(Obligation.objects.values_list("period_key", flat=True)) == {"2026", "2027"}


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "1899-12-31", "2027-11-23", "9999-12-31"])
def test_the_command_refuses_a_day_that_cannot_be_meant(day):
    with pytest.raises(CommandError):
        call_command("generate_obligations", "--on", day)
    assert not Obligation.objects.exists()


def test_the_command_names_items_without_a_due_date(capsys):
    item = ItemFactory(due_rule="fixed_day", fixed_month=5, fixed_day=20)
    DutyFactory(catalogue=item.catalogue)
    call_command("generate_obligations")
    assert item.code in capsys.readouterr().err
