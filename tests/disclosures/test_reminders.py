"""The ladder: whom it reaches on which day, and never twice."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue.choices import DayKind, DayType
from catalogue.models import CalendarDay
from disclosures.choices import Audience, Outcome
from disclosures.models import Reminder, ReminderRung
from disclosures.reminders import compose_digests, digest_key, raise_reminders
from notices import outbox
from notices.choices import Channel, NoticeStatus
from notices.delivery import deliver_due
from notices.models import Notice
from organisations.choices import OrganisationStatus, Role
from tests.disclosures.ladder import climb_the_standard_ladder
from tests.factories.disclosures import EventFactory, ObligationFactory
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 20)


def at(day: date, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def ladder():
    climb_the_standard_ladder()


@pytest.fixture
def town():
    return OrganisationFactory(name="马桥镇党委")


@pytest.fixture
def village(town):
    return OrganisationFactory(name="金星村党总支", parent=town)


@pytest.fixture
def secretary(village):
    return AppointmentFactory(organisation=village).user


def raised(**filters):
    """Rung and recipient of what was raised."""
    rows = Reminder.objects.filter(**filters).order_by("rung__offset", "recipient")
    return list(rows.values_list("rung__code", "recipient"))


def rungs_of(obligation):
    return list(
        Reminder.objects.filter(obligation=obligation).order_by("rung__offset").values_list("rung__code", flat=True)
    )


# Which rung on which day


@pytest.mark.parametrize(
    ("due_on", "code"),
    [
        (MONDAY + timedelta(days=8), None),
        (MONDAY + timedelta(days=7), "T-7"),
        (MONDAY + timedelta(days=4), "T-7"),
        (MONDAY + timedelta(days=3), "T-3"),
        (MONDAY + timedelta(days=1), "T-3"),
        (MONDAY, "T0"),
        (MONDAY - timedelta(days=300), "T0"),
    ],
)
def test_a_secretary_is_reminded_seven_and_three_days_before_and_on_the_day(village, secretary, due_on, code):
    ObligationFactory(organisation=village, due_on=due_on)
    raise_reminders(MONDAY)
    assert raised() == ([(code, secretary.pk)] if code else [])


def test_over_its_time_an_obligation_climbs_every_rung_once(village, secretary):
    obligation = ObligationFactory(organisation=village, due_on=MONDAY)
    for days in range(-14, 10):
        raise_reminders(MONDAY + timedelta(days=days))
    assert rungs_of(obligation) == ["T-7", "T-3", "T0"]
    assert list(Reminder.objects.order_by("raised_on").values_list("raised_on", flat=True)) == [
        date(2026, 11, 16),
        date(2026, 11, 20),
        MONDAY,
    ]


@pytest.mark.parametrize(("days", "codes"), [(0, []), (1, ["T+1"])])
def test_the_superior_learns_of_it_the_day_after_the_due_day(town, village, days, codes):
    AppointmentFactory(organisation=town)
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY + timedelta(days=days))
    assert [code for code, _recipient in raised()] == codes


@pytest.mark.parametrize(
    ("on", "codes"), [(date(2026, 11, 27), []), (date(2026, 11, 30), ["T+5"])], ids=["4th working day", "5th"]
)
def test_the_commission_learns_of_it_on_the_fifth_working_day(town, village, on, codes):
    AppointmentFactory(organisation=town, role=Role.INSPECTOR)
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(on)
    assert [code for code, _recipient in raised()] == codes


# Days off and nights without a worker


@pytest.mark.parametrize("day_off", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 24)])
def test_nobody_is_reminded_on_a_day_off(village, secretary, day_off):
    CalendarDay.objects.create(date=date(2026, 11, 24), kind=DayKind.HOLIDAY, name="放假")
    ObligationFactory(organisation=village, due_on=day_off)
    assert raise_reminders(day_off) == 0
    assert compose_digests(day_off, at(day_off)) == 0
    assert raised() == []


def test_a_weekend_day_that_is_worked_is_a_day_to_remind_on(village, secretary):
    saturday = date(2026, 11, 21)
    CalendarDay.objects.create(date=saturday, kind=DayKind.WORKDAY, name="调休上班")
    ObligationFactory(organisation=village, due_on=saturday)
    assert raise_reminders(saturday) == 1


@pytest.mark.parametrize(
    ("due_on", "code"),
    [
        (date(2026, 11, 25), "T-3"),  # a Wednesday: three days before it is the Sunday
        (date(2026, 11, 26), "T-7"),
        (date(2026, 11, 29), "T-7"),  # seven days before it is the Sunday
        (date(2026, 11, 30), None),
    ],
)
def test_a_warning_that_would_fall_on_the_weekend_comes_on_the_friday_before(village, secretary, due_on, code):
    ObligationFactory(organisation=village, due_on=due_on)
    raise_reminders(FRIDAY)
    assert [found for found, _recipient in raised()] == ([code] if code else [])


def test_what_falls_due_right_after_a_long_holiday_is_warned_of_before_it(village, secretary):
    for day in range(1, 9):
        CalendarDay.objects.create(date=date(2026, 10, day), kind=DayKind.HOLIDAY, name="国庆节")
    ObligationFactory(organisation=village, due_on=date(2026, 10, 9))
    raise_reminders(date(2026, 9, 30))
    assert raised() == [("T-3", secretary.pk)]


def test_after_days_without_a_worker_the_rung_of_today_is_climbed_and_the_missed_ones_are_not(village, secretary):
    obligation = ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY + timedelta(days=2))
    assert rungs_of(obligation) == ["T0"]


def test_a_rung_that_was_taken_out_of_use_reminds_nobody_and_the_one_before_it_holds_on(village, secretary):
    ReminderRung.objects.filter(code="T-3").update(active=False)
    ObligationFactory(organisation=village, due_on=MONDAY + timedelta(days=2))
    raise_reminders(MONDAY)
    assert raised() == [("T-7", secretary.pk)]


def test_a_new_rung_is_a_matter_of_data(village, secretary):
    ReminderRung.objects.create(code="T-14", offset=-14, day_type=DayType.CALENDAR, audience=Audience.SECRETARY)
    ObligationFactory(organisation=village, due_on=MONDAY + timedelta(days=14))
    raise_reminders(MONDAY)
    assert raised() == [("T-14", secretary.pk)]


# Whom


def test_every_secretary_in_office_is_reminded_and_nobody_else_of_the_organisation(village):
    secretaries = [AppointmentFactory(organisation=village).user for _n in range(2)]
    for role in set(Role) - {Role.SECRETARY}:
        AppointmentFactory(organisation=village, role=role)
    AppointmentFactory(organisation=village, user__is_active=False)
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    assert raised() == [("T0", user.pk) for user in secretaries]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_reminded"),
    [
        (MONDAY, None, True),
        (MONDAY + timedelta(days=1), None, False),
        (date(2020, 1, 1), MONDAY, True),
        (date(2020, 1, 1), MONDAY - timedelta(days=1), False),
    ],
)
def test_only_who_is_in_office_on_the_day_is_reminded(village, starts_on, ends_on, is_reminded):
    AppointmentFactory(organisation=village, starts_on=starts_on, ends_on=ends_on)
    ObligationFactory(organisation=village, due_on=MONDAY)
    assert raise_reminders(MONDAY) == int(is_reminded)


def test_who_takes_over_is_told_what_is_left_and_the_predecessor_nothing_more(village, secretary):
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    secretary.appointments.update(ends_on=MONDAY)
    successor = AppointmentFactory(organisation=village, starts_on=MONDAY + timedelta(days=1)).user
    assert raise_reminders(MONDAY + timedelta(days=1)) == 1
    assert ("T0", successor.pk) in raised()


def test_of_the_superior_secretary_and_approver_are_told(town, village):
    told = [AppointmentFactory(organisation=town, role=role).user for role in (Role.SECRETARY, Role.APPROVER)]
    AppointmentFactory(organisation=town, role=Role.REVIEWER)
    ObligationFactory(organisation=village, due_on=FRIDAY)
    raise_reminders(MONDAY)
    assert raised() == [("T+1", user.pk) for user in told]


def test_where_nobody_is_in_office_in_the_superior_the_next_one_up_is_told(village):
    district = OrganisationFactory()
    town = OrganisationFactory(parent=district)
    village = OrganisationFactory(parent=town)
    told = AppointmentFactory(organisation=district).user
    ObligationFactory(organisation=village, due_on=FRIDAY)
    raise_reminders(MONDAY)
    assert raised() == [("T+1", told.pk)]


def test_only_the_nearest_inspectors_are_told_so_that_a_citys_are_not_flooded():
    city = OrganisationFactory()
    district = OrganisationFactory(parent=city)
    village = OrganisationFactory(parent=OrganisationFactory(parent=district))
    AppointmentFactory(organisation=city, role=Role.INSPECTOR)
    nearest = AppointmentFactory(organisation=district, role=Role.INSPECTOR).user
    AppointmentFactory(organisation=OrganisationFactory(parent=city), role=Role.INSPECTOR)
    AppointmentFactory(organisation=village, role=Role.INSPECTOR)
    ObligationFactory(organisation=village, due_on=date(2026, 11, 2))
    raise_reminders(MONDAY)
    assert raised() == [("T+5", nearest.pk)]


def test_what_the_district_itself_owes_goes_to_the_citys_inspectors_and_without_any_to_its_own():
    city = OrganisationFactory()
    district = OrganisationFactory(parent=city)
    own = AppointmentFactory(organisation=district, role=Role.INSPECTOR).user
    ObligationFactory(organisation=district, due_on=date(2026, 11, 2))
    raise_reminders(MONDAY)
    assert raised() == [("T+5", own.pk)]
    above = AppointmentFactory(organisation=city, role=Role.INSPECTOR).user
    raise_reminders(MONDAY)
    assert ("T+5", above.pk) in raised()


def test_a_neighbour_whose_path_begins_alike_is_not_a_superior(village):
    """Paths are cut into whole segments."""
    neighbour = OrganisationFactory(path=village.path[:-1] + ("Y" if village.path.endswith("Z") else "Z"))
    AppointmentFactory(organisation=neighbour, role=Role.INSPECTOR)
    ObligationFactory(organisation=village, due_on=date(2026, 11, 2))
    assert raise_reminders(MONDAY) == 0


def test_what_is_fulfilled_is_not_reminded_of(village, secretary):
    for outcome in Outcome:
        ObligationFactory(organisation=village, due_on=MONDAY, outcome=outcome, fulfilled_on=FRIDAY)
    assert raise_reminders(MONDAY) == 0


def test_an_organisation_that_was_closed_is_not_reminded(secretary, village):
    ObligationFactory(organisation=village, due_on=MONDAY)
    village.status, village.ended_on = OrganisationStatus.CLOSED, FRIDAY
    village.save()
    assert raise_reminders(MONDAY) == 0


# Once


def test_raising_again_raises_nothing(town, village, secretary):
    AppointmentFactory(organisation=town)
    AppointmentFactory(organisation=town, role=Role.INSPECTOR)
    for days in range(0, 30, 5):
        ObligationFactory(organisation=village, due_on=MONDAY - timedelta(days=days))
    assert raise_reminders(MONDAY) == 6 + 5 + 4
    assert raise_reminders(MONDAY) == 0
    assert raise_reminders(MONDAY + timedelta(days=1)) == 1, "the youngest climbed to the superior"


def test_the_database_refuses_the_same_rung_twice_for_one_person(village, secretary):
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    again = Reminder.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_the_statements_do_not_grow_with_organisations():
    def statements(n):
        for _n in range(n):
            ObligationFactory(organisation=AppointmentFactory().organisation, due_on=MONDAY)
        with CaptureQueriesContext(connection) as queries:
            assert raise_reminders(MONDAY) == n
        return len(queries)

    assert statements(1) == statements(12)


# The digest


def send(on=MONDAY, hour=10):
    compose_digests(on, at(on, hour))
    return deliver_due(at(on, hour), office_open=True)


def digest_of(user, on=MONDAY, channel=Channel.INBOX):
    return Notice.objects.get(recipient=user, channel=channel, key=digest_key(on))


def test_everything_a_person_is_reminded_of_on_a_day_goes_out_as_one_digest(village, secretary, mailoutbox):
    for days in (-3, 0, 2):
        ObligationFactory(organisation=village, due_on=MONDAY + timedelta(days=days))
    raise_reminders(MONDAY)
    send()
    assert list(outbox.inbox(secretary)) == [digest_of(secretary)]
    assert set(Reminder.objects.values_list("notice", flat=True)) == {digest_of(secretary).pk}
    assert [message.to for message in mailoutbox] == [[secretary.email]]
    assert digest_of(secretary).subject == "党务公开提醒（2026-11-23）：1项已逾期，2项即将到期"


def test_composing_again_writes_nothing(village, secretary):
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    assert compose_digests(MONDAY, at(MONDAY)) == 1
    assert compose_digests(MONDAY, at(MONDAY, 11)) == 0


def test_what_is_raised_after_the_digest_waits_for_the_next_working_days(village, secretary):
    ObligationFactory(organisation=village, due_on=FRIDAY)
    raise_reminders(FRIDAY)
    send(FRIDAY)
    late = ObligationFactory(organisation=village, due_on=FRIDAY + timedelta(days=1))
    raise_reminders(FRIDAY)
    assert compose_digests(FRIDAY, at(FRIDAY, 14)) == 0
    assert Reminder.objects.get(obligation=late).notice is None
    send(MONDAY)
    assert Reminder.objects.get(obligation=late, rung__code="T-3").notice == digest_of(secretary, MONDAY)
    assert outbox.inbox(secretary).count() == 2


def test_what_was_disclosed_before_the_letter_is_sent_is_not_in_it(village, secretary, mailoutbox):
    done, _open_still = (
        ObligationFactory(organisation=village, due_on=MONDAY, item__title=title) for title in ("甲事项", "乙事项")
    )
    raise_reminders(MONDAY)
    compose_digests(MONDAY, at(MONDAY))
    done.outcome, done.fulfilled_on = Outcome.POSTED, MONDAY
    done.save()
    deliver_due(at(MONDAY), office_open=True)
    for text in (digest_of(secretary).body, mailoutbox[0].body):
        assert "乙事项" in text
        assert "甲事项" not in text


def test_a_digest_with_nothing_left_to_say_is_not_sent(village, secretary, mailoutbox):
    obligation = ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    compose_digests(MONDAY, at(MONDAY))
    obligation.outcome, obligation.fulfilled_on = Outcome.NIL, MONDAY
    obligation.save()
    deliver_due(at(MONDAY), office_open=True)
    assert set(Notice.objects.values_list("status", flat=True)) == {NoticeStatus.OBSOLETE}
    assert not mailoutbox


def test_email_waits_for_working_hours_and_the_inbox_does_not(village, secretary):
    ObligationFactory(organisation=village, due_on=MONDAY)
    raise_reminders(MONDAY)
    compose_digests(MONDAY, at(MONDAY, 8))
    assert digest_of(secretary).not_before == at(MONDAY, 8)
    assert digest_of(secretary, channel=Channel.EMAIL).not_before == at(MONDAY, 9, 0)


def test_a_digest_nobody_delivered_is_left_to_the_next_days_so_that_one_letter_tells_both(
    village, secretary, mailoutbox
):
    ObligationFactory(organisation=village, due_on=FRIDAY, item__title="周五到期事项")
    raise_reminders(FRIDAY)
    compose_digests(FRIDAY, at(FRIDAY))
    ObligationFactory(organisation=village, due_on=MONDAY, item__title="周一到期事项")
    raise_reminders(MONDAY)
    send(MONDAY)
    assert list(outbox.inbox(secretary)) == [digest_of(secretary, MONDAY)]
    [letter] = mailoutbox
    assert "周五到期事项" in letter.body
    assert "周一到期事项" in letter.body
    assert letter.subject == "党务公开提醒（2026-11-23）：1项已逾期，1项即将到期"


def test_an_obligation_that_climbed_two_rungs_before_anything_was_sent_is_listed_once(village, secretary, mailoutbox):
    ObligationFactory(organisation=village, due_on=MONDAY, item__title="只列一次")
    for day in (date(2026, 11, 16), FRIDAY, MONDAY):
        raise_reminders(day)
        compose_digests(day, at(day))
    deliver_due(at(MONDAY), office_open=True)
    assert Reminder.objects.count() == 3
    assert mailoutbox[0].body.count("只列一次") == 1
    assert mailoutbox[0].subject.endswith("1项即将到期")


def test_an_old_backlog_makes_a_letter_that_counts_and_lists_the_first_only(village, secretary, mailoutbox, settings):
    settings.REMINDERS_LISTED = 2
    for days in range(1, 6):
        ObligationFactory(organisation=village, due_on=MONDAY - timedelta(days=days), item__title=f"积压事项{days}")
    raise_reminders(MONDAY)
    send()
    body = mailoutbox[0].body
    assert "共有5项" in body
    assert "积压事项5" in body
    assert "积压事项4" in body
    assert "积压事项3" not in body
    assert "另有3项" in body
    assert f"{settings.SITE_URL}/desk/\n" in body


def test_a_letter_says_what_is_due_when_since_when_late_and_where_to_do_it(village, secretary, mailoutbox, settings):
    obligation = ObligationFactory(organisation=village, due_on=FRIDAY, item__title="党费收缴情况")
    raise_reminders(MONDAY)
    send()
    [letter] = mailoutbox
    assert secretary.full_name + "同志" in letter.body
    for part in (letter.body, letter.alternatives[0].content):
        assert "因为您担任：金星村党总支党务公开经办人。" in part
        assert "党费收缴情况" in part
        assert "2026年第三季度" in part
        assert "金星村党总支" in part
        assert "2026-11-20" in part
        assert "自2026-11-21起逾期，已逾期3天" in part
        assert f"{settings.SITE_URL}/desk/owed/{obligation.pk}/" in part


def test_an_event_is_named_in_the_letter(village, secretary, mailoutbox):
    event = EventFactory(organisation=village, title="换届选举大会")
    ObligationFactory(
        organisation=village, event=event, period_key=f"E{event.pk}", period_start=None, period_end=None, due_on=MONDAY
    )
    raise_reminders(MONDAY)
    send()
    assert "换届选举大会" in mailoutbox[0].body
    assert "今天到期" in mailoutbox[0].body


def test_names_are_text_and_not_markup(secretary, village, mailoutbox):
    ObligationFactory(organisation=village, due_on=MONDAY, item__title="<script>alert(1)</script>&")
    raise_reminders(MONDAY)
    send()
    [letter] = mailoutbox
    assert "<script>alert(1)</script>&" in letter.body
    assert "<script>" not in letter.alternatives[0].content


def test_superior_and_commission_read_which_organisations_are_late(town, village, mailoutbox, settings):
    superior = AppointmentFactory(organisation=town).user
    inspector = AppointmentFactory(organisation=town, role=Role.INSPECTOR).user
    other = OrganisationFactory(name="彭渡村党总支", parent=town)
    for organisation, due_on in (
        (village, date(2026, 11, 2)),
        (village, date(2026, 11, 3)),
        (other, date(2026, 11, 4)),
    ):
        ObligationFactory(organisation=organisation, due_on=due_on)
    raise_reminders(MONDAY)
    send()
    letters = {message.to[0]: message for message in mailoutbox}
    for user in (superior, inspector):
        letter = letters[user.email]
        assert letter.subject == "党务公开提醒（2026-11-23）：下级组织3项逾期"
        assert letter.body.index("金星村党总支：2项，最早一项自2026-11-03起逾期") < letter.body.index(
            "彭渡村党总支：1项"
        )
        assert f"{settings.SITE_URL}/boards/{village.code}/overdue/" in letter.body
    assert f"{settings.SITE_URL}/oversight/" in letters[inspector.email].body
    assert f"{settings.SITE_URL}/oversight/" not in letters[superior.email].body


def test_writing_thirty_digests_takes_as_many_queries_as_writing_three():
    def queries(n, day):
        for _n in range(n):
            ObligationFactory(organisation=AppointmentFactory().organisation, due_on=day)
        raise_reminders(day)
        compose_digests(day, at(day))
        notices = list(Notice.objects.filter(channel=Channel.INBOX, key=digest_key(day)).select_related("recipient"))
        assert len(notices) >= n
        with CaptureQueriesContext(connection) as captured:
            letters = outbox.renderer_of("reminder-digest")(notices, at(day))
        assert len(letters) == len(notices)
        return len(captured)

    assert queries(3, FRIDAY) == queries(30, MONDAY)


# The command


@pytest.fixture
def on_monday(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(MONDAY))


def test_the_command_raises_writes_and_sends_and_says_so(village, secretary, mailoutbox, on_monday, capsys):
    ObligationFactory(organisation=village, due_on=MONDAY)
    call_command("send_reminders")
    assert len(mailoutbox) == 1
    assert "1 reminders raised, 1 digests written" in capsys.readouterr().out
    call_command("send_reminders")
    assert len(mailoutbox) == 1


def test_the_command_catches_up_for_a_day_gone_by(village, secretary, mailoutbox, on_monday):
    ObligationFactory(organisation=village, due_on=FRIDAY)
    call_command("send_reminders", "--on", "2026-11-20")
    assert len(mailoutbox) == 1
    assert "逾期" in mailoutbox[0].body


def test_the_command_on_a_day_off_raises_nothing_and_says_why(village, secretary, on_monday, capsys):
    ObligationFactory(organisation=village, due_on=FRIDAY)
    call_command("send_reminders", "--on", "2026-11-22")
    assert "not a working day" in capsys.readouterr().out
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("day", ["2026-11-24", "tomorrow", "2026-02-30", "9999-12-31", "1899-12-31", ""])
def test_the_command_refuses_days_it_cannot_remind_for(day, on_monday):
    with pytest.raises(CommandError):
        call_command("send_reminders", "--on", day)
