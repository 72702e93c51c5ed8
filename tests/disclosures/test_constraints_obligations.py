"""What the database refuses about duties, events, obligations and their logs, whoever asks."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from disclosures.choices import DecisionKind, DueChangeCause, Outcome
from disclosures.models import (
    Demand,
    DueChange,
    DueDateReview,
    Duty,
    Event,
    Obligation,
    ObligationDecision,
    OverdueEntry,
)
from tests.factories.disclosures import DutyFactory, EventFactory, ObligationFactory
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 21, 1, tzinfo=UTC)


def refused(constraint: str, model: type[models.Model], pk: int, **change: object) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model._default_manager.filter(pk=pk).update(**change)


def decide(obligation: Obligation, **values: object) -> ObligationDecision:
    values = {"kind": DecisionKind.WAIVER, "reason": "支部已撤销", "decided_by": UserFactory()} | values
    return ObligationDecision.objects.create(obligation=obligation, decided_at=AT, **values)


def log_change(obligation: Obligation, *, cause: str = DueChangeCause.CALENDAR, at: datetime = AT) -> DueChange:
    return DueChange.objects.create(
        obligation=obligation,
        old_due_on=obligation.due_on,
        new_due_on=date(2027, 1, 20),
        cause=cause,
        changed_at=at,
    )


def test_a_duty_does_not_end_before_it_starts():
    refused("duty_ends_after_it_starts", Duty, DutyFactory().pk, ends_on=date(2024, 12, 31))


def test_a_duty_is_assigned_once_per_kind_and_start():
    duty = DutyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyFactory(catalogue=duty.catalogue, organisation=duty.organisation)
    DutyFactory(catalogue=duty.catalogue, organisation=duty.organisation, kind="village")


def test_an_event_has_a_title():
    refused("event_has_a_title", Event, EventFactory().pk, title="")


def test_an_event_is_recorded_once_per_stage():
    event = EventFactory(stage="立项")
    same = {"organisation": event.organisation, "item": event.item, "title": event.title}
    with pytest.raises(IntegrityError), transaction.atomic():
        EventFactory(**same, stage="立项")
    EventFactory(**same, stage="验收")


def test_an_obligation_is_owed_once_per_period():
    one = ObligationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ObligationFactory(organisation=one.organisation, item=one.item)
    ObligationFactory(organisation=one.organisation, item=one.item, period_key="2026Q4")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("obligation_has_a_period_key", {"period_key": ""}),
        ("obligation_fulfilled_exactly_with_an_outcome", {"outcome": Outcome.POSTED}),
        ("obligation_fulfilled_exactly_with_an_outcome", {"fulfilled_on": date(2026, 10, 1)}),
        ("obligation_due_after_it_opens", {"opens_on": date(2026, 10, 24)}),
        ("obligation_period_ends_after_it_begins", {"period_end": date(2026, 6, 30)}),
        ("obligation_period_ends_after_it_begins", {"period_start": None}),
    ],
)
def test_no_such_obligation(constraint, change):
    refused(constraint, Obligation, ObligationFactory().pk, **change)


def test_an_obligation_may_be_due_on_the_day_it_opens():
    obligation = ObligationFactory()
    assert Obligation.objects.filter(pk=obligation.pk).update(opens_on=obligation.due_on) == 1


def test_an_event_makes_one_obligation():
    event = EventFactory()
    ObligationFactory(event=event, period_key=f"E{event.pk}")
    with pytest.raises(IntegrityError), transaction.atomic():
        ObligationFactory(event=event, period_key="2026Q3")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("decision_gives_a_reason", {"reason": ""}),
        ("decision_new_day_exactly_for_an_extension", {"kind": DecisionKind.EXTENSION}),
        (
            "decision_new_day_exactly_for_an_extension",
            {"kind": DecisionKind.NIL_RETURN, "new_due_on": date(2026, 12, 1)},
        ),
    ],
)
def test_no_such_decision(constraint, values):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        decide(ObligationFactory(), **values)


def test_a_change_of_a_due_date_changes_something():
    obligation = ObligationFactory(due_on=date(2027, 1, 20))
    with pytest.raises(IntegrityError, match="due_change_changes_something"), transaction.atomic():
        log_change(obligation)


def test_an_obligation_becomes_overdue_once_a_day():
    obligation = ObligationFactory()
    OverdueEntry.objects.create(obligation=obligation, became_on=date(2026, 10, 24), logged_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        OverdueEntry.objects.create(obligation=obligation, became_on=date(2026, 10, 24), logged_at=AT)


@pytest.mark.parametrize(
    ("rule", "make", "change"),
    [
        ("only grows", decide, {"reason": "另有理由"}),
        (
            "only grows",
            lambda obligation: OverdueEntry.objects.create(
                obligation=obligation, became_on=date(2026, 10, 24), logged_at=AT
            ),
            {"became_on": date(2026, 10, 25)},
        ),
        ("only grows", log_change, {"old_due_on": date(2026, 1, 1)}),
    ],
)
def test_decisions_and_logs_are_never_changed_and_never_deleted(rule, make, change):
    row = make(ObligationFactory())
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        row.delete()
    assert type(row).objects.filter(pk=row.pk).exists()


def test_what_the_calendar_did_before_an_obligation_opened_may_go_with_it():
    early = ObligationFactory(opens_on=date(2027, 1, 1), due_on=date(2027, 4, 14))
    log_change(early).delete()
    assert not DueChange.objects.exists()


@pytest.mark.parametrize(
    "obligation",
    [
        {"opens_on": date(2026, 11, 21), "due_on": date(2027, 1, 14)},  # it opened on the day of the change
        {
            "opens_on": date(2027, 1, 1),
            "due_on": date(2027, 4, 14),
            "outcome": Outcome.WAIVED,
            "fulfilled_on": date(2026, 12, 1),
        },
    ],
)
def test_what_the_calendar_did_to_an_obligation_that_mattered_stays(obligation):
    change = log_change(ObligationFactory(**obligation))
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        change.delete()


def test_an_extension_is_never_deleted_however_early():
    change = log_change(
        ObligationFactory(opens_on=date(2027, 1, 1), due_on=date(2027, 4, 14)), cause=DueChangeCause.EXTENSION
    )
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        change.delete()


def test_an_obligation_with_a_decision_is_not_deleted():
    obligation = ObligationFactory()
    decide(obligation)
    with pytest.raises(ProtectedError):
        obligation.delete()


def test_a_demand_does_not_close_before_it_opens():
    duty = DutyFactory()
    demand = Demand.objects.create(
        duty=duty,
        item=ObligationFactory().item,
        period_key="2026Q4",
        opens_on=date(2026, 10, 1),
        anchor_on=date(2026, 12, 31),
        due_on=date(2027, 1, 14),
    )
    refused("demand_closes_after_it_opens", Demand, demand.pk, closes_on=date(2026, 9, 30))
    demand.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        demand.save()


def test_the_days_of_a_review_are_in_order():
    review = DueDateReview.objects.create(first_day=date(2027, 1, 1), last_day=date(2027, 1, 1), asked_at=AT)
    refused("review_days_in_order", DueDateReview, review.pk, last_day=date(2026, 12, 31))


def test_the_open_obligations_of_an_organisation_and_of_a_day_have_an_index():
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Obligation._meta.db_table)
    assert {"obligation_open_by_org", "obligation_open_by_day"} <= found.keys()
