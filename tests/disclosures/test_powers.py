"""The pages of powers: basis, steps and chart; how far each matter has come; the six disclosures; what is late."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.choices import Scope
from disclosures.actions.matters import abandon
from organisations.choices import OrganisationKind
from tests.disclosures.matters import BEGAN, NOW, TODAY, village
from tests.factories.catalogue import PowerLinkFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing():
    return village()


def page(client, address="/powers/JX-Q01/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_gives_every_power_under_its_organisation(jinxing, client):
    PowerLinkFactory(title="大额资金使用", organisation=OrganisationFactory(name="友建村党总支"))
    found = page(client, "/powers/")
    assert found.index("金星村党总支") < found.index("集体厂房公开招租") < found.index("友建村党总支")
    assert "大额资金使用" in found and "没有正在办理的事项" in found


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?under=JX", True),
        ("?under=金星村党总支", True),
        ("?under=QP", False),
        ("?kind=village", True),
        ("?kind=district_committee", False),
        ("?q=厂房", True),
        ("?q=任免", False),
        ("?kind=nonsense", False),
    ],
)
def test_the_list_is_narrowed_by_organisation_level_and_words(jinxing, client, query, shown):
    OrganisationFactory(code="QP", name="青浦区委", kind=OrganisationKind.DISTRICT_COMMITTEE)
    assert ("/powers/JX-Q01/" in page(client, f"/powers/{query}")) == shown


@pytest.mark.parametrize("address", ["/powers/NONE/", "/powers/JX-Q01/1/", "/powers/JX-Q01/0/"])
def test_what_does_not_exist_is_not_found(jinxing, client, address):
    assert client.get(address).status_code == 404


def test_a_damaged_page_address_is_refused_with_400(jinxing, client):
    assert client.get("/powers/?after=x").status_code == 400
    assert client.get("/powers/JX-Q01/?after=x").status_code == 400


def test_a_power_shows_its_basis_department_limit_and_steps(jinxing, client):
    found = page(client)
    for words in (
        "《中华人民共和国农村集体经济组织法》",
        "村经济合作社",
        "60个工作日",
        "条件：报名两家以上",
        "公开：决策",
    ):
        assert words in found


def test_the_chart_is_an_image_with_words_and_a_list_beside_it(jinxing, client):
    found = page(client)
    svg = found[found.index("<svg") : found.index("</svg>")]
    assert 'role="img"' in svg and "<title" in svg and "<desc" in svg and "1. 提出动议" in svg
    assert "style=" not in svg and "<script" not in svg
    assert found.index("</svg>") < found.index('<ol class="flow-list"><li>提出动议')


def test_the_stage_reached_is_said_in_words(jinxing, client):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1, date(2026, 11, 10))
    jinxing.reaches(matter, 3, date(2026, 11, 12), skipped_because="沿用上一年决议")
    found = page(client, "/powers/JX-Q01/1/")
    for words in ("2026-11-10到达", "已跳过（2026-11-12）", "目前在此步（2026-11-12起）", "尚未到达", "沿用上一年决议"):
        assert words in found
    assert "目前在此步" in page(client)


def test_the_six_disclosures_are_ticked_off_with_their_postings(jinxing, client):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1)
    posting = jinxing.publishes(jinxing.reaches(matter, 2).obligation, title="东区厂房招租方案获得通过")
    found = page(client, "/powers/JX-Q01/1/")
    six = found[found.index('<ul class="six">') : found.index("</ul>", found.index('<ul class="six">'))]
    for label in ("职权", "依据", "程序", "决策", "执行", "结果"):
        assert f"<b>{label}</b>" in six
    assert f'href="/postings/{posting.number}/"' in six and "东区厂房招租方案获得通过" in six
    assert six.count("已公开") == 4  # three by the list itself, and the decision
    assert "流程中未单列" in six and "尚未到该步骤" in six


def test_a_posting_of_an_inner_scope_is_named_and_its_content_never_shown(client):
    inner = village(scope=Scope.UNIT)
    matter = inner.opens()
    inner.reaches(matter, 1)
    posting = inner.publishes(inner.reaches(matter, 2).obligation, title="内部标题甲乙丙")
    for address in ("/powers/JX-Q01/", "/powers/JX-Q01/1/"):
        found = page(client, address)
        assert "内部标题甲乙丙" not in found and "底价" not in found
        assert posting.number in found and inner.item.title in found
    client.force_login(inner.secretary)
    assert "内部标题甲乙丙" in page(client, "/powers/JX-Q01/1/")


def test_what_is_late_is_said_plainly(jinxing, client):
    matter = jinxing.opens(began_on=date(2026, 8, 3))
    jinxing.reaches(matter, 1, date(2026, 11, 2))
    jinxing.reaches(matter, 2, date(2026, 11, 3))
    found = page(client, "/powers/JX-Q01/1/")
    assert "“决议公开”应于2026-11-10前公开，现已逾期10天" in found
    assert "应于2026-10-26前办结" in found


def test_one_day_before_nothing_is_late(jinxing, client):
    matter = jinxing.opens()
    jinxing.reaches(matter, 1, date(2026, 11, 12))
    jinxing.reaches(matter, 2, date(2026, 11, 13))  # due on the 20th: today
    assert "逾期" not in page(client, "/powers/JX-Q01/1/").replace("逾期事项", "")


def test_an_abandoned_matter_says_why(jinxing, client):
    matter = jinxing.opens()
    abandon(matter, seen=matter.revision, reason="标的收回自用", by=jinxing.secretary, at=NOW)
    assert "标的收回自用" in page(client) and "标的收回自用" in page(client, "/powers/JX-Q01/1/")


def test_a_page_is_kept_until_something_changes(jinxing, client):
    matter = jinxing.opens()
    first = client.get("/powers/JX-Q01/1/")
    tag = first["ETag"]
    assert client.get("/powers/JX-Q01/1/", headers={"If-None-Match": tag}).status_code == 304
    jinxing.reaches(matter, 1)
    assert client.get("/powers/JX-Q01/1/", headers={"If-None-Match": tag}).status_code == 200
    tag = client.get("/powers/JX-Q01/")["ETag"]
    step = jinxing.steps[2]
    step.title = "公开竞价（现场）"
    step.save()
    assert "公开竞价（现场）" in client.get("/powers/JX-Q01/", headers={"If-None-Match": tag}).content.decode()


def test_a_page_costs_the_same_for_one_matter_and_for_ten(jinxing, client):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(client)
        return len(asked)

    def adds(number):
        matter = jinxing.opens(f"{number}号厂房招租")
        jinxing.reaches(matter, 1)
        jinxing.publishes(jinxing.reaches(matter, 2).obligation)

    adds(0)
    one = cost()
    for number in range(1, 10):
        adds(number)
    assert cost() == one <= 8


def test_matters_are_paged_and_narrowed(jinxing, client):
    for number in range(12):
        jinxing.opens(f"{number}号厂房招租", began_on=BEGAN + timedelta(days=number % 3))
    found = page(client)
    assert "11号厂房招租" in found and "1号厂房招租</a>" not in found.replace("11号厂房招租</a>", "")
    assert "after=" in found
    assert "没有这样的事项" in page(client, "/powers/JX-Q01/?state=finished")
    assert TODAY.isoformat() not in page(client, "/powers/JX-Q01/?state=nonsense").split("<footer")[0]
