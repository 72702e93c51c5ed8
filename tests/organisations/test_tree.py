"""Paths: pure arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations import tree

numbers = st.integers(min_value=1, max_value=36**tree.SEGMENT - 1)


@given(numbers, numbers)
def test_segments_sort_as_their_numbers_do(one, other):
    assert (tree.segment(one) < tree.segment(other)) == (one < other)


@given(numbers)
def test_a_path_tells_which_child_it_is(number):
    assert tree.number_of(tree.child_path("0001", number)) == number


@given(numbers, numbers, numbers)
def test_a_subtree_is_exactly_the_range_up_to_the_tilde(child, sibling, grandchild):
    path = tree.child_path("0001", child)
    inside = tree.child_path(path, grandchild)
    outside = tree.child_path("0001", sibling)
    assert path <= inside < path + "~"
    assert (path <= outside < path + "~") == (child == sibling)


@pytest.mark.parametrize("number", [0, -1, 36**tree.SEGMENT])
def test_there_is_no_such_child(number):
    with pytest.raises(OverflowError):
        tree.segment(number)


def test_a_tree_has_sixty_three_levels_and_not_one_more():
    path = ""
    for _level in range(63):
        path = tree.child_path(path, 1)
    with pytest.raises(OverflowError):
        tree.child_path(path, 1)


def test_ancestors_are_listed_from_the_root_down():
    assert tree.ancestor_paths("000100020003") == ["0001", "00010002"]
    assert tree.ancestor_paths("0001") == []
