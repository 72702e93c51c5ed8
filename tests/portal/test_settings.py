"""The portal refuses to start insecurely, and says what to do."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

STRONG = "k7Qz-" * 12


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python beside manage.py with this environment and no other."""
    env = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"], "ENV_FILE": os.devnull} | environment
    return subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


def read(expression: str, **environment: str) -> str:
    """What an expression gives under the real settings, `s`, with this environment."""
    answer = python("-c", f"import portal.settings as s; print({expression})", SECRET_KEY=STRONG, **environment)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


@pytest.mark.parametrize(
    "environment, sentence",
    [
        ({}, "Set SECRET_KEY"),
        ({"SECRET_KEY": STRONG[:49]}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "django-insecure-" + STRONG}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": STRONG, "SECRET_KEY_FALLBACKS": "old"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "a.example.cn,*"}, "ALLOWED_HOSTS"),
    ],
)
def test_an_insecure_start_is_refused(environment, sentence):
    refused = python("-c", "import portal.settings", **environment)
    assert refused.returncode != 0
    assert f"ImproperlyConfigured: {sentence}" in refused.stderr


def test_a_public_portal_passes_the_deployment_check_without_a_warning():
    strict = ["check", "--deploy", "--fail-level", "WARNING"]
    checked = python("manage.py", *strict, SECRET_KEY=STRONG, ALLOWED_HOSTS="a.example.cn")
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    "environment, by_https",
    [
        ({}, False),
        ({"ALLOWED_HOSTS": "localhost"}, False),
        ({"ALLOWED_HOSTS": "a.example.cn"}, True),
        ({"ALLOWED_HOSTS": "localhost,a.example.cn"}, True),
        ({"ALLOWED_HOSTS": "a.example.cn", "SECURE_SSL": "0"}, False),
        ({"SECURE_SSL": "1"}, True),
    ],
)
def test_any_host_but_this_machine_is_served_by_https(environment, by_https):
    asked = "s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0"
    assert read(asked, **environment) == f"{by_https} {by_https} {by_https}"


def test_options_in_the_database_address_are_kept():
    address = "postgres://a:b@db/portal?sslmode=verify-full"
    options = read("s.DATABASES['default']['OPTIONS']", DATABASE_URL=address)
    assert "'sslmode': 'verify-full'" in options
    assert "lock_timeout=10s" in options


def test_every_page_forbids_foreign_scripts_and_frames(client):
    policy = client.get("/no-such-page/").headers["Content-Security-Policy"]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives["default-src"] == directives["script-src"] == directives["style-src-elem"] == "'self'"
    assert directives["object-src"] == directives["frame-ancestors"] == directives["base-uri"] == "'none'"


def test_a_task_ends_before_its_message_is_given_to_another_worker():
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < 900
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 900) == 900
