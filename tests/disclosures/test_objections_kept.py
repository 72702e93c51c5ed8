"""Objections left lying are reminded of; what is personal in them goes after its time, and never got anywhere else."""

import logging
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.urls import NoReverseMatch, reverse

from disclosures import errands, unanswered
from disclosures.actions.corrections import withdraw
from disclosures.actions.objections import answer, close_notice, record_objection
from disclosures.actions.retention import purge_objections
from disclosures.archive import work
from disclosures.choices import ObjectionChannel, ObjectionOutcome, WithdrawalReason
from disclosures.models import ArchiveVolume, Objection
from notices import delivery
from notices.models import Notice
from organisations.choices import Role
from tests.disclosures.notices import AFTER, NOW, notice
from tests.disclosures.people import appointed
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

MARKERS = {"words": "隐瞒亲属经商的情况MARKER", "name": "王桂英MARKER", "contact": "021-6000-MARKER"}
FIFTH = datetime(2026, 12, 2, 2, tzinfo=UTC)
"""The fifth working day after the period that ended on Wednesday 25 November."""


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def here():
    return notice()


def told(at):
    unanswered.remind(at.date(), at)
    return {(notice.recipient, notice.key.rsplit(":", 1)[1]) for notice in Notice.objects.filter(channel="inbox")}


def settled(here):
    """Answered and closed."""
    objection = here.objected(**MARKERS)
    answer(objection, outcome=ObjectionOutcome.NOT_UPHELD, text="程序符合规定。", by=here.secretary, at=NOW)
    close_notice(here.posting, by=here.approver, at=AFTER)
    return objection


# Reminders


def test_the_secretary_is_told_once_when_the_period_is_over(here):
    here.objected()
    assert told(datetime(2026, 11, 25, 2, tzinfo=UTC)) == set()  # its last day
    assert told(AFTER) == told(AFTER) == {(here.secretary, "secretary")}


def test_the_superiors_approver_is_told_on_the_fifth_working_day(here):
    above = appointed(Role.APPROVER, here.organisation.parent)
    here.objected()
    assert (above, "superior") not in told(FIFTH - timedelta(days=1))
    assert told(FIFTH) == {(here.secretary, "secretary"), (above, "superior")}


def test_where_the_superior_has_no_approver_the_next_one_up_is_told():
    top = OrganisationFactory()
    far = appointed(Role.APPROVER, top)
    here = notice(under=OrganisationFactory(parent=top))
    appointed(Role.APPROVER, OrganisationFactory())  # somewhere else
    here.objected()
    assert (far, "superior") in told(FIFTH)


def test_nobody_is_told_of_what_is_answered_or_on_a_day_off(here):
    objection = here.objected()
    saturday = datetime(2026, 11, 28, 2, tzinfo=UTC)
    assert told(saturday) == set()
    answer(objection, outcome=ObjectionOutcome.UPHELD, text="属实。", by=here.secretary, at=AFTER)
    assert told(AFTER) == set()


def test_a_letter_overtaken_by_the_answer_is_not_sent(here):
    objection = here.objected()
    told(AFTER)
    answer(objection, outcome=ObjectionOutcome.UPHELD, text="属实。", by=here.secretary, at=AFTER)
    delivery.deliver_due(AFTER, office_open=True)
    assert not Notice.objects.filter(sent_at__isnull=False).exists()


def test_the_letter_says_where_and_how_many_and_nothing_personal(here, mailoutbox):
    here.objected(**MARKERS)
    told(AFTER)
    delivery.deliver_due(AFTER, office_open=True)
    (letter,) = mailoutbox
    inbox = Notice.objects.get(channel="inbox")
    assert here.posting.number in letter.subject and "2026-11-25" in inbox.body and inbox.why
    assert inbox.url == reverse("desk:notice", args=[here.posting.pk])
    assert "MARKER" not in f"{letter.message()}{inbox.subject}{inbox.body}"


def test_the_overdue_review_lists_them(here, client):
    here.objected(**MARKERS)
    inspector = appointed(Role.INSPECTOR, here.organisation.parent)
    for at, is_listed in ((NOW, False), (AFTER, True)):
        with time_machine.travel(at, tick=False):
            client.force_login(inspector)
            page = client.get(reverse("oversight:review")).content.decode()
        assert (reverse("desk:notice", args=[here.posting.pk]) in page) is is_listed and "MARKER" not in page


