"""Writing a posting at the desk: the one button, the form, its files, two people at one draft."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.choices import VersionState
from disclosures.models import Attachment, Obligation, Posting, Version
from organisations.choices import Role
from organisations.models import User
from tests.disclosures.files import PDF, upload
from tests.disclosures.office import (
    filled,
    office_of_jinxing,
    page,
    paper,
    signed_in,
    staff,
    step,
)
from tests.disclosures.people import NOW, Village, appointed
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


# Beginning


def test_one_button_makes_the_draft_and_opens_it_prefilled(jinxing):
    client = signed_in(jinxing.secretary)
    response = client.post(reverse("desk:start", args=[jinxing.obligation.pk]))
    version = Version.objects.get()
    assert response["Location"] == paper(version)
    html = page(client, paper(version))
    for prefilled in ("2026年第三季度党费收缴情况", "收缴标准", "收缴金额", 'value="2026-09-30"', "逾期 29 天"):
        assert prefilled in html


def test_a_second_click_opens_the_same_draft(jinxing):
    client = signed_in(jinxing.secretary)
    url = reverse("desk:start", args=[jinxing.obligation.pk])
    assert client.post(url)["Location"] == client.post(url)["Location"]


def test_the_button_is_a_post_with_a_token(jinxing):
    url = reverse("desk:start", args=[jinxing.obligation.pk])
    assert signed_in(jinxing.secretary).get(url).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(pk=jinxing.secretary.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(url).status_code == 403
    assert not Posting.objects.exists()


def test_an_obligation_closed_meanwhile_is_told_in_words(jinxing):
    Obligation.objects.update(outcome="waived", fulfilled_on=date(2026, 11, 20))
    client = signed_in(jinxing.secretary)
    response = client.post(reverse("desk:start", args=[jinxing.obligation.pk]), follow=True)
    assert "本期已于 2026-11-20 办结" in response.content.decode()


def test_a_posting_beside_any_obligation_is_begun_for_an_item_the_organisation_owes(jinxing):
    DutyFactory(catalogue=jinxing.obligation.item.catalogue, organisation=jinxing.organisation)
    client = signed_in(jinxing.secretary)
    url = reverse("desk:new")
    assert "党费收缴情况" in page(client, url)
    item = jinxing.obligation.item
    response = client.post(url, {"organisation": jinxing.organisation.pk, "item": item.pk})
    assert response["Location"] == paper(Version.objects.get())
    assert Posting.objects.get().obligation is None
    foreign = {"organisation": jinxing.town.pk, "item": ObligationFactory().item.pk}
    assert "field__error" in client.post(url, foreign).content.decode()
    assert signed_in(jinxing.reviewer).get(url).status_code == 403


def test_the_items_to_choose_from_stand_in_the_order_of_the_catalogue(jinxing):
    here = {"catalogue": jinxing.obligation.item.catalogue}
    DutyFactory(catalogue=here["catalogue"], organisation=jinxing.organisation)
    sections = [ItemFactory(**here, title=name) for name in ("思想建设", "组织管理")]
    for title, section in [("学习计划", 0), ("换届选举", 1), ("培训情况", 0)]:
        ItemFactory(**here, title=title, parent=sections[section])
    html = page(signed_in(jinxing.secretary), reverse("desk:new"))
    assert html.index("学习计划") < html.index("培训情况") < html.index("换届选举")


# Writing


def test_the_editor_is_let_in_by_the_nonce_of_the_page(jinxing):
    version = jinxing.draft()
    response = signed_in(jinxing.secretary).get(paper(version))
    nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])[1]
    html = response.content.decode()
    assert f'<script type="importmap" nonce="{nonce}">' in html
    assert re.findall(r"<script(?![^>]*(?:src|nonce))", html) == []


def test_the_editor_speaks_chinese(jinxing):
    script = page(signed_in(jinxing.secretary), reverse("desk:words"))
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
