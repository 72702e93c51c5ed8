"""Tables out of the back office and into it: only what the actor may see or keep, all or nothing, and logged."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from organisations import exporting
from organisations.choices import Role
from organisations.models import Appointment, Organisation, User
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

PEOPLE = "用户名,姓名,职责,组织代码,起始日期,截止日期\n"


@pytest.fixture
def town():
    return OrganisationFactory(code="MQ", name="马桥镇党委", kind="town_committee")


@pytest.fixture
def village(town):
    return OrganisationFactory(code="JX", name="金星村党总支", parent=town)


@pytest.fixture
def keeper(town, client):
    person = AppointmentFactory(user=UserFactory(is_staff=True), role=Role.ADMINISTRATOR, organisation=town).user
    client.force_login(person)
    return person


def exported(client, model, form="csv", query=""):
    response = client.post(reverse(f"admin:organisations_{model}_export") + query, {"format": form})
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [[cell.value or "" for cell in row] for row in sheet.rows]
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def imported(client, model, text, do="import", name="a.csv"):
    url = reverse(f"admin:organisations_{model}_import")
    return client.post(url, {"file": SimpleUploadedFile(name, text.encode()), do: "1"})


# Out


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_holds_what_the_list_shows_to_this_person(client, keeper, village, form):
    AppointmentFactory(organisation=village, user__full_name="陶予安")
    AppointmentFactory(user__full_name="别处的人")
    text = str(exported(client, "appointment", form))
    assert "陶予安" in text and "金星村党总支" in text and "别处的人" not in text


def test_an_export_is_filtered_as_the_list_is(client, keeper, village):
    AppointmentFactory(organisation=village, user__full_name="在任", role=Role.SECRETARY)
    AppointmentFactory(organisation=village, user__full_name="卸任", role=Role.REVIEWER, ends_on=date(2021, 1, 1))
    text = str(exported(client, "appointment", query="?term=ended"))
    assert "卸任" in text and "在任" not in text


def test_no_cell_is_a_formula(client, keeper, village):
    AppointmentFactory(organisation=village, user__full_name="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in str(exported(client, "appointment"))
    sheet = openpyxl.load_workbook(exporting.as_xlsx([["=1+1"]])).active
    assert (sheet["A1"].data_type, sheet["A1"].value) == ("s", "=1+1")


def test_who_took_how_many_rows_is_logged_and_not_what_was_searched_for(client, keeper, village):
    exported(client, "organisation", query="?q=%E9%87%91%E6%98%9F")
    entry = LogEntry.objects.get()
    assert entry.user == keeper and "1" in entry.change_message and "金星" not in f"{entry}{entry.change_message}"


def test_too_long_a_list_is_narrowed_down_first(client, keeper, village, monkeypatch):
    monkeypatch.setitem(exporting.MOST_ROWS, "csv", 1)
    response = client.post(reverse("admin:organisations_organisation_export"), {"format": "csv"}, follow=True)
    assert "超过1行" in response.content.decode() and not LogEntry.objects.exists()


def test_who_does_not_see_a_list_takes_nothing_of_it(client, village):
    client.force_login(AppointmentFactory(user=UserFactory(is_staff=True), organisation=village).user)
    assert client.post(reverse("admin:organisations_user_export")).status_code == 403
    assert client.get(reverse("admin:organisations_user_export")).status_code in {403, 405}


def test_an_export_asks_no_more_for_many_rows(client, keeper, village, django_assert_max_num_queries):
    for _each in range(30):
        AppointmentFactory(organisation=village)
    with django_assert_max_num_queries(20):
        assert len(exported(client, "appointment")) == 32


# In


def test_organisations_are_checked_first_and_then_brought_in(client, keeper, village):
    table = "组织代码,组织名称,类别,上级组织代码\nXM,新民村党总支,village,MQ\nXM1,新民一支部,branch,XM\n"
    assert "新增 2" in imported(client, "organisation", table, do="check").content.decode()
    assert not Organisation.objects.filter(code="XM").exists()
    assert imported(client, "organisation", table).status_code == 302
    assert Organisation.objects.get(code="XM1").parent.parent.code == "MQ"


@pytest.mark.parametrize(
    "row", ["XX,冒名村,village,", "XX,冒名村,village,QP", "QP,改名,town_committee,", "JX,金星村党总支,village,QP"]
)
def test_nobody_imports_beyond_their_own_organisations(client, keeper, village, row):
    OrganisationFactory(code="QP", name="青浦区委", kind="town_committee")
    before = list(Organisation.objects.order_by("pk").values())
    page = imported(client, "organisation", f"组织代码,组织名称,类别,上级组织代码\nXM,新民村党总支,village,MQ\n{row}\n")
    assert "第3行" in page.content.decode()
    assert list(Organisation.objects.order_by("pk").values()) == before


def test_people_get_a_password_that_is_shown_once_and_must_be_changed(client, keeper, village):
    table = PEOPLE + "chenwei,陈伟,经办人,JX,2026-01-01,\nchenwei,陈伟,审核人,JX,2026-01-01,2026-12-31\n"
    table = table.replace("经办人", str(Role.SECRETARY.label)).replace("审核人", str(Role.REVIEWER.label))
    response = imported(client, "appointment", table)
    (password,) = response.context["passwords"].values()
    person = User.objects.get(username="chenwei")
    assert person.check_password(password) and person.must_change_password and person.is_staff
    assert password in response.content.decode() and "no-store" in response["Cache-Control"]
    assert {each.role for each in person.appointments.all()} == {Role.SECRETARY, Role.REVIEWER}
    assert person.appointments.first().history.count() == 1
    again = imported(client, "appointment", table)
    assert again.status_code == 302 and Appointment.objects.filter(user=person).count() == 2


def test_all_people_or_none(client, keeper, village):
    OrganisationFactory(code="QP")
    UserFactory(username="other", full_name="别人")
    role = Role.SECRETARY.label
    bad = {
        f"b,乙,{role},QP,2026-01-01,\n": "组织代码",
        "b,乙,书记员,JX,2026-01-01,\n": "书记员",
        f"b,乙,{role},JX,明天,\n": "明天",
        f"b,乙,{role},JX,2026-01-02,2026-01-01\n": "止",
        f"other,冒名,{role},JX,2026-01-01,\n": "other",
        f"b b,乙,{role},JX,2026-01-01,\n": "第3行",
        f",乙,{role},JX,2026-01-01,\n": "用户名",
        f"a,丙,{role},JX,2026-02-01,\n": "a",
        f"a,甲,{role},JX,2026-02-01,\n": "甲",
    }
    for row, words in bad.items():
        page = imported(client, "appointment", f"{PEOPLE}a,甲,{role},JX,2026-01-01,\n{row}").content.decode()
        assert words in page and not User.objects.filter(username="a").exists(), row


@pytest.mark.parametrize("content", ["", "x", "a,b\n1,2\n", "\x00", "=1"])
def test_what_is_no_table_is_told_in_words(client, keeper, content):
    for model in ("organisation", "appointment"):
        response = imported(client, model, content)
        assert response.status_code == 200 and "errorlist" in response.content.decode()


# Filters


def test_organisations_are_found_by_what_they_lack(client, keeper, town, village):
    AppointmentFactory(organisation=town, role=Role.SECRETARY)
    AppointmentFactory(organisation=village, role=Role.SECRETARY, ends_on=date(2021, 1, 1))

    def found(query):
        page = client.get(reverse("admin:organisations_organisation_changelist") + query)
        return {row.code for row in page.context["cl"].result_list}

    assert found("?staffing=no-secretary") == {"JX"}
    assert found("?disclosing=silent") == {"MQ", "JX"} and found("?disclosing=overdue") == set()


def test_accounts_without_anything_entrusted_are_found(client, keeper, village):
    idle = UserFactory()
    AppointmentFactory(organisation=village)
    page = client.get(reverse("admin:organisations_user_changelist") + "?office=none")
    assert [row.pk for row in page.context["cl"].result_list] == [idle.pk]
