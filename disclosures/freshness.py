"""Public pages that cost little: kept whole under a version, and answered 304 while it stands.

The version is made of everything the page shows that can change (docs/performance.md, section 3), so a
kept page is never stale and nothing has to be purged. Readers who bring a session cookie see what their
appointments let them see: their pages are built each time and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache as once
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

DISPLAY_COOKIE = "display"
"""The visitor's wishes for type size and contrast: the only cookie by which an anonymous page differs."""

_WISHES = ("contrast", "large")
_KEPT_SECONDS = 3600


def display_wishes(request: HttpRequest) -> list[str]:
    """The wishes in the visitor's cookie, such as "contrast.large"; unknown words are ignored."""
    words = request.COOKIES.get(DISPLAY_COOKIE, "").split(".")
    return [wish for wish in _WISHES if wish in words]


def fresh(request: HttpRequest, *version: object, build: Callable[[], HttpResponse]) -> HttpResponse:
    """The page of a version: 304 if the visitor has it, from the cache, or built now.

    `version` names the page and everything its content depends on, besides the reader's display wishes,
    the language and this release of the portal.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        response = build()
        response["Cache-Control"] = "private, no-cache"
    else:
        response = _for_everyone(request, _key(request, version), build)
    patch_vary_headers(response, ["Cookie"])
    return response


def _for_everyone(request: HttpRequest, key: str, build: Callable[[], HttpResponse]) -> HttpResponse:
    etag = f'W/"{key}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        content = None if settings.DEBUG else cache.get(key)
        if content is None:
            built = build()
            if built.status_code != 200:
                return built
            content = built.content
            cache.set(key, content, _KEPT_SECONDS)
        response = HttpResponse(content)
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    return response


def _key(request: HttpRequest, version: tuple[object, ...]) -> str:
    parts = (release(), get_language(), display_wishes(request), *version)
    return sha256(repr(parts).encode()).hexdigest()[:32]


@once
def release() -> str:
    """A name for what this process renders with: code, templates, translations and the site's own words."""
    digest = sha256(repr(settings.SITE).encode())
    for pattern in ("templates/**/*.html", "*/templates/**/*.html", "**/locale/**/*.mo", "disclosures/**/*.py"):
        for path in sorted(Path(settings.BASE_DIR).glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
