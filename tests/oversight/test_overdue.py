"""Who is late with what: the roll-up, the live counts and a naive count must agree."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from disclosures.models import BoardVersion, Obligation
from organisations import actions
from organisations.models import Organisation
from oversight import overdue, rollups
from oversight.models import OverdueRollup
from tests.factories.catalogue import ItemFactory
from tests.factories.disclosures import ObligationFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.fixture
def city():
    """A city with its own branch, two districts, three towns, villages with branches; some 60 obligations."""
    randomness = random.Random(7)
    root = OrganisationFactory(code="SH", kind="city_committee")
    organisations = [root, OrganisationFactory(parent=root, kind="branch")]
    for district in OrganisationFactory.create_batch(2, parent=root, kind="district_committee"):
        organisations += [district, OrganisationFactory(parent=district, kind="organ")]
        for town in OrganisationFactory.create_batch(2, parent=district, kind="town_committee"):
            organisations.append(town)
            for village in OrganisationFactory.create_batch(2, parent=town, kind="village"):
                organisations += [village, OrganisationFactory(parent=village, kind="branch")]
    items = ItemFactory.create_batch(3)
    for organisation in organisations:
        for item in items:
            due_on = ON + timedelta(days=randomness.choice([-40, -1, 0, 5]))
            fulfilled = randomness.choice([None, None, ON])
            ObligationFactory(
                organisation=organisation,
                item=item,
                due_on=due_on,
                opens_on=due_on - timedelta(days=30),
                fulfilled_on=fulfilled,
                outcome="posted" if fulfilled else "",
            )
    Organisation.history.update(history_date=NOW - timedelta(days=1))
    return root


def naive():
    """Overdue obligations of every organisation and item, by walking up from each: (organisation, item) → number."""
    late, concerned = Counter(), set()
    for obligation in Obligation.objects.select_related("organisation"):
        if obligation.fulfilled_on is None and obligation.due_on < ON:
            above = obligation.organisation
            while above is not None:
                late[above.pk, obligation.item_id] += 1
                late[above.pk, None] += 1
                concerned.add((above.pk, obligation.organisation_id))
                above = above.parent
    return late, Counter(pk for pk, _late in concerned)


def assert_true_to_the_obligations():
    late, concerned = naive()
    for row in OverdueRollup.objects.all():
        assert row.overdue_count == late[row.organisation_id, row.item_id]
        if row.item_id is None:
            subtree = Organisation.objects.active().subtree(Organisation.objects.get(pk=row.organisation_id))
            assert (row.overdue_organisations, row.organisations) == (concerned[row.organisation_id], subtree.count())
    upper = set(Organisation.objects.filter(kind__in=rollups.UPPER_KINDS).values_list("pk", flat=True))
    stored = set(OverdueRollup.objects.values_list("organisation_id", "item_id"))
    assert stored == {key for key in late if key[0] in upper} | {(pk, None) for pk in upper}


def test_the_roll_up_equals_a_naive_count(city):
    rollups.rebuild(now=NOW, on=ON)
    assert_true_to_the_obligations()


def test_one_district_counted_again_makes_the_whole_true_again(city):
    rollups.rebuild(now=NOW, on=ON)
    obligation = Obligation.objects.overdue(on=ON).exclude(organisation__kind__in=rollups.UPPER_KINDS).first()
    Obligation.objects.filter(pk=obligation.pk).update(fulfilled_on=ON, outcome="nil")
    later = NOW + timedelta(minutes=10)
    BoardVersion.objects.create(organisation=obligation.organisation, changed_at=later)
    assert rollups.refresh(now=later, on=ON) == rollups.Refreshed(whole=False, districts=1)
    assert_true_to_the_obligations()


def test_several_districts_at_once_are_added_up_above_once(city, monkeypatch):
    rollups.rebuild(now=NOW, on=ON)
    added = []
    add_up = rollups._add_up
    monkeypatch.setattr(rollups, "_add_up", lambda above, **when: (added.append(above.code), add_up(above, **when)))
    for district in Organisation.objects.filter(kind="district_committee"):
        Obligation.objects.filter(organisation=district).update(fulfilled_on=ON, outcome="nil")
        BoardVersion.objects.create(organisation=district, changed_at=NOW)
    assert rollups.refresh(now=NOW, on=ON) == rollups.Refreshed(whole=False, districts=2)
    assert added == ["SH"]
    assert_true_to_the_obligations()


def test_what_changed_at_the_top_counts_too(city):
    rollups.rebuild(now=NOW, on=ON)
    Obligation.objects.filter(organisation=city).update(fulfilled_on=ON, outcome="nil")
    BoardVersion.objects.create(organisation=city, changed_at=NOW)
    rollups.refresh(now=NOW, on=ON)
    assert_true_to_the_obligations()


def test_nothing_changed_means_nothing_is_counted_again(city):
    rollups.rebuild(now=NOW, on=ON)
    assert rollups.refresh(now=NOW, on=ON) == rollups.Refreshed(whole=False, districts=0)


@pytest.mark.parametrize("change", ["moves to the other district", "ends", "is founded"])
def test_where_the_tree_changed_is_counted_again_without_waiting_for_midnight(city, change):
    rollups.rebuild(now=NOW, on=ON)
    first, second = Organisation.objects.filter(kind="town_committee").order_by("path")[1:3]
    village = first.children.order_by("path")[0]
    if change == "ends":
        for branch in village.children.all():
            actions.close(branch, on=ON)
    elif change == "is founded":
        OrganisationFactory(parent=village, kind="branch")
    else:
        actions.move(village, under=second)
    districts = 2 if change.startswith("moves") else 1
    assert rollups.refresh(now=NOW, on=ON) == rollups.Refreshed(whole=False, districts=districts)
    assert_true_to_the_obligations()


def test_a_new_day_counts_everything_again(city):
    rollups.refresh(now=NOW, on=ON - timedelta(days=1))
    assert rollups.refresh(now=NOW, on=ON) == rollups.Refreshed(whole=True, districts=0)
    assert_true_to_the_obligations()


def test_a_new_town_is_counted(city):
    rollups.rebuild(now=NOW, on=ON)
    actions.found(parent=city, code="NEW", name="新设镇党委", kind="town_committee")
    assert rollups.refresh(now=NOW, on=ON).whole
    assert_true_to_the_obligations()


def test_an_empty_register_has_an_empty_roll_up():
    rollups.refresh(now=NOW, on=ON)
    assert not OverdueRollup.objects.exists()


def test_the_review_says_the_same_with_and_without_the_roll_up(city):
    def review():
        return [
            (
                overdue.standing(each, on=ON),
                overdue.standings_below(each, on=ON),
            )
            for each in Organisation.objects.all()
        ]

    live = review()
    rollups.rebuild(now=NOW, on=ON)
    assert review() == live
    late, _concerned = naive()
    for standing, below in live:
        assert standing.overdue == late[standing.organisation.pk, None]
        assert all(row.overdue == late[row.organisation.pk, None] for row in below)


def test_items_are_counted_alike_at_every_level(city):
    rollups.rebuild(now=NOW, on=ON)
    late, _concerned = naive()
    for organisation in Organisation.objects.all():
        rows = overdue.standings_by_item(organisation, on=ON)
        assert {row.item.pk: row.overdue for row in rows} == {
            item: number for (pk, item), number in late.items() if pk == organisation.pk and item is not None
        }


def test_the_list_shows_every_overdue_obligation_once_the_oldest_first(city, monkeypatch):
    monkeypatch.setattr(overdue, "PAGE", 7)
    seen, after = [], ""
    while True:
        page = overdue.overdue_page(city, on=ON, after=after, before="")
        seen += page.rows
        after = page.after
        if not after:
            break
    assert [row.pk for row in seen] == list(
        Obligation.objects.overdue(on=ON).order_by("due_on", "id").values_list("pk", flat=True)
    )


def test_due_today_is_not_overdue():
    organisation = OrganisationFactory()
    ObligationFactory(organisation=organisation, due_on=ON)
    assert overdue.standing(organisation, on=ON).overdue == 0
    assert overdue.standing(organisation, on=ON + timedelta(days=1)).overdue == 1
