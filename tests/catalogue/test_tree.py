"""The item tree: numbered in memory, damage found and mended, four writers at once leave it whole."""

import random
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from catalogue import actions
from catalogue.actions.trees import Sprout, plant
from catalogue.choices import CatalogueStatus
from catalogue.models import Catalogue, Item
from catalogue.tree import Node, Place, find_damage, number, right_places
from tests.factories.catalogue import DraftFactory

# Numbers worked out in memory -----------------------------------------------------------------------


def grown(parents: list[int | None]) -> list[Node]:
    """Nodes 1..n, node k under the parent given (an earlier node), properly numbered."""
    children: dict[int, list[int]] = {pk: [] for pk in range(1, len(parents) + 1)}
    roots = []
    for pk, parent in enumerate(parents, start=1):
        (children[parent] if parent else roots).append(pk)
    places = number(roots, lambda pk: children[pk], range(1, len(parents) + 1))
    return [Node(pk, f"I{pk}", 1, parents[pk - 1], places[pk]) for pk in children]


any_forest = st.lists(st.integers(0, 30), min_size=1, max_size=31).map(
    lambda draws: [(draw % (index + 1)) or None for index, draw in enumerate(draws)]
)


@given(any_forest)
def test_numbers_worked_out_in_memory_are_a_proper_tree(parents: list[int | None]) -> None:
    nodes = grown(parents)
    by_pk = {node.pk: node for node in nodes}
    for node in nodes:
        parent = by_pk.get(node.parent_id or 0)
        if parent:
            assert parent.place.tree_id == node.place.tree_id
            assert parent.place.lft < node.place.lft < node.place.rght < parent.place.rght
        assert node.place.level == (parent.place.level + 1 if parent else 0)
    for tree_id in {node.place.tree_id for node in nodes}:
        tree = [node.place for node in nodes if node.place.tree_id == tree_id]
        assert sorted(bound for place in tree for bound in (place.lft, place.rght)) == list(range(1, 2 * len(tree) + 1))
    assert find_damage(nodes) == []


@given(any_forest, st.integers(0, 30), st.sampled_from(["tree_id", "lft", "rght", "level"]), st.integers(1, 5))
def test_one_wrong_number_is_always_found_and_mended(
    parents: list[int | None], which: int, field: str, shift: int
) -> None:
    nodes = grown(parents)
    victim = nodes[which % len(nodes)]
    numbers = {name: getattr(victim.place, name) for name in ("tree_id", "lft", "rght", "level")}
    numbers[field] += shift
    damaged = [Node(n.pk, n.code, 1, n.parent_id, Place(**numbers)) if n is victim else n for n in nodes]
    alone_may_move = victim.parent_id is None and field == "tree_id" and victim.place.rght == 2
    if not alone_may_move:
        assert find_damage(damaged)
    mended = right_places(damaged)
    assert find_damage([Node(n.pk, n.code, 1, n.parent_id, mended[n.pk]) for n in nodes]) == []


def test_a_circle_of_superiors_is_told_and_left_alone() -> None:
    first, second, third = grown([None, 1, 2])
    circle = [first, Node(2, "I2", 1, 3, second.place), third]
    assert {damage.pk for damage in find_damage(circle) if "circle" in damage.message or "循环" in damage.message} == {
        2,
        3,
    }
    assert set(right_places(circle)) == {1}


def test_an_item_under_another_edition_is_told() -> None:
    first, second = grown([None, 1])
    astray = Node(2, "I2", 2, 1, second.place)
    assert [damage.pk for damage in find_damage([first, astray])] == [2]


def test_a_chain_of_ten_thousand_levels_needs_no_recursion() -> None:
    assert number([0], lambda n: [n + 1] if n < 9_999 else [], [1])[0] == Place(1, 1, 20_000, 0)


# Whole trees written at once ------------------------------------------------------------------------


def sprouts(*codes: str) -> list[Sprout]:
    """Sprouts by code, a code under the one it begins with: A, AA, AB, B."""
    by_code: dict[str, Sprout] = {}
    roots: list[Sprout] = []
    for code in codes:
        by_code[code] = Sprout(code, {"title": f"事项{code}"})
        (by_code[code[:-1]].children if code[:-1] in by_code else roots).append(by_code[code])
    return roots


def shape(catalogue: Catalogue) -> list[tuple[str, int]]:
    return list(Item.objects.filter(catalogue=catalogue).order_by("tree_id", "lft").values_list("code", "level"))


@pytest.mark.django_db
def test_planting_again_keeps_the_rows_of_codes_that_stay() -> None:
    draft = DraftFactory()
    plant(draft, sprouts("A", "AA", "AB", "ABA", "B", "BA"))
    kept = {item.code: item.pk for item in Item.objects.filter(catalogue=draft)}
    done = plant(draft, sprouts("B", "BA", "BB", "A", "AB"))
    assert shape(draft) == [("B", 0), ("BA", 1), ("BB", 1), ("A", 0), ("AB", 1)]
    assert {code: pk for code, pk in kept.items() if code in {"A", "AB", "B", "BA"}}.items() <= {
        item.code: item.pk for item in Item.objects.filter(catalogue=draft)
    }.items()
    assert (done.created, done.deleted) == (1, 2)
    assert actions.check_items() == []


