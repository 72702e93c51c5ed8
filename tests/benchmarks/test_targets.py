"""How targets are judged: what is reached, what is missed, and that nothing left out counts as reached."""

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import targets
from benchmarks.targets import Slope, Target, dearer, figure, judged, missed, over, slope, worse


@pytest.fixture
def only(monkeypatch):
    """Judges by the targets and slopes given, and by no others."""

    def choose(*chosen, slopes=()):
        monkeypatch.setattr(targets, "TARGETS", chosen)
        monkeypatch.setattr(targets, "SLOPES", slopes)

    return choose


def results(figures, **options):
    return [(each.store, each.value, each.reached) for each in judged(figures, **options)]


@pytest.mark.parametrize(("value", "reached"), [(119, True), (120, True), (121, False)])
def test_a_limit_is_within_it(only, value, reached):
    only(Target("1", "buffers", figure("buffers"), 120))
    assert results({("postgres", "ten"): {"buffers": value}}) == [("postgres ten", value, reached)]


@pytest.mark.parametrize(("value", "reached"), [(999, False), (1000, True)])
def test_some_limits_must_be_passed(only, value, reached):
    only(Target("6", "offset", figure("times"), 1000, at_least=True))
    assert results({("postgres", "ten"): {"times": value}}) == [("postgres ten", value, reached)]


def test_a_ratio_is_of_two_figures_of_the_same_city(only):
    only(Target("2", "board", over("board", "hello"), 2))
    figures = {("postgres", "ten"): {"board": 3.0, "hello": 2.0}, ("postgres", "city"): {"board": 5.0, "hello": 2.0}}
    assert results(figures) == [("postgres ten", 1.5, True), ("postgres city", 2.5, False)]


def test_a_measure_of_nothing_does_not_divide_by_nothing():
    assert over("plain", "ours")({"plain": 7, "ours": 0}) == 7


def test_what_was_not_measured_is_not_reached(only):
    only(Target("1", "buffers", figure("buffers"), 120))
    for figures in ({}, {("postgres", "ten"): {}}, {("postgres", "ten"): {"buffers": None}}):
        [result] = judged(figures)
        assert result.reached is False
        assert "not measured" in result.note
        assert missed([result])


def test_a_small_city_is_reported_but_not_judged_by_the_limits_of_a_large_one(only):
    only(Target("8", "review", figure("times"), 500, at_least=True, from_organisations=80_000))
    small = {("postgres", "district"): {"times": 20, "organisations": 1541}}
    large = {("postgres", "city"): {"times": 20, "organisations": 86264}}
    assert results(small) == [("postgres district", 20, None)]
    assert not missed(judged(small))
    assert results(large) == [("postgres city", 20, False)]


def test_targets_of_sqlite_are_judged_on_sqlite_alone(only):
    only(Target("14", "failed", figure("failed"), 0))
    assert results({("postgres", "ten"): {"failed": 9}, ("sqlite", "district"): {"failed": 0}}) == [
        ("sqlite district", 0, True)
    ]


def test_the_checks_judge_only_what_noise_cannot_move(only):
    only(Target("1", "processor", figure("cpu"), 5), Target("1", "queries", figure("queries"), 5, in_check=True))
    figures = {("postgres", "ten"): {"cpu": 99, "queries": 5}}
    assert results(figures, check=True) == [("postgres ten", 5, True)]


def test_what_was_missed_before_fails_the_checks_only_when_it_gets_worse(only):
    only(Target("9", "buffers", figure("buffers"), 200, so_far=220))
    for value, is_missed, is_worse in [(200, 0, 0), (201, 1, 0), (220, 1, 0), (221, 1, 1)]:
        found = judged({("postgres", "ten"): {"buffers": value}})
        assert (len(missed(found)), len(worse(found))) == (is_missed, is_worse)


def test_a_slope_of_nothing_is_flat_and_of_one_grows_with_the_city():
    assert slope((1_541, 40), (86_264, 40)) == 0
    assert slope((1_000, 3), (100_000, 300)) == pytest.approx(1)
    assert slope((1_000, 1_000), (100_000, 10)) == pytest.approx(-1)


def test_a_slope_is_taken_from_the_smallest_to_the_largest_city(only):
    only(slopes=[Slope("9", "drill-down", "buffers", 0.1)])
    figures = {
        ("postgres", "city"): {"organisations": 100_000, "buffers": 110},
        ("postgres", "district"): {"organisations": 1_000, "buffers": 100},
        ("postgres", "ten"): {"organisations": 10_000, "buffers": 999},
    }
    [result] = judged(figures)
    assert result.value == pytest.approx(0.0207, abs=0.0001)
    assert result.reached


def test_one_city_has_no_slope(only):
    only(slopes=[Slope("9", "drill-down", "buffers", 0.1)])
    [result] = judged({("postgres", "ten"): {"organisations": 10_000, "buffers": 100}})
    assert result.reached is False


def test_the_page_that_compares_worst_stands_for_all():
    figures = {"page.board.ms": 2, "postgres.page.board.ms": 4, "page.posting.ms": 3, "postgres.page.posting.ms": 2}
    assert targets.slowest_page(figures) == 1.5


def test_every_target_of_this_part_is_judged():
    numbers = {each.number for each in targets.TARGETS}
    assert numbers == {str(number) for number in (1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16)}


def test_costs_that_grew_are_named_and_rates_are_not():
    old = {("postgres", "ten"): {"board.buffers": 100, "page.queries": 5, "hello.rate": 10}}
    new = {("postgres", "ten"): {"board.buffers": 111, "page.queries": 5, "hello.rate": 900}}
    assert dearer(old, new, by=0.1) == ["postgres ten: board.buffers 100 -> 111"]
    assert dearer(new, old, by=0.1) == []


def written(path, **figures):
    path.write_text(json.dumps({"figures": {"postgres": {"ten": figures}}}))
    return str(path)


def test_the_report_reads_later_files_over_earlier_ones(only, tmp_path, capsys):
    only(Target("1", "board: queries", figure("board.queries"), 5))
    old, new = written(tmp_path / "a", **{"board.queries": 9}), written(tmp_path / "b", **{"board.queries": 5})
    assert command.main(["report", old]) == 0
    assert "MISSED" in capsys.readouterr().out
    assert command.main(["report", old, new]) == 0
    assert "1 of 1 reached." in capsys.readouterr().out


def test_a_comparison_fails_on_what_became_dearer(tmp_path, capsys):
    old, new = written(tmp_path / "a", **{"board.buffers": 60}), written(tmp_path / "b", **{"board.buffers": 90})
    assert command.main(["compare", old, new]) == 1
    assert "board.buffers 60 -> 90" in capsys.readouterr().out
    assert command.main(["compare", old, old]) == 0


@pytest.mark.parametrize(
    ("found", "skipped", "code"),
    [({"queries": 5}, [], 0), ({"queries": 6}, [], 1), ({}, [], 1), ({"queries": 5}, ["tree: ended with 1"], 1)],
)
def test_the_checks_fail_on_a_miss_and_on_whatever_was_left_out(only, monkeypatch, found, skipped, code):
    only(Target("1", "board: queries", figure("queries"), 5, in_check=True))
    monkeypatch.setattr(command, "_measured", lambda scales, kinds: ({("postgres", "ten"): found}, skipped))
    assert command.main(["check", "--scales", "ten"]) == code


@pytest.mark.parametrize("arguments", [["run", "--scales", "village"], ["run", "--only", "dreaming"], []])
def test_a_word_it_does_not_know_is_refused(arguments, capsys):
    with pytest.raises(SystemExit):
        command.main(arguments)
