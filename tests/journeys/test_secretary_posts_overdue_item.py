"""A secretary posts an overdue item; it passes review and approval, goes up, and leaves the overdue list.

Through the desk, as the people of a village do it: each signs in with their own password, sees what waits
for them, and presses the buttons they are shown.
"""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from disclosures.models import Obligation, Posting
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.files import PDF, upload
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import PASSWORD, AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def appoint(role: Role, organisation: Organisation, full_name: str) -> User:
    person = UserFactory(full_name=full_name, is_staff=True, can_sign_in=True)
    return AppointmentFactory(user=person, role=role, organisation=organisation).user


def sign_in(person: User) -> Client:
    client = Client()
    client.post(reverse("login"), {"username": person.username, "password": PASSWORD, "next": ""})
    assert client.get("/desk/").status_code == 200, f"{person} cannot sign in"
    return client


def press(client: Client, url: str, **fields: object) -> str:
    """Opens a page with a form, fills it in, sends it, and reads the page one is led to."""
    form = client.get(url).content.decode()
    revision = re.search(r'name="revision" value="(\d+)"', form)[1]
    response = client.post(url, {"revision": revision, **fields}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def link(html: str, words: str) -> str:
    """Where the link or form with these words leads, below the navigation."""
    page = html[html.index("<h1") :]
    before = page[: page.index(words)]
    return re.findall(r'(?:href|action)="([^"]+)"', before)[-1]


@time_machine.travel("2026-11-21 09:30+08:00", tick=False)
def test_secretary_posts_overdue_item(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    village = OrganisationFactory(code="JX", name="金星村党总支", parent=OrganisationFactory(name="马桥镇党委"))
    secretary = appoint(Role.SECRETARY, village, "陶予安")
    reviewer = appoint(Role.REVIEWER, village, "俞清和")
    approver = appoint(Role.APPROVER, village, "诸念真")
    ObligationFactory(
        organisation=village,
        item__title="党费收缴使用情况",
        item__content_elements="收缴标准；收缴金额；使用情况",
        due_on=date(2026, 10, 23),
    )
    overdue_list = reverse("boards:overdue", args=["JX"])
    assert "党费收缴使用情况" in Client().get(overdue_list).content.decode()

    # The secretary sees it on the desk, 29 days overdue, and has one button for it.
    at_desk = sign_in(secretary)
    desk = at_desk.get("/desk/").content.decode()
    assert "本单位待公开事项" in desk
    assert "逾期 29 天" in desk
    started = at_desk.post(link(desk, ">填写公开内容<"))
    paper = started["Location"]
    draft = at_desk.get(paper).content.decode()
    assert "2026年第三季度党费收缴使用情况" in draft
    assert "收缴标准" in draft

    # They write it, add the account, and put it forward.
    written = press(
        at_desk,
        paper,
        title="金星村党总支2026年第三季度党费收缴使用情况",
        stated_on="2026-09-30",
        body="<h3>收缴金额</h3><table><tbody><tr><td>合计</td><td>3,640 元</td></tr></tbody></table>",
        scope="society",
        carriers=["board", "website"],
        readers="",
        uploads=[upload("党费收缴明细.pdf", PDF)],
        propose="1",
    )
    assert "已保存" in written
    assert "确认提出" in written
    assert "已提出，等待审核" in press(at_desk, f"{paper}propose/")

    # The reviewer finds it waiting, reads it, and records the confidentiality review.
    reading = sign_in(reviewer)
    desk = reading.get("/desk/").content.decode()
    assert link(desk, "金星村党总支2026年第三季度党费收缴使用情况</a>") == paper
    assert "3,640 元" in reading.get(paper).content.decode()
    review = link(reading.get(paper).content.decode(), ">审核</a>")
    done = press(reading, review, conclusion="may_be_disclosed", grounds="不涉及国家秘密和个人信息，与账目一致。")
    assert "审核意见已记录" in done

    # Nobody outside knows of it yet.
    assert "党费收缴使用情况" in Client().get(overdue_list).content.decode()
    assert Client().get(reverse("postings:posting", args=["JX-2026-000001"])).status_code == 404

    # The approver approves; the secretary publishes.
    deciding = sign_in(approver)
    approve = link(deciding.get(paper).content.decode(), ">审批</a>")
    assert "已审批" in press(deciding, approve, opinion="同意公开。")
    publish = link(at_desk.get(paper).content.decode(), ">立即发布</a>")
    assert "现已公开" in press(at_desk, publish)

    # It is up, with its number and table; the obligation is met, and the overdue list is empty.
    posting = Posting.objects.get()
    assert posting.number == "JX-2026-000001"
    public = Client().get(reverse("postings:posting", args=[posting.number])).content.decode()
    assert "3,640 元" in public
    assert "党费收缴明细.pdf" in public
    assert "同意公开。" in public
    assert not Obligation.objects.overdue(on=date(2026, 11, 21)).exists()
    assert "逾期 29 天" not in at_desk.get("/desk/").content.decode()
    assert "党费收缴使用情况" not in Client().get(overdue_list).content.decode()
    board = Client().get(reverse("boards:board", args=["JX"])).content.decode()
    assert "金星村党总支2026年第三季度党费收缴使用情况" in board
