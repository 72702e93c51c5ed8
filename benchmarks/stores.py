"""One database per scale, built when it is missing and kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
READY = "loaded"
POSTGRES_URL = (
    os.environ.get("BENCH_POSTGRES_URL")
    or os.environ.get("TEST_POSTGRES_URL")
    or "postgres://postgres@127.0.0.1:5432/postgres"
)


def database_url(scale: str, db: str) -> str:
    """Where the city of that scale is kept."""
    if db == "sqlite":
        return f"sqlite:///{VAR / f'{scale}.sqlite3'}"
    return urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/bench_{scale}"))


def environment(scale: str, db: str) -> dict[str, str]:
    """The environment of a process that works on that city."""
    return os.environ | {
        "DATABASE_URL": database_url(scale, db),
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SECRET_KEY": "benchmarks-only-0123456789-0123456789-0123456789-0123456789",
        "VAR_DIR": str(VAR / f"{db}-{scale}"),  # with a page cache of its own
        "STATIC_ROOT": str(VAR / "static"),
        "BENCH_CACHE": "off",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SECURE_SSL": "0",
        "DEBUG": "",
        "ENV_FILE": os.devnull,
        "LOG_LEVEL": "WARNING",
    }


def build(scale: str, db: str) -> float | None:
    """Build the city if it is not there; the seconds its loading took, None if it was there.

    One that is there is brought to the tables of today's code.
    """
    VAR.mkdir(parents=True, exist_ok=True)
    env, is_ready = environment(scale, db), _is_ready(scale, db)
    if not is_ready:
        _recreate(scale, db)
    _manage(env, "migrate", "--verbosity", "0")
    if is_ready:
        return None
    began = time.monotonic()
    _manage(env, "load_city", "--scale", scale)
    took = time.monotonic() - began
    _mark_ready(scale, db)
    return took


def collect_static(scale: str, db: str) -> None:
    """Pages name their style sheets by content: without the collected files none is built."""
    _manage(environment(scale, db), "collectstatic", "--no-input", "--verbosity", "0")


def _is_ready(scale: str, db: str) -> bool:
    if db == "sqlite":
        return (VAR / f"{scale}.ready").exists()
    mark = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        return connection.execute(mark, [f"bench_{scale}"]).fetchone() == (READY,)


def _recreate(scale: str, db: str) -> None:
    if db == "sqlite":
        (VAR / f"{scale}.sqlite3").unlink(missing_ok=True)
        return
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "bench_{scale}"')
        connection.execute(f'CREATE DATABASE "bench_{scale}"')


def _mark_ready(scale: str, db: str) -> None:
    """A load that was broken off leaves no mark, and is made anew."""
    if db == "postgres":
        with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
            connection.execute(f"COMMENT ON DATABASE bench_{scale} IS '{READY}'")
    else:
        (VAR / f"{scale}.ready").touch()


def _manage(env: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *arguments], env=env, check=True, cwd=ROOT)
