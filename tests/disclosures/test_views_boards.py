"""The board pages as a visitor meets them: found, fresh, cheap, and unmoved by nonsense in the address."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalogue.choices import Scope
from disclosures.actions.boards import touch_boards
from organisations.choices import OrganisationKind, Role
from organisations.models import Organisation
from tests.disclosures.boards import NOON, TODAY, published, village
from tests.factories.disclosures import PostingFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

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


def touch(here):
    from django.db import transaction

    with transaction.atomic():
        touch_boards([here.organisation.pk], NOON)


# The board


def test_the_board_names_the_organisation_and_says_what_is_overdue(here, client):
    here.owes(key="2026Q3", due=TODAY - timedelta(days=9))
    page = text(client.get(here.url))
    assert "金星村党总支" in page and "逾期1项" in page and "截止日2026-11-12，已逾期9天" in page


def test_an_unknown_code_is_answered_404_with_help(here, client):
    for address in ("/boards/NOBODY/", "/boards/NOBODY/overdue/", "/boards/NOBODY/catalogue/", "/boards/jx/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "查找党组织" in text(response) and 'name="q"' in text(response)


def test_a_board_takes_five_queries_and_is_then_kept_under_its_version(here, client):
    here.posts(key="2026Q1")
    with CaptureQueriesContext(connection) as cold:
        first = client.get(here.url)
    with CaptureQueriesContext(connection) as warm:
        second = client.get(here.url)
    assert (len(cold), len(warm)) == (5, 1)
    assert first.content == second.content


def test_an_unchanged_board_is_answered_304_with_one_query(here, client):
    etag = client.get(here.url)["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = client.get(here.url, headers={"If-None-Match": etag})
    assert (response.status_code, response.content, len(queries)) == (304, b"", 1)
    assert response["ETag"] == etag


def test_a_change_to_the_board_is_seen_at_once(here, client):
    old = client.get(here.url)
    here.posts(key="2026Q1")
    touch(here)
    new = client.get(here.url, headers={"If-None-Match": old["ETag"]})
    assert new.status_code == 200
    assert "2026年第三季度党费收缴情况" in text(new)


def test_a_change_to_the_profile_is_seen_at_once(here, client):
    client.get(here.url)
    here.organisation.phone = "021-5550-1049"
    here.organisation.save()
    assert "021-5550-1049" in text(client.get(here.url))


def test_midnight_alone_makes_an_item_overdue(here, client):
    here.owes(key="2026Q3", due=TODAY)
    with time_machine.travel(NOON.replace(hour=15, minute=59), tick=False):
        before = client.get(here.url)
    with time_machine.travel(NOON.replace(hour=16), tick=False):
        after = client.get(here.url, headers={"If-None-Match": before["ETag"]})
    assert "逾期1项" not in text(before)
    assert after.status_code == 200 and "逾期1项" in text(after)


def test_another_boards_change_leaves_this_one_kept(here, client):
    other = village("YJ")
    etag = client.get(here.url)["ETag"]
    touch(other)
    assert client.get(here.url, headers={"If-None-Match": etag}).status_code == 304


def test_words_of_other_programs_in_the_address_change_nothing(here, client):
    plain, shared = client.get(here.url), client.get(f"{here.url}?from=singlemessage&isappinstalled=0")
    assert plain["ETag"] == shared["ETag"] and plain.content == shared.content


def test_public_pages_set_no_cookie_and_may_be_kept_by_caches_that_ask_again(here, client):
    response = client.get(here.url)
    assert not response.cookies
    assert response["Cache-Control"] == "public, no-cache"
    assert "Cookie" in response["Vary"]


def test_display_wishes_have_a_page_of_their_own(here, client):
    plain = client.get(here.url)
    client.cookies["display"] = "contrast.large.nonsense"
    wished = client.get(here.url, headers={"If-None-Match": plain["ETag"]})
    assert wished.status_code == 200
    assert 'data-type="large"' in text(wished) and 'data-contrast="high"' in text(wished)


def test_whoever_is_signed_in_gets_a_page_of_their_own_that_is_kept_nowhere(here, client):
    here.posts(key="2026Q1", scope=Scope.UNIT)
    member = AppointmentFactory(role=Role.MEMBER, organisation=here.organisation).user
    public = client.get(here.url)
    client.force_login(member)
    own = client.get(here.url, headers={"If-None-Match": public["ETag"]})
    assert own.status_code == 200 and "ETag" not in own
    assert own["Cache-Control"] == "private, no-cache"
    assert "2026年第三季度党费收缴情况" in text(own)
    client.logout()
    assert "2026年第三季度党费收缴情况" not in text(client.get(here.url))


def test_sample_data_is_marked_as_such(here, client):
    assert "示例数据" not in text(client.get(here.url))
    Organisation.objects.filter(pk=here.organisation.pk).update(is_sample=True)
    touch(here)
    assert "示例数据" in text(client.get(here.url))


def test_a_cached_page_knows_nothing_of_the_reader_it_was_built_for(here, client):
    """Nothing of a session is in a kept page: the names in its forms are the same for all."""
    client.cookies["csrftoken"] = "a" * 32
    assert "csrfmiddlewaretoken" not in text(client.get(here.url))


# The list of postings


def found(client, here, query):
    return client.get(f"{here.url}?{query}")


def test_postings_are_found_by_words_in_titles_the_visitor_may_read(here, client):
    here.posts(key="2026Q1")
    inner = here.posts(key="2026Q2", scope=Scope.UNIT)
    page = text(found(client, here, "q=党费收缴"))
    assert page.count('<li class="is-out">') == 1
    assert inner.number not in page


def test_postings_are_found_by_item_year_and_kind(here, client):
    here.posts(0, key="2026Q1")
    here.posts(2, key="2026Q1")
    for query, number in [
        ("item=M101", 1),
        ("item=M102", 0),
        ("year=2026", 2),
        ("year=2025", 0),
        ("type=party", 2),
        ("type=village", 0),
        ("q=", 2),
        ("item=M101&year=2026&type=party&q=", 1),
    ]:
        assert text(found(client, here, query)).count('<li class="is-out">') == number, query


def test_a_year_ends_at_the_portals_midnight(here, client):
    draft = PostingFactory(obligation=here.owes(key="2025Q4", due=TODAY))
    posting = published(draft, datetime(2025, 12, 31, 16, tzinfo=UTC))
    assert posting.number in text(found(client, here, "year=2026"))
    assert posting.number not in text(found(client, here, "year=2025"))


def test_pages_of_postings_lead_on_and_back_over_all_of_them(here, client):
    numbers = {here.posts(key=f"K{n}").number for n in range(23)}
    first = found(client, here, "q=")
    assert first.context["page"].before == ""
    second = found(client, here, f"q=&after={first.context['page'].after}")
    shown = {row["url"].split("/")[2] for page in (first, second) for row in page.context["postings"]}
    assert shown == numbers
    back = found(client, here, f"q=&before={second.context['page'].before}")
    assert back.context["postings"] == first.context["postings"]


NONSENSE = [
    "item=%00",
    "item=" + "x" * 500,
    "item=<script>",
    "year=99999999999999999999",
    "year=-1",
    "year=zwei",
    "type=nothing",
    "q=%00",
    "q=" + "长" * 500,
    "q=%ff%fe",
    "q=%25_%5c",
    "q=a&q=b",
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_a_filter_finds_nothing_and_breaks_nothing(here, client, query):
    here.posts(key="2026Q1")
    response = found(client, here, query)
    assert response.status_code == 200
    assert '<li class="is-out">' not in text(response)


@pytest.mark.parametrize("cursor", ["x", "1~2~3", "9" * 40, "%00", "1~1&before=1~1", "-1~-1"])
def test_a_damaged_cursor_is_answered_400_with_a_sentence(here, client, cursor):
    response = found(client, here, f"after={cursor}")
    assert response.status_code == 400
    assert "网址有误" in text(response)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["q", "item", "year", "type", "after", "before", "under", "kind"]), st.text()))
def test_no_address_of_any_kind_is_answered_with_an_error_of_ours(here, client, query):
    for path in (here.url, "/boards/", f"{here.url}overdue/"):
        assert client.get(path, query).status_code in {200, 400, 404}


# Catalogue and overdue


def test_the_catalogue_is_the_national_table_for_this_organisation(here, client):
    page = text(client.get(f"{here.url}catalogue/"))
    for head in (
        "序号",
        "公开事项",
        "公开内容（要素）",
        "公开依据",
        "公开时限",
        "公开主体",
        "公开渠道和载体",
        "公开范围",
        "公开方式",
    ):
        assert head in page
    assert "定期公开，每季度，期满后10个工作日内" in page
    assert page.index("党费收缴情况") < page.index("发展党员") < page.index("租金收缴")


def test_the_overdue_page_says_since_when_and_why_the_longest_first(here, client):
    here.owes(0, key="2026Q3", due=TODAY - timedelta(days=1))
    here.owes(2, key="2026Q2", due=TODAY - timedelta(days=100))
    here.owes(0, key="2026Q4", due=TODAY)
    page = text(client.get(f"{here.url}overdue/"))
    assert "有 2 项逾期未公开" in page and "已逾期1天" in page
    assert page.index("租金收缴") < page.index("党费收缴情况")
    assert "2026年第三季度结束（9月30日）后10个工作日内" in page


def test_an_organisation_that_owes_nothing_is_told_so(here, client):
    assert "没有逾期事项" in text(client.get(f"{here.url}overdue/"))


def test_the_overdue_page_asks_no_more_for_many_than_for_one(here, client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{here.url}overdue/")
        return len(captured)

    here.owes(key="2026-01", due=TODAY - timedelta(days=30))
    queries()
    one = queries()
    for month in range(2, 12):
        here.owes(key=f"2026-{month:02}", due=TODAY - timedelta(days=30 + month))
    assert queries() == one


# The directory


def test_the_directory_shows_the_two_topmost_levels_with_counts(here, client):
    OrganisationFactory(parent=here.organisation)
    rows = {row["code"]: row for row in client.get("/boards/").context["rows"]}
    assert set(rows) == {"JX", "JX-TOWN"}
    assert (rows["JX-TOWN"]["below"], rows["JX"]["below"]) == (2, 1)


def test_one_goes_down_level_by_level(here, client):
    child = OrganisationFactory(parent=here.organisation, name="第一支部")
    response = client.get("/boards/?under=JX")
    assert [row["code"] for row in response.context["rows"]] == [child.code]
    assert [crumb["label"] for crumb in response.context["crumbs"]] == ["马桥镇党委", "金星村党总支"]


def test_an_organisation_is_found_by_name_short_name_and_code(here, client):
    Organisation.objects.filter(pk=here.organisation.pk).update(short_name="金星")
    for words in ("金星村", "金星", "jx", "党总支 金星"):
        rows = client.get("/boards/", {"q": words}).context["rows"]
        assert here.organisation.code in {row["code"] for row in rows}, words
    assert not client.get("/boards/", {"q": "银星"}).context["rows"]


def test_organisations_are_found_by_kind(here, client):
    rows = client.get("/boards/", {"kind": OrganisationKind.TOWN_COMMITTEE}).context["rows"]
    assert [row["code"] for row in rows] == ["JX-TOWN"]


@pytest.mark.parametrize("query", ["q=%00", "kind=nothing", "q=" + "x" * 99])
def test_nonsense_in_the_directory_finds_nothing(here, client, query):
    response = client.get(f"/boards/?{query}")
    assert response.status_code == 200 and not response.context["rows"]


@pytest.mark.parametrize("code", ["NOBODY", "%00", "x" * 99])
def test_the_directory_below_an_unknown_organisation_is_404(here, client, code):
    assert client.get(f"/boards/?under={code}").status_code == 404


def test_a_session_cookie_of_the_past_is_no_sign_in(here, client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    response = client.get(here.url)
    assert response.status_code == 200 and "登录" in text(response)
