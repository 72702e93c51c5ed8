"""The desk and the list of the back office: what waits for whom, and where each posting is."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from disclosures.actions import corrections, drafts, postings
from disclosures.choices import PostingStatus
from organisations.choices import Role
from organisations.models import Organisation
from tests.disclosures.office import (
    office_of_jinxing,
    page,
    paper,
    signed_in,
    staff,
)
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


# The desk


def test_the_desk_shows_what_is_owed_the_longest_overdue_first(jinxing):
    ObligationFactory(organisation=jinxing.organisation, item__title="理论学习情况", due_on=date(2026, 8, 1))
    ObligationFactory(organisation=jinxing.organisation, item__title="今天到期的事项", due_on=date(2026, 11, 21))
    html = page(signed_in(jinxing.secretary), reverse("admin:index"))
    assert html.index("理论学习情况") < html.index("党费收缴情况") < html.index("今天到期的事项")
    assert "已逾期 2 项" in html
    assert "逾期 112 天" in html
    assert "逾期 29 天" in html
    assert "今天到期" in html
    assert html.count("填写公开内容") >= 3


@pytest.mark.parametrize(
    ("opens_on", "due_on", "is_shown"),
    [
        (date(2026, 11, 21), date(2027, 3, 1), True),
        (date(2026, 11, 22), date(2027, 3, 1), False),
    ],
)
def test_a_period_that_has_not_begun_is_not_on_the_desk(opens_on, due_on, is_shown, jinxing):
    ObligationFactory(organisation=jinxing.organisation, item__title="下一期", opens_on=opens_on, due_on=due_on)
    assert ("下一期" in page(signed_in(jinxing.secretary), reverse("admin:index"))) is is_shown


def test_what_is_settled_or_owed_by_others_is_not_on_the_desk(jinxing):
    ObligationFactory(
        organisation=jinxing.organisation, item__title="已办结", outcome="nil", fulfilled_on=date(2026, 11, 1)
    )
    ObligationFactory(organisation=jinxing.town, item__title="镇里的事项")
    html = page(signed_in(jinxing.secretary), reverse("admin:index"))
    assert "已办结" not in html
    assert "镇里的事项" not in html


def test_the_desk_asks_as_often_for_many_rows_as_for_few(jinxing, django_assert_max_num_queries):
    client = signed_in(jinxing.secretary)
    page(client, reverse("admin:index"))
    for _number in range(20):
        obligation = ObligationFactory(organisation=jinxing.organisation)
        drafts.start_draft(obligation=obligation, by=jinxing.secretary, at=NOW)
    with django_assert_max_num_queries(16):
        page(client, reverse("admin:index"))


def test_work_waits_for_whoever_is_to_do_it(jinxing):
    waiting = {
        "待完成的草稿": (jinxing.secretary, jinxing.draft),
        "待审核": (jinxing.reviewer, jinxing.proposed),
        "待审批": (jinxing.approver, jinxing.reviewed),
        "待发布": (jinxing.secretary, jinxing.approved),
    }
    for heading, (person, make) in waiting.items():
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        version = make()
        html = page(signed_in(person), reverse("admin:index"))
        assert f">{heading} <" in html.replace("\n", ""), heading
        assert paper(version) in html


def test_an_urgent_posting_waits_for_the_approver(jinxing):
    version = jinxing.reviewed()
    postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(3))
    html = page(signed_in(jinxing.approver), reverse("admin:index"))
    assert "待补办审批" in html
    assert paper(version) in html


def test_the_superior_is_shown_the_work_of_branches_too_small_and_of_no_others(jinxing):
    branch = village()
    branch.organisation.superior_approves = True
    branch.organisation.save()
    above = staff(appointed(Role.APPROVER, branch.town))
    version = branch.reviewed()
    html = page(signed_in(above), reverse("admin:index"))
    assert paper(version) in html
    other = village()
    Organisation.objects.filter(pk=other.organisation.pk).update(parent=branch.town)
    assert paper(other.reviewed()) not in page(signed_in(above), reverse("admin:index"))


def test_nothing_waits_for_people_without_a_post(jinxing):
    jinxing.proposed()
    for person in (UserFactory(is_staff=True), UserFactory(is_staff=True, is_superuser=True)):
        html = page(signed_in(person), reverse("admin:index"))
        assert "待我办理" not in html
        assert "本单位待公开事项" not in html


# The list


def test_the_list_holds_ones_own_organisations_and_where_each_posting_is(jinxing):
    posting = jinxing.published()
    corrections.begin_correction(posting, note="金额", by=jinxing.secretary, at=later(9))
    other = village().published()
    html = page(signed_in(jinxing.secretary), reverse("admin:disclosures_posting_changelist"))
    assert posting.number in html
    assert "已发布（更正：草稿）" in html
    assert other.number not in html


@pytest.mark.parametrize(
    ("stage", "is_listed"),
    [("draft", False), ("published", True), ("urgent", False), ("withdrawn", False), ("nonsense", True), ("", True)],
)
def test_the_list_is_filtered_by_stage(stage, is_listed, jinxing):
    posting = jinxing.published()
    url = reverse("admin:disclosures_posting_changelist")
    html = page(signed_in(jinxing.secretary), f"{url}?stage={stage}")
    assert (posting.number in html) is is_listed


@pytest.mark.parametrize(
    "query", ["scope=nonsense", "p=999", "p=-1", "o=99", "e=1", "id__gt=x", "q=%00", "q=" + "长" * 999]
)
def test_nonsense_in_the_address_of_the_list_is_no_error(query, jinxing):
    jinxing.published()
    url = reverse("admin:disclosures_posting_changelist")
    assert signed_in(jinxing.secretary).get(f"{url}?{query}").status_code in {200, 302, 400}


def test_the_list_asks_as_often_for_many_rows_as_for_few(jinxing, django_assert_max_num_queries):
    client = signed_in(jinxing.secretary)
    for _number in range(15):
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        jinxing.draft()
    with django_assert_max_num_queries(12):
        page(client, reverse("admin:disclosures_posting_changelist"))


def test_a_row_of_the_list_leads_to_the_open_version_or_the_last(jinxing):
    posting = jinxing.published()
    client = signed_in(jinxing.secretary)
    row = reverse("admin:disclosures_posting_change", args=[posting.pk])
    assert client.get(row)["Location"] == paper(posting.current)
    new = corrections.begin_correction(posting, note="金额", by=jinxing.secretary, at=later(9))
    assert client.get(row)["Location"] == paper(new)
    drafts.discard(new, by=jinxing.secretary, at=later(10))
    assert client.get(row)["Location"] == paper(posting.current)


def test_nothing_can_be_added_changed_or_deleted_past_the_workflow(jinxing):
    posting = jinxing.published()
    client = signed_in(jinxing.secretary)
    base = f"/admin/disclosures/posting/{posting.pk}"
    assert client.post("/admin/disclosures/posting/add/", {}).status_code == 403
    assert client.post(f"{base}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{base}/change/", {"number": "X"}).status_code == 302
    posting.refresh_from_db()
    assert posting.status == PostingStatus.PUBLISHED


def test_a_post_that_ended_yesterday_opens_nothing_today(jinxing):
    version = jinxing.draft()
    person = staff(UserFactory())
    AppointmentFactory(user=person, organisation=jinxing.organisation, ends_on=date(2026, 11, 21))
    assert signed_in(person).get(paper(version)).status_code == 200
    with time_machine.travel(datetime(2026, 11, 21, 16, 0, tzinfo=UTC), tick=False):
        assert signed_in(person).get(paper(version)).status_code == 404
