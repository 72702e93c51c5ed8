"""How an item stands is the most pressing word about it, and the sums add up."""

from datetime import date, timedelta

import pytest

from catalogue.choices import CatalogueStatus
from disclosures.choices import ObligationState
from disclosures.standing import Standing, Wording
from tests.disclosures.boards import MET, NIL, TODAY, WAIVED, standings_of, village
from tests.factories.catalogue import CatalogueFactory, ItemFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def here():
    return village()


def standing(here, item=0):
    found = standings_of(here.organisation)
    return found.by.get((here.catalogue.code, here.items[item].code), Standing())


def sums(here):
    found = standings_of(here.organisation)
    return found.owed, {state.value: n for state, n in found.sums.items() if n}


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (TODAY - DAY, ObligationState.OVERDUE),
        (TODAY, ObligationState.DUE_SOON),
        (TODAY + 7 * DAY, ObligationState.DUE_SOON),
        (TODAY + 8 * DAY, ObligationState.UPCOMING),
    ],
)
def test_an_open_item_turns_overdue_the_day_after_its_due_day(here, due, state):
    here.owes(key="2026Q3", due=due)
    assert standing(here).state == state


@pytest.mark.parametrize(
    ("outcome", "done", "state"),
    [
        (MET, date(2026, 10, 20), ObligationState.MET),
        (MET, date(2026, 10, 21), ObligationState.LATE),
        (NIL, date(2026, 10, 21), ObligationState.NIL),
        (WAIVED, date(2026, 10, 1), ObligationState.WAIVED),
    ],
)
def test_a_settled_item_says_how_it_was_settled_and_when(here, outcome, done, state):
    here.owes(key="2026Q3", due=date(2026, 10, 20), outcome=outcome, done=done)
    assert (standing(here).state, standing(here).last_day) == (state, done)


def test_overdue_weighs_more_than_what_was_settled_or_comes_next(here):
    here.owes(key="2026Q1", due=date(2026, 4, 20))
    here.owes(key="2026Q2", due=date(2026, 7, 20))
    here.owes(key="2026Q3", due=date(2026, 10, 20), outcome=MET, done=date(2026, 10, 1))
    here.owes(key="2026Q4", due=TODAY + 3 * DAY)
    found = standing(here)
    assert (found.state, found.overdue, found.overdue_since) == (ObligationState.OVERDUE, 2, date(2026, 4, 20))


def test_what_was_settled_last_counts_and_the_next_due_day_is_told(here):
    here.owes(key="2026Q2", due=date(2026, 7, 20), outcome=MET, done=date(2026, 7, 30))
    here.owes(key="2026Q3", due=date(2026, 10, 20), outcome=MET, done=date(2026, 10, 1))
    here.owes(key="2026Q4", due=date(2027, 1, 20))
    found = standing(here)
    assert (found.state, found.last_day, found.next_due) == (ObligationState.MET, date(2026, 10, 1), date(2027, 1, 20))


def test_an_item_that_was_never_owed_has_no_state(here):
    assert standing(here, 1).state is None


def test_the_sums_add_up_to_what_was_owed(here):
    here.owes(0, key="2026Q1", due=date(2026, 4, 20))
    here.owes(0, key="2026Q2", due=date(2026, 7, 20), outcome=MET, done=date(2026, 7, 1))
    here.owes(0, key="2026Q3", due=date(2026, 10, 20), outcome=MET, done=date(2026, 10, 30))
    here.owes(2, key="2026Q2", due=date(2026, 7, 20), outcome=NIL, done=date(2026, 7, 1))
    here.owes(2, key="2026Q3", due=date(2026, 10, 20), outcome=WAIVED, done=date(2026, 10, 1))
    here.owes(2, key="2026Q4", due=TODAY + 30 * DAY)
    assert sums(here) == (5, {"overdue": 1, "met": 1, "late": 1, "nil": 1, "waived": 1, "upcoming": 1})


def test_what_was_settled_before_it_fell_due_is_counted_once_it_falls_due(here):
    here.owes(key="2026Q4", due=TODAY + DAY, outcome=MET, done=TODAY)
    assert sums(here)[0] == 0
    assert standing(here).state == ObligationState.MET


def test_what_fell_due_a_year_ago_is_left_out_unless_it_is_still_open(here):
    here.owes(0, key="2025Q2", due=TODAY - timedelta(days=365), outcome=MET, done=date(2025, 7, 1))
    assert sums(here)[0] == 0
    here.owes(0, key="2025Q1", due=TODAY - timedelta(days=400))
    assert sums(here) == (1, {"overdue": 1})


def test_the_same_item_of_an_older_edition_stands_for_the_item(here):
    older = CatalogueFactory(
        code=here.catalogue.code, edition=7, status=CatalogueStatus.SUPERSEDED, effective_to=date(2025, 12, 31)
    )
    here.items[0] = ItemFactory(catalogue=older, code="M101")
    here.owes(key="2026Q1", due=date(2026, 4, 20))
    assert standing(here).overdue == 1


def test_the_words_say_since_when_and_for_how_many_periods(here):
    wording = Wording(TODAY)
    late = wording.standing(Standing(overdue=2, overdue_since=date(2026, 11, 19)), here.items[0])
    assert late == {"tone": "alarm", "label": "逾期未公开", "words": ["截止日2026-11-19，已逾期2天", "共2期"]}
    met = Standing(last_state=ObligationState.MET, last_day=date(2026, 10, 1), next_due=date(2027, 1, 20))
    assert wording.standing(met, here.items[0])["words"] == ["最近公开2026-10-01", "下次截止日2027-01-20"]


@pytest.mark.parametrize(
    ("state", "words"),
    [(ObligationState.NIL, "报告日期2026-10-01"), (ObligationState.WAIVED, "批准日期2026-10-01")],
)
def test_nobody_is_told_of_a_disclosure_that_was_none(here, state, words):
    settled = Standing(last_state=state, last_day=date(2026, 10, 1))
    assert Wording(TODAY).standing(settled, here.items[0])["words"] == [words]
