"""What a board shows: the right organisation, its catalogue, its neighbours, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.choices import Openness, Scope
from disclosures import boards, listings
from disclosures.models import BoardVersion
from organisations.choices import OrganisationStatus
from organisations.models import Organisation, Succession
from tests.disclosures.boards import NOON, TODAY, standings_of, village
from tests.factories.catalogue import ItemFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return village()


def tree_of(organisation):
    return boards.tree(organisation, boards.entries(organisation, on=TODAY), standings_of(organisation), on=TODAY)


def tree(here):
    return tree_of(here.organisation)


def test_the_head_is_the_organisation_as_the_database_has_it(here):
    organisation = here.organisation
    organisation.established_on, organisation.ended_on = date(1995, 6, 1), date(2026, 6, 30)
    organisation.status, organisation.responsible_person = OrganisationStatus.MERGED, "王建国"
    organisation.phone, organisation.profile = "021-5550-1049", "下设两个支部。"
    organisation.save()
    head = boards.find(here.organisation.code)
    stored = Organisation.objects.get(pk=organisation.pk)
    for name in boards._PROFILE:
        assert getattr(head.organisation, name) == getattr(stored, name), name


def test_an_unknown_code_finds_nothing(here):
    assert boards.find("NOBODY") is None


def test_the_versions_grow_with_the_board_and_with_the_profile(here):
    before = boards.find("JX")
    BoardVersion.objects.create(organisation=here.organisation, version=7, changed_at=NOON)
    here.organisation.phone = "021-1"
    here.organisation.save()
    after = boards.find("JX")
    assert (before.board_version, after.board_version) == (0, 7)
    assert after.profile_version > before.profile_version


def test_the_tree_shows_groups_items_and_how_they_stand(here):
    here.owes(0, key="2026Q3", due=date(2026, 10, 20))
    [catalogue] = tree(here)
    [section] = catalogue["sections"]
    assert (catalogue["title"], section["title"], section["items"], section["overdue"]) == (
        "村级目录",
        "党的组织管理",
        3,
        1,
    )
    assert [row["title"] for row in section["rows"]] == ["党费收缴情况", "发展党员", "租金收缴"]
    assert [row["label"] for row in section["rows"]] == ["逾期未公开", "随时公开", "定期公开"]
    assert section["rows"][0]["url"] == "/boards/JX/?item=M101"


def test_a_group_in_which_nothing_concerns_the_organisation_is_left_out(here):
    other = ItemFactory(catalogue=here.catalogue, code="M2", title="企业", group=True)
    ItemFactory(catalogue=here.catalogue, parent=other, code="M201", applies_to=";enterprise;")
    inner = ItemFactory(catalogue=here.catalogue, parent=here.group, code="M104", title="小组", group=True)
    ItemFactory(catalogue=here.catalogue, parent=inner, code="M105", title="细目")
    [catalogue] = tree(here)
    [section] = catalogue["sections"]
    assert [row["title"] for row in section["rows"]] == ["党费收缴情况", "发展党员", "租金收缴", "小组", "细目"]
    assert section["items"] == 4


def test_an_item_that_is_withheld_says_why(here):
    ItemFactory(
        catalogue=here.catalogue,
        parent=here.group,
        code="M109",
        openness=Openness.WITHHELD,
        exemption_reason="state_secret",
    )
    row = tree(here)[0]["sections"][0]["rows"][-1]
    assert (row["label"], row["words"]) == ("不予公开", ["国家秘密"])


def test_an_organisation_without_a_duty_has_no_tree():
    assert tree_of(OrganisationFactory()) == []


def test_neighbours_are_the_superiors_from_the_top_and_the_subordinates_that_exist(here):
    first = OrganisationFactory(parent=here.organisation, name="第一党支部", short_name="一支部")
    OrganisationFactory(parent=here.organisation, status=OrganisationStatus.CLOSED, ended_on=TODAY)
    OrganisationFactory(parent=first)
    above, below, more = boards.neighbours(here.organisation)
    assert [row["label"] for row in above] == ["马桥镇党委"]
    assert [row["label"] for row in below] == ["一支部"]
    assert not more


def test_of_very_many_subordinates_a_part_is_named(here):
    OrganisationFactory.create_batch(boards.MOST_NEIGHBOURS + 1, parent=here.organisation)
    _above, below, more = boards.neighbours(here.organisation)
    assert (len(below), more) == (boards.MOST_NEIGHBOURS, True)


def test_successors_are_named_for_an_organisation_that_ended(here):
    heir = OrganisationFactory(name="旗忠村党总支")
    assert boards.successors(here.organisation) == []
    here.organisation.status, here.organisation.ended_on = OrganisationStatus.MERGED, TODAY
    Succession.objects.create(predecessor=here.organisation, successor=heir, took_effect_on=TODAY)
    assert [row["label"] for row in boards.successors(here.organisation)] == ["旗忠村党总支"]


def test_a_row_shows_the_title_as_far_as_the_visitor_may_read(here):
    shown = here.posts(key="2026Q1")
    hidden = here.posts(key="2026Q2", scope=Scope.UNIT)
    rows = {row["url"]: row for row in listings.rows(listings.newest_of(here.organisation, AnonymousUser(), most=9))}
    open_row, inner_row = rows[f"/postings/{shown.number}/"], rows[f"/postings/{hidden.number}/"]
    assert open_row["title"] == "2026年第三季度党费收缴情况"
    assert inner_row["title"] == "党费收缴情况"
    assert ("neutral", "本单位内公开") in inner_row["badges"]
    assert inner_row["meta"] == ["2026年第二季度"]


def test_rows_say_what_is_late_corrected_urgent_or_withdrawn(here):
    posting = here.posts(key="2026Q1", due=date(2025, 12, 31))

    def badges():
        found = listings.newest_of(here.organisation, AnonymousUser(), most=9)
        return [str(words) for row in listings.rows(found) for _tone, words in row["badges"]]

    assert badges() == ["逾期后公开"]
    row = next(iter(listings.newest_of(here.organisation, AnonymousUser(), most=9)))
    row |= {"obligation__due_on": date(2026, 1, 2), "current__ordinal": 2}
    assert [str(words) for _tone, words in listings.rows([row])[0]["badges"]] == ["已更正"]
    row |= {"current__ordinal": 1, "current__urgent": True, "current__approved_at": None}
    assert len(listings.rows([row])[0]["badges"]) == 1
    row |= {"status": "withdrawn"}
    assert listings.rows([row])[0]["withdrawn"]
    assert posting.number


def test_a_time_is_told_on_the_portals_clock():
    assert listings.moment(NOON.replace(hour=23)) == "2026-11-22 07:00"


def test_as_many_queries_for_a_dozen_rows_as_for_one(here):
    def queries():
        with CaptureQueriesContext(connection) as found:
            organisation = boards.find("JX").organisation
            entries = boards.entries(organisation, on=TODAY)
            boards.tree(organisation, entries, boards.standings(organisation, entries, on=TODAY), on=TODAY)
            boards.neighbours(organisation)
            titles = {entry.pk: entry.title for entry in entries}
            listings.rows(listings.newest_of(organisation, AnonymousUser(), most=10, titles=titles))
        return len(found)

    here.posts(key="2026-01")
    first = queries()
    for number in range(2, 13):
        here.posts(key=f"2026-{number:02}")
        here.owes(2, key=f"2026-{number:02}", due=TODAY - timedelta(days=number))
        OrganisationFactory(parent=here.organisation)
    assert queries() == first == 5
