"""The site's own pages: front page, display wishes, signing in, inbox, health and errors."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext, override_settings

from disclosures.actions.boards import touch_boards
from disclosures.models import PostingCounter
from notices.choices import Channel, NoticeStatus
from notices.models import JobRun
from organisations.choices import OrganisationStatus, Role
from portal import figures
from tests.disclosures.boards import NOON, TODAY, village
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import PASSWORD, AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


def text(response) -> str:
    return response.content.decode()


def touch(organisation, at=NOON):
    from django.db import transaction

    with transaction.atomic():
        touch_boards([organisation.pk], at)


# The front page


def test_the_front_page_shows_what_was_disclosed_lately_and_how_to_find_ones_organisation(client):
    here = village()
    here.posts(key="2026Q1")
    page = text(client.get("/"))
    assert "2026年第三季度党费收缴情况" in page and "金星村党总支" in page
    assert 'action="/boards/"' in page and "村级目录" in page and ">1<" in page


def test_an_empty_portal_has_a_front_page_too(client):
    assert "尚未公开任何内容" in text(client.get("/"))


def test_a_new_posting_is_on_the_front_page_at_once(client):
    here = village()
    old = client.get("/")
    here.posts(key="2026Q1")
    touch(here.organisation)
    new = client.get("/", headers={"If-None-Match": old["ETag"]})
    assert "2026年第三季度党费收缴情况" in text(new)
    assert client.get("/", headers={"If-None-Match": new["ETag"]}).status_code == 304


def test_the_kept_front_page_asks_one_question(client):
    village().posts(key="2026Q1")
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert len(queries) == 1


def test_coverage_counts_organisations_that_published_this_year_or_last():
    here = village()
    for organisation, year, last in [
        (here.organisation, 2026, 3),
        (OrganisationFactory(), 2025, 1),
        (OrganisationFactory(), 2024, 9),
        (OrganisationFactory(status=OrganisationStatus.CLOSED, ended_on=TODAY), 2026, 5),
    ]:
        PostingCounter.objects.create(organisation=organisation, year=year, last=last)
    here.owes(key="2026Q3", due=TODAY - timedelta(days=1))
    here.owes(key="2026Q4", due=TODAY)
    found = figures.count_coverage(on=TODAY, at=NOON)
    assert (found.organisations, found.disclosing, found.published, found.overdue) == (4, 2, 8, 1)
    assert found.percent == "50"


@pytest.mark.parametrize(
    ("disclosing", "of", "percent"), [(1999, 2000, "99.9"), (0, 0, "0"), (1, 3, "33.3"), (2, 2, "100")]
)
def test_a_share_is_never_rounded_up_to_all(disclosing, of, percent):
    assert figures.Coverage(of, disclosing, 0, 0, NOON).percent == percent


def test_every_figure_is_defined_beside_it(client):
    page = text(client.get("/"))
    for words in ("已公开组织占比：", "今年公开信息：", "逾期未公开：", "统计时间：2026-11-21 12:00"):
        assert words in page


# Display wishes


def test_a_wish_is_kept_in_a_cookie_and_leads_back_to_the_page(client):
    response = client.post("/display/", {"type": "large"}, headers={"Referer": "http://testserver/boards/?q=%E9%87%91"})
    assert response.url == "/boards/?q=%E9%87%91"
    assert response.cookies["display"].value == "large"
    response = client.post("/display/", {"contrast": "high"})
    assert response.cookies["display"].value == "contrast.large"
    assert 'data-type="large"' in text(client.get("/"))
    client.post("/display/", {"type": "normal"})
    client.post("/display/", {"contrast": "normal"})
    assert 'data-type="large"' not in text(client.get("/"))


@pytest.mark.parametrize(
    "referer", ["https://evil.example/x", "//evil.example", "javascript:alert(1)", "", "http://testserver.evil/"]
)
def test_a_wish_never_leads_to_another_site(client, referer):
    assert client.post("/display/", {"type": "large"}, headers={"Referer": referer}).url == "/"


# Signing in


def test_the_door_bears_the_name_of_the_site(client):
    assert "<title>登录 – 党务公开</title>" in text(client.get("/accounts/login/"))


def test_one_signs_in_and_comes_to_the_inbox(client):
    user = UserFactory(can_sign_in=True)
    response = client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    assert response.url == "/inbox/"
    assert user.full_name in text(client.get("/inbox/"))


@pytest.mark.parametrize(
    ("roles", "place"),
    [
        ([Role.SECRETARY], "/desk/"),
        ([Role.REVIEWER], "/desk/"),
        ([Role.APPROVER, Role.INSPECTOR], "/desk/"),
        ([Role.INSPECTOR], "/oversight/"),
        ([Role.ADMINISTRATOR], "/admin/"),
        ([Role.MEMBER], "/inbox/"),
    ],
)
def test_signing_in_leads_to_ones_work(roles, place, client):
    person = UserFactory(can_sign_in=True, is_staff=True)
    for role in roles:
        AppointmentFactory(user=person, role=role)
    form = {"username": person.username, "password": PASSWORD}
    assert client.post("/accounts/login/", form).url == place
    assert client.post("/accounts/login/", form | {"next": "/boards/"}).url == "/boards/"
    assert client.get(place).status_code == 200


def test_a_wrong_password_is_told_in_chinese_and_says_nothing_about_the_account(client):
    user = UserFactory(can_sign_in=True)
    answers = [
        client.post("/accounts/login/", {"username": name, "password": "wrong"}).context["form"].non_field_errors()
        for name in (user.username, "nobody")
    ]
    assert list(answers[0]) == list(answers[1])
    assert "用户名" in answers[0][0]


def test_after_five_wrong_passwords_the_door_is_closed_for_a_while(client):
    user = UserFactory(can_sign_in=True)
    for _ in range(5):
        response = client.post("/accounts/login/", {"username": user.username, "password": "wrong"})
    assert response.status_code == 429 and "尝试次数过多" in text(response)
    assert client.post("/accounts/login/", {"username": user.username, "password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, target):
    user = UserFactory(can_sign_in=True)
    form = {"username": user.username, "password": PASSWORD, "next": target}
    assert client.post("/accounts/login/", form).url == "/inbox/"


def test_whoever_was_given_a_password_is_led_to_choose_another(client):
    user = UserFactory(can_sign_in=True, must_change_password=True)
    response = client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
    assert response.url == "/accounts/password_change/"
    new = {"old_password": PASSWORD, "new_password1": "maqiao-town-2027", "new_password2": "maqiao-town-2027"}
    assert client.post(response.url, new).status_code == 302
    user.refresh_from_db()
    assert not user.must_change_password and user.check_password("maqiao-town-2027")


def test_nothing_else_opens_before_the_given_password_is_replaced(client):
    client.force_login(UserFactory(must_change_password=True))
    for path in ("/", "/inbox/", "/admin/", "/boards/"):
        assert client.get(path).url == "/accounts/password_change/"
    assert client.get("/accounts/password_change/").status_code == 200
    assert client.post("/accounts/logout/").url == "/"
    assert client.get("/inbox/").url.startswith("/accounts/login/")


def test_the_back_office_has_the_same_door(client):
    response = client.get("/admin/login/?next=/admin/")
    assert response.url == "/accounts/login/?next=/admin/"


def test_inspectors_find_the_overdue_review_in_the_menu(client):
    inspector = AppointmentFactory(role=Role.INSPECTOR).user
    client.force_login(inspector)
    assert "/oversight/" in text(client.get("/"))
    client.force_login(AppointmentFactory(role=Role.SECRETARY).user)
    assert "/oversight/" not in text(client.get("/"))


# The inbox


def notice(recipient, n=0, **changes):
    given = {"status": NoticeStatus.SENT, "subject": f"第{n}号提醒", "body": "请及时公开。"}
    return NoticeFactory(recipient=recipient, **given | changes)


def test_the_inbox_shows_ones_own_delivered_messages_only(client):
    person = UserFactory()
    notice(person, 1)
    notice(UserFactory(), 2)
    notice(person, 3, status=NoticeStatus.PENDING)
    notice(person, 4, channel=Channel.EMAIL)
    client.force_login(person)
    page = text(client.get("/inbox/"))
    assert "第1号提醒" in page and not any(f"第{n}号提醒" in page for n in (2, 3, 4))
    assert "有 1 条未读消息" in page


def test_a_message_is_marked_as_read_by_its_reader_and_nobody_else(client):
    person, other = UserFactory(), UserFactory()
    own = notice(person)
    client.force_login(other)
    assert client.post(f"/inbox/{own.pk}/read/").status_code == 404
    client.force_login(person)
    assert client.post(f"/inbox/{own.pk}/read/").url == "/inbox/"
    assert client.post(f"/inbox/{own.pk}/read/").url == "/inbox/"
    own.refresh_from_db()
    assert own.read_at == NOON
    assert client.post("/inbox/99999999999999999999/read/").status_code == 404


def test_a_full_inbox_is_read_page_by_page(client):
    person = UserFactory()
    for n in range(25):
        notice(person, n)
    client.force_login(person)
    first = client.get("/inbox/")
    second = client.get(f"/inbox/?after={first.context['page'].after}")
    assert [len(first.context["rows"]), len(second.context["rows"])] == [20, 5]
    assert client.get("/inbox/?after=x").status_code == 400


# Health


def test_the_process_says_that_it_lives_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert text(client.get("/healthz")) == "ok"


def background_work(client):
    return json.loads(text(client.get("/readyz")))["checks"]["background_work"]


def test_readiness_tells_when_background_work_last_ran(client):
    assert background_work(client)["checks"]["last_run"]["value"] is None
    JobRun.objects.create(name="run_due", started_at=NOON, finished_at=NOON - timedelta(minutes=2))
    assert background_work(client)["checks"]["last_run"] == {"ok": True, "value": 2, "limit": 5}


@pytest.mark.parametrize(("minutes", "ok"), [(5, True), (6, False)])
def test_background_work_that_is_late_is_told_and_does_not_count(client, minutes, ok):
    JobRun.objects.create(name="run_due", started_at=NOON, finished_at=NOON - timedelta(minutes=minutes))
    assert background_work(client)["checks"]["last_run"]["ok"] is ok
    assert client.get("/readyz").status_code == 200


def test_without_the_database_the_portal_is_alive_but_not_ready(client, monkeypatch):
    def gone(*args, **kwargs):
        raise OperationalError("gone, password=secret")

    monkeypatch.setattr("portal.readiness.connection.cursor", gone)
    response = client.get("/readyz")
    assert response.status_code == 503 and "secret" not in text(response)
    assert client.get("/healthz").status_code == 200


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_a_broker_that_is_away_is_told_and_does_not_count(client, monkeypatch):
    monkeypatch.setattr("portal.readiness.app.connection_for_write", _unreachable)
    answer = json.loads(text(client.get("/readyz")))
    assert answer["ready"] and answer["checks"]["broker"] == {"ok": False, "kind": "redis"}


def _unreachable(**kwargs):
    raise OSError("no broker")


# Errors


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError("no connection"), 503, "暂时无法连接数据库"), (RuntimeError("ours"), 500, "系统出现故障")],
)
def test_a_fault_is_told_politely_and_without_its_details(client, monkeypatch, error, status, words):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("disclosures.views.boards.boards.find", fail)
    client.raise_request_exception = False
    response = client.get("/boards/JX/")
    assert response.status_code == status and words in text(response)
    assert str(error) not in text(response)
    assert (response.get("Retry-After") == "60") == (status == 503)


@pytest.mark.parametrize(
    "path", ["/nothing/", "/boards/%00/", "/boards/a/b/c/", "/%ff%fe/", "/boards//", "/static/nothing.css"]
)
def test_an_address_that_does_not_exist_is_404(client, path):
    assert client.get(path).status_code == 404


def test_pages_carry_no_script_or_style_of_their_own_and_nothing_foreign(client):
    here = village()
    posting = here.posts(key="2026Q1")
    for path in (
        "/",
        "/boards/",
        here.url,
        f"{here.url}catalogue/",
        f"/postings/{posting.number}/",
        "/accounts/login/",
        "/none/",
    ):
        response = client.get(path)
        page = text(response)
        assert "<script" not in page and "<style" not in page and "style=" not in page and " on" + "click=" not in page
        assert 'src="http' not in page and 'rel="stylesheet" href="http' not in page
        assert "script-src" in response["Content-Security-Policy"]
        assert 'lang="zh-CN"' in page and 'href="#content"' in page
