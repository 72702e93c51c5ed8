"""The portal refuses to start insecurely, and says what to do."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

STRONG = "k7Qz-" * 12


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with the real settings and this environment, and no other."""
    env = {"PATH": os.environ["PATH"], "VAR_DIR": os.environ["VAR_DIR"], "ENV_FILE": os.devnull} | environment
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)


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
    refused = manage("check", **environment)
    assert refused.returncode != 0
    assert f"ImproperlyConfigured: {sentence}" in refused.stderr


def test_a_public_portal_passes_the_deployment_check_without_a_warning():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=STRONG, ALLOWED_HOSTS="a.example.cn")
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
    asked = "from django.conf import settings as s; print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE)"
    answer = manage("shell", "--no-imports", "--command", asked, SECRET_KEY=STRONG, **environment)
    assert answer.stdout.split() == [str(by_https)] * 2, answer.stderr


def test_options_in_the_database_address_are_kept():
    asked = "from django.conf import settings as s; print(s.DATABASES['default']['OPTIONS'])"
    address = "postgres://a:b@db/portal?sslmode=verify-full"
    answer = manage("shell", "--no-imports", "--command", asked, SECRET_KEY=STRONG, DATABASE_URL=address)
    assert "'sslmode': 'verify-full'" in answer.stdout
    assert "lock_timeout=10s" in answer.stdout


def test_every_page_forbids_foreign_scripts_and_frames(client):
    policy = client.get("/no-such-page/").headers["Content-Security-Policy"]
    directives = dict(each.split(" ", 1) for each in policy.split("; "))
    assert directives["default-src"] == directives["script-src"] == directives["style-src-elem"] == "'self'"
    assert directives["object-src"] == directives["frame-ancestors"] == directives["base-uri"] == "'none'"


def test_a_task_ends_before_its_message_is_given_to_another_worker():
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < 900
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 900) == 900
