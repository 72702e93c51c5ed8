"""How the code is laid out. Layers are import-linter's, clocks are ruff's (DTZ); this is the rest."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from portal import environment

ROOT = settings.BASE_DIR
APPS = ["portal", "oversight", "feedback", "disclosures", "catalogue", "notices", "organisations"]
CODE = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
WRITTEN = [path for path in CODE if "migrations" not in path.parts]
LONGEST_FILE = 450
EMPTY_NAMES = {"utils", "util", "common", "core", "helpers", "misc"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_apps_are_the_layers():
    assert [config.name for config in apps.get_app_configs() if config.name in APPS] == APPS


@pytest.mark.parametrize("path", WRITTEN, ids=short)
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_every_module_is_named_for_what_it_holds():
    assert not [short(path) for path in CODE if EMPTY_NAMES & {*path.relative_to(ROOT).with_suffix("").parts}]


@pytest.mark.parametrize("path", [path for path in WRITTEN if path.stat().st_size], ids=short)
def test_every_module_says_what_it_is_for(path):
    if path.name not in {"apps.py", "__init__.py"} and "commands" not in path.parts:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_every_migration_is_named_for_what_it_does():
    names = [name for app, name in MigrationLoader(None).disk_migrations if app in APPS]
    assert names
    assert not [name for name in names if re.search(r"_auto_|_alter_\w+_and_more|^0001_initial$", name)]


@pytest.mark.parametrize("path", WRITTEN, ids=short)
def test_no_module_reads_the_machines_calendar(path):
    """A day is a day in Asia/Shanghai: `timezone.localdate()`, and only at the doors."""
    assert not re.search(r"\bdate\.today\(|\bdatetime\.(now|today|utcnow)\(", path.read_text(encoding="utf-8"))


def settings_read_in(path: Path) -> set[str]:
    """The names a module asks `portal.environment` for."""
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"text", "flag", "number", "items", "clock"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).isupper()
    }


def test_every_setting_of_the_operator_is_in_the_example():
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = set(environment.parse(line.lstrip("#") for line in example))
    read = set().union(*map(settings_read_in, [*WRITTEN, ROOT / "deploy" / "gunicorn.py"]))
    assert read - {"ENV_FILE"} == listed


def test_nothing_of_the_environment_is_read_past_the_example():
    past = re.compile(r"os\.(environ\.get|getenv)\(|os\.environ\[")
    readers = [short(path) for path in WRITTEN if past.search(path.read_text(encoding="utf-8"))]
    assert readers == ["portal/environment.py"]
