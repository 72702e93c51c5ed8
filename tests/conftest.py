"""What every test may ask for, and what no test may forget."""

import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from redis import Redis

OURS = {"organisations", "notices", "catalogue", "disclosures", "feedback", "oversight"}
"""The apps whose migrations lay rows down."""

hypothesis_settings.register_profile("dev", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files given as bytes are named by their place: an archive packed a second later is another one."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked `postgresql` or `redis` runs in the pass that has it, one marked `once` in the first (`python -m
    tests`)."""
    absent = {
        "once": "postgresql" in settings.DATABASES["default"]["ENGINE"],
        "postgresql": "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        "redis": not settings.REDIS_URL,
    }
    for item in items:
        for name, is_absent in absent.items():
            if is_absent and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"marked {name}: not part of this pass"))


@pytest.fixture(scope="session", autouse=True)
def emptied_despite_triggers() -> Iterator[None]:
    """After a transactional test Django empties all tables. PostgreSQL truncates them, which no row trigger sees;
    SQLite deletes row by row, which the triggers of frozen tables refuse: there they stand aside meanwhile."""
    empty = SqliteOperations.execute_sql_flush

    def empty_without_triggers(operations: SqliteOperations, statements: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(cursor.fetchall())
        drop = [f'DROP TRIGGER "{name}"' for name in triggers]
        empty(operations, [*drop, *statements, *triggers.values()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteOperations, "execute_sql_flush", empty_without_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def refilled_after_being_emptied() -> Iterator[None]:
    """What migrations laid down (the ladder of reminders, the first phrases) stands again after a transactional test
    has emptied the tables: whichever file comes next on this worker finds it."""
    begin, end = TransactionTestCase._fixture_setup.__func__, TransactionTestCase._fixture_teardown
    laid_down: list[str] = []

    def keep_what_migrations_laid_down(cls: type[TransactionTestCase]) -> None:
        if not laid_down:
            models = [model for model in apps.get_models() if model._meta.app_label in OURS and not model._meta.proxy]
            rows = [row for model in models for row in model._base_manager.order_by("pk")]
            laid_down.append(serializers.serialize("json", rows))
        begin(cls)

    def lay_it_down_again(case: TransactionTestCase) -> None:
        end(case)
        for row in serializers.deserialize("json", laid_down[0]):
            row.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(keep_what_migrations_laid_down))
        patch.setattr(TransactionTestCase, "_fixture_teardown", lay_it_down_again)
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """What one test has cached, no other sees."""
    yield
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def swept_redis() -> Iterator[None]:
    """Whatever a run left in Redis goes with it."""
    yield
    if settings.REDIS_URL:
        client = Redis.from_url(settings.REDIS_URL)
        for key in client.scan_iter(match=f"*{settings.REDIS_KEY_PREFIX}*", count=1000):
            client.delete(key)


def database_url() -> str:
    """The address of the database the running test uses, as another process must be told it."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user, password = quote(database["USER"], safe=""), quote(database["PASSWORD"], safe="")
    return f"postgres://{user}:{password}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def process_env(transactional_db: None) -> dict[str, str]:
    """The environment for a process the test starts: the real settings on this test's database, broker and files."""
    return os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": database_url()}
