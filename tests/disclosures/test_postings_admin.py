"""The back office of postings: what each person is shown, and what their buttons do."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.actions import corrections, drafts, postings
from disclosures.choices import PostingStatus, VersionState
from disclosures.models import Attachment, ConfidentialityReview, Obligation, Posting, Version
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, Village, appointed, later, village
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    made = village(item__title="党费收缴情况", item__content_elements="收缴标准；收缴金额")
    for person in (made.secretary, made.reviewer, made.approver):
        staff(person)
    return made


def staff(person: User) -> User:
    User.objects.filter(pk=person.pk).update(is_staff=True)
    return person


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def paper(version: Version) -> str:
    return reverse("admin:disclosures_version_change", args=[version.pk])


def step(version: Version, name: str) -> str:
    return reverse("admin:disclosures_version_step", args=[version.pk, name])


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def buttons(html: str) -> list[str]:
    return re.findall(r'class="step[^"]*"[^>]*>([^<]+)<', html)


def filled(version: Version, **changes: object) -> dict:
    return {
        "revision": version.revision,
        "title": "党费收缴情况",
        "stated_on": "2026-09-30",
        "body": "<p>共收缴党费 3,640 元。</p>",
        "scope": Scope.SOCIETY,
        "carriers": ["board", "website"],
        "readers": "",
    } | changes


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


# Beginning


def test_one_button_makes_the_draft_and_opens_it_prefilled(jinxing):
    client = signed_in(jinxing.secretary)
    response = client.post(reverse("admin:disclosures_posting_start", args=[jinxing.obligation.pk]))
    version = Version.objects.get()
    assert response["Location"] == paper(version)
    html = page(client, paper(version))
    for prefilled in ("2026年第三季度党费收缴情况", "收缴标准", "收缴金额", 'value="2026-09-30"', "逾期 29 天"):
        assert prefilled in html


def test_a_second_click_opens_the_same_draft(jinxing):
    client = signed_in(jinxing.secretary)
    url = reverse("admin:disclosures_posting_start", args=[jinxing.obligation.pk])
    assert client.post(url)["Location"] == client.post(url)["Location"]


def test_the_button_is_a_post_with_a_token(jinxing):
    url = reverse("admin:disclosures_posting_start", args=[jinxing.obligation.pk])
    assert signed_in(jinxing.secretary).get(url).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(pk=jinxing.secretary.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(url).status_code == 403
    assert not Posting.objects.exists()


def test_an_obligation_closed_meanwhile_is_told_in_words(jinxing):
    Obligation.objects.update(outcome="waived", fulfilled_on=date(2026, 11, 20))
    client = signed_in(jinxing.secretary)
    response = client.post(reverse("admin:disclosures_posting_start", args=[jinxing.obligation.pk]), follow=True)
    assert "本期已于 2026-11-20 办结" in response.content.decode()


def test_a_posting_beside_any_obligation_is_begun_for_an_item_the_organisation_owes(jinxing):
    DutyFactory(catalogue=jinxing.obligation.item.catalogue, organisation=jinxing.organisation)
    client = signed_in(jinxing.secretary)
    url = reverse("admin:disclosures_posting_new")
    assert "党费收缴情况" in page(client, url)
    item = jinxing.obligation.item
    response = client.post(url, {"organisation": jinxing.organisation.pk, "item": item.pk})
    assert response["Location"] == paper(Version.objects.get())
    assert Posting.objects.get().obligation is None
    foreign = {"organisation": jinxing.town.pk, "item": ObligationFactory().item.pk}
    assert "error" in client.post(url, foreign).content.decode()
    assert signed_in(jinxing.reviewer).get(url).status_code == 403


# Writing


def test_the_editor_is_let_in_by_the_nonce_of_the_page(jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).get(paper(version))
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])[1]
    html = response.content.decode()
    assert f'<script type="importmap" nonce="{nonce}">' in html
    assert re.findall(r"<script(?![^>]*(?:src|nonce))", html) == []


def test_the_editor_speaks_chinese(jinxing):
    script = page(signed_in(jinxing.secretary), reverse("admin:disclosures_editor_words"))
    assert '"Insert table": "插入表格"' in script
    assert '"bold": "加粗"' in script


def test_a_draft_is_saved_and_cleaned(jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).post(
        paper(version), filled(version, body="<p onclick=x>甲</p>", scope=Scope.UNIT), follow=True
    )
    assert "已保存（09:30:00）" in response.content.decode()
    version.refresh_from_db()
    assert (version.body, version.posting.scope, version.posting.carriers) == ("<p>甲</p>", Scope.UNIT, "board;website")


def test_saving_and_proposing_goes_on_to_the_confirmation_and_proposes_nothing_yet(jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).post(paper(version), filled(version, propose="1"))
    assert response["Location"] == step(version, "propose")
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_stale_save_shows_both_texts_and_a_second_save_takes_mine(jinxing):
    version = jinxing.draft()
    colleague = staff(appointed(Role.SECRETARY, jinxing.organisation))
    signed_in(colleague).post(paper(version), filled(version, body="<p>同事写的。</p>"))
    client = signed_in(jinxing.secretary)
    response = client.post(paper(version), filled(version, body="<p>我写的。</p>"))
    html = response.content.decode()
    assert "同事写的。" in html
    assert "我写的。" in html
    assert str(colleague) in html
    version.refresh_from_db()
    assert version.body == "<p>同事写的。</p>"
    revision = re.search(r'name="revision" value="(\d+)"', html)[1]
    client.post(paper(version), filled(version, body="<p>我写的。</p>", revision=revision))
    version.refresh_from_db()
    assert version.body == "<p>我写的。</p>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "长" * 201},
        {"title": "甲\x00乙"},
        {"stated_on": ""},
        {"stated_on": "1900-01-01"},
        {"stated_on": "9999-12-31"},
        {"stated_on": "2026-02-30"},
        {"stated_on": "昨天"},
        {"body": "长" * 400_001},
        {"body": "甲\x00乙"},
        {"scope": "everybody"},
        {"carriers": ["pigeon"]},
        {"revision": ""},
        {"revision": "abc"},
        {"revision": "99999999999999999999"},
        {"revision": "-1"},
        {"readers": "没有这个人"},
        {"remove": ["999999"]},
        {"remove": ["x"]},
    ],
)
def test_nonsense_in_the_form_is_told_and_saves_nothing(wrong, jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).post(paper(version), filled(version, **wrong))
    assert response.status_code == 200
    assert "还没有保存" in response.content.decode()
    before = version.revision
    version.refresh_from_db()
    assert version.revision == before


def test_readers_are_named_by_line_and_taken_back_by_leaving_them_out(jinxing):
    version = jinxing.draft()
    person, unit = UserFactory(), OrganisationFactory(name="第三党小组")
    client = signed_in(jinxing.secretary)
    lines = f"{person.username}\n 第三党小组 \n{unit.code}\n\n"
    client.post(paper(version), filled(version, scope=Scope.SPECIFIC, readers=lines))
    readers = version.posting.readers
    assert {(r.user, r.organisation) for r in readers.all()} == {(person, None), (None, unit)}
    version.refresh_from_db()
    assert person.username in page(client, paper(version))
    client.post(paper(version), filled(version, scope=Scope.SPECIFIC, readers=person.username))
    assert [r.user for r in readers.all()] == [person]


def test_a_name_two_organisations_share_names_neither(jinxing):
    version = jinxing.draft()
    OrganisationFactory(name="第一支部"), OrganisationFactory(name="第一支部")
    response = signed_in(jinxing.secretary).post(paper(version), filled(version, readers="第一支部"))
    assert "找不到“第一支部”" in response.content.decode()


def test_files_are_added_and_taken_away_with_the_text(jinxing):
    version = jinxing.draft()
    client = signed_in(jinxing.secretary)
    files = [upload("明细.pdf", PDF), upload("假.pdf", b"<html>")]
    html = client.post(paper(version), filled(version, uploads=files), follow=True).content.decode()
    assert "正文已保存，但附件“假.pdf”没有上传成功" in html
    file = Attachment.objects.get()
    assert file.name == "明细.pdf"
    version.refresh_from_db()
    client.post(paper(version), filled(version, remove=[file.pk]))
    assert not Attachment.objects.exists()


def test_with_a_file_refused_it_is_not_proposed_yet(jinxing):
    version = jinxing.draft()
    data = filled(version, uploads=[upload("假.pdf", b"<html>")], propose="1")
    assert signed_in(jinxing.secretary).post(paper(version), data)["Location"] == paper(version)


def test_a_save_that_comes_after_the_proposal_changes_nothing(jinxing):
    version = jinxing.draft()
    seen = version.revision
    jinxing.proposed(version)
    response = signed_in(jinxing.secretary).post(
        paper(version), filled(version, revision=seen, body="<p>晚了</p>"), follow=True
    )
    assert "没有保存" in response.content.decode()
    version.refresh_from_db()
    assert "晚了" not in version.body


# Who sees what


OUTSIDERS = ["anonymous", "no staff", "elsewhere", "superuser", "member", "inspector above"]


def outsider(kind: str, jinxing: Village) -> Client:
    if kind == "anonymous":
        return Client()
    person = {
        "no staff": lambda: appointed(Role.SECRETARY, jinxing.organisation),
        "elsewhere": lambda: staff(appointed(Role.SECRETARY, OrganisationFactory())),
        "superuser": lambda: UserFactory(is_staff=True, is_superuser=True),
        "member": lambda: staff(appointed(Role.MEMBER, jinxing.organisation)),
        "inspector above": lambda: staff(appointed(Role.INSPECTOR, jinxing.town)),
    }[kind]()
    return signed_in(person)


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_a_draft_its_steps_and_files_do_not_exist_for_others(kind, jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    client = outsider(kind, jinxing)
    expected = 302 if kind in {"anonymous", "no staff"} else 404
    for url in (
        paper(version),
        step(version, "propose"),
        step(version, "discard"),
        reverse("admin:disclosures_version_file", args=[version.pk, file.pk]),
    ):
        response = client.get(url)
        assert response.status_code == expected, url
        assert expected == 404 or "login" in response["Location"]
    row = client.get(reverse("admin:disclosures_posting_change", args=[version.posting_id]))
    assert row.get("Location") != paper(version)
    for url in (paper(version), step(version, "propose")):
        assert client.post(url, filled(version)).status_code == expected
    start = reverse("admin:disclosures_posting_start", args=[jinxing.obligation.pk])
    assert client.post(start).status_code == expected
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_published_version_is_read_by_the_inspector_above(jinxing):
    posting = jinxing.published()
    html = page(outsider("inspector above", jinxing), paper(posting.current))
    assert "3,640" in html
    assert buttons(html) == ["查看公开页面"]


def test_content_published_inside_the_unit_is_not_read_by_secretaries_elsewhere(jinxing):
    version = jinxing.draft(scope=Scope.UNIT)
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    version.refresh_from_db()
    posting = jinxing.published(version)
    file_url = reverse("admin:disclosures_version_file", args=[version.pk, file.pk])
    for kind, status in (("elsewhere", 404), ("superuser", 404), ("inspector above", 200)):
        client = outsider(kind, jinxing)
        assert client.get(paper(posting.current)).status_code == status, kind
        assert client.get(file_url).status_code == status, kind


STEPS = {
    "draft": {"secretary": {"保存草稿", "保存并提出", "作废草稿"}, "reviewer": set(), "approver": set()},
    "proposed": {"secretary": set(), "reviewer": {"审核", "退回"}, "approver": {"退回"}},
    "reviewed": {"secretary": {"紧急先行发布"}, "reviewer": {"退回"}, "approver": {"审批", "退回"}},
    "approved": {
        "secretary": {"立即发布", "定时发布"},
        "reviewer": {"退回"},
        "approver": {"立即发布", "定时发布", "退回"},
    },
    "published": {
        "secretary": {"更正", "撤回", "查看公开页面"},
        "reviewer": {"查看公开页面"},
        "approver": {"撤回", "查看公开页面"},
    },
}


@pytest.mark.parametrize("stage", STEPS)
def test_everybody_sees_the_next_steps_that_are_theirs_and_no_others(stage, jinxing):
    made = getattr(jinxing, stage)()
    version = made.current if stage == "published" else made
    for role, expected in STEPS[stage].items():
        assert set(buttons(page(signed_in(getattr(jinxing, role)), paper(version)))) == expected, role


@pytest.mark.parametrize("name", ["review", "approve", "return"])
def test_a_step_that_is_not_ones_own_is_refused(name, jinxing):
    version = jinxing.proposed() if name != "approve" else jinxing.reviewed()
    client = signed_in(jinxing.secretary)
    assert client.get(step(version, name)).status_code == 403
    data = {
        "revision": version.revision,
        "conclusion": "may_be_disclosed",
        "grounds": "无",
        "opinion": "同意",
        "reason": "x",
    }
    assert client.post(step(version, name), data).status_code == 403
    state = version.state
    version.refresh_from_db()
    assert version.state == state


@pytest.mark.parametrize("name", ["nonsense", "__class__", "run"])
def test_an_unknown_step_is_not_found(name, jinxing):
    version = jinxing.draft()
    assert signed_in(jinxing.secretary).get(step(version, name)).status_code == 404


@pytest.mark.parametrize("pk", [0, 99_999_999, 10**30])
def test_an_unknown_version_is_not_found(pk, jinxing):
    client = signed_in(jinxing.secretary)
    for name in ("change", "propose"):
        assert client.get(f"/admin/disclosures/version/{pk}/{name}/").status_code == 404
    assert client.get(f"/admin/disclosures/version/{pk}/files/1/").status_code == 404
    assert client.post(f"/admin/disclosures/posting/for/{pk}/").status_code == 404


# Taking steps


def test_asking_changes_nothing_and_confirming_does(jinxing):
    version = jinxing.draft()
    client = signed_in(jinxing.secretary)
    html = page(client, step(version, "propose"))
    assert "确认提出" in html
    assert "3,640" in html
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT
    client.post(step(version, "propose"), {"revision": version.revision})
    version.refresh_from_db()
    assert version.state == VersionState.PROPOSED


def test_the_review_asks_for_conclusion_and_grounds(jinxing):
    version = jinxing.proposed()
    client = signed_in(jinxing.reviewer)
    response = client.post(step(version, "review"), {"revision": version.revision})
    assert response.content.decode().count("errorlist") == 2
    data = {"revision": version.revision, "conclusion": "not_disclosed", "grounds": "涉及在办案件"}
    html = client.post(step(version, "review"), data, follow=True).content.decode()
    assert "已退回" in html
    assert "不予公开" in html
    assert ConfidentialityReview.objects.get().grounds == "涉及在办案件"


def test_the_reason_for_return_is_shown_to_the_secretary(jinxing):
    version = jinxing.proposed()
    client = signed_in(jinxing.reviewer)
    client.post(step(version, "return"), {"revision": version.revision, "reason": "第二段数字有误"})
    html = page(signed_in(jinxing.secretary), paper(version))
    assert "第二段数字有误" in html
    assert f"{jinxing.reviewer}于 2026-11-21 09:30 退回" in html


def test_a_decision_on_a_page_that_is_out_of_date_does_nothing_and_says_so(jinxing):
    version = jinxing.reviewed()
    seen = version.revision
    postings.send_back(version, reason="改数字", by=jinxing.approver, at=later(3))
    jinxing.save(version)
    jinxing.reviewed(version)
    data = {"revision": seen, "opinion": "同意"}
    html = signed_in(jinxing.approver).post(step(version, "approve"), data, follow=True).content.decode()
    assert "内容有改动" in html
    version.refresh_from_db()
    assert version.state == VersionState.REVIEWED


def test_a_step_somebody_else_has_taken_is_told(jinxing):
    version = jinxing.approved()
    postings.publish(version, by=jinxing.approver, at=later(4))
    data = {"revision": version.revision}
    html = signed_in(jinxing.secretary).post(step(version, "publish"), data, follow=True).content.decode()
    assert "最新情况" in html
    assert Posting.objects.get().number.endswith("-000001")


@pytest.mark.parametrize(
    ("when", "status", "told"),
    [
        ("2026-11-21T12:00", 302, "已设定发布时间"),
        ("2026-11-21T09:30", 302, "请选择晚于现在"),
        ("1900-01-01T00:00", 302, "请选择晚于现在"),
        ("9999-12-31T23:59", 302, "请选择晚于现在"),
        ("0001-01-01T00:00", None, ""),
        ("明天", 200, ""),
        ("", 200, ""),
    ],
)
def test_a_time_of_publication_is_checked(when, status, told, jinxing):
    version = jinxing.approved()
    client = signed_in(jinxing.secretary)
    response = client.post(step(version, "schedule"), {"revision": version.revision, "publish_at": when})
    assert response.status_code == status or (status is None and response.status_code in {200, 302})
    if told:
        assert told in page(client, paper(version))
    version.refresh_from_db()
    assert (version.publish_at is not None) is (told == "已设定发布时间")


def test_a_correction_opens_the_new_version_and_leaves_the_old_one_up(jinxing):
    posting = jinxing.published()
    client = signed_in(jinxing.secretary)
    data = {"revision": posting.current.revision, "note": "金额有误"}
    response = client.post(step(posting.current, "correct"), data)
    new = Version.objects.get(ordinal=2)
    assert response["Location"] == paper(new)
    html = page(client, paper(new))
    assert "金额有误" in html
    assert 'name="scope"' not in html
    assert "更正" not in buttons(page(client, paper(posting.current)))
    client.post(paper(new), filled(new, note="金额有误，已核对", body="<p>3,460 元</p>"))
    new.refresh_from_db()
    assert new.note == "金额有误，已核对"


def test_a_withdrawal_asks_for_its_typed_reason(jinxing):
    posting = jinxing.published()
    client = signed_in(jinxing.approver)
    url, seen = step(posting.current, "withdraw"), {"revision": posting.current.revision}
    assert "errorlist" in client.post(url, seen).content.decode()
    html = client.post(url, seen | {"reason": "personal_data", "note": "含身份证号"}, follow=True).content.decode()
    assert "含有个人信息" in html
    assert Posting.objects.get().status == PostingStatus.WITHDRAWN


def test_an_urgent_posting_is_marked_until_it_is_approved(jinxing):
    version = jinxing.reviewed()
    client = signed_in(jinxing.secretary)
    data = {"revision": version.revision, "reason": "台风转移"}
    html = client.post(step(version, "publish-urgently"), data, follow=True).content.decode()
    assert "紧急先行发布，待补办审批" in html
    data = {"revision": version.revision, "opinion": "同意"}
    html = signed_in(jinxing.approver).post(step(version, "approve-afterwards"), data, follow=True).content.decode()
    assert "紧急先行发布，待补办审批" not in html


def test_a_reader_is_named_after_publication_by_the_approver(jinxing):
    version = jinxing.draft(scope=Scope.SPECIFIC)
    drafts.add_reader(version.posting, organisation=jinxing.town, by=jinxing.secretary, at=NOW)
    version.refresh_from_db()
    posting = jinxing.published(version)
    person = UserFactory()
    client = signed_in(jinxing.approver)
    data = {"revision": posting.current.revision, "reader": person.username}
    client.post(step(posting.current, "add-reader"), data)
    assert posting.readers.filter(user=person).exists()
    wrong = client.post(step(posting.current, "add-reader"), data | {"reader": "没有这个人"})
    assert "找不到该对象" in wrong.content.decode()


def test_a_file_goes_out_as_a_file(jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    url = reverse("admin:disclosures_version_file", args=[version.pk, file.pk])
    response = signed_in(jinxing.reviewer).get(url)
    assert b"".join(response) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    other = reverse("admin:disclosures_version_file", args=[jinxing.draft().pk + 1, file.pk])
    assert signed_in(jinxing.reviewer).get(other).status_code == 404


def test_a_file_lost_from_the_disk_is_not_found_and_no_error(jinxing, settings):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    (Path(settings.MEDIA_ROOT) / file.file.name).unlink()
    url = reverse("admin:disclosures_version_file", args=[version.pk, file.pk])
    assert signed_in(jinxing.secretary).get(url).status_code == 404


def test_it_is_told_whose_turn_it_is_and_when_nobody_holds_the_post(jinxing):
    version = jinxing.proposed()
    html = page(signed_in(jinxing.secretary), paper(version))
    assert f"审核人（{jinxing.reviewer}）" in html
    jinxing.reviewer.appointments.all().delete()
    assert "该岗位目前无人" in page(signed_in(jinxing.secretary), paper(version))


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
