"""Founding, moving, closing, merging and splitting organisations."""

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from organisations import actions, locks
from organisations.choices import OrganisationKind, OrganisationStatus, Role
from organisations.models import Appointment, Organisation, Succession
from tests.factories.organisations import AppointmentFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)


def found(code, parent=None):
    return actions.found(parent=parent, code=code, name=code, kind=OrganisationKind.VILLAGE)


@pytest.fixture
def town():
    """A district with two towns; the first has a village with a branch."""
    district = found("MH")
    maqiao, pujiang = found("MQ", district), found("PJ", district)
    jinxing = found("JX", maqiao)
    return {"MH": district, "MQ": maqiao, "PJ": pujiang, "JX": jinxing, "JX-1": found("JX-1", jinxing)}


def codes(organisations):
    return [organisation.code for organisation in organisations]


def test_a_subtree_is_the_organisation_and_all_below(town):
    assert codes(Organisation.objects.subtree(town["MQ"]).order_by("path")) == ["MQ", "JX", "JX-1"]
    assert codes(Organisation.objects.ancestors(town["JX-1"])) == ["MH", "MQ", "JX"]
    assert actions.problems() == []


def test_moving_takes_everything_below_along(town):
    written = actions.move(town["JX"], under=town["PJ"])
    assert written == 2
    assert codes(Organisation.objects.subtree(town["PJ"]).order_by("path")) == ["PJ", "JX", "JX-1"]
    assert codes(Organisation.objects.subtree(town["MQ"])) == ["MQ"]
    assert actions.problems() == []


def test_an_organisation_may_become_a_root(town):
    actions.move(town["MQ"], under=None)
    assert codes(Organisation.objects.ancestors(Organisation.objects.get(code="JX"))) == ["MQ"]
    assert actions.problems() == []


@pytest.mark.parametrize("target", ["MQ", "JX", "JX-1"])
def test_nobody_is_placed_under_himself_or_his_own(town, target):
    with pytest.raises(actions.TreeRefused):
        actions.move(town["MQ"], under=town[target])
    assert actions.problems() == []


def test_a_move_that_would_make_the_tree_too_deep_is_refused():
    deepest = None
    for level in range(63):
        deepest = found(f"L{level}", deepest)
    with pytest.raises(actions.TreeRefused):
        found("L63", deepest)
    other = found("OTHER")
    with pytest.raises(actions.TreeRefused):
        actions.move(Organisation.objects.get(code="L0"), under=other)


def test_a_move_costs_as_many_statements_for_many_below_as_for_few(town):
    with CaptureQueriesContext(connection) as few:
        actions.move(town["JX"], under=town["PJ"])
    for number in range(20):
        found(f"B{number}", Organisation.objects.get(code="JX"))
    with CaptureQueriesContext(connection) as many:
        actions.move(Organisation.objects.get(code="JX"), under=town["MQ"])
    assert len(many) <= len(few) + 1  # the get() above


def test_the_place_of_one_who_moved_away_is_no_trouble_for_the_next(town):
    actions.move(town["MQ"], under=None)
    found("QB", town["MH"])
    assert actions.problems() == []


def test_a_name_must_be_given():
    with pytest.raises(ValidationError):
        actions.found(parent=None, code="X", name="", kind=OrganisationKind.BRANCH)


@pytest.mark.parametrize("code", ["jx", "金星", "JX/1", "", "-JX", "JX\n"])
def test_codes_are_capitals_digits_and_hyphens(code):
    with pytest.raises(ValidationError):
        found(code)


def test_a_merged_organisation_names_its_successor_and_its_appointments_end(town):
    appointment = AppointmentFactory(organisation=town["JX-1"], role=Role.SECRETARY)
    other = found("JX-2", town["JX"])
    actions.merge([town["JX-1"]], into=other, on=ON)
    merged = Organisation.objects.get(code="JX-1")
    assert (merged.status, merged.ended_on) == (OrganisationStatus.MERGED, ON)
    assert Succession.objects.get(predecessor=merged).successor == other
    assert Appointment.objects.get(pk=appointment.pk).ends_on == ON


def test_a_split_organisation_has_several_successors(town):
    heirs = [found("A", town["JX"]), found("B", town["JX"])]
    actions.split(town["JX-1"], into=heirs, on=ON)
    assert Organisation.objects.get(code="JX-1").successions.count() == 2


def test_who_still_has_organisations_below_cannot_end(town):
    with pytest.raises(actions.TreeRefused):
        actions.close(town["JX"], on=ON)
    assert Organisation.objects.get(code="JX").status == OrganisationStatus.ACTIVE


def test_nothing_ends_twice(town):
    actions.close(town["JX-1"], on=ON)
    with pytest.raises(actions.TreeRefused):
        actions.close(town["JX-1"], on=ON)


def test_an_ended_organisation_cannot_succeed(town):
    actions.close(town["JX-1"], on=ON)
    other = found("JX-2", town["JX"])
    with pytest.raises(actions.TreeRefused):
        actions.merge([other], into=Organisation.objects.get(code="JX-1"), on=ON)


def test_planted_damage_is_found(town):
    Organisation.objects.filter(code="JX").update(parent=town["PJ"])
    assert len(actions.problems()) == 1


def test_a_tree_lock_outside_of_a_transaction_is_refused(monkeypatch):
    monkeypatch.setattr(connection, "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        locks.hold(locks.ORGANISATION_TREE)


def test_the_history_of_a_closed_organisation_says_when_it_changed(town):
    actions.close(town["JX-1"], on=ON)
    closed = Organisation.objects.get(code="JX-1")
    assert [row.status for row in closed.history.all()] == [OrganisationStatus.CLOSED, OrganisationStatus.ACTIVE]


def test_codes_are_unique():
    OrganisationFactory(code="JX")
    with pytest.raises(ValidationError):
        found("JX")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_writers_at_the_same_time_leave_the_tree_sound():
    district = found("MH")
    towns = [found(f"T{number}", district) for number in range(4)]

    def work(number):
        try:
            randomness = random.Random(number)
            for step in range(25):
                parent = found(f"V{number}-{step}", randomness.choice(towns))
                found(f"B{number}-{step}", parent)
                with contextlib.suppress(actions.TreeRefused):
                    actions.move(randomness.choice([*towns, parent]), under=randomness.choice(towns))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert Organisation.objects.count() == 205
    assert actions.problems() == []
