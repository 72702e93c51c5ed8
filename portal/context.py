"""What every page is given: the site's name and addresses, how it is to look, and who reads it.

Nothing here opens the session of a visitor who brings no session cookie, so that public pages stay
cacheable.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from disclosures.freshness import display_wishes
from disclosures.worklist import works
from oversight.rules import seats

_HTML_LANGUAGES = {"zh-hans": "zh-CN"}


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor of every template."""
    wishes = display_wishes(request)
    language = get_language() or settings.LANGUAGE_CODE
    viewer = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return {
        "site": settings.SITE,
        "site_language": _HTML_LANGUAGES.get(language, language),
        "display": {wish: wish in wishes for wish in ("large", "contrast")},
        "viewer": viewer,
        "works": lambda: viewer is not None and works(viewer),
        "oversees": lambda: viewer is not None and bool(seats(viewer)),
    }
