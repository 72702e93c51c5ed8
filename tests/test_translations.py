"""The interface is in Chinese, all of it, and what is committed is what was written."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

from .messages import Message, messages_in_code, messages_in_template, read_po

ROOT = settings.BASE_DIR
APPS = ["portal", "oversight", "feedback", "disclosures", "catalogue", "notices", "organisations"]
CATALOGUES = sorted(path for folder in [*APPS, "locale"] for path in (ROOT / folder).rglob("*.po"))
CODE = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def translated() -> set[Message]:
    return {entry.message for path in CATALOGUES for entry in read_po(path)}


def test_code_and_templates_and_catalogues_are_found():
    assert CATALOGUES and CODE and TEMPLATES


@pytest.mark.parametrize("path", CATALOGUES, ids=short)
def test_every_entry_is_translated_and_none_is_a_guess(path):
    unfinished = [entry.message.text for entry in read_po(path) if entry.fuzzy or not all(entry.translations)]
    assert not unfinished


@pytest.mark.parametrize("path", CATALOGUES, ids=short)
def test_no_translation_names_a_value_its_message_does_not_give(path):
    for entry in read_po(path):
        given = set(PLACEHOLDER.findall(entry.message.text + entry.fields.get("msgid_plural", "")))
        for translation in entry.translations:
            assert set(PLACEHOLDER.findall(translation)) <= given, entry.message.text


@pytest.mark.parametrize("path", CATALOGUES, ids=short)
def test_the_compiled_catalogue_is_the_written_one(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    compiled.pop("", None)
    written = {}
    for entry in read_po(path):
        written |= entry.compiled()
    assert compiled == written, "run `make messages`"


@pytest.mark.parametrize("path", CODE, ids=short)
def test_every_message_in_the_code_is_translated(path, translated):
    missing = set(messages_in_code(path)) - translated
    assert not missing, "run `make messages` and translate what is new"


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_message_in_the_templates_is_translated(path, translated):
    missing = set(messages_in_template(path)) - translated
    assert not missing, "run `make messages` and translate what is new"
