"""The privacy gate as a secretary and a reviewer meet it."""

import pytest
from django.test import Client
from django.urls import reverse

from disclosures.actions import drafts
from disclosures.choices import FindState, VersionState
from disclosures.models import PrivacyFind
from organisations.choices import Role
from tests.disclosures.files import pdf, picture, upload
from tests.disclosures.office import filled, office_of_jinxing, page, paper, signed_in, step
from tests.disclosures.people import NOW, appointed
from tests.disclosures.privacy.samples import CITIZEN_ID, MOBILE
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
BODY = f"<p>王建国，身份证号 {CITIZEN_ID}，值班电话 {MOBILE}。</p>"


@pytest.fixture
def jinxing(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def door(version, name=""):
    return reverse(f"desk:privacy{name and '-'}{name}", args=[version.pk])


def open_finds(version):
    return PrivacyFind.objects.filter(version=version, state=FindState.OPEN)


def test_the_page_of_a_draft_says_what_was_found_and_leads_to_it(jinxing):
    version = jinxing.draft(body=BODY)
    secretary = signed_in(jinxing.secretary)
    html = page(secretary, paper(version))
    assert "发现2处个人信息" in html and f"{CITIZEN_ID[:3]}***********{CITIZEN_ID[-4:]}" in html
    answer = secretary.post(paper(version), filled(version, body=BODY + "<p>又及</p>", gate="1"))
    assert answer.url == door(version)
    version.refresh_from_db()
    assert "又及" in version.body, "what was typed is saved before"


def test_each_find_stands_in_its_words_and_the_number_itself_nowhere(jinxing):
    version = jinxing.draft(body=BODY)
    html = page(signed_in(jinxing.secretary), door(version))
    assert "王建国，身份证号" in html and "第1段" in html
    assert CITIZEN_ID not in html and MOBILE not in html


def test_a_secretary_masks_one_passes_one_and_proposes(jinxing):
    version = jinxing.draft(body=BODY)
    secretary = signed_in(jinxing.secretary)
    id_number, phone = open_finds(version).order_by("kind")
    secretary.post(door(version, "mask"), {"find": id_number.pk})
    secretary.post(door(version, "pass"), {"find": phone.pk, "reason": "防汛值班电话，按规定公开"})
    assert "已全部处理" in page(secretary, door(version))
    version.refresh_from_db()
    secretary.post(step(version, "propose"), {"revision": version.revision})
    version.refresh_from_db()
    assert version.state == VersionState.PROPOSED
    reviewer = signed_in(jinxing.reviewer)
    assert "待复核" in page(reviewer, paper(version))
    assert "防汛值班电话，按规定公开" in page(reviewer, door(version))
    said = {"revision": version.revision, "conclusion": "may_be_disclosed", "grounds": "不涉密"}
    assert "请先逐处复核确认" in reviewer.post(step(version, "review"), said, follow=True).content.decode()
    reviewer.post(door(version, "confirm"), {"find": phone.pk})
    reviewer.post(step(version, "review"), said)
    version.refresh_from_db()
    assert version.state == VersionState.REVIEWED


def test_everything_in_the_text_is_masked_with_one_button(jinxing):
    version = jinxing.draft(body=BODY)
    secretary = signed_in(jinxing.secretary)
    assert "全部遮盖（正文2处）" in page(secretary, door(version))
    answer = secretary.post(door(version, "mask"), {"all": "1"}, follow=True)
    assert "已遮盖2处" in answer.content.decode()
    assert not open_finds(version).exists()


def test_a_proposal_with_open_finds_is_refused_with_the_way_out(jinxing):
    version = jinxing.draft(body=BODY)
    answer = signed_in(jinxing.secretary).post(step(version, "propose"), {"revision": version.revision}, follow=True)
    assert "没有提交：还有2处个人信息没有处理（身份证号1处、手机号1处）" in answer.content.decode()


def test_a_file_is_taken_away_from_the_list_of_finds(jinxing):
    version = jinxing.draft()
    file = drafts.attach(version, upload("名单.pdf", pdf(MOBILE)), by=jinxing.secretary, at=NOW)
    secretary = signed_in(jinxing.secretary)
    assert "第1页" in page(secretary, door(version))
    secretary.post(door(version, "remove"), {"file": file.pk})
    assert not version.attachments.exists()


def test_a_picture_is_ticked_off_and_a_scan_only_by_whoever_says_to_have_looked_through_it(jinxing):
    version = jinxing.draft()
    drafts.attach(version, upload("公示栏.png", picture()), by=jinxing.secretary, at=NOW)
    drafts.attach(version, upload("扫描.pdf", pdf("", picture=True)), by=jinxing.secretary, at=NOW)
    secretary = signed_in(jinxing.secretary)
    photo, scan = open_finds(version).order_by("kind")
    secretary.post(door(version, "pass"), {"find": photo.pk})
    answer = secretary.post(door(version, "pass"), {"find": scan.pk, "reason": "看了"}, follow=True)
    assert "请逐页看过文件" in answer.content.decode()
    secretary.post(door(version, "pass"), {"find": scan.pk, "looked": "1"})
    assert not open_finds(version).exists()


def test_what_is_sent_wrongly_is_answered_with_a_sentence(jinxing):
    version = jinxing.draft(body=BODY)
    secretary = signed_in(jinxing.secretary)
    for name in ("mask", "pass", "reopen", "confirm"):
        for sent in ({}, {"find": "x"}, {"find": "9" * 30}, {"find": "0"}, {"find": "\x00"}):
            answer = secretary.post(door(version, name), sent)
            assert answer.status_code in {302, 403}, (name, sent)
    for file in ("", "x", "9" * 30, "0"):
        assert secretary.post(door(version, "remove"), {"file": file}).status_code == 302
    assert open_finds(version).count() == 2


def test_finds_of_another_posting_are_left_alone(jinxing):
    version, other = jinxing.draft(), office_of_jinxing()
    theirs = other.draft(body=BODY)
    secretary = signed_in(jinxing.secretary)
    keys = [find.pk for find in open_finds(theirs)]
    secretary.post(door(version, "pass"), {"find": keys, "reason": "值班电话"})
    assert open_finds(theirs).count() == 2
    for name in ("mask", "pass", "reopen", "remove", "confirm"):
        assert secretary.post(door(theirs, name), {"find": keys}).status_code == 404
    assert secretary.get(door(theirs)).status_code == 404


def test_deciding_is_for_the_secretary_and_the_second_look_for_the_reviewer(jinxing):
    version = jinxing.draft(body=BODY)
    keys = [find.pk for find in open_finds(version)]
    reviewer = signed_in(jinxing.reviewer)
    for name in ("mask", "pass", "reopen", "remove"):
        assert reviewer.post(door(version, name), {"find": keys}).status_code == 403
    assert signed_in(jinxing.secretary).post(door(version, "confirm"), {"find": keys}).status_code == 403
    outsider = signed_in(appointed(Role.SECRETARY, OrganisationFactory()))
    assert outsider.get(door(version)).status_code == 404
    assert Client().get(door(version)).status_code == 302


def test_the_page_asks_as_many_questions_for_many_finds_as_for_few(jinxing, django_assert_max_num_queries):
    version = jinxing.draft(body="<p>" + "，".join(f"138{number:08}" for number in range(120)) + "</p>")
    secretary = signed_in(jinxing.secretary)
    with django_assert_max_num_queries(40):
        page(secretary, door(version))


def test_scanned_pages_are_ticked_on_the_proposal_and_again_on_the_review(jinxing):
    version = jinxing.draft()
    drafts.attach(version, upload("扫描.pdf", pdf("", picture=True)), by=jinxing.secretary, at=NOW)
    version.refresh_from_db()
    steps = f"/desk/versions/{version.pk}/"
    sent = {"revision": version.revision}
    secretary, reviewer = signed_in(jinxing.secretary), signed_in(jinxing.reviewer)
    secretary.post(f"{steps}propose/", sent)
    assert open_finds(version).exists()
    secretary.post(f"{steps}propose/", sent | {"looked": "1"})
    assert not open_finds(version).exists()
    opinion = sent | {"conclusion": "may_be_disclosed", "grounds": "已核对。"}
    reviewer.post(f"{steps}review/", opinion)
    version.refresh_from_db()
    assert version.state == "proposed"
    reviewer.post(f"{steps}review/", opinion | {"looked": "1"})
    version.refresh_from_db()
    assert version.state == "reviewed"
