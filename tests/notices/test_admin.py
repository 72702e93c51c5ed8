"""Who sees messages and those that got stuck, and what an administrator can do about them."""

from datetime import date

import pytest
from django.urls import reverse

from notices.choices import Channel, NoticeStatus
from notices.models import DeadLetter, JobRun, Notice
from organisations.access import can, visible
from organisations.choices import Role
from tests.factories.notices import MONDAY_MORNING, NoticeFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:notices_deadletter_changelist")


@pytest.fixture
def district():
    return OrganisationFactory()


@pytest.fixture
def administrator(district):
    return AppointmentFactory(role=Role.ADMINISTRATOR, organisation=district, user__is_staff=True).user


def dead_letter_below(organisation, **values):
    """To the secretary of a village under the organisation."""
    secretary = AppointmentFactory(organisation=OrganisationFactory(parent=organisation)).user
    return NoticeFactory(
        recipient=secretary,
        channel=Channel.EMAIL,
        status=NoticeStatus.DEAD,
        attempts=8,
        body="正文只给本人看",
        last_error="SMTPRecipientsRefused: 550 no such user",
        **values,
    )


def test_a_notice_is_seen_by_its_recipient_alone(administrator):
    notice = NoticeFactory()
    assert list(visible(notice.recipient, Notice.objects.all())) == [notice]
    assert can(notice.recipient, "read", notice)
    superuser = UserFactory(is_superuser=True)
    for other in (administrator, superuser, UserFactory()):
        assert not visible(other, Notice.objects.all()).exists()
        assert not can(other, "read", notice)


def test_an_administrator_sees_the_dead_letters_of_the_own_people(client, administrator, district):
    dead_letter_below(district, key="news:ours")
    dead_letter_below(OrganisationFactory(), key="news:theirs")
    NoticeFactory(recipient=Notice.objects.get(key="news:ours").recipient, key="news:on-its-way")
    client.force_login(administrator)
    page = client.get(LIST).content.decode()
    assert "news:ours" in page
    assert "550 no such user" in page
    assert "news:theirs" not in page
    assert "news:on-its-way" not in page


def test_nobody_but_the_recipient_reads_what_a_dead_letter_says(client, administrator, district):
    letter = dead_letter_below(district)
    client.force_login(administrator)
    page = client.get(reverse("admin:notices_deadletter_change", args=[letter.pk]))
    assert page.status_code == 200
    assert "正文只给本人看" not in page.content.decode()


def test_a_dead_letter_of_others_does_not_exist(client, administrator):
    letter = dead_letter_below(OrganisationFactory())
    client.force_login(administrator)
    page = client.get(reverse("admin:notices_deadletter_change", args=[letter.pk]))
    assert page.status_code in {302, 403, 404}
    assert not can(administrator, "retry", DeadLetter.objects.get(pk=letter.pk))


def test_a_secretary_does_not_see_the_list(client, district):
    secretary = AppointmentFactory(organisation=district, user__is_staff=True).user
    client.force_login(secretary)
    assert client.get(LIST).status_code == 403


def test_whoever_runs_the_machine_sees_every_dead_letter(client, district):
    dead_letter_below(district, key="news:anywhere")
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert "news:anywhere" in client.get(LIST).content.decode()


def test_the_list_says_what_to_do_as_long_as_something_is_in_it(client, administrator, district):
    client.force_login(administrator)
    assert "messagelist" not in client.get(LIST).content.decode()
    dead_letter_below(district)
    assert "messagelist" in client.get(LIST).content.decode()


def test_an_administrator_sends_a_dead_letter_on_its_way_again(client, administrator, district):
    letter = dead_letter_below(district)
    client.force_login(administrator)
    asked = client.post(LIST, {"action": "retry", "_selected_action": [letter.pk]}).content.decode()
    letter.refresh_from_db()
    assert "确定" in asked and letter.status == NoticeStatus.DEAD
    client.post(LIST, {"action": "retry", "_selected_action": [letter.pk], "confirmed": "1"}, follow=True)
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == (NoticeStatus.PENDING, 0)
    assert letter.not_before is not None


def test_nothing_can_be_written_or_deleted_by_hand(client, administrator, district):
    letter = dead_letter_below(district)
    client.force_login(administrator)
    assert client.get(reverse("admin:notices_deadletter_add")).status_code == 403
    assert client.post(reverse("admin:notices_deadletter_delete", args=[letter.pk])).status_code == 403


def test_administrators_see_when_the_background_work_ran(client, administrator):
    JobRun.objects.create(name="run_due", started_at=MONDAY_MORNING, done_on=date(2026, 11, 23), detail="deliver: 3")
    client.force_login(administrator)
    page = client.get(reverse("admin:notices_jobrun_changelist"))
    assert "deliver: 3" in page.content.decode()
    client.force_login(AppointmentFactory(user__is_staff=True).user)
    assert client.get(reverse("admin:notices_jobrun_changelist")).status_code == 403
