"""The portal's own settings and one more address; the cache can be switched off to see pages built anew."""

import os

from portal.settings import *  # noqa: F403
from portal.settings import CACHES

ROOT_URLCONF = "benchmarks.urls"
if os.environ.get("BENCH_CACHE") == "off":
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
