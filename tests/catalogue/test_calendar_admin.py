"""The working calendar in the back office."""

from datetime import date

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalogue import calendars
from catalogue.models import CalendarDay, CalendarYear
from organisations.choices import Role
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

DAYS = reverse("admin:catalogue_calendarday_changelist")
ADD_DAY = reverse("admin:catalogue_calendarday_add")
YEARS = reverse("admin:catalogue_calendaryear_changelist")
ADD_YEAR = reverse("admin:catalogue_calendaryear_add")
LOAD = reverse("admin:catalogue_calendarday_load")
NEW_YEAR = {"date": "2027-01-01", "kind": "holiday", "name": "元旦", "source": ""}


@pytest.fixture
def city():
    return OrganisationFactory(code="SH", name="市委", kind="city_committee")


@pytest.fixture
def sign_in(client):
    def sign_in(role, organisation):
        user = UserFactory(is_staff=True)
        AppointmentFactory(user=user, organisation=organisation, role=role)
        client.force_login(user)
        return user

    return sign_in


@pytest.fixture
def keeper(sign_in, city):
    return sign_in(Role.ADMINISTRATOR, city)


@pytest.fixture
def told(monkeypatch):
    heard = []

    def listen(change):
        heard.append(change)
        return 7

    monkeypatch.setattr(calendars, "_listeners", [listen])
    return heard


def table(text="2027-01-01,holiday,元旦,通知\n", name="2027.csv"):
    return SimpleUploadedFile(name, ("date,kind,name,source\n" + text).encode())


class TestWho:
    def test_an_administrator_at_the_root_keeps_the_calendar(self, client, keeper):
        assert client.get(ADD_DAY).status_code == 200
        assert client.get(ADD_YEAR).status_code == 200
        assert client.get(LOAD).status_code == 200

    def test_whoever_runs_the_machine_too(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        assert client.get(DAYS).status_code == 200
        assert client.get(LOAD).status_code == 200

    def test_an_administrator_further_down_may_look(self, client, city, sign_in):
        sign_in(Role.ADMINISTRATOR, OrganisationFactory(parent=city))
        page = client.get(DAYS)
        assert page.status_code == 200
        assert LOAD not in page.content.decode()
        for door in (ADD_DAY, ADD_YEAR, LOAD):
            assert client.get(door).status_code == 403
            assert client.post(door, NEW_YEAR | {"year": 2027, "file": table()}).status_code == 403
        assert not CalendarDay.objects.exists()
        assert not CalendarYear.objects.exists()

    @pytest.mark.parametrize("role", [Role.SECRETARY, Role.APPROVER, Role.INSPECTOR])
    def test_other_roles_at_the_root_may_look(self, client, city, sign_in, role):
        sign_in(role, city)
        assert client.get(DAYS).status_code == 200
        assert client.post(ADD_DAY, NEW_YEAR).status_code == 403

    def test_nobody_without_an_office_is_let_in(self, client):
        client.force_login(UserFactory(is_staff=True))
        assert client.get(DAYS).status_code == 403
        client.logout()
        assert client.get(LOAD).status_code == 302


class TestDays:
    def test_a_day_is_added_and_told(self, client, keeper, told):
        page = client.post(ADD_DAY, NEW_YEAR, follow=True)
        assert CalendarDay.objects.get().date == date(2027, 1, 1)
        assert [change.by for change in told] == [keeper]
        assert "已重新计算7项未完成公开义务的截止日" in page.content.decode()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"kind": "workday"}, "不是周六或周日"),
            ({"date": "1899-12-31"}, "不在1900年至2200年之间"),
            ({"date": "9999-12-31"}, "不在1900年至2200年之间"),
            ({"date": "元旦"}, "有效的日期"),
            ({"name": ""}, "必填"),
            ({"kind": "maybe"}, "选择"),
            ({"name": "元\x00旦"}, "空字符"),
        ],
    )
    def test_a_wrong_day_is_refused_in_words(self, client, keeper, told, wrong, says):
        page = client.post(ADD_DAY, NEW_YEAR | wrong)
        assert page.status_code == 200
        assert says in page.content.decode()
        assert not CalendarDay.objects.exists()
        assert told == []

    def test_the_same_day_twice_is_refused_in_words(self, client, keeper):
        client.post(ADD_DAY, NEW_YEAR)
        page = client.post(ADD_DAY, NEW_YEAR)
        assert page.status_code == 200
        assert "已存在" in page.content.decode()

    def test_a_day_is_changed_and_told(self, client, keeper, told):
        day = CalendarDay.objects.create(date=date(2027, 1, 1), kind="holiday", name="元旦")
        client.post(reverse("admin:catalogue_calendarday_change", args=[day.pk]), NEW_YEAR | {"date": "2027-01-04"})
        assert [change.days for change in told] == [(date(2027, 1, 1), date(2027, 1, 4))]

    def test_a_day_is_deleted_and_told(self, client, keeper, told):
        day = CalendarDay.objects.create(date=date(2027, 1, 1), kind="holiday", name="元旦")
        client.post(reverse("admin:catalogue_calendarday_delete", args=[day.pk]), {"post": "yes"})
        assert [change.days for change in told] == [(date(2027, 1, 1),)]

    def test_several_are_deleted_at_once_and_told_once(self, client, keeper, told):
        days = [CalendarDay.objects.create(date=date(2027, 1, n), kind="holiday", name="假") for n in (1, 4)]
        chosen = {"action": "delete_selected", "_selected_action": [day.pk for day in days], "post": "yes"}
        client.post(DAYS, chosen)
        assert [change.days for change in told] == [(date(2027, 1, 1), date(2027, 1, 4))]
        assert not CalendarDay.objects.exists()

    def test_the_list_shows_the_day_of_the_week(self, client, keeper):
        CalendarDay.objects.create(date=date(2027, 1, 1), kind="holiday", name="元旦")
        assert "星期五" in client.get(DAYS).content.decode()

    @pytest.mark.parametrize(
        "query", ["kind__exact=maybe", "date__year=abc", "date__year=99999", "p=x", "q=%00", "o=9.9"]
    )
    def test_nonsense_in_the_address_is_survived(self, client, keeper, query):
        assert client.get(f"{DAYS}?{query}", follow=True).status_code in {200, 400}


