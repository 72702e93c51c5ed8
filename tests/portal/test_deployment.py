"""The files an operator deploys with know of every setting, and of what the code decided."""

import re

import pytest
from django.conf import settings

from disclosures.freshness import DISPLAY_COOKIE
from portal import environment

ROOT = settings.BASE_DIR
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DECIDED_BY_THE_IMAGE = {
    "DEBUG",
    "HOST",
    "PORT",
    "VAR_DIR",
    "STATIC_ROOT",
    "SECRET_KEY_FILE",
    "FIELD_KEYS_FILE",
    "REDIS_KEY_PREFIX",
}


def test_every_setting_reaches_the_containers():
    example = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = set(environment.parse(line.lstrip("#") for line in example)) - DECIDED_BY_THE_IMAGE
    given = set(re.findall(r"^ +([A-Z_]+):", COMPOSE, re.MULTILINE)) | set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    assert listed - given == set()


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS", "SITE_URL"])
def test_what_must_be_set_is_asked_for_before_anything_starts(name):
    assert f"${{{name}:?" in COMPOSE
    assert f"${{{name}:-" not in COMPOSE


def test_nginx_keeps_no_page_of_somebody_signed_in():
    assert f"map $cookie_{settings.SESSION_COOKIE_NAME} $signed_in" in NGINX
    assert re.search(r"proxy_no_cache .*\$signed_in.*\$not_public;", NGINX)


def test_nginx_keeps_the_visitors_ways_of_display_apart():
    assert re.search(rf"proxy_cache_key \S*\$cookie_{DISPLAY_COOKIE};", NGINX)


def test_nginx_lets_through_what_the_portal_accepts():
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", NGINX)[1])
    assert megabytes * 2**20 > settings.ATTACHMENTS_BYTES
