"""A secretary at the desk with a real browser: from signing in to submitted, and nothing typed is ever lost."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from disclosures.actions import drafts
from disclosures.choices import VersionState
from disclosures.models import Obligation, Version
from organisations.choices import Role
from organisations.models import Organisation, User
from tests.disclosures.files import picture
from tests.disclosures.test_pasted import WORD
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import PASSWORD, AppointmentFactory, OrganisationFactory, UserFactory

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "公开栏.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", size=(2400, 1800))}
EDITOR = ".prose-editor .tiptap"
SAVED = "已自动保存"


@pytest.fixture
def village(settings, tmp_path) -> Organisation:
    settings.MEDIA_ROOT = tmp_path
    return OrganisationFactory(code="JX", name="金星村党总支", parent=OrganisationFactory(name="马桥镇党委"))


@pytest.fixture
def owed(village) -> Obligation:
    """A quarter that was due three days ago."""
    due = timezone.localdate() - timedelta(days=3)
    item = {"item__title": "党费收缴使用情况", "item__content_elements": "收缴标准；收缴金额"}
    period = {"period_start": due - timedelta(days=110), "period_end": due - timedelta(days=20)}
    return ObligationFactory(organisation=village, due_on=due, **item, **period)


def appoint(village: Organisation, name: str) -> User:
    person = UserFactory(full_name=name, can_sign_in=True)
    return AppointmentFactory(user=person, role=Role.SECRETARY, organisation=village).user


@pytest.fixture
def secretary(village) -> User:
    return appoint(village, "陶予安")


@pytest.fixture
def draft(owed, secretary) -> Version:
    return drafts.start_draft(obligation=owed, by=secretary, at=timezone.now())


@dataclass
class Hand:
    """A person's hand: each thing it does counts as one action."""

    page: Page
    done: list[str] = field(default_factory=list)

    def fill(self, label: str, words: str) -> None:
        self.done.append(f"填写{label}")
        self.page.get_by_label(label, exact=True).fill(words)

    def press(self, label: str) -> None:
        self.done.append(f"点按“{label}”")
        self.page.get_by_role("button", name=label).first.click()

    def tick(self, label: str) -> None:
        self.done.append(f"勾选“{label}”")
        self.page.get_by_label(label).check()

    def choose_photo(self) -> None:
        self.done.append("拍照")
        self.page.locator("#id_photo").set_input_files([PHOTO])
        expect(self.page.locator("#files li")).to_have_count(1)

    def write(self, words: str) -> None:
        self.done.append("输入正文")
        self.page.locator(EDITOR).click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(words)


def sign_in(page: Page, person: User) -> Hand:
    hand = Hand(page)
    page.goto("/accounts/login/")
    hand.fill("用户名", person.username)
    hand.fill("密码", PASSWORD)
    hand.press("登录")
    return hand


def at_draft(page: Page, person: User, version: Version) -> Page:
    sign_in(page, person)
    page.wait_for_url("**/desk/")
    page.goto(f"/desk/versions/{version.pk}/")
    page.locator(EDITOR).wait_for()
    return page


def write(page: Page, words: str) -> None:
    Hand(page).write(words)


def told(page: Page, words: str) -> None:
    expect(page.locator("#autosaved")).to_contain_text(words)


def body_of(version: Version) -> str:
    return Version.objects.get(pk=version.pk).body


def kept_here(page: Page) -> list[str]:
    return json.loads(page.evaluate("JSON.stringify(Object.keys(localStorage).filter(k => k.startsWith('draft:')))"))


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_new_secretary_submits_a_photographed_board_in_at_most_eight_actions(size, open_page, owed, secretary):
    page: Page = open_page(size)
    hand = sign_in(page, secretary)
    page.wait_for_url("**/desk/")
    hand.press("拍照上传")
    page.locator(EDITOR).wait_for()
    hand.choose_photo()
    hand.press("保存并提出")
    page.wait_for_url(re.compile("/propose/"))
    hand.tick("我已逐一看过")
    hand.press("确认")
    expect(page.locator(".notice--good")).to_contain_text("已提出")
    version = Version.objects.get()
    assert version.state == VersionState.PROPOSED
    assert version.attachments.get().name == "公开栏.jpg"
    assert len(hand.done) <= 8, hand.done
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen."


def test_the_way_can_be_gone_with_the_keyboard_alone(open_page, owed, secretary):
    page: Page = open_page(DESKTOP)

    def to(selector: str) -> None:
        """Moves on with the tabulator until the thing is reached."""
        for _press in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"The tabulator never reaches {selector}")

    page.goto("/accounts/login/")
    to("#id_username")
    page.keyboard.type(secretary.username)
    to("#id_password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")
    to("button[name=photo]")
    page.keyboard.press("Enter")
    page.locator(EDITOR).wait_for()
    to(EDITOR)
    page.keyboard.type("本期收缴 3,640 元。")
    to("#id_photo")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files([PHOTO])
    expect(page.locator("#files li")).to_have_count(1)
    to("button[name=propose]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/propose/"))
    to("#id_looked")
    page.keyboard.press("Space")
    to(".step-form button")
    page.keyboard.press("Enter")
    expect(page.locator(".notice--good")).to_contain_text("已提出")
    version = Version.objects.get()
    assert version.state == VersionState.PROPOSED
    assert "3,640" in version.body


