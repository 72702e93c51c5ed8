"""Run the suite on SQLite, then the same suite on PostgreSQL and Redis where both answer.

    python -m tests [pytest's own arguments]

TEST_POSTGRES_URL and TEST_REDIS_URL say where to look; every run makes databases of its own there and
removes them. REQUIRE_SERVICES=1 makes it an error that they do not answer.
"""

import os
import signal
import subprocess
import sys

import psycopg
import redis

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/0"
REQUIRED = os.environ.get("REQUIRE_SERVICES", "") not in {"", "0"}


def missing_services() -> list[str]:
    """Which of PostgreSQL and Redis do not answer within two seconds, and why."""
    missing = []
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=2).close()
    except psycopg.Error as error:
        missing.append(f"PostgreSQL: {error}".strip())
    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()
    except redis.RedisError as error:
        missing.append(f"Redis at {REDIS_URL}: {error}")
    return missing


def run(title: str, arguments: list[str], **services: str) -> int:
    """One pass of pytest; its exit code. No tests collected (5) is a failure like any other, and so is a signal."""
    print(f"\n==== {title} ====", flush=True)
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "loadfile", *arguments]
    code = subprocess.run(command, env=os.environ | services, check=False).returncode
    if code < 0:
        print(f"\nTHE TESTS DID NOT FINISH: pytest was ended by {signal.Signals(-code).name}.", flush=True)
    return abs(code)


def main(arguments: list[str]) -> int:
    """All passes, whether or not the first one fails; the worst exit code."""
    code = run("SQLite, files as broker", arguments, DATABASE_URL="", REDIS_URL="")
    if missing := missing_services():
        print("\n" + "=" * 100)
        print("NOT TESTED ON POSTGRESQL AND REDIS: " + ("required, but " if REQUIRED else "") + "they do not answer.")
        print("\n".join(missing))
        print("Start them, or say where they are in TEST_POSTGRES_URL and TEST_REDIS_URL.")
        print("=" * 100)
        return max(code, int(REQUIRED))
    return max(code, run("PostgreSQL and Redis", arguments, DATABASE_URL=POSTGRES_URL, REDIS_URL=REDIS_URL))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
