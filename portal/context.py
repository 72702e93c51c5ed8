"""What every page is given: the site's name and addresses, how it is to look, and who reads it.

Nothing here opens the session of a visitor who brings no session cookie, so that public pages stay
cacheable.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

DISPLAY_COOKIE = "display"
"""Cookie holding the visitor's display wishes, e.g. "large.contrast"."""

_HTML_LANGUAGES = {"zh-hans": "zh-CN"}


def display_of(request: HttpRequest) -> dict[str, bool]:
    """The display wishes in the request's cookie; unknown words are ignored."""
    wishes = request.COOKIES.get(DISPLAY_COOKIE, "").split(".")
    return {"large": "large" in wishes, "contrast": "contrast" in wishes}


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every template."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "site": settings.SITE,
        "site_language": _HTML_LANGUAGES.get(language, language),
        "display": display_of(request),
        "viewer": request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None,
    }
