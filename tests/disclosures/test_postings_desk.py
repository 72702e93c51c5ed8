"""The desk, and the list of the back office: what waits for whom, and where each posting is."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from disclosures.actions import corrections, drafts, postings
from disclosures.choices import ObligationState, OwedPart, PostingStatus, ReviewConclusion
from disclosures.models import Obligation
from disclosures.querysets import stands
from disclosures.worklist import owed, owed_counts
from organisations.choices import Role
from organisations.models import Organisation
from tests.disclosures.boards import standings_of
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
DESK = "/desk/"


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
    html = page(signed_in(jinxing.secretary), DESK)
    assert html.index("理论学习情况") < html.index("党费收缴情况") < html.index("今天到期的事项")
    assert re.search(r'逾期未公开 <span class="desk-count">2<', html)
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
    later_on = page(signed_in(jinxing.secretary), f"{DESK}owed/?part=later")
    assert ("下一期" in later_on) is is_shown


def test_what_is_settled_or_owed_by_others_is_not_on_the_desk(jinxing):
    ObligationFactory(
        organisation=jinxing.organisation, item__title="已办结", outcome="nil", fulfilled_on=date(2026, 11, 1)
    )
    ObligationFactory(organisation=jinxing.town, item__title="镇里的事项")
    html = page(signed_in(jinxing.secretary), DESK)
    assert "已办结" not in html
    assert "镇里的事项" not in html


def test_the_desk_asks_as_often_for_many_rows_as_for_few(jinxing, django_assert_max_num_queries):
    client = signed_in(jinxing.secretary)
    page(client, DESK)
    for _number in range(20):
        obligation = ObligationFactory(organisation=jinxing.organisation)
        drafts.start_draft(obligation=obligation, by=jinxing.secretary, at=NOW)
    with django_assert_max_num_queries(16):
        page(client, DESK)


def test_work_waits_for_whoever_is_to_do_it(jinxing):
    waiting = {
        "已开始的草稿": (jinxing.secretary, jinxing.draft),
        "待审核": (jinxing.reviewer, jinxing.proposed),
        "待审批": (jinxing.approver, jinxing.reviewed),
        "待发布": (jinxing.secretary, jinxing.approved),
    }
    for heading, (person, make) in waiting.items():
        jinxing.obligation = ObligationFactory(organisation=jinxing.organisation)
        version = make()
        html = page(signed_in(person), DESK)
        assert f">{heading} <" in html, heading
        assert paper(version) in html


def test_an_urgent_posting_waits_for_the_approver(jinxing):
    version = jinxing.reviewed()
    postings.publish_urgently(version, reason="台风", by=jinxing.secretary, at=later(3))
    html = page(signed_in(jinxing.approver), DESK)
    assert "待补办审批" in html
    assert paper(version) in html


def test_the_superior_is_shown_the_work_of_branches_too_small_and_of_no_others(jinxing):
    branch = village()
    branch.organisation.superior_approves = True
    branch.organisation.save()
    above = staff(appointed(Role.APPROVER, branch.town))
    version = branch.reviewed()
    html = page(signed_in(above), DESK)
    assert paper(version) in html
    other = village()
    Organisation.objects.filter(pk=other.organisation.pk).update(parent=branch.town)
    assert paper(other.reviewed()) not in page(signed_in(above), DESK)


def test_nothing_waits_for_people_without_a_post(jinxing):
    jinxing.proposed()
    for person in (UserFactory(is_staff=True), UserFactory(is_staff=True, is_superuser=True)):
        html = page(signed_in(person), DESK)
        assert "待我办理" not in html
        assert "本单位待公开事项" not in html


@pytest.mark.parametrize("days", [-400, -31, -7, -1, 0, 1, 29, 400])
def test_the_desk_counts_as_overdue_what_the_boards_do_on_every_day(days, jinxing):
    secretary, units = jinxing.secretary, [jinxing.organisation]
    for _number in range(2):
        units.append(AppointmentFactory(user=secretary, role=Role.SECRETARY).organisation)
    for number, unit in enumerate(units):
        for distance in (-40, -1, 0, 6, 7, 8, 30, 31, 32):
            day = NOW.date() + timedelta(days=distance + number)
            ObligationFactory(organisation=unit, due_on=day, opens_on=day - timedelta(days=5))
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        on = NOW.date() + timedelta(days=days)
        parts = {part["which"]: part["count"] for part in signed_in(secretary).get(DESK).context["parts"]}
        listed = {unit.code: len(Client().get(f"/boards/{unit.code}/overdue/").context["rows"]) for unit in units}
        assert parts.get(OwedPart.OVERDUE, 0) == sum(listed.values())
        for unit in units:
            figures = standings_of(unit, on).sums
            here = owed_counts([unit.pk], on=on)[unit.pk]
            assert here[OwedPart.OVERDUE] == figures[ObligationState.OVERDUE] == listed[unit.code]
            assert (
                here[OwedPart.SOON]
                == Obligation.objects.filter(stands(ObligationState.DUE_SOON, on=on), organisation=unit).count()
            )


def test_every_open_obligation_that_has_begun_is_in_exactly_one_part(jinxing):
    today = NOW.date()
    for distance in (-40, -1, 0, 7, 8, 31, 32, 400):
        day = today + timedelta(days=distance)
        ObligationFactory(organisation=jinxing.organisation, due_on=day, opens_on=min(day, today))
    found = [row.pk for which in OwedPart for row in owed([jinxing.organisation.pk], which, on=today)]
    assert sorted(found) == sorted(Obligation.objects.values_list("pk", flat=True))


def test_a_long_part_goes_on_on_its_own_page(jinxing):
    for number in range(40):
        ObligationFactory(organisation=jinxing.organisation, due_on=date(2026, 11, 1), item__title=f"事项{number}")
    client = signed_in(jinxing.secretary)
    assert "查看全部 41 项" in page(client, DESK)
    first = page(client, f"{DESK}owed/?part=overdue")
    following = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = page(client, f"{DESK}owed/{unescape(following)}")
    rows = re.findall(r'id="obligation-(\d+)"', first) + re.findall(r'id="obligation-(\d+)"', second)
    assert len(rows) == len(set(rows)) == 41


@pytest.mark.parametrize("query", ["part=nonsense", "unit=XX", "after=nonsense"])
def test_nonsense_in_the_address_of_a_part_is_no_error(query, jinxing):
    assert signed_in(jinxing.secretary).get(f"{DESK}owed/?{query}").status_code in {400, 404}


def test_a_secretary_of_several_sees_one_organisation_alone(jinxing):
    other = AppointmentFactory(user=jinxing.secretary, role=Role.SECRETARY).organisation
    ObligationFactory(organisation=other, item__title="外村的事项")
    client = signed_in(jinxing.secretary)
    html = page(client, DESK)
    assert f"?unit={other.code}" in html
    one = page(client, f"{DESK}owed/?unit={other.code}")
    assert "外村的事项" in one
    assert "党费收缴情况" not in one


def test_where_letters_lead_there_is_the_matter_with_its_button(jinxing):
    client = signed_in(jinxing.secretary)
    place = reverse("desk:obligation", args=[jinxing.obligation.pk])
    assert "填写公开内容" in page(client, place)
    version = jinxing.draft()
    assert paper(version) in page(client, place)
    posting = jinxing.published(version)
    html = page(client, place)
    assert posting.get_absolute_url() in html
    assert "填写公开内容" not in html
    assert "填写公开内容" not in page(signed_in(jinxing.reviewer), place)
    assert signed_in(village().secretary).get(place).status_code == 404


def test_what_came_back_says_why_on_the_desk(jinxing):
    version = jinxing.proposed()
    postings.send_back(version, reason="第二段数字有误", by=jinxing.reviewer, at=later(2))
    html = page(signed_in(jinxing.secretary), DESK)
    assert "退回给我的" in html
    assert "第二段数字有误" in html


def test_each_thing_that_waits_has_one_button_for_its_next_step(jinxing):
    version = jinxing.proposed()
    assert reverse("desk:step", args=[version.pk, "review"]) in page(signed_in(jinxing.reviewer), DESK)
    yes = ReviewConclusion.MAY_BE_DISCLOSED
    postings.review(version, conclusion=yes, grounds="不涉密", by=jinxing.reviewer, at=later(2))
    assert reverse("desk:step", args=[version.pk, "approve"]) in page(signed_in(jinxing.approver), DESK)
    postings.approve(version, by=jinxing.approver, at=later(3))
    assert reverse("desk:step", args=[version.pk, "publish"]) in page(signed_in(jinxing.secretary), DESK)
    postings.schedule(version, publish_at=later(600), by=jinxing.secretary, at=later(4))
    html = page(signed_in(jinxing.secretary), DESK)
    assert reverse("desk:step", args=[version.pk, "publish"]) not in html
    assert "已定时发布" in html


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