@pytest.mark.django_db
def test_planting_the_same_tree_again_writes_nothing() -> None:
    draft = DraftFactory()
    plant(draft, sprouts("A", "AA", "B"))
    done = plant(draft, sprouts("A", "AA", "B"))
    assert (done.created, done.updated, done.deleted, done.unchanged) == (0, 0, 0, 3)


@pytest.mark.django_db
def test_trees_of_several_catalogues_never_share_a_tree_id() -> None:
    first, second = DraftFactory(), DraftFactory()
    plant(first, sprouts("A", "B"))
    plant(second, sprouts("A", "B"))
    plant(first, sprouts("A", "B", "C"))
    assert actions.check_items() == []
    assert Item.objects.filter(level=0).values("tree_id").distinct().count() == 5


@pytest.mark.django_db
def test_a_thousand_items_are_written_in_a_handful_of_statements(django_assert_max_num_queries) -> None:
    draft = DraftFactory()
    codes = [f"A{a:02}" for a in range(20)]
    tree = [Sprout(code, {"title": code}, [Sprout(f"{code}-{n}", {"title": "x"}) for n in range(50)]) for code in codes]
    with django_assert_max_num_queries(60):
        plant(draft, tree)
    assert Item.objects.filter(catalogue=draft).count() == 1020


# The checker and its command ------------------------------------------------------------------------


@pytest.fixture
def damaged(db: None) -> Iterator[Catalogue]:
    """A draft in which one write too many went past the lock."""
    draft = DraftFactory()
    plant(draft, sprouts("A", "AA", "AB", "B", "BA"))
    Item.objects.filter(catalogue=draft, code="AB").update(lft=2, rght=3)
    Item.objects.filter(catalogue=draft, code="BA").update(level=3)
    yield draft


def test_check_tree_finds_planted_damage_and_names_it(damaged: Catalogue) -> None:
    output = StringIO()
    with pytest.raises(CommandError):
        call_command("check_tree", stdout=output, stderr=output)
    assert "AB" in output.getvalue() and "BA" in output.getvalue()


def test_check_tree_repairs_by_superior_and_order(damaged: Catalogue) -> None:
    call_command("check_tree", "--repair", stdout=StringIO())
    assert actions.check_items() == []
    assert shape(damaged) == [("A", 0), ("AA", 1), ("AB", 1), ("B", 0), ("BA", 1)]
    call_command("check_tree", stdout=StringIO())


def test_repairing_works_on_editions_in_force_too(damaged: Catalogue) -> None:
    Catalogue.objects.filter(pk=damaged.pk).update(status=CatalogueStatus.IN_FORCE, effective_from="2026-01-01")
    call_command("check_tree", "--repair", stdout=StringIO())
    assert actions.check_items() == []


def test_a_sound_tree_is_left_as_it_is(db: None) -> None:
    plant(DraftFactory(), sprouts("A", "AA"))
    assert actions.repair_items() == 0


# Four writers at once -------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_four_writers_moving_adding_and_deleting_leave_the_tree_whole() -> None:
    draft, other = DraftFactory(), DraftFactory()
    plant(draft, sprouts("A", "AA", "AB", "ABA", "B", "BA", "BB", "C", "CA", "D"))
    plant(other, sprouts("A", "AA", "B"))
    start = threading.Barrier(4)
    failures: list[BaseException] = []
    done = {"move": 0, "add": 0, "delete": 0}

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            start.wait()
            for step in range(40):
                done[one_write(chance, draft, f"T{seed}-{step}")] += 1
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    assert sum(done.values()) == 160 and min(done.values()) > 5
    assert actions.check_items() == []
    assert Item.objects.filter(catalogue=other).count() == 3


def one_write(chance: random.Random, draft: Catalogue, code: str) -> str:
    """One move, insert or delete; what another writer made impossible meanwhile is refused in a sentence."""
    items = list(Item.objects.filter(catalogue=draft))
    what = chance.choice(["move", "move", "add", "add", "delete"])
    try:
        if what == "move":
            actions.move_item(
                chance.choice(items), target=chance.choice(items), position=chance.choice(actions.POSITIONS)
            )
        elif what == "add":
            actions.add_item(draft, parent=chance.choice([*items, None]), code=code, title="新事项")
        elif len(items) > 5:
            actions.delete_item(chance.choice([item for item in items if item.is_leaf_node()]))
    except actions.CatalogueRefused:
        pass
    return what


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_checker_would_have_had_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: the same writers without the lock corrupt the tree, or are stopped by deadlocks."""
    monkeypatch.setattr("organisations.locks.hold", lambda lock: None)
    draft = DraftFactory()
    plant(draft, sprouts("A", "AA", "AB", "ABA", "B", "BA", "BB", "C", "CA", "D"))
    failures: list[str] = []
    start = threading.Barrier(4)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        start.wait()
        for step in range(40):
            try:
                one_write(chance, draft, f"T{seed}-{step}")
            except Exception as error:
                failures.append(type(error).__name__)
        connections.close_all()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert actions.check_items() or failures
    assert connection.vendor == "postgresql"
