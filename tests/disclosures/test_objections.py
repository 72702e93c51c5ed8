"""Objections to a notice: taken while it runs, answered one by one, then closed; who objected stays unknown."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from catalogue.choices import Scope
from disclosures.actions.corrections import end_display, withdraw
from disclosures.actions.objections import answer, close_notice, hashed, object_online, record_objection
from disclosures.actions.refusals import Incomplete, MovedOn, Refused
from disclosures.choices import ObjectionChannel, ObjectionOutcome, PostingStatus, WithdrawalReason
from disclosures.models import NoticeClosing, Objection, ObjectionView, Posting
from disclosures.notices import handled_by
from organisations.access import can
from organisations.choices import Role
from organisations.models import Organisation
from tests.disclosures.notices import AFTER, NOW, UNTIL, notice
from tests.disclosures.people import appointed
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

MARKERS = {"words": "隐瞒亲属经商的情况MARKER", "name": "王桂英MARKER", "contact": "021-6000-MARKER"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def here():
    return notice()


def refused(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def answered(here, objection, outcome=ObjectionOutcome.NOT_UPHELD):
    return answer(objection, outcome=outcome, text="经核查，程序符合规定。", by=here.secretary, at=NOW)


def form_of(here):
    return reverse("postings:objection", args=[here.posting.number])


# Taking


def test_anybody_objects_until_the_end_of_the_last_day(here):
    last_evening = AFTER - timedelta(hours=12)
    assert object_online(here.posting, words="程序不合规定", at=last_evening).objection.received_on == UNTIL
    with pytest.raises(Refused):
        object_online(here.posting, words="程序不合规定", at=AFTER)


def test_an_objection_says_something(here):
    with pytest.raises(Incomplete):
        object_online(here.posting, words="  ", at=NOW)


def test_only_a_notice_that_is_up_takes_objections(here):
    withdraw(here.posting, reason=WithdrawalReason.CONTENT_WRONG, by=here.approver, at=NOW)
    for posting in (here.posting, notice(notice_until=None).posting):
        with pytest.raises(Refused):
            object_online(posting, words="程序不合规定", at=NOW)


def test_the_code_is_kept_as_a_hash_and_is_read_however_it_is_written(here):
    receipt = object_online(here.posting, words="程序不合规定", at=NOW)
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", receipt.code)
    assert receipt.objection.code_hash == hashed(receipt.code.lower().replace("-", " "))
    assert receipt.code not in receipt.objection.code_hash


def test_staff_record_what_came_by_phone_in_time(here):
    how = {"channel": ObjectionChannel.PHONE, "words": "来电反映", "by": here.secretary, "at": AFTER}
    assert record_objection(here.posting, received_on=UNTIL, **how).recorded_by == here.secretary
    for day in (UNTIL + timedelta(days=1), date(2025, 12, 31), date(2026, 12, 1)):
        with pytest.raises(Refused):
            record_objection(here.posting, received_on=day, **how)
    with pytest.raises(Refused):
        record_objection(here.posting, received_on=UNTIL, **how | {"channel": ObjectionChannel.WEB})


# Answering and closing


def test_an_objection_is_answered_once_and_with_a_reason(here):
    objection = here.objected()
    with pytest.raises(Incomplete):
        answer(objection, outcome=ObjectionOutcome.UPHELD, text=" ", by=here.secretary, at=NOW)
    answered(here, objection)
    with pytest.raises(MovedOn):
        answered(here, objection)


def test_a_notice_is_closed_after_its_period_and_every_answer(here):
    objection = here.objected()
    for at in (NOW, AFTER - timedelta(hours=12), AFTER):  # too early, the last evening, unanswered
        with pytest.raises(Refused):
            close_notice(here.posting, by=here.approver, at=at)
    answered(here, objection)
    assert close_notice(here.posting, by=here.approver, at=AFTER).objections == 1
    with pytest.raises(MovedOn):
        close_notice(here.posting, by=here.approver, at=AFTER)


def test_a_notice_stays_up_until_it_is_closed(here):
    Posting.objects.filter(pk=here.posting.pk).update(display_until=UNTIL)
    assert end_display(AFTER + timedelta(days=9)) == 0
    refused("not closed", lambda: Posting.objects.filter(pk=here.posting.pk).update(status=PostingStatus.ENDED))
    close_notice(here.posting, by=here.approver, at=AFTER)
    assert end_display(AFTER + timedelta(days=9)) == 1


def test_a_notice_with_open_objections_can_be_withdrawn(here):
    here.objected()
    assert withdraw(here.posting, reason=WithdrawalReason.CONTENT_WRONG, by=here.approver, at=NOW).is_withdrawn


# What the database refuses


def closing(here, on=date(2026, 11, 26)):
    return NoticeClosing.objects.create(
        posting=here.posting, objections=0, closed_on=on, closed_by=here.approver, closed_at=AFTER
    )


def objection(here, **values):
    values = {
        "number": 1,
        "channel": ObjectionChannel.WEB,
        "words": "x",
        "code_hash": "h",
        "received_on": NOW.date(),
        "received_at": NOW,
    } | values
    return Objection.objects.create(posting=here.posting, **values)


def test_the_database_closes_no_notice_too_early(here):
    refused("not over", lambda: closing(here, on=UNTIL))
    objection(here)
    refused("not answered", lambda: closing(here))


def test_the_database_takes_no_objection_too_late(here):
    refused("No objections", lambda: objection(here, received_on=UNTIL + timedelta(days=1)))
    closing(here)
    refused("No objections", lambda: objection(here, received_on=UNTIL))


def test_closings_answers_and_the_record_of_readers_stay(here):
    one = answered(here, here.objected())
    closed, seen = closing(here), ObjectionView.objects.create(posting=here.posting, by=here.secretary, at=NOW)
    refused("only grows", lambda: NoticeClosing.objects.filter(pk=closed.pk).update(objections=5))
    refused("only grows", lambda: ObjectionView.objects.filter(pk=seen.pk).delete())
    refused("answers stay", lambda: Objection.objects.filter(pk=one.pk).update(answer="改"))
    refused("not deleted", lambda: Objection.objects.filter(pk=notice().objected().pk).delete())


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("objection_online_has_a_code_others_a_recorder", {"code_hash": None}),
        ("objection_online_has_a_code_others_a_recorder", {"channel": ObjectionChannel.PHONE}),
        ("objection_answered_says_what_who_and_when", {"outcome": ObjectionOutcome.UPHELD}),
        ("objection_answered_says_what_who_and_when", {"answer": "符合规定"}),
    ],
)
def test_what_an_objection_must_say(here, name, values):
    refused(name, lambda: objection(here, **values))


def test_numbers_and_codes_are_given_once(here):
    objection(here)
    name = "objection_number_once_per_posting|objection.posting_id, disclosures_objection.number"
    refused(name, lambda: objection(here, code_hash="i"))
    refused("code_hash", lambda: objection(here, number=2))


# The public pages


def test_the_notice_says_until_when_and_how(here, client):
    here.objected()
    page = client.get(here.posting.get_absolute_url()).content.decode()
    assert "2026-11-25" in page and "021-5550-1049" in page and "已收到1条异议" in page and form_of(here) in page


def test_an_objection_is_sent_and_followed_with_its_code(here, client):
    page = client.post(form_of(here), {"words": "程序不合规定"}).content.decode()
    code = re.search(r"<strong>([2-9A-Z-]{19})</strong>", page).group(1)
    assert Objection.objects.get().name == ""
    found = client.post(reverse("postings:track"), {"code": code.lower()}).content.decode()
    assert here.posting.number in found and "正在核实" in found and "程序不合规定" not in found
    wrong = client.post(reverse("postings:track"), {"code": "ABCD-EFGH-JKLM-NPQR"}).content.decode()
    assert "没有与此查询码对应的异议" in wrong and here.posting.number not in wrong


def test_going_back_and_sending_again_is_the_same_objection_with_the_same_code(here, client):
    sheet = re.search(r'name="sheet" value="([0-9a-f]{32})"', client.get(form_of(here)).content.decode()).group(1)

    def send(**fields):
        page = client.post(form_of(here), {"sheet": sheet, **fields}).content.decode()
        return re.search(r"<strong>([2-9A-Z-]{19})</strong>", page).group(1)

    first = send(words="程序不合规定")
    assert send(words="程序不合规定 ") == first
    assert Objection.objects.count() == 1
    assert send(words="程序不合规定，请复核") != first
    assert Objection.objects.count() == 2


@pytest.mark.parametrize("sheet", ["x", "Z" * 32, "0" * 33, "\x00"])
def test_a_form_with_a_forged_name_is_refused_in_words(here, client, sheet):
    response = client.post(form_of(here), {"words": "程序不合规定", "sheet": sheet})
    assert response.status_code == 200 and not Objection.objects.exists()


def test_a_program_that_fills_in_everything_is_not_heard(here, client):
    client.post(form_of(here), {"words": "广告", "website": "http://example.org"})
    assert not Objection.objects.exists()


def test_one_address_sends_so_many_and_no_more(here, client):
    statuses = [client.post(form_of(here), {"words": f"第{n}条"}).status_code for n in range(6)]
    assert statuses == [200] * 5 + [429] and Objection.objects.count() == 5


def test_after_the_period_the_form_is_gone_and_the_result_comes(here, client):
    one = here.objected(words="程序不合规定")
    with time_machine.travel(AFTER, tick=False):
        assert "<textarea" not in client.get(form_of(here)).content.decode()
        assert "结果将在此公布" in client.get(here.posting.get_absolute_url()).content.decode()
        answered(here, one)
        assert "程序符合规定" not in client.get(here.posting.get_absolute_url()).content.decode()
        close_notice(here.posting, by=here.approver, at=AFTER)
        page = client.get(here.posting.get_absolute_url()).content.decode()
    assert "公示已于2026-11-26结束" in page and "经核查，程序符合规定。" in page


def test_without_a_key_people_are_asked_to_phone(here, client, settings):
    settings.FIELD_KEYS = []
    page = client.get(form_of(here)).content.decode()
    assert "<textarea" not in page and "021-5550-1049" in page


def test_who_may_not_read_the_notice_is_not_asked_to_object(client):
    inner = notice(scope=Scope.UNIT)
    assert client.get(form_of(inner)).status_code == 404
    client.force_login(appointed(Role.MEMBER, inner.organisation))
    assert client.get(form_of(inner)).status_code == 200


@pytest.mark.parametrize("words", ["\x00", "\ud800", "x" * 5000, ""])
def test_nonsense_is_answered_with_a_sentence(here, client, words):
    assert client.post(form_of(here), {"words": words.encode("utf-8", "surrogatepass")}).status_code in {200, 400}


# The desk


def at_desk(client, user, here, **data):
    client.force_login(user)
    url = reverse("desk:notice", args=[here.posting.pk])
    return client.post(url, data) if data else client.get(url)


def test_words_are_shown_on_asking_and_that_is_put_on_record(here, client):
    here.objected(**MARKERS)
    assert "MARKER" not in at_desk(client, here.secretary, here).content.decode()
    page = at_desk(client, here.secretary, here, do="reveal").content.decode()
    assert all(marker in page for marker in MARKERS.values())
    assert ObjectionView.objects.get().by == here.secretary


def test_the_secretary_answers_and_the_approver_closes(here, client):
    one = here.objected()
    with time_machine.travel(AFTER, tick=False):
        assert "公示期已满" in at_desk(client, here.secretary, here).content.decode()
        at_desk(
            client, here.secretary, here, do="answer", number=one.number, outcome="partly", text="部分属实，已纠正。"
        )
        assert at_desk(client, here.secretary, here, do="close").status_code == 403
        at_desk(client, here.approver, here, do="close")
    assert NoticeClosing.objects.get().objections == 1


def test_what_was_typed_into_an_answer_is_not_lost(here, client):
    one = here.objected()
    page = at_desk(client, here.secretary, here, do="answer", number=one.number, outcome="", text="写了很久的答复")
    assert "写了很久的答复" in page.content.decode()


def test_an_objection_by_phone_is_recorded(here, client):
    sent = {"do": "record", "channel": "phone", "received_on": "2026-11-20", "words": "来电反映"}
    at_desk(client, here.secretary, here, **sent)
    assert Objection.objects.get().channel == ObjectionChannel.PHONE


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER, Role.ADMINISTRATOR, Role.HANDLER])
def test_others_in_office_do_not_find_them(here, client, role):
    assert at_desk(client, appointed(role, here.organisation), here).status_code == 404


def test_an_inspector_reads_and_neither_answers_nor_closes(here, client):
    one, inspector = here.objected(**MARKERS), appointed(Role.INSPECTOR, here.organisation.parent)
    assert "MARKER" in at_desk(client, inspector, here, do="reveal").content.decode()
    for do in ("answer", "close", "record"):
        assert at_desk(client, inspector, here, do=do, number=one.number).status_code == 403


def test_the_list_and_the_rule_agree():
    """Who finds a notice in the list may read its objections, and nobody else may."""
    places = [notice(), notice()]
    small = places[1].organisation
    Organisation.objects.filter(pk=small.pk).update(superior_approves=True)
    people = [UserFactory()]
    for organisation in (places[0].organisation, small, small.parent, OrganisationFactory()):
        people += [appointed(role, organisation) for role in Role]
    for person in people:
        found = set(Posting.objects.filter(handled_by(person)))
        assert found == {one for one in Posting.objects.all() if can(person, "read_objections", one)}


# Nothing leaks


def test_no_public_page_log_or_address_holds_a_word_of_it(here, client, caplog):
    response = client.post(form_of(here), MARKERS)
    assert response["Cache-Control"].startswith("no-store") and "Location" not in response
    code = re.search(r"<strong>([2-9A-Z-]{19})</strong>", response.content.decode()).group(1)
    assert "MARKER" not in response.content.decode()
    board = here.organisation.get_absolute_url()
    pages = ["/", board, f"{board}?q=", f"{board}overdue/", "/powers/", here.posting.get_absolute_url(), form_of(here)]
    for address in [*pages, reverse("postings:track")]:
        page = client.get(address).content.decode()
        assert "MARKER" not in page and code not in page, address
    assert "MARKER" not in client.post(reverse("postings:track"), {"code": code}).content.decode()
    assert "MARKER" not in caplog.text and code not in caplog.text
