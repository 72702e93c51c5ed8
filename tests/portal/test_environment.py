"""What an operator writes in .env is what the portal runs with."""

import stat
from datetime import time

import pytest

from portal import environment


def test_a_value_is_taken_as_it_stands():
    lines = ["A=1", "  export B = two words ", "C='#$&'", 'D="="', "E=x#y", "F="]
    assert environment.parse(lines) == {"A": "1", "B": "two words", "C": "#$&", "D": "=", "E": "x#y", "F": ""}


@pytest.mark.parametrize("line", ["# A=1", "  #A=1", "", "no setting", "1A=1", "=1"])
def test_a_line_of_another_form_is_passed_over(line):
    assert environment.parse([line]) == {}


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORTAL_TRIED=file\nPORTAL_NEW=党务\n", encoding="utf-8")
    monkeypatch.setenv("PORTAL_TRIED", "environment")
    monkeypatch.setenv("PORTAL_NEW", "")
    monkeypatch.delenv("PORTAL_NEW")
    environment.load(tmp_path / ".env")
    assert (environment.text("PORTAL_TRIED"), environment.text("PORTAL_NEW")) == ("environment", "党务")
    monkeypatch.delenv("PORTAL_NEW")


def test_no_file_is_no_error(tmp_path):
    environment.load(tmp_path / "absent")


@pytest.mark.parametrize("value, meant", [("1", True), (" Yes ", True), ("on", True), ("0", False), ("no", False)])
def test_a_flag_says_yes_in_any_of_the_usual_words(monkeypatch, value, meant):
    monkeypatch.setenv("PORTAL_TRIED", value)
    assert environment.flag("PORTAL_TRIED", default=not meant) is meant


def test_an_empty_setting_is_one_that_is_not_set(monkeypatch):
    monkeypatch.setenv("PORTAL_TRIED", " ")
    assert environment.text("PORTAL_TRIED", "default") == "default"
    assert environment.flag("PORTAL_TRIED", default=True)
    assert environment.number("PORTAL_TRIED", 7) == 7


def test_a_number_that_is_none_is_refused_by_name(monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(ValueError, match=r"PORT .*'eighty'"):
        environment.number("PORT", 8000)


def test_a_list_has_no_blanks(monkeypatch):
    monkeypatch.setenv("PORTAL_TRIED", " a, ,b ")
    assert environment.items("PORTAL_TRIED") == ["a", "b"]


@pytest.fixture
def without_key(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.delenv("SECRET_KEY_FILE", raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var" / "secret-key"


def test_a_secret_key_is_made_once_and_for_its_owner_only(without_key):
    environment.make_secret_key()
    key = environment.secret_key()
    environment.make_secret_key()
    assert environment.secret_key() == key and len(key) >= 50
    assert stat.S_IMODE(without_key.stat().st_mode) == 0o600
    assert [path.name for path in without_key.parent.iterdir()] == ["secret-key"]


def test_a_key_that_another_start_made_meanwhile_is_kept(without_key, monkeypatch):
    environment.make_secret_key()
    key = without_key.read_text()
    monkeypatch.setattr(environment, "secret_key", lambda: "")
    environment.make_secret_key()
    assert without_key.read_text() == key


def test_a_key_that_is_set_is_not_replaced(without_key, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "given")
    environment.make_secret_key()
    assert environment.secret_key() == "given" and not without_key.exists()


def test_a_key_may_come_in_a_file(without_key, monkeypatch, tmp_path):
    (tmp_path / "key").write_text("from the vault\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.secret_key() == "from the vault"


@pytest.mark.parametrize(("value", "meant"), [("", time(9)), ("08:30", time(8, 30)), (" 17:45 ", time(17, 45))])
def test_a_time_of_day_is_hours_and_minutes(monkeypatch, value, meant):
    monkeypatch.setenv("PORTAL_TRIED", value)
    assert environment.clock("PORTAL_TRIED", "09:00") == meant


@pytest.mark.parametrize("value", ["25:00", "nine", "09:00+08:00"])
def test_what_is_no_time_of_day_is_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("PORTAL_TRIED", value)
    with pytest.raises(ValueError, match="PORTAL_TRIED"):
        environment.clock("PORTAL_TRIED", "09:00")
