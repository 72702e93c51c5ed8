"""The page of a posting: content as far as its scope goes, the record for everybody, nothing rewritten."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.choices import Scope
from disclosures.actions import corrections, drafts, postings
from disclosures.choices import DueChangeCause, WithdrawalReason
from disclosures.models import Attachment, DueChange, PostingReader
from organisations.choices import Role
from tests.disclosures.files import PDF, upload
from tests.disclosures.people import NOW, appointed, later, village
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "共收缴党费 3,640 元"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(later(60), tick=False):
        yield


@pytest.fixture
def here():
    return village()


def url(posting) -> str:
    return f"/postings/{posting.number}/"


def text(response) -> str:
    return response.content.decode()


def inner(here, scope=Scope.UNIT):
    """A posting of an inner scope."""
    draft = here.draft()
    type(draft.posting).objects.filter(pk=draft.posting_id).update(scope=scope)
    draft.posting.refresh_from_db()
    if scope == Scope.SPECIFIC:
        PostingReader.objects.create(posting=draft.posting, user=UserFactory())
    return here.published(draft)


def test_a_posting_shows_content_record_steps_and_both_dates(here, client):
    posting = here.published()
    page = text(client.get(url(posting)))
    for words in (
        SECRET,
        posting.number,
        "同意公开",
        "保密审查：可以公开",
        f"{posting.current.stated_on}",
        "2026-11-21 09:34",
        "责任部门" if posting.item.responsible_department else "公开范围",
    ):
        assert words in page, words


def test_it_says_whether_it_was_in_time_and_why_it_was_due_that_day(here, client):
    page = text(client.get(url(here.published())))
    assert "逾期后公开" in page and "截止日 2026-10-23" in page and "2026-11-21" in page
    assert "2026年第三季度结束（9月30日）后10个工作日内" in page


def test_an_extension_is_told_with_the_old_and_the_new_day(here, client):
    posting = here.published()
    DueChange.objects.create(
        obligation=posting.obligation,
        old_due_on=date(2026, 10, 23),
        new_due_on=date(2026, 11, 30),
        cause=DueChangeCause.EXTENSION,
        changed_at=NOW,
    )
    assert "截止日由2026-10-23延至2026-11-30" in text(client.get(url(posting)))


@pytest.mark.parametrize("scope", [Scope.WHOLE_PARTY, Scope.UNIT, Scope.SPECIFIC])
def test_of_an_inner_posting_the_public_learns_that_and_when_and_to_whom_but_never_what(here, client, scope):
    posting = inner(here, scope)
    page = text(client.get(url(posting)))
    assert SECRET not in page and "党费收缴情况" not in page and "同意公开" not in page
    assert posting.item.title in page and "2026-11-21 09:34" in page and str(scope.label) in page
    assert str(posting.current.stated_on) not in page


def test_members_of_the_unit_read_what_was_disclosed_inside(here, client):
    posting = inner(here)
    for role in (Role.MEMBER, Role.SECRETARY):
        client.force_login(appointed(role, here.organisation))
        response = client.get(url(posting))
        assert SECRET in text(response)
        assert response["Cache-Control"] == "private, no-cache"
    client.force_login(appointed(Role.MEMBER, OrganisationFactory()))
    assert SECRET not in text(client.get(url(posting)))


def test_what_is_not_published_does_not_exist(here, client):
    version = here.approved()
    assert version.posting.number is None
    for number in ("JX-2026-000001", "NOTHING", "x", "%00", "9" * 200):
        assert client.get(f"/postings/{number}/").status_code == 404


def corrected(here):
    posting = here.published()
    version = corrections.begin_correction(posting, note="金额更正为 3,840 元", by=here.secretary, at=later(10))
    version = here.save(version, body="<p>共收缴党费 3,840 元。</p>")
    here.published(version)
    posting.refresh_from_db()
    return posting


def test_a_correction_says_what_was_corrected_and_keeps_the_earlier_version_readable(here, client):
    posting = corrected(here)
    now, before = text(client.get(url(posting))), text(client.get(f"{url(posting)}versions/1/"))
    assert "3,840" in now and "金额更正为 3,840 元" in now and f"{url(posting)}versions/1/" in now
    assert SECRET in before and "这是更正前的版本" in before and "noindex" in before
    assert posting.published_at == later(4)


@pytest.mark.parametrize("ordinal", ["0", "3", "99999999999999999999", "-1", "x"])
def test_a_version_that_was_never_published_does_not_exist(here, client, ordinal):
    assert client.get(f"{url(corrected(here))}versions/{ordinal}/").status_code == 404


def test_a_correction_under_way_is_not_seen(here, client):
    posting = here.published()
    version = corrections.begin_correction(posting, note="更正", by=here.secretary, at=later(10))
    here.save(version, body="<p>尚未公布的更正</p>")
    for address in (url(posting), f"{url(posting)}versions/2/"):
        client.force_login(here.secretary)
        assert "尚未公布的更正" not in text(client.get(address))


def test_versions_of_an_inner_posting_are_for_those_who_may_read_it(here, client):
    posting = inner(here)
    assert client.get(f"{url(posting)}versions/1/").status_code == 404
    client.force_login(here.secretary)
    assert client.get(f"{url(posting)}versions/1/").status_code == 200


def test_a_withdrawn_posting_leaves_a_tombstone_and_nothing_of_its_content(here, client):
    posting = here.published()
    corrections.withdraw(
        posting, reason=WithdrawalReason.PERSONAL_DATA, note="含有联系电话", by=here.approver, at=later(20)
    )
    page = text(client.get(url(posting)))
    assert "该内容已撤回" in page and "含有联系电话" in page and "2026-11-21 09:50" in page
    assert SECRET not in page and "党费收缴情况" not in page
    assert client.get(f"{url(posting)}versions/1/").status_code == 404


def test_markup_that_got_past_the_forms_is_cleaned_when_shown(here, client):
    from disclosures.models import Version

    posting = here.published(here.draft(body="<p>公开</p>"))
    assert "<script" not in text(client.get(url(posting))).replace("<script nonce", "")
    assert Version.objects.get(pk=posting.current_id).body == "<p>公开</p>"


def test_as_many_queries_for_many_files_and_versions_as_for_one(here, client):
    def queries(posting):
        with CaptureQueriesContext(connection) as found:
            client.get(url(posting))
        return len(found)

    plain, rich = here.published(), corrected(village())
    queries(plain)
    assert queries(rich) <= queries(plain) + 1 <= 12


# Files


def with_file(here, scope=Scope.SOCIETY):
    draft = here.draft()
    type(draft.posting).objects.filter(pk=draft.posting_id).update(scope=scope)
    drafts.attach(draft, upload("收支表.pdf", PDF), by=here.secretary, at=NOW)
    draft.refresh_from_db()
    draft.posting.refresh_from_db()
    return here.published(draft)


def test_a_file_is_handed_over_to_be_saved_and_never_run(here, client):
    posting = with_file(here)
    response = client.get(f"{url(posting)}versions/1/files/1/")
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert "%E6%94%B6%E6%94%AF%E8%A1%A8.pdf" in response["Content-Disposition"]
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "收支表.pdf" in text(client.get(url(posting)))


def test_a_file_of_an_inner_posting_is_for_those_who_may_read_it(here, client):
    posting = with_file(here, Scope.UNIT)
    address = f"{url(posting)}versions/1/files/1/"
    assert client.get(address).status_code == 404
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(appointed(Role.MEMBER, here.organisation))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("place", ["versions/1/files/2/", "versions/2/files/1/", "versions/1/files/0/"])
def test_a_file_that_is_not_there_is_404(here, client, place):
    assert client.get(f"{url(with_file(here))}{place}").status_code == 404


def test_a_file_lost_from_the_disk_is_404_and_logged(here, client, caplog):
    posting = with_file(here)
    found = Attachment.objects.get()
    found.file.storage.delete(found.file.name)
    assert client.get(f"{url(posting)}versions/1/files/1/").status_code == 404
    assert "has no file" in caplog.text


def test_an_urgent_posting_says_that_its_approval_is_to_follow(here, client):
    posting = postings.publish_urgently(here.reviewed(), reason="防汛", by=here.secretary, at=later(5))
    assert "审批手续正在补办" in text(client.get(url(posting)))
