"""Pages are served while Redis is away, and a portal empties nobody else's cache."""

import socket

import pytest
from django.conf import settings
from redis import Redis

from portal.caches import ForgivingRedisCache


@pytest.fixture
def cache_without_redis():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
        yield ForgivingRedisCache(f"redis://127.0.0.1:{taken.getsockname()[1]}/0", {"OPTIONS": options})


def test_what_is_not_there_is_missed(cache_without_redis):
    assert cache_without_redis.get("page") is None
    assert cache_without_redis.get("page", "default") == "default"
    assert cache_without_redis.get_many(["page", "other"]) == {}
    assert "page" not in cache_without_redis
    assert cache_without_redis.get_or_set("page", lambda: "rendered") == "rendered"


def test_what_is_written_is_forgotten(cache_without_redis):
    cache_without_redis.set("page", "rendered")
    cache_without_redis.delete("page")
    cache_without_redis.delete_many(["page"])
    cache_without_redis.clear()
    assert cache_without_redis.set_many({"page": 1}) == ["page"]
    assert cache_without_redis.add("page", "rendered") is True
    assert cache_without_redis.touch("page") is False


def test_a_redis_that_accepts_but_never_answers_costs_half_a_second_at_most():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        options = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
        cache = ForgivingRedisCache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {"OPTIONS": options})
        assert cache.get("page", "default") == "default"


@pytest.mark.redis
def test_clearing_takes_this_portals_keys_only():
    client = Redis.from_url(settings.REDIS_URL)
    theirs = f"{settings.REDIS_KEY_PREFIX}theirs"
    client.set(theirs, "stays")
    cache = ForgivingRedisCache(settings.REDIS_URL, {"KEY_PREFIX": f"{settings.REDIS_KEY_PREFIX}mine"})
    cache.set("page", "rendered")
    assert cache.get("page") == "rendered"
    cache.clear()
    assert cache.get("page") is None
    assert client.get(theirs) == b"stays"
