"""The generator makes what is owed (docs/rules.md, R41-R47): no more, no less, and once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue.choices import CatalogueStatus, DueRule, Openness, Period
from catalogue.models import Catalogue, Item
from disclosures import generation
from disclosures.choices import DecisionKind, DueChangeCause, DutyReach, Outcome
from disclosures.generation import generate
from disclosures.models import (
    BoardVersion,
    Demand,
    DueChange,
    Duty,
    GenerationRun,
    Obligation,
    ObligationDecision,
    OverdueEntry,
    Reminder,
    ReminderRung,
)
from organisations.choices import OrganisationKind, OrganisationStatus
from organisations.models import Organisation
from tests.factories.catalogue import CatalogueFactory, ItemFactory
from tests.factories.disclosures import DutyFactory, ObligationFactory
from tests.factories.organisations import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 21)
AT = datetime(2026, 11, 20, 17, tzinfo=UTC)


def owe(**item) -> Item:
    """An organisation owes one item; `duty` and `catalogue` values go to theirs."""
    duty, catalogue = item.pop("duty", {}), item.pop("catalogue", {})
    made = ItemFactory(catalogue=CatalogueFactory(**catalogue), **item)
    DutyFactory(catalogue=made.catalogue, **duty)
    return made


def keys(item: Item) -> list[str]:
    """The periods owed of an item, by whomever."""
    return sorted(Obligation.objects.filter(item=item).values_list("period_key", flat=True))


def supersede(catalogue: Catalogue, *, last_day: date) -> Catalogue:
    """A new edition is in force from the day after."""
    Catalogue.objects.filter(pk=catalogue.pk).update(status=CatalogueStatus.SUPERSEDED, effective_to=last_day)
    return CatalogueFactory(
        code=catalogue.code, edition=catalogue.edition + 1, effective_from=last_day + timedelta(days=1)
    )


def close(organisation: Organisation, *, on: date) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.CLOSED, ended_on=on)


# R41: the current period and the next


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period.MONTHLY, ["2026-11", "2026-12"]),
        (Period.QUARTERLY, ["2026Q4", "2027Q1"]),
        (Period.HALF_YEARLY, ["2026H2", "2027H1"]),
        (Period.YEARLY, ["2026", "2027"]),
    ],
)
def test_the_current_and_the_next_period_are_owed(period, expected):
    item = owe(period=period)
    generate(ON, AT)
    assert keys(item) == expected


def test_an_obligation_carries_its_period_its_anchor_and_its_due_date():
    item = owe(duty={"starts_on": date(2026, 1, 1)})
    generate(ON, AT)
    obligation = Obligation.objects.get(item=item, period_key="2026Q4")
    assert (obligation.period_start, obligation.period_end) == (date(2026, 10, 1), date(2026, 12, 31))
    assert (obligation.opens_on, obligation.anchor_on) == (date(2026, 10, 1), date(2026, 12, 31))
    assert obligation.due_on == date(2027, 1, 14)  # ten working days in a year without holidays entered
    assert (obligation.outcome, obligation.fulfilled_on, obligation.created_at) == ("", None, AT)


def test_the_next_period_comes_with_the_first_day_of_a_period_and_not_before():
    item = owe(period=Period.MONTHLY)
    generate(date(2026, 11, 30), AT)
    assert keys(item) == ["2026-11", "2026-12"]
    generate(date(2026, 12, 1), AT)
    assert keys(item) == ["2026-11", "2026-12", "2027-01"]


def test_periods_are_caught_up_after_nights_without_a_run():
    item = owe(period=Period.MONTHLY)
    generate(date(2026, 7, 15), AT)
    result = generate(date(2026, 11, 2), AT)
    assert keys(item) == ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]
    assert result.created == 4


def test_the_past_can_be_generated_day_by_day_and_stays():
    item = owe(period=Period.QUARTERLY)
    generate(date(2026, 11, 21), AT)
    generate(date(2025, 11, 21), AT)
    generate(date(2026, 11, 22), AT)
    assert keys(item) == ["2025Q4", "2026Q1", "2026Q4", "2027Q1"]


def test_the_last_year_there_is_has_no_next_period():
    item = owe(period=Period.YEARLY, due_rule=DueRule.FIXED_DAY, fixed_month=1, fixed_day=20)
    generate(date(9999, 6, 1), AT)
    assert keys(item) == ["9999"]


# R42: which edition governs a period


def test_an_edition_governs_the_periods_that_begin_under_it():
    old = owe(period=Period.QUARTERLY)
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=date(2026, 11, 15)), code=old.code)
    generate(ON, AT)
    assert (keys(old), keys(new)) == (["2026Q4"], ["2027Q1"])


@pytest.mark.parametrize(("last_day", "governs"), [(date(2026, 9, 30), "new"), (date(2026, 10, 1), "old")])
def test_the_edition_in_force_on_the_first_day_governs(last_day, governs):
    old = owe(period=Period.QUARTERLY)
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=last_day), code=old.code)
    generate(ON, AT)
    assert ("2026Q4" in keys(old), "2026Q4" in keys(new)) == (governs == "old", governs == "new")


def test_a_first_edition_within_a_period_is_owed_for_that_period():
    item = owe(period=Period.QUARTERLY, catalogue={"effective_from": date(2026, 11, 10)})
    generate(ON, AT)
    assert Obligation.objects.get(item=item, period_key="2026Q4").opens_on == date(2026, 11, 10)


def test_an_edition_that_comes_into_force_tomorrow_is_owed_from_tomorrow():
    item = owe(period=Period.QUARTERLY, catalogue={"effective_from": date(2026, 11, 22)})
    generate(ON, AT)
    assert Obligation.objects.get(item=item, period_key="2026Q4").opens_on == date(2026, 11, 22)


def test_a_duty_that_begins_within_a_period_owes_that_period_under_the_edition_of_its_first_day():
    old = owe(period=Period.QUARTERLY, duty={"starts_on": date(2026, 11, 20)})
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=date(2026, 11, 15)), code=old.code)
    generate(ON, AT)
    assert (keys(old), keys(new)) == ([], ["2026Q4", "2027Q1"])
    assert Obligation.objects.get(item=new, period_key="2026Q4").opens_on == date(2026, 11, 20)


def test_a_duty_stands_for_every_edition_of_its_catalogue():
    old = owe(period=Period.MONTHLY)
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=date(2026, 10, 31)), period=Period.MONTHLY)
    assert Duty.objects.get().catalogue == old.catalogue
    generate(ON, AT)
    assert (keys(old), keys(new)) == ([], ["2026-11", "2026-12"])


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        ({"starts_on": date(2026, 11, 30)}, ["2026-11", "2026-12"]),
        ({"starts_on": date(2026, 12, 1)}, ["2026-12"]),
        ({"starts_on": date(2027, 1, 1)}, []),
        ({"ends_on": date(2026, 11, 30)}, ["2026-11"]),
        ({"ends_on": date(2026, 12, 1)}, ["2026-11", "2026-12"]),
        ({"ends_on": date(2026, 10, 31)}, []),
    ],
)
def test_a_duty_owes_the_periods_it_touches(duty, expected):
    item = owe(period=Period.MONTHLY, duty=duty)
    generate(ON, AT)
    assert keys(item) == expected


def test_a_draft_is_not_owed():
    item = owe(catalogue={"status": CatalogueStatus.DRAFT, "effective_from": None})
    assert generate(ON, AT).created == 0
    assert keys(item) == []


# R43: permanent items


def test_a_permanent_item_is_owed_once_from_the_day_duty_and_edition_are_both_there():
    item = owe(permanent=True, duty={"starts_on": date(2026, 9, 7)})
    generate(ON, AT)
    obligation = Obligation.objects.get(item=item)
    assert (obligation.period_key, obligation.period_start, obligation.opens_on) == ("once", None, date(2026, 9, 7))
    assert obligation.due_on == date(2026, 10, 5)  # twenty working days


def test_a_permanent_item_of_a_young_organisation_is_counted_from_its_own_first_day():
    item = owe(permanent=True)
    duty = Duty.objects.get()
    young = OrganisationFactory(parent=duty.organisation, established_on=date(2026, 11, 2))
    younger = OrganisationFactory(parent=duty.organisation, established_on=date(2026, 11, 3))
    generate(ON, AT)
    anchors = dict(Obligation.objects.filter(item=item).values_list("organisation", "anchor_on"))
    assert anchors == {
        duty.organisation.pk: date(2025, 1, 1),
        young.pk: date(2026, 11, 2),
        younger.pk: date(2026, 11, 3),
    }
    assert Obligation.objects.get(organisation=young).due_on == date(2026, 11, 30)


@pytest.mark.parametrize(("on", "owed"), [(date(2026, 12, 5), 0), (date(2026, 12, 6), 1)])
def test_a_permanent_item_is_owed_once_its_first_day_has_come(on, owed):
    item = owe(permanent=True)
    coming = OrganisationFactory(parent=Duty.objects.get().organisation, established_on=date(2026, 12, 6))
    generate(ON, AT)
    generate(on, AT)
    assert Obligation.objects.filter(item=item, organisation=coming).count() == owed


def test_a_permanent_item_is_not_owed_again_under_a_new_edition():
    old = owe(permanent=True)
    generate(date(2026, 10, 1), AT)
    edition = supersede(old.catalogue, last_day=date(2026, 10, 31))
    same = ItemFactory(catalogue=edition, permanent=True, code=old.code)
    added = ItemFactory(catalogue=edition, permanent=True)
    generate(ON, AT)
    assert (keys(old), keys(same), keys(added)) == (["once"], [], ["once"])


def test_a_newcomer_owes_the_permanent_items_of_the_edition_in_force():
    old = owe(permanent=True)
    root = Duty.objects.get().organisation
    generate(date(2026, 10, 1), AT)
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=date(2026, 10, 31)), permanent=True, code=old.code)
    generate(ON, AT)
    newcomer = OrganisationFactory(parent=root, established_on=date(2026, 9, 1))
    generate(date(2026, 11, 22), AT)
    obligation = Obligation.objects.get(organisation=newcomer)
    assert (obligation.item, obligation.anchor_on) == (new, date(2026, 11, 1))


# R44: what is owed at all


@pytest.mark.parametrize(
    "item",
    [
        {"openness": Openness.ON_APPLICATION},
        {"openness": Openness.WITHHELD, "exemption_reason": "state_secret"},
        {"due_rule": "", "due_days": None},
        {"prompt": True},
        {"staged": True},
        {"group": True},
    ],
)
def test_not_owed_by_period(item):
    owe(**item)
    assert generate(ON, AT).created == 0


def test_only_leaves_are_owed():
    leaf = owe()
    group = ItemFactory(catalogue=leaf.catalogue)
    below = ItemFactory(catalogue=leaf.catalogue, parent=group)
    generate(ON, AT)
    assert set(Obligation.objects.values_list("item", flat=True)) == {leaf.pk, below.pk}


@pytest.mark.parametrize(("begins", "owed"), [(date(2026, 10, 20), True), (date(2026, 10, 21), False)])
def test_what_fell_due_before_it_was_owed_is_not_owed(begins, owed):
    item = owe(due_rule=DueRule.FIXED_DAY, fixed_month=1, fixed_day=20, duty={"starts_on": begins})
    generate(ON, AT)
    assert ("2026Q4" in keys(item)) is owed


@pytest.mark.parametrize(("begins", "owed"), [(date(2026, 10, 20), 1), (date(2026, 10, 21), 0)])
def test_what_fell_due_before_an_organisation_was_there_it_does_not_owe(begins, owed):
    item = owe(due_rule=DueRule.FIXED_DAY, fixed_month=1, fixed_day=20)
    young = OrganisationFactory(parent=Duty.objects.get().organisation, established_on=begins)
    generate(ON, AT)
    assert Obligation.objects.filter(item=item, organisation=young, period_key="2026Q4").count() == owed


def test_an_item_whose_due_date_cannot_be_worked_out_is_named_and_the_others_are_made():
    strange = owe(due_rule=DueRule.FIXED_DAY, fixed_month=5, fixed_day=20)
    item = ItemFactory(catalogue=strange.catalogue)
    result = generate(ON, AT)
    assert (keys(strange), keys(item)) == ([], ["2026Q4", "2027Q1"])
    assert len(result.problems) == 1
    assert strange.code in result.problems[0]


# R46: which organisations owe


def test_a_duty_reaches_the_subtree_or_the_organisation_alone():
    item = owe(period=Period.YEARLY)
    duty = Duty.objects.get()
    child = OrganisationFactory(parent=duty.organisation)
    grandchild = OrganisationFactory(parent=child)
    OrganisationFactory()
    generate(ON, AT)
    assert owing(item) == {duty.organisation.pk, child.pk, grandchild.pk}
    alone = ItemFactory(period=Period.YEARLY)
    DutyFactory(catalogue=alone.catalogue, organisation=duty.organisation, reach=DutyReach.SELF)
    generate(ON, AT)
    assert owing(alone) == {duty.organisation.pk}


def owing(item: Item) -> set[int]:
    return set(Obligation.objects.filter(item=item).values_list("organisation", flat=True))


def test_a_duty_may_name_a_kind_of_organisation():
    item = owe(duty={"kind": OrganisationKind.BRANCH})
    branch = OrganisationFactory(parent=Duty.objects.get().organisation, kind=OrganisationKind.BRANCH)
    OrganisationFactory(parent=Duty.objects.get().organisation, kind=OrganisationKind.GENERAL_BRANCH)
    generate(ON, AT)
    assert owing(item) == {branch.pk}


def test_an_item_may_apply_to_some_kinds_only():
    item = owe(applies_to=";branch;neighbourhood;")
    root = Duty.objects.get().organisation
    branch = OrganisationFactory(parent=root, kind=OrganisationKind.BRANCH)
    OrganisationFactory(parent=root, kind=OrganisationKind.GENERAL_BRANCH)
    generate(ON, AT)
    assert owing(item) == {branch.pk}


@pytest.mark.parametrize(
    ("owned_from", "expected"),
    [
        (date(2026, 11, 30), ["2026-11", "2026-12"]),
        (date(2026, 12, 1), ["2026-12"]),
        (date(2026, 12, 31), ["2026-12"]),
        (date(2027, 1, 1), []),
    ],
)
def test_an_item_of_one_organisation_is_owed_by_it_alone_from_a_day(owned_from, expected):
    shared = owe(period=Period.MONTHLY)
    root = Duty.objects.get().organisation
    owner, _other = OrganisationFactory(parent=root), OrganisationFactory(parent=root)
    item = ItemFactory(
        catalogue=shared.catalogue, period=Period.MONTHLY, kind="extra", owner=owner, owned_from=owned_from
    )
    generate(ON, AT)
    assert keys(item) == expected
    assert owing(item) <= {owner.pk}
    assert owing(shared) == {root.pk, owner.pk, _other.pk}


@pytest.mark.parametrize(
    ("ended_on", "expected"),
    [(date(2026, 10, 31), []), (date(2026, 11, 1), ["2026-11"]), (date(2026, 12, 1), ["2026-11", "2026-12"])],
)
def test_an_organisation_owes_the_periods_it_lived_to_see(ended_on, expected):
    item = owe(period=Period.MONTHLY)
    close(Duty.objects.get().organisation, on=ended_on)
    generate(ON, AT)
    assert keys(item) == expected


@pytest.mark.parametrize(
    ("established_on", "expected"),
    [(date(2026, 11, 30), ["2026-11", "2026-12"]), (date(2026, 12, 31), ["2026-12"]), (date(2027, 1, 1), [])],
)
def test_an_organisation_owes_from_the_period_in_which_it_is_established(established_on, expected):
    item = owe(period=Period.MONTHLY, duty={"organisation__established_on": established_on})
    generate(ON, AT)
    assert keys(item) == expected
    assert all(o.opens_on >= established_on for o in Obligation.objects.all())


def test_a_closed_organisation_owes_no_permanent_item():
    owe(permanent=True)
    close(Duty.objects.get().organisation, on=date(2026, 11, 20))
    assert generate(ON, AT).created == 0


def test_two_duties_that_reach_an_organisation_make_one_obligation():
    item = owe(period=Period.YEARLY)
    duty = Duty.objects.get()
    DutyFactory(catalogue=item.catalogue, organisation=OrganisationFactory(parent=duty.organisation))
    generate(ON, AT)
    assert Obligation.objects.filter(item=item, period_key="2026").count() == 2


# Twice is once, and what is added later is found


def test_a_second_run_makes_nothing_and_touches_no_board():
    owe()
    owe(permanent=True)
    first = generate(ON, AT)
    before = list(BoardVersion.objects.order_by("pk").values())
    second = generate(ON, AT + timedelta(hours=1))
    assert (first.created, second.created, second.removed) == (3, 0, 0)
    assert list(BoardVersion.objects.order_by("pk").values()) == before


def test_the_result_is_counted_by_kind_and_kept_for_the_day():
    owe(period=Period.MONTHLY)
    owe(permanent=True)
    result = generate(ON, AT)
    assert result.by_kind == {"monthly": 2, "permanent": 1}
    generate(ON, AT + timedelta(hours=1))
    run = GenerationRun.objects.get()
    assert (run.on, run.created, run.removed) == (ON, 3, 0)
    assert run.finished_at == AT + timedelta(hours=1)


def test_the_boards_of_organisations_that_owe_something_new_change():
    owe()
    root, bystander = Duty.objects.get().organisation, OrganisationFactory()
    generate(ON, AT)
    assert set(BoardVersion.objects.values_list("pk", flat=True)) == {root.pk}
    assert bystander.pk != root.pk


def test_an_organisation_added_later_owes_from_the_next_night():
    item = owe()
    root = Duty.objects.get().organisation
    generate(ON, AT)
    newcomer = OrganisationFactory(parent=root)
    result = generate(date(2026, 11, 22), AT)
    assert result.created == 2
    assert owing(item) == {root.pk, newcomer.pk}


def test_an_organisation_that_changes_its_kind_is_looked_at_again():
    item = owe(duty={"kind": OrganisationKind.BRANCH})
    root = Duty.objects.get().organisation
    generate(ON, AT)
    Organisation.objects.filter(pk=root.pk).update(kind=OrganisationKind.BRANCH)
    generate(date(2026, 11, 22), AT)
    assert owing(item) == {root.pk}
    Organisation.objects.filter(pk=root.pk).update(kind=OrganisationKind.VILLAGE)
    assert generate(date(2026, 11, 23), AT).removed == 2


def test_an_organisation_moved_under_a_duty_owes_it():
    item = owe()
    elsewhere = OrganisationFactory()
    generate(ON, AT)
    Organisation.objects.filter(pk=elsewhere.pk).update(path=Duty.objects.get().organisation.path + "0001")
    generate(date(2026, 11, 22), AT)
    assert elsewhere.pk in owing(item)


def test_a_young_organisation_handed_from_one_duty_to_another_keeps_what_it_owes():
    item = owe(permanent=True)
    one = Duty.objects.get()
    other = DutyFactory(catalogue=item.catalogue)
    young = OrganisationFactory(parent=one.organisation, established_on=date(2026, 11, 2))
    generate(ON, AT)
    owed = Obligation.objects.get(organisation=young)
    Organisation.objects.filter(pk=young.pk).update(path=other.organisation.path + "0001")
    assert generate(date(2026, 11, 22), AT).removed == 0
    Duty.objects.filter(pk=other.pk).update(ends_on=date(2026, 10, 31))
    DutyFactory(catalogue=item.catalogue, organisation=other.organisation, starts_on=date(2026, 10, 1))
    result = generate(date(2026, 11, 23), AT)
    assert (result.created, result.removed) == (0, 0)
    assert Obligation.objects.get(organisation=young).pk == owed.pk


def test_many_changed_organisations_are_made_good_at_once(monkeypatch):
    monkeypatch.setattr(generation, "MANY", 1)
    item, permanent = owe(), ItemFactory(permanent=True)
    root = Duty.objects.get().organisation
    DutyFactory(catalogue=permanent.catalogue, organisation=root)
    generate(ON, AT)
    for _ in range(3):
        OrganisationFactory(parent=root, established_on=date(2026, 11, 5))
    assert generate(date(2026, 11, 22), AT).created == 9
    assert len(owing(item)) == len(owing(permanent)) == 4


def test_an_item_added_to_one_organisation_is_owed_from_the_next_night():
    shared = owe()
    generate(ON, AT)
    owner = Duty.objects.get().organisation
    added = ItemFactory(catalogue=shared.catalogue, kind="extra", owner=owner, owned_from=ON)
    assert generate(date(2026, 11, 22), AT).created == 2
    assert keys(added) == ["2026Q4", "2027Q1"]


def test_what_was_lost_is_made_again_by_a_thorough_run():
    item = owe()
    generate(ON, AT)
    Obligation.objects.filter(item=item, period_key="2026Q4").delete()
    assert generate(ON, AT).created == 0
    assert generate(ON, AT, thorough=True).created == 1


def test_a_killed_run_is_finished_by_the_next(monkeypatch):
    item = owe()
    monthly = ItemFactory(catalogue=item.catalogue, period=Period.MONTHLY)
    made = []

    def die_at_the_second(self, duty, key, rows):
        if made:
            raise KeyboardInterrupt
        made.append(key)
        return original(self, duty, key, rows)

    original = generation._Run._make_group
    monkeypatch.setattr(generation._Run, "_make_group", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        generate(ON, AT)
    monkeypatch.undo()
    assert 0 < Obligation.objects.count() < 4
    generate(date(2026, 12, 5), AT)
    assert keys(item) == ["2026Q4", "2027Q1"]
    assert keys(monthly) == ["2026-11", "2026-12", "2027-01"]


# R47: what is no longer owed


def test_open_obligations_of_a_superseded_edition_are_removed_where_it_never_governed():
    old = owe()
    generate(ON, AT)
    new = ItemFactory(catalogue=supersede(old.catalogue, last_day=date(2026, 12, 31)), code=old.code)
    result = generate(date(2026, 11, 22), AT)
    assert (result.created, result.removed) == (1, 1)
    assert (keys(old), keys(new)) == (["2026Q4"], ["2027Q1"])


@pytest.mark.parametrize(
    ("ends_on", "left"), [(date(2026, 12, 31), ["2026Q4"]), (date(2027, 1, 1), ["2026Q4", "2027Q1"])]
)
def test_periods_that_begin_after_the_duty_has_ended_are_removed(ends_on, left):
    item = owe()
    generate(ON, AT)
    Duty.objects.update(ends_on=ends_on)
    generate(date(2026, 11, 22), AT)
    assert keys(item) == left


@pytest.mark.parametrize(
    ("ended_on", "left"), [(date(2026, 12, 31), ["2026Q4"]), (date(2027, 1, 1), ["2026Q4", "2027Q1"])]
)
def test_periods_that_begin_after_the_organisation_was_closed_are_removed(ended_on, left):
    item = owe()
    generate(ON, AT)
    close(Duty.objects.get().organisation, on=ended_on)
    generate(date(2026, 11, 22), AT)
    assert keys(item) == left


def test_the_board_of_an_organisation_that_owes_less_changes():
    owe()
    generate(ON, AT)
    Duty.objects.update(ends_on=date(2026, 12, 31))
    before = BoardVersion.objects.get().version
    generate(date(2026, 11, 22), AT)
    assert BoardVersion.objects.get().version == before + 1


def test_periods_that_are_over_are_history_and_stay():
    item = owe()
    generate(date(2026, 9, 30), AT)
    generate(ON, AT)
    Duty.objects.update(ends_on=date(2026, 6, 30), starts_on=date(2026, 1, 1))
    generate(date(2026, 11, 22), AT)
    assert keys(item) == ["2026Q3"]


def test_a_permanent_item_stays_owed_when_its_edition_is_superseded_or_its_duty_ends():
    item = owe(permanent=True)
    generate(ON, AT)
    supersede(item.catalogue, last_day=date(2026, 11, 30))
    Duty.objects.update(ends_on=date(2026, 12, 31))
    assert generate(date(2027, 2, 1), AT).removed == 0
    assert keys(item) == ["once"]


def _post(obligation):
    from disclosures.models import Posting

    Posting.objects.create(
        organisation=obligation.organisation, item=obligation.item, obligation=obligation, scope="unit", created_at=AT
    )


def _decide(obligation):
    ObligationDecision.objects.create(
        obligation=obligation,
        kind=DecisionKind.EXTENSION,
        reason="资料待补",
        decided_by=UserFactory(),
        decided_at=AT,
        new_due_on=date(2027, 5, 1),
    )


def _remind(obligation):
    rung = ReminderRung.objects.first()
    Reminder.objects.create(obligation=obligation, rung=rung, recipient=UserFactory(), raised_on=ON)


def _log(obligation):
    OverdueEntry.objects.create(obligation=obligation, became_on=date(2027, 4, 16), logged_at=AT)


def _settle(obligation):
    Obligation.objects.filter(pk=obligation.pk).update(outcome=Outcome.WAIVED, fulfilled_on=ON)


def _change(obligation, cause=DueChangeCause.EXTENSION):
    DueChange.objects.create(
        obligation=obligation,
        old_due_on=obligation.due_on,
        new_due_on=date(2027, 5, 1),
        cause=cause,
        changed_at=AT,
    )


@pytest.mark.parametrize("touch", [_post, _decide, _remind, _log, _settle, _change])
def test_what_somebody_touched_is_not_removed(touch):
    item = owe()
    generate(ON, AT)
    touch(Obligation.objects.get(item=item, period_key="2027Q1"))
    Duty.objects.update(ends_on=date(2026, 12, 31))
    assert generate(date(2026, 11, 22), AT).removed == 0
    assert keys(item) == ["2026Q4", "2027Q1"]


def test_what_only_the_calendar_touched_before_it_opened_is_removed():
    item = owe()
    generate(ON, AT)
    _change(Obligation.objects.get(item=item, period_key="2027Q1"), cause=DueChangeCause.CALENDAR)
    Duty.objects.update(ends_on=date(2026, 12, 31))
    assert generate(date(2026, 11, 22), AT).removed == 1
    assert not DueChange.objects.exists()


def test_a_duty_that_no_longer_reaches_down_removes_what_those_below_owe():
    item = owe()
    duty = Duty.objects.get()
    OrganisationFactory(parent=duty.organisation)
    generate(ON, AT)
    Duty.objects.update(reach=DutyReach.SELF)
    assert generate(date(2026, 11, 22), AT).removed == 2
    assert owing(item) == {duty.organisation.pk}


def test_what_another_duty_still_asks_for_stays():
    item = owe()
    duty = Duty.objects.get()
    child = OrganisationFactory(parent=duty.organisation)
    DutyFactory(catalogue=item.catalogue, organisation=child)
    generate(ON, AT)
    Duty.objects.filter(pk=duty.pk).update(ends_on=date(2026, 12, 31))
    generate(date(2026, 11, 22), AT)
    assert set(Obligation.objects.filter(period_key="2027Q1").values_list("organisation", flat=True)) == {child.pk}


def test_obligations_of_events_are_never_removed():
    item = owe(period=Period.QUARTERLY)
    event = ObligationFactory(
        organisation=Duty.objects.get().organisation, period_key="E1", period_start=None, period_end=None
    )
    generate(ON, AT)
    Duty.objects.update(ends_on=date(2025, 12, 31))
    generate(date(2026, 11, 22), AT)
    assert list(Obligation.objects.all()) == [event]
    assert item.pk != event.item_id


# A quiet night


def test_a_quiet_night_asks_as_many_questions_for_forty_organisations_as_for_four():
    owe()
    owe(permanent=True)
    root = Duty.objects.first().organisation
    counts = []
    for day, number in [(1, 4), (2, 36)]:
        for _ in range(number):
            OrganisationFactory(parent=root)
        generate(date(2026, 11, day), AT)
        with CaptureQueriesContext(connection) as queries:
            assert generate(date(2026, 11, day), AT).created == 0
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_quiet_night_writes_no_obligation_no_demand_and_no_board():
    owe()
    generate(ON, AT)
    with CaptureQueriesContext(connection) as queries:
        generate(date(2026, 11, 22), AT)
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert all("disclosures_generationrun" in sql for sql in written)
    assert Demand.objects.count() == 2


def test_the_due_dates_of_demands_follow_the_calendar():
    from catalogue.models import CalendarDay

    owe()
    generate(ON, AT)
    CalendarDay.objects.create(date=date(2027, 1, 1), kind="holiday", name="元旦")
    generate(date(2026, 11, 22), AT)
    assert Demand.objects.get(period_key="2026Q4").due_on == date(2027, 1, 15)


def test_generation_takes_its_part_in_a_surrounding_transaction():
    owe()
    with pytest.raises(IntegrityError), transaction.atomic():
        generate(ON, AT)
        raise IntegrityError
    assert not Obligation.objects.exists()