def test_the_overdue_review_asks_no_more_for_many_of_them(here, client, django_assert_max_num_queries):
    inspector = appointed(Role.INSPECTOR, here.organisation.parent)
    for _each in range(6):
        notice(under=here.organisation.parent).objected()
    with time_machine.travel(AFTER, tick=False):
        client.force_login(inspector)
        with django_assert_max_num_queries(20):
            assert client.get(reverse("oversight:review")).status_code == 200


# Retention


def test_after_its_time_only_what_counts_is_left(here, client, caplog):
    objection, code_gone = settled(here), date(2026, 11, 26) + timedelta(days=settings.OBJECTION_DATA_DAYS)
    assert purge_objections(code_gone, AFTER) == 0
    with caplog.at_level(logging.INFO):
        assert purge_objections(code_gone + timedelta(days=1), AFTER) == 1
    assert purge_objections(code_gone + timedelta(days=1), AFTER) == 0
    objection.refresh_from_db()
    assert (objection.words, objection.name, objection.contact, objection.code_hash) == ("", "", "", None)
    assert (objection.outcome, objection.answer) == (ObjectionOutcome.NOT_UPHELD, "程序符合规定。")
    assert "1 objections" in caplog.text and "MARKER" not in caplog.text and here.posting.number not in caplog.text
    assert "程序符合规定" in client.get(here.posting.get_absolute_url()).content.decode()


def test_what_was_withdrawn_goes_too_and_what_is_open_stays(here):
    written_down = record_objection(
        here.posting, channel=ObjectionChannel.PHONE, received_on=NOW.date(), words="来电", by=here.secretary, at=NOW
    )
    notice().objected()
    withdraw(here.posting, reason=WithdrawalReason.CONTENT_WRONG, by=here.approver, at=NOW)
    assert purge_objections(date(2030, 1, 1), AFTER) == 1
    assert Objection.objects.exclude(purged_at=None).get() == written_down


def test_a_purged_code_is_answered_like_a_wrong_one(here, client):
    page = client.post(reverse("postings:objection", args=[here.posting.number]), {"words": "不实"}).content.decode()
    code = page.split('class="query-code"><strong>')[1].split("<")[0]
    withdraw(here.posting, reason=WithdrawalReason.CONTENT_WRONG, by=here.approver, at=NOW)
    purge_objections(date(2030, 1, 1), AFTER)
    assert "没有与此查询码对应的异议" in client.post(reverse("postings:track"), {"code": code}).content.decode()


@pytest.mark.parametrize("left", [{"words": "x"}, {"name": "x"}, {"contact": "x"}, {"code_hash": "x"}])
def test_what_counts_as_purged_holds_nothing_personal(here, left):
    objection = settled(here)
    empty = {"words": "", "name": "", "contact": "", "code_hash": None, "purged_at": AFTER}
    with pytest.raises(IntegrityError, match="objection_purged_holds_nothing_personal"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(**empty | left)


# Nothing leaks


def everything_listed(client):
    """Every list of the back office, as text."""
    for model in admin.site._registry:
        try:
            address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        except NoReverseMatch:
            continue
        yield address, client.get(f"{address}?q=MARKER").content.decode() + client.get(address).content.decode()


def test_no_list_of_the_back_office_knows_who_objected(here, client):
    settled(here)
    assert apps.get_model("disclosures", "Objection") not in admin.site._registry
    roles = [Role.SECRETARY, Role.APPROVER, Role.INSPECTOR, Role.ADMINISTRATOR]
    person = UserFactory(is_staff=True, is_superuser=True)
    for role in roles:
        person.appointments.create(role=role, organisation=here.organisation, starts_on=date(2020, 1, 1))
    client.force_login(person)
    for address, page in everything_listed(client):
        assert "王桂英" not in page and "隐瞒亲属" not in page and "021-6000" not in page, address


def test_no_archive_volume_knows_who_objected(here, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("disclosures.archive.pdf._has_pango", lambda: False)
    settled(here)
    work.ask(here.organisation, here.posting.published_at.year, by=here.secretary, at=AFTER)
    errands.run_waiting(AFTER)
    volume = ArchiveVolume.objects.get()
    for path in tmp_path.rglob("*"):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                assert packed.namelist()
                for name in packed.namelist():
                    assert "MARKER" not in name and b"MARKER" not in packed.read(name), (volume, name)


def test_the_database_holds_no_word_of_it_in_the_clear(here):
    settled(here)
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, name, contact, answer FROM disclosures_objection")
        assert all("MARKER" not in value for row in cursor.fetchall() for value in row)
