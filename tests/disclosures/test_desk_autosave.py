"""Saving while somebody types: nothing is lost, nobody's words are overwritten, and the record stays quiet."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.actions import corrections, drafts, postings
from disclosures.models import Attachment, Step, Version
from organisations.choices import Role
from organisations.models import User
from tests.disclosures.files import PDF, upload
from tests.disclosures.office import OUTSIDERS, filled, office_of_jinxing, outsider, page, paper, signed_in
from tests.disclosures.people import NOW, Village, appointed, later
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


def place(version: Version) -> str:
    return reverse("desk:autosave", args=[version.pk])


def test_what_is_typed_is_kept_and_the_time_told(jinxing):
    version = jinxing.draft()
    answer = signed_in(jinxing.secretary).post(place(version), filled(version, body="<p>新写的。</p>")).json()
    version.refresh_from_db()
    assert version.body == "<p>新写的。</p>"
    assert (answer["revision"], answer["saved"], answer["unsaved"]) == (version.revision, "09:30:00", [])


def test_saving_again_and_again_leaves_one_step_in_the_record(jinxing):
    version = jinxing.draft()
    client, before = signed_in(jinxing.secretary), Step.objects.count()
    for number in range(5):
        version.refresh_from_db()
        client.post(place(version), filled(version, body=f"<p>第{number}稿</p>"))
    assert Step.objects.count() == before


def test_what_has_not_changed_is_not_saved_again(jinxing):
    version = jinxing.draft()
    client = signed_in(jinxing.secretary)
    revision = client.post(place(version), filled(version)).json()["revision"]
    version.refresh_from_db()
    assert client.post(place(version), filled(version)).json()["revision"] == revision == version.revision


@pytest.mark.parametrize(
    ("wrong", "label"),
    [({"title": ""}, "标题"), ({"stated_on": "2026-02-30"}, "事项日期"), ({"readers": "没有这个人"}, "指定阅读对象")],
)
def test_what_is_half_written_waits_and_the_rest_is_kept(wrong, label, jinxing):
    version = jinxing.draft()
    data = filled(version, body="<p>写了一半。</p>", **wrong)
    answer = signed_in(jinxing.secretary).post(place(version), data).json()
    stood = (version.title, version.stated_on)
    version.refresh_from_db()
    assert version.body == "<p>写了一半。</p>"
    assert answer["unsaved"] == [label]
    assert (version.title, version.stated_on) == stood


def test_ticks_scope_carriers_and_readers_are_kept_as_well(jinxing):
    version = jinxing.draft()
    reader = UserFactory()
    data = filled(
        version, covered=["收缴金额"], scope=Scope.SPECIFIC, carriers=["board", "meeting"], readers=reader.username
    )
    signed_in(jinxing.secretary).post(place(version), data)
    version.refresh_from_db()
    assert version.covered == "收缴金额"
    assert (version.posting.scope, version.posting.carriers) == (Scope.SPECIFIC, "meeting;board")
    assert [one.user for one in version.posting.readers.all()] == [reader]


def test_somebody_elses_words_are_shown_and_not_overwritten(jinxing):
    version = jinxing.draft()
    colleague = appointed(Role.SECRETARY, jinxing.organisation)
    signed_in(colleague).post(place(version), filled(version, body="<p>同事写的。</p>"))
    response = signed_in(jinxing.secretary).post(place(version), filled(version, body="<p>我写的。</p>"))
    assert response.status_code == 409
    answer = response.json()
    assert "同事写的。" in answer["theirs"]
    assert str(colleague) in answer["message"]
    version.refresh_from_db()
    assert version.body == "<p>同事写的。</p>"
    mine = filled(version, body="<p>我写的。</p>", revision=answer["revision"])
    assert signed_in(jinxing.secretary).post(place(version), mine).status_code == 200


def test_an_answer_lost_on_the_way_is_no_conflict_with_oneself(jinxing):
    version = jinxing.draft()
    client, sent = signed_in(jinxing.secretary), filled(version, body="<p>断网前写的。</p>")
    first = client.post(place(version), sent).json()
    second = client.post(place(version), sent)
    assert second.status_code == 200
    assert second.json()["revision"] == first["revision"]


def test_a_file_added_meanwhile_changes_the_revision_but_not_the_word_for_the_text(jinxing):
    version = jinxing.draft()
    html = page(signed_in(jinxing.secretary), paper(version))
    digest = re.search(r'data-digest="(\w+)"', html)[1]
    seen = version.revision
    drafts.attach(version, upload("明细.pdf", PDF), by=appointed(Role.SECRETARY, jinxing.organisation), at=later(1))
    data = filled(version, revision=seen, body="<p>我写的。</p>")
    answer = signed_in(jinxing.secretary).post(place(version), data)
    assert answer.status_code == 409
    assert answer.json()["digest"] == digest


def test_what_is_no_draft_any_more_is_told(jinxing):
    version = jinxing.draft()
    seen = filled(version, body="<p>晚了</p>")
    jinxing.proposed(version)
    response = signed_in(jinxing.secretary).post(place(version), seen)
    assert response.status_code == 410
    assert "没有保存" in response.json()["message"]


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_nobody_else_saves_or_reads_it_there(kind, jinxing):
    version = jinxing.draft()
    client = outsider(kind, jinxing)
    expected = 302 if kind == "anonymous" else 404
    assert client.get(place(version)).status_code == expected
    assert client.post(place(version), filled(version, body="<p>外人</p>")).status_code == expected
    assert client.post(reverse("desk:upload", args=[version.pk])).status_code == expected


def test_the_reviewer_reads_but_saves_nothing(jinxing):
    version = jinxing.draft()
    assert signed_in(jinxing.reviewer).post(place(version), filled(version, body="<p>改</p>")).status_code == 410
    assert signed_in(jinxing.reviewer).post(reverse("desk:upload", args=[version.pk])).status_code == 410


def test_after_signing_in_again_a_fresh_token_is_given(jinxing):
    version = jinxing.draft()
    client = Client(enforce_csrf_checks=True)
    person = User.objects.get(pk=jinxing.secretary.pk)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(place(version), filled(version, csrfmiddlewaretoken="old")).status_code == 403
    token = client.get(place(version)).json()["token"]
    assert client.post(place(version), filled(version, csrfmiddlewaretoken=token)).status_code == 200


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_revision_is_told_to_load_again(revision, jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).post(place(version), filled(version, revision=revision))
    assert response.status_code == 400
    assert "重新打开" in response.json()["message"]


# Files


def test_a_file_is_sent_alone_and_answered_with_its_row(jinxing):
    version = jinxing.draft()
    client = signed_in(jinxing.secretary)
    answer = client.post(reverse("desk:upload", args=[version.pk]), {"upload": upload("明细.pdf", PDF)}).json()
    assert "明细.pdf" in answer["row"]
    assert answer["before"] == version.revision
    version.refresh_from_db()
    assert answer["revision"] == version.revision


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("照片.heic", b"\x00\x00\x00\x18ftypheic", "HEIC"),
        ("照片.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200, "HEIC"),
        ("假.pdf", b"<html>", "假.pdf"),
        ("空.pdf", b"", "文件"),
    ],
)
def test_a_file_that_is_not_taken_says_why(name, content, told, jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).post(
        reverse("desk:upload", args=[version.pk]), {"upload": upload(name, content)}
    )
    assert response.status_code in {400, 422}
    assert told in response.json()["message"]
    assert not Attachment.objects.exists()


def test_order_name_and_caption_of_files_are_the_writers(jinxing):
    version = jinxing.draft()
    one = drafts.attach(version, upload("一.pdf", PDF), by=jinxing.secretary, at=NOW)
    two = drafts.attach(version, upload("二.pdf", PDF + b"\n"), by=jinxing.secretary, at=NOW)
    version.refresh_from_db()
    said = {
        f"file-{one.pk}-place": "2",
        f"file-{one.pk}-name": "收缴明细",
        f"file-{one.pk}-caption": "第三季度明细表",
        f"file-{two.pk}-place": "1",
        f"file-{two.pk}-name": "../二.exe",
        f"file-{two.pk}-caption": "",
    }
    signed_in(jinxing.secretary).post(place(version), filled(version, **said))
    first, second = version.attachments.all()
    assert (first.pk, second.pk) == (two.pk, one.pk)
    assert first.name.endswith(".pdf") and "/" not in first.name
    assert (second.name, second.caption) == ("收缴明细.pdf", "第三季度明细表")
    posting = jinxing.published(Version.objects.get(pk=version.pk))
    html = Client().get(posting.get_absolute_url()).content.decode()
    assert html.index(first.name) < html.index("第三季度明细表")
    content = b"".join(Client().get(f"{posting.get_absolute_url()}versions/1/files/2/"))
    assert content == PDF


def test_a_correction_keeps_captions_order_and_ticks(jinxing):
    version = jinxing.draft(covered="收缴标准")
    file = drafts.attach(version, upload("一.pdf", PDF), by=jinxing.secretary, at=NOW)
    said = {file.pk: drafts.FileWords(name="", caption="说明", place=7)}
    drafts.describe_files(version, said, by=jinxing.secretary, at=NOW)
    posting = jinxing.published(Version.objects.get(pk=version.pk))
    new = corrections.begin_correction(posting, note="金额", by=jinxing.secretary, at=later(9))
    copied = new.attachments.get()
    assert (copied.caption, copied.place, new.covered) == ("说明", 7, "收缴标准")


def test_what_was_ticked_is_named_and_does_not_block(jinxing):
    version = jinxing.draft(covered="收缴标准")
    html = page(signed_in(jinxing.secretary), reverse("desk:step", args=[version.pk, "propose"]))
    assert re.search(r"未勾选：</strong> 收缴金额<", html)
    postings.propose(version, by=jinxing.secretary, at=later(1))
    seen = page(signed_in(jinxing.reviewer), paper(version))
    assert "已写明" in seen
    assert "未勾选" in seen
