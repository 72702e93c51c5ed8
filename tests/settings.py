"""The portal as the tests see it: files in a folder that is thrown away, nothing of the operator's settings.

DATABASE_URL and REDIS_URL alone are taken from the environment: SQLite and files unless they are set.
Processes of one run (xdist's workers, and what a test starts) share TEST_RUN_DIR, whose name also
keeps two runs at a time apart on one PostgreSQL and one Redis.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from portal import environment

_example = (environment.BASE_DIR / ".env.example").read_text(encoding="utf-8")
for _name in environment.parse(line.lstrip("#") for line in _example.splitlines()):
    if _name not in {"DATABASE_URL", "REDIS_URL"}:
        os.environ.pop(_name, None)

if "TEST_RUN_DIR" not in os.environ:
    os.environ["TEST_RUN_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_RUN_DIR"], ignore_errors=True)
_run_dir = Path(os.environ["TEST_RUN_DIR"])
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["ENV_FILE"] = os.devnull
os.environ["VAR_DIR"] = str(_run_dir / _worker)
os.environ["SECRET_KEY"] = "for-the-tests-only-" + "0123456789abcdef" * 4
os.environ["FIELD_KEYS"] = "Zm9yLXRoZS10ZXN0cy1vbmx5LTAxMjM0NTY3ODlhYmM="
os.environ["REDIS_KEY_PREFIX"] = f"{_run_dir.name}:{_worker}:"

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, LOGGING, STORAGES, VAR_DIR  # noqa: E402

(VAR_DIR / "static").mkdir(exist_ok=True)
_database = DATABASES["default"]
if _database["ENGINE"] == "organisations.sqlite3":
    # A file, not memory: threads and child processes must meet in it. Nothing in it has to outlive a power cut.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace("=FULL", "=OFF")
else:
    _database["TEST"] = {"NAME": "test_" + _run_dir.name.replace("-", "_")}
    _database["OPTIONS"]["options"] += " -c synchronous_commit=off"

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LOGGING = LOGGING | {"root": {"handlers": [], "level": "INFO"}}
