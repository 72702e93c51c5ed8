"""Catalogues for the public: editions in force and past, and one item compared across organisations."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.choices import CatalogueStatus, ItemKind
from disclosures import comparison, tables
from disclosures.choices import DutyReach
from disclosures.models import Duty
from tests.disclosures.boards import NOON, TODAY, village
from tests.factories.catalogue import CatalogueFactory, DraftFactory, ItemFactory
from tests.factories.disclosures import ObligationFactory, PublishedPostingFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def here():
    return village()


def text(response) -> str:
    return response.content.decode()


def test_catalogues_in_force_are_listed_with_their_counts(here, client):
    DraftFactory(title="草案")
    CatalogueFactory(title="旧版", status=CatalogueStatus.SUPERSEDED, effective_to=TODAY - timedelta(days=1))
    page = text(client.get("/catalogues/"))
    assert "村级目录" in page and "1个大类，3个事项，其中规定动作2项、自选动作1项" in page
    assert "草案" not in page and "旧版" not in page


def test_a_catalogue_is_shown_as_the_national_table(here, client):
    page = text(client.get("/catalogues/C-JX/"))
    assert "党的组织管理" in page and "/catalogues/C-JX/M101/" in page and "公开渠道和载体" in page


def test_an_earlier_edition_stays_readable(here, client):
    older = CatalogueFactory(
        code="C-JX",
        edition=2,
        title="二〇二五年版",
        issuer=here.organisation,
        status=CatalogueStatus.SUPERSEDED,
        effective_from=date(2024, 1, 1),
        effective_to=date(2024, 12, 31),
    )
    ItemFactory(catalogue=older, title="旧事项")
    assert "旧事项" in text(client.get("/catalogues/C-JX/?edition=2"))
    now = text(client.get("/catalogues/C-JX/"))
    assert "旧事项" not in now and "?edition=2" in now


def test_a_catalogue_that_is_no_more_in_force_is_shown_in_its_last_edition(client):
    last = CatalogueFactory(status=CatalogueStatus.SUPERSEDED, effective_to=date(2026, 1, 1), title="旧目录")
    assert "旧目录" in text(client.get(f"/catalogues/{last.code}/"))


@pytest.mark.parametrize("number", ["7", "0", "-1", "x", "99999999999999999999", "%00"])
def test_an_edition_that_does_not_exist_is_404(here, client, number):
    assert client.get(f"/catalogues/C-JX/?edition={number}").status_code == 404


def test_a_draft_does_not_exist_for_the_public(here, client):
    DraftFactory(code="C-JX", edition=5)
    assert client.get("/catalogues/C-JX/?edition=5").status_code == 404
    lone = DraftFactory()
    assert client.get(f"/catalogues/{lone.code}/").status_code == 404


def test_an_items_page_says_what_is_asked_and_how_each_organisation_stands(here, client):
    here.owes(0, key="2026Q3", due=TODAY - timedelta(days=9))
    town = here.organisation.parent
    item = here.items[0]
    PublishedPostingFactory(obligation=ObligationFactory(organisation=town, item=item, due_on=date(2026, 1, 20)))
    response = client.get("/catalogues/C-JX/M101/")
    rows = {row["name"]: row for row in response.context["compared"].rows}
    assert rows["金星村党总支"]["label"] == "逾期未公开"
    assert (rows["马桥镇党委"]["label"], rows["马桥镇党委"]["published"]) == ("按时公开", "2026-01-01")
    assert "2026年第三季度党费收缴情况" in text(response)


def test_the_comparison_can_be_narrowed_to_the_late_ones_and_to_a_subtree(here, client):
    here.owes(0, key="2026Q3", due=TODAY - timedelta(days=9))
    sibling = OrganisationFactory(parent=here.organisation.parent, name="旗忠村党总支")
    names = lambda query: [  # noqa: E731
        row["name"] for row in client.get("/catalogues/C-JX/M101/", query).context["compared"].rows
    ]
    assert names({}) == ["马桥镇党委", "金星村党总支", "旗忠村党总支"]
    assert names({"show": "overdue"}) == ["金星村党总支"]
    assert names({"under": sibling.code}) == ["旗忠村党总支"]
    assert names({"under": "金星村党总支"}) == ["金星村党总支"]
    assert names({"under": sibling.code, "show": "overdue"}) == []
    assert names({"under": "没有的组织"}) == names({"under": "\x00"}) == names({"show": "nonsense"}) == []


def test_only_those_who_owe_the_item_are_compared(here):
    Duty.objects.update(reach=DutyReach.SELF)
    OrganisationFactory()
    found = comparison.compare(here.items[0], type(here.organisation).objects.all(), on=TODAY, size=9)
    assert [row["name"] for row in found.rows] == ["马桥镇党委"]


def test_a_long_comparison_is_read_page_by_page(here, client, monkeypatch):
    monkeypatch.setattr("disclosures.views.catalogues.PAGE", 2)
    OrganisationFactory.create_batch(3, parent=here.organisation)
    address, seen = "/catalogues/C-JX/M101/", []
    page = client.get(address).context["compared"]
    seen += page.rows
    while page.after:
        page = client.get(f"{address}?after={page.after}").context["compared"]
        seen += page.rows
    assert len({row["url"] for row in seen}) == len(seen) == 5


def test_the_comparison_asks_as_much_for_many_as_for_few(here):
    organisations = type(here.organisation).objects.all()

    def queries():
        with CaptureQueriesContext(connection) as found:
            comparison.compare(here.items[0], organisations, on=TODAY, size=99)
        return len(found)

    queries()
    few = queries()
    for organisation in OrganisationFactory.create_batch(9, parent=here.organisation):
        PublishedPostingFactory(obligation=ObligationFactory(organisation=organisation, item=here.items[0]))
    assert queries() == few


@pytest.mark.parametrize(
    "address", ["/catalogues/NONE/", "/catalogues/C-JX/NONE/", "/catalogues/%00/", "/catalogues/a b/"]
)
def test_unknown_catalogues_and_items_are_404_with_help(here, client, address):
    response = client.get(address)
    assert response.status_code == 404 and "查找党组织" in text(response)


# The words of the table


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"time_limit_text": "信息形成之日起20个工作日内"}, "信息形成之日起20个工作日内"),
        ({}, "定期公开，每季度，期满后10个工作日内"),
        ({"day_type": "calendar"}, "定期公开，每季度，期满后10日内"),
        ({"due_rule": "fixed_day", "fixed_month": 1, "fixed_day": 20}, "定期公开，每季度，期内第1个月20日前"),
        ({"prompt": True}, "随时公开，事项发生后5个工作日内"),
        ({"prompt": True, "due_rule": "before_event"}, "随时公开，事项发生前至少5个工作日"),
        ({"permanent": True}, "长期公开"),
        ({"permanent": True, "due_days": 3}, "长期公开，3个工作日内公开，此后长期保持"),
        ({"time_limit_class": "", "period": "", "due_rule": ""}, ""),
    ],
)
def test_a_time_limit_is_told_in_the_words_of_its_source_or_in_ours(attributes, words):
    assert tables.time_limit(ItemFactory.build(catalogue=None, **attributes)) == words


def test_carriers_are_told_in_words_and_unknown_ones_passed_over():
    assert tables.carriers("board;website;smoke") == "公开栏、网站"
    assert tables.carriers("") == ""


def test_entries_are_numbered_through_and_named_by_their_groups(here):
    inner = ItemFactory(catalogue=here.catalogue, parent=here.group, code="M104", title="小组", group=True)
    ItemFactory(catalogue=here.catalogue, parent=inner, code="M105", title="细目", kind=ItemKind.EXTRA)
    [section] = tables.sections(here.catalogue.items.order_by("tree_id", "lft"), base="/x/")
    assert [(row["number"], row["title"], row["group"]) for row in section["rows"]] == [
        (1, "党费收缴情况", ""),
        (2, "发展党员", ""),
        (3, "租金收缴", ""),
        (4, "细目", "小组"),
    ]
    assert section["rows"][0]["url"] == "/x/M101/"
