"""Evidence of carriers: given when the sheet hangs, told to the public in words, kept for inspections."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from catalogue.choices import Carrier, Scope
from disclosures.actions import corrections
from disclosures.actions.evidence import give_evidence, take_back_evidence
from disclosures.actions.refusals import Incomplete, MovedOn, Refused
from disclosures.choices import WithdrawalReason
from disclosures.models import CarrierEvidence, Posting
from organisations.choices import Role
from tests.disclosures.files import picture, upload
from tests.disclosures.office import office_of_jinxing, outsider, page, signed_in
from tests.disclosures.people import NOW, Village, appointed, later

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
ALL = ";".join(Carrier.values)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


@pytest.fixture
def posting(jinxing) -> Posting:
    return jinxing.published(jinxing.draft(carriers=ALL, scope=Scope.SOCIETY))


def photo():
    return upload("公开栏.jpg", picture("JPEG"))


def give(jinxing: Village, posting: Posting, carrier: Carrier, **changes: object) -> CarrierEvidence:
    given = {"carried_on": TODAY, "reference": "沪金党〔2026〕12号", "by": jinxing.secretary, "at": later(9)}
    return give_evidence(posting, carrier, **given | changes)


def test_the_public_is_told_in_words_and_never_shown_the_photo(jinxing, posting):
    given = give(jinxing, posting, Carrier.BOARD, reference="村委会东墙", upload=photo())
    give(jinxing, posting, Carrier.DOCUMENT)
    html = Client().get(posting.get_absolute_url()).content.decode()
    assert "载体与佐证" in html
    assert "2026-11-21，村委会东墙（照片已留存）" in html
    assert "沪金党〔2026〕12号" in html
    place = reverse("desk:evidence-photo", args=[given.pk])
    assert place not in html
    assert Client().get(place).status_code == 302
    for kind, status in (("elsewhere", 404), ("member", 404), ("superuser", 404), ("inspector above", 200)):
        assert outsider(kind, jinxing).get(place).status_code == status, kind


def test_inside_the_unit_the_public_is_told_the_day_alone(jinxing):
    inner = jinxing.published(jinxing.draft(carriers=ALL, scope=Scope.UNIT))
    give(jinxing, inner, Carrier.MEETING, reference="支部党员大会")
    html = Client().get(inner.get_absolute_url()).content.decode()
    assert "2026-11-21" in html
    assert "支部党员大会" not in html


@pytest.mark.parametrize(
    ("carrier", "missing"),
    [
        (Carrier.BOARD, {"upload": None}),
        (Carrier.DOCUMENT, {"reference": " "}),
        (Carrier.BULLETIN, {"reference": ""}),
        (Carrier.WEBSITE, {"reference": ""}),
    ],
)
def test_each_carrier_asks_for_its_own(carrier, missing, jinxing, posting):
    with pytest.raises(Incomplete):
        give(jinxing, posting, carrier, **missing)


def test_a_meeting_needs_its_day_alone(jinxing, posting):
    assert give(jinxing, posting, Carrier.MEETING, reference="").carried_on == TODAY


def test_a_day_of_long_ago_is_a_slip_of_the_pen(jinxing, posting):
    give(jinxing, posting, Carrier.MEETING, carried_on=TODAY - timedelta(days=300))
    with pytest.raises(Refused, match="年份"):
        give(jinxing, posting, Carrier.MEETING, carried_on=TODAY.replace(year=1999))


def test_a_day_to_come_is_no_evidence(jinxing, posting):
    give(jinxing, posting, Carrier.MEETING, carried_on=TODAY)
    with pytest.raises(Refused, match="不能晚于今天"):
        give(jinxing, posting, Carrier.MEETING, carried_on=TODAY + timedelta(days=1))


def test_a_carrier_that_was_not_ticked_has_no_evidence(jinxing):
    posting = jinxing.published(jinxing.draft(carriers="website"))
    with pytest.raises(Refused, match="没有勾选"):
        give(jinxing, posting, Carrier.MEETING)


def test_what_was_withdrawn_gets_no_more(jinxing, posting):
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.approver, at=later(8))
    with pytest.raises(MovedOn):
        give(jinxing, posting, Carrier.MEETING)


def test_it_is_taken_back_once_and_not_shown_any_more(jinxing, posting):
    given = give(jinxing, posting, Carrier.MEETING, reference="错的会议")
    take_back_evidence(given, by=jinxing.secretary, at=later(10))
    with pytest.raises(MovedOn):
        take_back_evidence(given, by=jinxing.secretary, at=later(11))
    assert "错的会议" not in Client().get(posting.get_absolute_url()).content.decode()


def test_a_refused_entry_leaves_no_file(jinxing, posting, settings, tmp_path):
    corrections.withdraw(posting, reason=WithdrawalReason.DUPLICATE, by=jinxing.approver, at=later(8))
    with pytest.raises(MovedOn):
        give(jinxing, posting, Carrier.BOARD, upload=photo())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_page_gives_and_takes_back(jinxing, posting):
    client = signed_in(jinxing.secretary)
    place = reverse("desk:evidence", args=[posting.current_id])
    sent = {"carrier": "board", "carried_on": "2026-11-20", "reference": "东墙", "upload": photo()}
    assert "佐证已保存" in client.post(place, sent, follow=True).content.decode()
    given = CarrierEvidence.objects.get()
    assert given.name == "公开栏.jpg"
    assert "佐证已撤销" in client.post(place, {"take_back": given.pk}, follow=True).content.decode()
    assert client.post(place, {"take_back": "x"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"carrier": "board", "carried_on": "2026-11-20"},
        {"carrier": "document", "carried_on": "2026-11-20"},
        {"carrier": "meeting", "carried_on": "昨天"},
        {"carrier": "meeting", "carried_on": "2026-11-22"},
    ],
)
def test_what_is_wrong_is_told_beside_the_form(wrong, jinxing, posting):
    response = signed_in(jinxing.secretary).post(reverse("desk:evidence", args=[posting.current_id]), wrong)
    assert response.status_code == 200
    assert "field__error" in response.content.decode()
    assert not CarrierEvidence.objects.exists()


def test_only_the_secretary_gives_evidence(jinxing, posting):
    place = reverse("desk:evidence", args=[posting.current_id])
    sent = {"carrier": "meeting", "carried_on": "2026-11-20"}
    assert "登记佐证" not in page(signed_in(jinxing.approver), place)
    assert signed_in(jinxing.approver).post(place, sent).status_code == 403
    inspector = appointed(Role.INSPECTOR, jinxing.town)
    assert signed_in(inspector).get(place).status_code == 200
    assert signed_in(inspector).post(place, sent).status_code == 403
    assert not CarrierEvidence.objects.exists()


FILE = {"file": "a/b", "name": "a.jpg", "content_type": "image/jpeg", "size": 1, "sha256": "f" * 64}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("evidence_is_of_a_carrier", {"carrier": "pigeon"}),
        ("evidence_of_a_board_is_a_photo", {"carrier": "board", "reference": "东墙"}),
        ("evidence_names_number_issue_or_address", {"carrier": "document"}),
        ("evidence_file_is_whole_or_not_there", {"carrier": "meeting"} | FILE | {"size": 0}),
        ("evidence_taken_back_by_somebody_at_some_time", {"carrier": "meeting", "taken_back_at": NOW}),
    ],
)
def test_the_database_refuses(name, columns, jinxing, posting):
    given = {"posting": posting, "carried_on": TODAY, "given_by": jinxing.secretary, "given_at": NOW}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CarrierEvidence.objects.create(**given | columns)


def test_the_database_lets_nobody_change_or_delete_it(jinxing, posting):
    """The triggers evidence_is_not_changed, evidence_stays and evidence_taken_back_for_ever."""
    given = give(jinxing, posting, Carrier.MEETING)
    rows = CarrierEvidence.objects.filter(pk=given.pk)
    for change in ({"carried_on": date(2026, 1, 1)}, {"reference": "别的"}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows.delete()
    take_back_evidence(given, by=jinxing.secretary, at=later(10))
    with pytest.raises(IntegrityError, match="stays so"), transaction.atomic():
        rows.update(taken_back_at=None, taken_back_by=None)