def test_with_the_network_cut_in_the_middle_of_a_save_nothing_is_lost(open_page, draft, secretary):
    page = at_draft(open_page(PHONE), secretary, draft)
    write(page, "断网前写的。")
    told(page, SAVED)
    page.context.set_offline(True)
    write(page, "断网时写的。")
    page.get_by_role("button", name="保存草稿").click()
    told(page, "网络中断")
    expect(page.locator("#told")).to_contain_text("没有提交")
    assert "断网时写的。" not in body_of(draft)
    assert kept_here(page)
    page.context.set_offline(False)
    told(page, SAVED)
    assert "断网前写的。" in body_of(draft)
    assert "断网时写的。" in body_of(draft)
    assert not kept_here(page)


def test_a_save_whose_answer_is_lost_is_no_conflict(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    cut = []

    def lose_the_answer(route):
        if cut or route.request.method != "POST":
            route.continue_()
            return
        cut.append(route.fetch())
        route.abort()

    page.route("**/autosave/", lose_the_answer)
    write(page, "第一句。")
    told(page, "网络中断")
    write(page, "第二句。")
    told(page, SAVED)
    expect(page.locator(".theirs")).to_have_count(0)
    assert "第一句。第二句。" in body_of(draft)


def test_what_was_typed_before_the_browser_was_closed_is_there_again(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    page.route("**/autosave/", lambda route: route.abort())
    write(page, "还没有保存的话。")
    told(page, "网络中断")
    again = page.context.new_page()
    page.close()
    again.goto(f"/desk/versions/{draft.pk}/")
    expect(again.locator(EDITOR)).to_contain_text("还没有保存的话。")
    expect(again.locator("#told")).to_contain_text("已恢复")
    told(again, SAVED)
    assert "还没有保存的话。" in body_of(draft)


def test_an_expired_sign_in_keeps_the_words_until_one_is_back(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    Session.objects.all().delete()
    write(page, "登录过期后写的。")
    expect(page.locator("#told")).to_contain_text("新窗口")
    assert kept_here(page)
    tab = page.context.new_page()
    sign_in(tab, secretary)
    tab.wait_for_url("**/desk/")
    tab.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    told(page, SAVED)
    assert "登录过期后写的。" in body_of(draft)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".notice--good")).to_contain_text("已保存")


@pytest.mark.parametrize(
    ("choice", "stands", "copied"), [("保留我写的", "我写的。", ""), ("采用对方的", "同事写的。", "我写的。")]
)
def test_somebody_elses_save_is_shown_beside_ones_own(choice, stands, copied, open_page, draft, secretary, village):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    colleague = appoint(village, "俞清和")
    drafts.save_draft(
        Version.objects.get(pk=draft.pk),
        expected_revision=draft.revision,
        title=draft.title,
        body="<p>同事写的。</p>",
        stated_on=draft.stated_on,
        by=colleague,
        at=timezone.now(),
    )
    write(page, "我写的。")
    expect(page.locator(".theirs")).to_contain_text("同事写的。")
    expect(page.locator(EDITOR)).to_contain_text("我写的。")
    assert body_of(draft) == "<p>同事写的。</p>"
    page.get_by_role("button", name=choice).click()
    expect(page.locator(EDITOR)).to_contain_text(stands)
    expect(page.locator("#told")).to_contain_text(copied)
    write(page, "之后写的。")
    told(page, SAVED)
    assert stands in body_of(draft)


def test_signing_out_leaves_nothing_of_the_draft_in_the_browser(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    page.route("**/autosave/", lambda route: route.abort())
    write(page, "没有保存的话。")
    told(page, "网络中断")
    assert kept_here(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert not kept_here(page)


def test_text_pasted_from_word_is_clean_at_once(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    page.locator(EDITOR).click()
    page.evaluate(
        """([selector, html]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            document.querySelector(selector).dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [EDITOR, WORD],
    )
    editor = page.locator(EDITOR)
    expect(editor.locator("ol li")).to_have_text(["按月收缴", "逐笔登记"])
    expect(editor.locator("td[colspan='2'] strong")).to_have_text("收支")
    expect(editor.locator("strong").first).to_have_text("党费收缴情况")
    told(page, SAVED)
    assert "Mso" not in body_of(draft) and "<ol>" in body_of(draft)


def test_files_dropped_on_the_page_go_up_one_by_one_and_what_is_refused_says_why(open_page, draft, secretary):
    page = at_draft(open_page(DESKTOP), secretary, draft)
    page.locator("#id_uploads").set_input_files(
        [PHOTO, {"name": "旧.doc", "mimeType": "application/msword", "buffer": b"x" * 50}]
    )
    expect(page.locator("#files li")).to_have_count(1)
    expect(page.locator("#progress .field__error")).to_contain_text("旧格式")
    write(page, "照片之后写的。")
    told(page, SAVED)
    assert "照片之后写的。" in body_of(draft)
    picture_kept = Version.objects.get(pk=draft.pk).attachments.get()
    assert picture_kept.content_type == "image/jpeg"
