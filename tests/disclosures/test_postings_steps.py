"""The steps of a posting at the desk: who is shown which, and what each does."""

from pathlib import Path

import pytest
import time_machine
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.actions import drafts, postings
from disclosures.choices import PostingStatus, VersionState
from disclosures.models import ConfidentialityReview, Posting, Version
from tests.disclosures.files import PDF, upload
from tests.disclosures.office import (
    OUTSIDERS,
    buttons,
    filled,
    office_of_jinxing,
    outsider,
    page,
    paper,
    signed_in,
    step,
)
from tests.disclosures.people import NOW, Village, later
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


# Who sees what


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_a_draft_its_steps_and_files_do_not_exist_for_others(kind, jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    client = outsider(kind, jinxing)
    expected = 302 if kind == "anonymous" else 404
    for url in (
        paper(version),
        step(version, "propose"),
        step(version, "discard"),
        reverse("desk:file", args=[version.pk, file.pk]),
    ):
        response = client.get(url)
        assert response.status_code == expected, url
        assert expected == 404 or "login" in response["Location"]
    row = client.get(reverse("admin:disclosures_posting_change", args=[version.posting_id]))
    assert row.get("Location") != paper(version)
    for url in (paper(version), step(version, "propose")):
        assert client.post(url, filled(version)).status_code == expected
    start = reverse("desk:start", args=[jinxing.obligation.pk])
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
    file_url = reverse("desk:file", args=[version.pk, file.pk])
    for kind, status in (("elsewhere", 404), ("superuser", 404), ("inspector above", 200)):
        client = outsider(kind, jinxing)
        assert client.get(paper(posting.current)).status_code == status, kind
        assert client.get(file_url).status_code == status, kind


STEPS = {
    "draft": {"secretary": {"保存草稿", "保存并提出", "作废草稿"}, "reviewer": set(), "approver": set()},
    "proposed": {"secretary": {"收回送审"}, "reviewer": {"审核", "退回"}, "approver": {"退回"}},
    "reviewed": {"secretary": {"紧急先行发布"}, "reviewer": {"退回"}, "approver": {"审批", "退回"}},
    "approved": {
        "secretary": {"立即发布", "定时发布"},
        "reviewer": {"退回"},
        "approver": {"立即发布", "定时发布", "退回"},
    },
    "published": {
        "secretary": {"更正", "申请提前撤下", "撤回", "查看公开页面"},
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
    for name in ("", "propose/", "files/1/"):
        assert client.get(f"/desk/versions/{pk}/{name}").status_code == 404
    assert client.get(f"/desk/owed/{pk}/").status_code == 404
    assert client.post(f"/desk/owed/{pk}/start/").status_code == 404


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
    assert response.content.decode().count("field__error") == 2
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
    assert "field__error" in client.post(url, seen).content.decode()
    html = client.post(url, seen | {"reason": "personal_data", "note": "含身份证号"}, follow=True).content.decode()
    assert "含有个人信息" in html
    assert Posting.objects.get().status == PostingStatus.WITHDRAWN


def test_an_urgent_posting_is_marked_until_it_is_approved(jinxing):
    version = jinxing.reviewed()
    client = signed_in(jinxing.secretary)
    data = {"revision": version.revision, "reason": "台风转移"}
    html = client.post(step(version, "publish-urgently"), data, follow=True).content.decode()
    assert "紧急先行发布，待补办审批" in html
    assert 'way__stage--now" aria-current="step">审批' in html, "it is not said to be approved before it is"
    data = {"revision": version.revision, "opinion": "同意"}
    html = signed_in(jinxing.approver).post(step(version, "approve-afterwards"), data, follow=True).content.decode()
    assert "紧急先行发布，待补办审批" not in html
    assert "way__stage--now" not in html


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
    url = reverse("desk:file", args=[version.pk, file.pk])
    response = signed_in(jinxing.reviewer).get(url)
    assert b"".join(response) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    other = reverse("desk:file", args=[jinxing.draft().pk + 1, file.pk])
    assert signed_in(jinxing.reviewer).get(other).status_code == 404


def test_a_file_lost_from_the_disk_is_not_found_and_no_error(jinxing, settings):
    version = jinxing.draft()
    file = drafts.attach(version, upload("明细.pdf", PDF), by=jinxing.secretary, at=NOW)
    (Path(settings.MEDIA_ROOT) / file.file.name).unlink()
    url = reverse("desk:file", args=[version.pk, file.pk])
    assert signed_in(jinxing.secretary).get(url).status_code == 404


def test_it_is_told_whose_turn_it_is_and_when_nobody_holds_the_post(jinxing):
    version = jinxing.proposed()
    html = page(signed_in(jinxing.secretary), paper(version))
    assert f"审核人（{jinxing.reviewer}）" in html
    jinxing.reviewer.appointments.all().delete()
    assert "该岗位目前无人" in page(signed_in(jinxing.secretary), paper(version))


def test_whose_turn_it_is_to_write_is_said_by_the_name_of_the_post(jinxing):
    assert f"党务公开经办人（{jinxing.secretary}）" in page(signed_in(jinxing.secretary), paper(jinxing.draft()))
