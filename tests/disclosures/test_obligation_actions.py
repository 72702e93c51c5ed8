"""What people decide about obligations, what the log says of them, and what the calendar does to them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections, transaction

from catalogue import calendars
from catalogue.choices import CatalogueStatus, DayKind, DayType, DueRule, Openness
from catalogue.models import CalendarDay, CalendarYear, Catalogue
from disclosures.actions import due_dates
from disclosures.actions.boards import touch_boards
from disclosures.actions.due_dates import recompute_due_dates
from disclosures.actions.obligations import extend, nil_return, record_event, waive
from disclosures.actions.overdue import log_overdue
from disclosures.actions.refusals import ObligationClosed, Refused
from disclosures.choices import DecisionKind, DueChangeCause, DutyReach, ObligationState, Outcome
from disclosures.models import (
    BoardVersion,
    DueChange,
    DueDateReview,
    Duty,
    Event,
    Obligation,
    ObligationDecision,
    OverdueEntry,
    Posting,
)
from organisations.models import Organisation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 17, tzinfo=UTC)
TODAY = date(2026, 11, 21)
"""In Shanghai the day has begun an hour ago."""


def board(organisation: Organisation) -> int:
    return BoardVersion.objects.filter(pk=organisation.pk).values_list("version", flat=True).first() or 0


# Standing: both sides of each day


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"due_on": TODAY - timedelta(1)}, ObligationState.OVERDUE),
        ({"due_on": TODAY}, ObligationState.DUE_SOON),
        ({"due_on": TODAY + timedelta(7)}, ObligationState.DUE_SOON),
        ({"due_on": TODAY + timedelta(8)}, ObligationState.UPCOMING),
        ({"due_on": TODAY, "outcome": Outcome.POSTED, "fulfilled_on": TODAY}, ObligationState.MET),
        ({"due_on": TODAY, "outcome": Outcome.POSTED, "fulfilled_on": TODAY + timedelta(1)}, ObligationState.LATE),
        ({"due_on": TODAY - timedelta(9), "outcome": Outcome.NIL, "fulfilled_on": TODAY}, ObligationState.NIL),
        ({"due_on": TODAY - timedelta(9), "outcome": Outcome.WAIVED, "fulfilled_on": TODAY}, ObligationState.WAIVED),
    ],
)
def test_where_an_obligation_stands(values, state):
    obligation = ObligationFactory(opens_on=date(2026, 11, 1), **values)
    assert Obligation.objects.with_state(on=TODAY).get().state == state
    is_overdue = Obligation.objects.overdue(on=TODAY).filter(pk=obligation.pk).exists()
    assert is_overdue == (state == ObligationState.OVERDUE)


# Events


def event(**values):
    """A prompt item that a village owes, with an event of it, ready to be recorded."""
    item = values.pop("item", None) or ItemFactory(prompt=True, **values.pop("limit", {}))
    if "organisation" not in values:
        values["organisation"] = DutyFactory(catalogue=item.catalogue).organisation
    return {
        "item": item,
        "title": "村民会议通过集体厂房招租方案",
        "occurred_on": date(2026, 11, 18),
        "by": UserFactory(),
        "at": AT,
    } | values


def test_an_event_makes_an_obligation_counted_from_its_day():
    what = event()
    recorded = record_event(**what)
    obligation = recorded.obligation
    assert recorded.is_new
    assert obligation.period_key == f"E{recorded.event.pk}"
    assert (obligation.period_start, obligation.period_end, obligation.event) == (None, None, recorded.event)
    assert (obligation.anchor_on, obligation.due_on) == (date(2026, 11, 18), date(2026, 11, 25))
    assert obligation.opens_on == TODAY
    assert (recorded.event.recorded_by, recorded.event.recorded_at) == (what["by"], AT)
    assert board(what["organisation"]) == 1
    assert not OverdueEntry.objects.exists()


def test_the_same_event_is_recorded_once():
    what = event(stage="立项")
    first = record_event(**what)
    again = record_event(**what | {"title": f" {what['title']} ", "by": UserFactory()})
    assert (again.event, again.obligation, again.is_new) == (first.event, first.obligation, False)
    assert board(what["organisation"]) == 1


@pytest.mark.parametrize("other", [{"stage": "验收"}, {"title": "另一件事"}, {"occurred_on": date(2026, 11, 17)}])
def test_another_stage_matter_or_day_is_another_event(other):
    what = event(stage="立项")
    assert record_event(**what).event != record_event(**what | other).event


def test_each_stage_of_a_staged_item_is_owed():
    item = ItemFactory(staged=True)
    what = event(item=item)
    record_event(**what, stage="发布招标公告")
    record_event(**what, stage="确定中标人")
    assert Obligation.objects.count() == 2


@pytest.mark.parametrize(("occurred_on", "overdue"), [(date(2026, 11, 16), False), (date(2026, 11, 13), True)])
def test_an_event_recorded_after_its_due_date_is_overdue_from_the_start_and_logged(occurred_on, overdue):
    obligation = record_event(**event(occurred_on=occurred_on, at=AT + timedelta(days=2))).obligation
    assert obligation.opens_on <= obligation.due_on
    assert Obligation.objects.overdue(on=TODAY + timedelta(2)).exists() is overdue
    entries = list(OverdueEntry.objects.values_list("obligation", "became_on"))
    assert entries == ([(obligation.pk, obligation.due_on + timedelta(1))] if overdue else [])


def test_what_must_be_disclosed_before_an_event_is_recorded_before_it():
    what = event(limit={"due_rule": DueRule.BEFORE_EVENT, "due_days": 7, "day_type": DayType.CALENDAR})
    obligation = record_event(**what | {"occurred_on": date(2026, 12, 7)}).obligation
    assert (obligation.anchor_on, obligation.due_on, obligation.opens_on) == (
        date(2026, 12, 7),
        date(2026, 11, 30),
        TODAY,
    )


@pytest.mark.parametrize(("day", "refused"), [(TODAY, False), (TODAY + timedelta(1), True)])
def test_what_has_not_happened_yet_is_not_recorded(day, refused):
    what = event() | {"occurred_on": day}
    if refused:
        with pytest.raises(Refused):
            record_event(**what)
    record_event(**what | {"occurred_on": TODAY})
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "limit",
    [
        {"time_limit_class": "periodic", "period": "monthly", "due_rule": DueRule.AFTER_PERIOD},
        {"due_rule": "", "due_days": None},
        {"openness": Openness.ON_APPLICATION},
        {"applies_to": ";branch;"},
        {"kind": "extra", "owner": True, "owned_from": date(2026, 1, 1)},
    ],
)
def test_an_item_the_organisation_does_not_owe_by_events_is_refused(limit):
    if limit.get("owner"):
        limit = limit | {"owner": OrganisationFactory()}
    with pytest.raises(Refused):
        record_event(**event(limit=limit))
    assert not Event.objects.exists()
    assert not Obligation.objects.exists()


def test_a_group_of_items_is_not_owed():
    item = ItemFactory(prompt=True)
    what = event(item=item)
    ItemFactory(catalogue=item.catalogue, parent=item, prompt=True)
    item.refresh_from_db()
    with pytest.raises(Refused):
        record_event(**what)


@pytest.mark.parametrize(("starts_on", "refused"), [(date(2026, 11, 18), False), (date(2026, 11, 19), True)])
def test_an_event_before_the_duty_began_is_not_owed(starts_on, refused):
    what = event()
    Duty.objects.update(starts_on=starts_on)
    if refused:
        with pytest.raises(Refused):
            record_event(**what)
    else:
        assert record_event(**what).is_new


@pytest.mark.parametrize(("last_day", "refused"), [(date(2026, 11, 18), False), (date(2026, 11, 17), True)])
def test_an_event_is_judged_by_the_edition_in_force_on_its_day(last_day, refused):
    what = event()
    Catalogue.objects.filter(pk=what["item"].catalogue.pk).update(
        status=CatalogueStatus.SUPERSEDED, effective_to=last_day
    )
    if refused:
        with pytest.raises(Refused):
            record_event(**what)
    else:
        assert record_event(**what).is_new


@pytest.mark.parametrize(
    "there", [{"established_on": date(2026, 11, 19)}, {"status": "closed", "ended_on": date(2026, 11, 17)}]
)
def test_an_organisation_that_was_not_there_owes_nothing(there):
    what = event()
    Organisation.objects.filter(pk=what["organisation"].pk).update(**there)
    with pytest.raises(Refused):
        record_event(**what)


def test_an_organisation_outside_of_the_duty_owes_nothing():
    item = ItemFactory(prompt=True)
    duty = DutyFactory(catalogue=item.catalogue, reach=DutyReach.SELF)
    with pytest.raises(Refused):
        record_event(**event(item=item, organisation=OrganisationFactory(parent=duty.organisation)))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 1, 1), date(9999, 12, 31)])
def test_impossible_days_are_refused_and_nothing_breaks(day):
    with pytest.raises(Refused):
        record_event(**event() | {"occurred_on": day})


# Nil returns and waivers


@pytest.mark.parametrize(
    ("decide", "outcome", "kind"),
    [(nil_return, Outcome.NIL, DecisionKind.NIL_RETURN), (waive, Outcome.WAIVED, DecisionKind.WAIVER)],
)
def test_a_decision_ends_the_obligation_with_reason_person_and_time(decide, outcome, kind):
    obligation, by = ObligationFactory(), UserFactory()
    decided = decide(obligation, reason=" 本季度无公务接待 ", by=by, at=AT)
    assert (decided.outcome, decided.fulfilled_on) == (outcome, TODAY)
    row = ObligationDecision.objects.get(obligation=obligation)
    assert (row.kind, row.reason, row.decided_by, row.decided_at) == (kind, "本季度无公务接待", by, AT)
    assert board(obligation.organisation) == 1


@pytest.mark.parametrize("decide", [nil_return, waive])
@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_without_a_reason_is_refused(decide, reason):
    obligation = ObligationFactory()
    with pytest.raises(Refused):
        decide(obligation, reason=reason, by=UserFactory(), at=AT)
    assert not ObligationDecision.objects.exists()


@pytest.mark.parametrize("first", [nil_return, waive])
@pytest.mark.parametrize("second", [nil_return, waive])
def test_nothing_is_decided_twice(first, second):
    obligation = ObligationFactory()
    stale = Obligation.objects.get()
    first(obligation, reason="本季度无此事项", by=UserFactory(), at=AT)
    with pytest.raises(ObligationClosed):
        second(stale, reason="另有理由", by=UserFactory(), at=AT)
    assert ObligationDecision.objects.count() == 1
    assert board(obligation.organisation) == 1


@pytest.mark.parametrize(("opens_on", "refused"), [(TODAY, False), (TODAY + timedelta(1), True)])
def test_a_nil_return_waits_for_the_period_to_begin(opens_on, refused):
    obligation = ObligationFactory(opens_on=opens_on, due_on=date(2027, 1, 14))
    if refused:
        with pytest.raises(Refused):
            nil_return(obligation, reason="本季度无此事项", by=UserFactory(), at=AT)
    else:
        nil_return(obligation, reason="本季度无此事项", by=UserFactory(), at=AT)
    assert Obligation.objects.open().exists() is refused


@pytest.mark.parametrize("trait", ["permanent", "prompt", "staged"])
def test_only_periodic_items_have_nil_returns(trait):
    obligation = ObligationFactory(item=ItemFactory(**{trait: True}), period_start=None, period_end=None)
    with pytest.raises(Refused):
        nil_return(obligation, reason="无", by=UserFactory(), at=AT)
    waive(obligation, reason="支部已撤销", by=UserFactory(), at=AT)


@pytest.mark.parametrize(("status", "refused"), [("draft", True), ("discarded", False)])
def test_no_nil_return_while_a_posting_is_being_written(status, refused):
    obligation = ObligationFactory()
    Posting.objects.create(
        organisation=obligation.organisation,
        item=obligation.item,
        obligation=obligation,
        scope="unit",
        status=status,
        created_at=AT,
    )
    if refused:
        with pytest.raises(Refused):
            nil_return(obligation, reason="无", by=UserFactory(), at=AT)
    else:
        assert nil_return(obligation, reason="无", by=UserFactory(), at=AT).outcome == Outcome.NIL


# Extensions


def test_an_extension_moves_the_due_date_and_keeps_the_old_one():
    obligation, by = ObligationFactory(), UserFactory()
    extend(obligation, new_due_on=date(2026, 12, 10), reason="审计报告未到", by=by, at=AT)
    assert (obligation.due_on, obligation.fulfilled_on) == (date(2026, 12, 10), None)
    change = DueChange.objects.get()
    assert (change.old_due_on, change.new_due_on, change.cause) == (
        date(2026, 10, 23),
        date(2026, 12, 10),
        DueChangeCause.EXTENSION,
    )
    decision = ObligationDecision.objects.get()
    assert (decision.kind, decision.new_due_on, decision.decided_by) == (
        DecisionKind.EXTENSION,
        date(2026, 12, 10),
        by,
    )
    assert board(obligation.organisation) == 1


@pytest.mark.parametrize(
    ("due_on", "new_due_on", "refused"),
    [
        (date(2026, 10, 23), TODAY - timedelta(1), True),
        (date(2026, 10, 23), TODAY, False),
        (date(2026, 12, 10), date(2026, 12, 10), True),
        (date(2026, 12, 10), date(2026, 12, 11), False),
        (date(2026, 10, 23), TODAY + timedelta(366), False),
        (date(2026, 10, 23), TODAY + timedelta(367), True),
        (date(2026, 10, 23), date(9999, 12, 31), True),
    ],
)
def test_an_extension_is_later_not_past_and_a_year_at_most(due_on, new_due_on, refused):
    obligation = ObligationFactory(due_on=due_on)
    if refused:
        with pytest.raises(Refused):
            extend(obligation, new_due_on=new_due_on, reason="审计报告未到", by=UserFactory(), at=AT)
    else:
        extend(obligation, new_due_on=new_due_on, reason="审计报告未到", by=UserFactory(), at=AT)
    assert Obligation.objects.get().due_on == (due_on if refused else new_due_on)


def test_an_extension_of_what_was_settled_meanwhile_is_refused():
    obligation = ObligationFactory()
    stale = Obligation.objects.get()
    waive(obligation, reason="支部已撤销", by=UserFactory(), at=AT)
    with pytest.raises(ObligationClosed):
        extend(stale, new_due_on=date(2026, 12, 10), reason="审计报告未到", by=UserFactory(), at=AT)
    assert not DueChange.objects.exists()


def test_of_two_extensions_decided_on_the_same_due_date_the_second_is_refused():
    obligation = ObligationFactory()
    stale = Obligation.objects.get()
    extend(obligation, new_due_on=date(2026, 12, 10), reason="审计报告未到", by=UserFactory(), at=AT)
    with pytest.raises(ObligationClosed):
        extend(stale, new_due_on=date(2026, 12, 20), reason="审计报告未到", by=UserFactory(), at=AT)
    assert Obligation.objects.get().due_on == date(2026, 12, 10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["waive", "nil", "extend"])
def test_of_two_people_at_the_same_moment_one_decides(other):
    obligation, by = ObligationFactory(), UserFactory()
    deciders: dict[str, Callable[[Obligation], Obligation]] = {
        "waive": lambda o: waive(o, reason="甲", by=by, at=AT),
        "nil": lambda o: nil_return(o, reason="乙", by=by, at=AT),
        "extend": lambda o: extend(o, new_due_on=date(2026, 12, 10), reason="丙", by=by, at=AT),
    }
    ready, ends = Barrier(2), []

    def decide(name: str) -> None:
        try:
            mine = Obligation.objects.select_related("item").get(pk=obligation.pk)
            ready.wait(timeout=10)
            deciders[name](mine)
            ends.append("done")
        except ObligationClosed:
            ends.append("refused")
        finally:
            connections.close_all()

    threads = [Thread(target=decide, args=[name]) for name in ("waive", other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    decisions = set(ObligationDecision.objects.values_list("kind", flat=True))
    if other == "extend" and ends == ["done", "done"]:  # extended first, then waived: both in order
        assert decisions == {DecisionKind.WAIVER, DecisionKind.EXTENSION}
    else:
        assert sorted(ends) == ["done", "refused"]
        assert len(decisions) == 1
    assert ObligationDecision.objects.count() == ends.count("done")


# The overdue log


def test_an_obligation_becomes_overdue_the_day_after_its_due_day():
    obligation = ObligationFactory(due_on=TODAY)
    assert log_overdue(TODAY, AT) == 0
    assert log_overdue(TODAY + timedelta(1), AT) == 1
    entry = OverdueEntry.objects.get()
    assert (entry.obligation, entry.became_on, entry.logged_at) == (obligation, TODAY + timedelta(1), AT)


def test_what_was_met_in_time_is_never_logged():
    ObligationFactory(outcome=Outcome.POSTED, fulfilled_on=date(2026, 10, 23))
    assert log_overdue(TODAY, AT, thorough=True) == 0


@pytest.mark.parametrize("thorough", [False, True])
def test_twice_is_once(thorough):
    ObligationFactory()
    assert log_overdue(TODAY, AT, thorough=thorough) == 1
    assert log_overdue(TODAY, AT, thorough=thorough) == 0
    assert log_overdue(TODAY + timedelta(1), AT, thorough=thorough) == 0


def test_nights_without_a_run_are_caught_up_with_their_own_dates():
    for day in (1, 5, 12, 20):
        ObligationFactory(due_on=date(2026, 11, day))
    log_overdue(date(2026, 11, 3), AT)
    log_overdue(TODAY, AT)
    assert [entry.became_on.day for entry in OverdueEntry.objects.order_by("became_on")] == [2, 6, 13, 21]


def test_what_became_open_again_further_back_is_found_by_a_thorough_run():
    ObligationFactory(due_on=date(2026, 11, 12))
    met = ObligationFactory(due_on=date(2026, 11, 5), outcome=Outcome.POSTED, fulfilled_on=date(2026, 11, 4))
    log_overdue(TODAY, AT)
    Obligation.objects.filter(pk=met.pk).update(outcome="", fulfilled_on=None)
    assert log_overdue(TODAY, AT) == 0
    assert log_overdue(TODAY, AT, thorough=True) == 1
    assert OverdueEntry.objects.get(obligation=met).became_on == date(2026, 11, 6)


def test_what_was_extended_may_become_overdue_again():
    obligation = ObligationFactory()
    log_overdue(TODAY, AT)
    extend(obligation, new_due_on=date(2026, 12, 10), reason="审计报告未到", by=UserFactory(), at=AT)
    log_overdue(date(2026, 12, 11), AT)
    assert list(obligation.overdue_entries.order_by("pk").values_list("became_on", flat=True)) == [
        date(2026, 10, 24),
        date(2026, 12, 11),
    ]


# Due dates follow the calendar


def holiday(day: date) -> calendars.CalendarChange:
    return calendars.save_day(CalendarDay(date=day, kind=DayKind.HOLIDAY, name="元旦"))


def test_open_due_dates_follow_a_change_of_the_calendar_and_the_old_ones_are_kept():
    obligation = ObligationFactory()  # due on 23 October, ten working days and a weekend after 30 September
    Obligation.objects.update(due_on=date(2026, 10, 14))
    change = holiday(date(2026, 10, 8))
    obligation.refresh_from_db()
    assert (change.moved, obligation.due_on) == (1, date(2026, 10, 15))
    row = DueChange.objects.get()
    assert (row.obligation, row.old_due_on, row.new_due_on) == (obligation, date(2026, 10, 14), date(2026, 10, 15))
    assert row.cause == DueChangeCause.CALENDAR
    assert board(obligation.organisation) == 1
    review = DueDateReview.objects.get()
    assert (review.first_day, review.moved, review.finished_at is None) == (date(2026, 10, 8), 1, False)


def test_a_change_taken_back_moves_due_dates_back_and_both_moves_are_kept():
    ObligationFactory(due_on=date(2026, 10, 14))
    holiday(date(2026, 10, 8))
    calendars.delete_days(CalendarDay.objects.all())
    assert Obligation.objects.get().due_on == date(2026, 10, 14)
    assert recompute_due_dates(AT) == 0
    assert DueChange.objects.count() == 2


@pytest.mark.parametrize(
    ("turned", "moved"),
    [(date(2026, 9, 30), 0), (date(2026, 10, 1), 1), (date(2026, 10, 14), 1), (date(2026, 10, 15), 0)],
)
def test_only_days_between_anchor_and_due_day_matter(turned, moved):
    ObligationFactory(due_on=date(2026, 10, 14))
    assert holiday(turned).moved == moved


def test_what_is_settled_keeps_the_due_date_it_was_judged_by():
    ObligationFactory(due_on=date(2026, 10, 14), outcome=Outcome.POSTED, fulfilled_on=date(2026, 10, 14))
    assert holiday(date(2026, 10, 8)).moved == 0


def test_announcing_a_year_moves_nothing_by_itself():
    ObligationFactory(due_on=date(2026, 10, 14))
    calendars.save_year(CalendarYear(year=2026))
    assert not DueDateReview.objects.exists()


def test_an_extended_obligation_is_not_pulled_below_its_extension():
    obligation = ObligationFactory(due_on=date(2026, 10, 14))
    other = ObligationFactory(item=obligation.item, due_on=date(2026, 10, 14))
    extend(obligation, new_due_on=date(2026, 12, 10), reason="审计报告未到", by=UserFactory(), at=AT)
    assert holiday(date(2026, 10, 8)).moved == 1
    obligation.refresh_from_db()
    other.refresh_from_db()
    assert (obligation.due_on, other.due_on) == (date(2026, 12, 10), date(2026, 10, 15))


def test_an_extended_obligation_moves_when_the_calendar_gives_it_even_longer():
    obligation = ObligationFactory(due_on=date(2026, 10, 14))
    extend(obligation, new_due_on=date(2026, 10, 15), reason="资料待补", by=UserFactory(), at=AT - timedelta(days=45))
    for day in (8, 9):
        holiday(date(2026, 10, day))
    obligation.refresh_from_db()
    assert obligation.due_on == date(2026, 10, 16)


def test_events_and_permanent_items_follow_the_calendar_too():
    recorded = record_event(**event())
    permanent = ObligationFactory(
        item=ItemFactory(permanent=True),
        period_key="once",
        period_start=None,
        period_end=None,
        anchor_on=date(2026, 11, 2),
        due_on=date(2026, 11, 30),
    )
    holiday(date(2026, 11, 19))
    recorded.obligation.refresh_from_db()
    permanent.refresh_from_db()
    assert (recorded.obligation.due_on, permanent.due_on) == (date(2026, 11, 26), date(2026, 12, 1))


def test_a_limit_before_an_event_moves_to_an_earlier_day_and_opens_no_later():
    what = event(limit={"due_rule": DueRule.BEFORE_EVENT, "due_days": 5})
    yesterday = datetime(2026, 11, 20, 1, tzinfo=UTC)
    obligation = record_event(**what | {"occurred_on": date(2026, 11, 27), "at": yesterday}).obligation
    assert (obligation.due_on, obligation.opens_on) == (date(2026, 11, 20), date(2026, 11, 20))
    holiday(date(2026, 11, 24))
    obligation.refresh_from_db()
    assert (obligation.due_on, obligation.opens_on) == (date(2026, 11, 19), date(2026, 11, 19))


def test_much_to_move_is_left_to_the_worker(monkeypatch):
    monkeypatch.setattr(due_dates, "AT_ONCE", 1)
    for _ in range(2):
        ObligationFactory(due_on=date(2026, 10, 14))
    assert holiday(date(2026, 10, 8)).moved == 0
    assert DueDateReview.objects.get().finished_at is None
    assert recompute_due_dates(AT) == 2
    assert recompute_due_dates(AT) == 0
    assert set(Obligation.objects.values_list("due_on", flat=True)) == {date(2026, 10, 15)}
    assert DueDateReview.objects.get().moved == 2


def test_a_limit_that_gives_no_date_any_more_keeps_the_one_there_is():
    item = ItemFactory(due_rule=DueRule.FIXED_DAY, fixed_month=5, fixed_day=20)
    ObligationFactory(item=item, due_on=date(2026, 10, 14))
    assert holiday(date(2026, 10, 8)).moved == 0


# Boards


def test_a_board_version_grows_with_each_change():
    one, other = OrganisationFactory(), OrganisationFactory()
    touch_boards([one.pk], AT)
    touch_boards([one.pk, other.pk, one.pk], AT + timedelta(minutes=1))
    touch_boards(Organisation.objects.filter(pk=other.pk).values("pk"), AT)
    touch_boards([], AT)
    touch_boards(Organisation.objects.none().values("pk"), AT)
    assert (board(one), board(other)) == (2, 2)
    assert BoardVersion.objects.get(pk=one.pk).changed_at == AT + timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_a_board_version_is_raised_in_the_transaction_of_the_change_only():
    organisation = OrganisationFactory()
    with pytest.raises(transaction.TransactionManagementError):
        touch_boards([organisation.pk], AT)
    with transaction.atomic():
        touch_boards([organisation.pk], AT)
    assert board(organisation) == 1


def test_items_of_other_catalogues_stay_apart():
    what = event()
    stranger = ItemFactory(prompt=True, catalogue=CatalogueFactory())
    with pytest.raises(Refused):
        record_event(**what | {"item": stranger})
