"""A cache is a hint: while Redis is away, every page still answers."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _forgiving(operation: str, without: Callable[..., Any]) -> Callable[..., Any]:
    """`RedisCache.<operation>`, giving `without(…)` of the same arguments where Redis does not answer."""
    original = getattr(RedisCache, operation)

    @wraps(original)
    def forgiving(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("Cache not reached for %s: %s", operation, type(error).__name__)
            return without(*args, **kwargs)

    return forgiving


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that misses, and forgets, instead of failing while Redis is away.

    `add` says it added: whoever uses it as a lock must do harmless work twice. `clear` takes this
    portal's keys only, for the broker lives in the same Redis.
    """

    get = _forgiving("get", lambda key, default=None, version=None: default)
    get_many = _forgiving("get_many", lambda keys, version=None: {})
    has_key = _forgiving("has_key", lambda key, version=None: False)
    set = _forgiving("set", lambda *args, **kwargs: None)
    set_many = _forgiving("set_many", lambda data, *args, **kwargs: list(data))
    add = _forgiving("add", lambda *args, **kwargs: True)
    touch = _forgiving("touch", lambda *args, **kwargs: False)
    delete = _forgiving("delete", lambda *args, **kwargs: False)
    delete_many = _forgiving("delete_many", lambda *args, **kwargs: None)

    def clear(self) -> None:
        """Delete the keys under this cache's prefix."""
        client = self._cache.get_client(write=True)
        try:
            for key in client.scan_iter(match=self.make_key("*"), count=1000):
                client.delete(key)
        except RedisError as error:
            logger.warning("Cache not cleared: %s", type(error).__name__)