class TestYears:
    def test_a_year_is_announced_and_told(self, client, keeper, told):
        client.post(ADD_YEAR, {"year": 2027, "source": "通知"})
        assert [change.years for change in told] == [(2027,)]
        assert CalendarYear.objects.get().year == 2027

    def test_a_year_is_taken_back_and_told(self, client, keeper, told):
        year = CalendarYear.objects.create(year=2027)
        client.post(reverse("admin:catalogue_calendaryear_delete", args=[year.pk]), {"post": "yes"})
        assert [change.years for change in told] == [(2027,)]

    @pytest.mark.parametrize("year", ["1899", "2201", "-1", "99999", "abc", ""])
    def test_a_wrong_year_is_refused(self, client, keeper, year):
        assert client.post(ADD_YEAR, {"year": year}).status_code == 200
        assert not CalendarYear.objects.exists()

    def test_the_missing_year_is_asked_for_until_it_is_there(self, client, keeper):
        CalendarYear.objects.create(year=2026)
        with time_machine.travel("2026-11-21 09:00+08:00", tick=False):
            client.force_login(keeper)
            assert "尚未录入2027年放假安排" in client.get(DAYS).content.decode()
            assert "尚未录入2027年放假安排" in client.get(YEARS).content.decode()
            CalendarYear.objects.create(year=2027)
            assert "尚未录入" not in client.get(DAYS).content.decode()


class TestLoading:
    def test_checking_shows_what_would_change_and_writes_nothing(self, client, keeper, told):
        page = client.post(LOAD, {"file": table(), "check": "1"}).content.decode()
        assert "2027年1月1日" in page
        assert "2027" in page
        assert "尚未写入" in page
        assert not CalendarDay.objects.exists()
        assert told == []

    def test_loading_writes_tells_and_leaves_a_trace(self, client, keeper, told):
        page = client.post(LOAD, {"file": table(), "load": "1"}, follow=True)
        assert CalendarYear.objects.get().year == 2027
        assert [(change.by, change.years) for change in told] == [(keeper, (2027,))]
        assert "新增1天" in page.content.decode()
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_repr) == (keeper, "2027.csv")
        assert "新增1天" in entry.change_message

    def test_replacing_has_to_be_ticked(self, client, keeper):
        CalendarDay.objects.create(date=date(2027, 2, 8), kind="holiday", name="春节")
        client.post(LOAD, {"file": table(), "load": "1"})
        assert CalendarDay.objects.count() == 2
        client.post(LOAD, {"file": table(), "load": "1", "replace": "on"})
        assert CalendarDay.objects.count() == 1

    @pytest.mark.parametrize(
        ("file", "says"),
        [
            (table("2027-01-01,holiday,元旦,\n2027-02-30,holiday,春节,\n"), "第3行："),
            (table(name="2027.exe"), "2027.exe"),
            (table(""), "没有日期"),
            (SimpleUploadedFile("2027.xlsx", b"PK\x03\x04"), "请"),
            (SimpleUploadedFile("2027.csv", b""), "空"),
            (None, "必填"),
        ],
    )
    def test_a_bad_table_is_refused_in_words(self, client, keeper, told, file, says):
        page = client.post(LOAD, {"file": file, "load": "1"} if file else {"load": "1"})
        assert page.status_code == 200
        assert says in page.content.decode()
        assert not CalendarDay.objects.exists()
        assert told == []
