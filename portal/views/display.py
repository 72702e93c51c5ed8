"""Large type and high contrast: a wish kept in a cookie, for everybody and without script."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from disclosures.freshness import DISPLAY_COOKIE, display_wishes

_A_YEAR = 365 * 24 * 3600
_FIELDS = {"type": ("large", "large"), "contrast": ("contrast", "high")}
"""Field of the form: the wish it is about, and the value that wishes it."""


@csrf_exempt  # public pages carry no token, so that they can be kept; the worst a forged form does is larger type
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Sets one wish or takes it back, and returns to the page the visitor came from."""
    wishes = set(display_wishes(request))
    for field, (wish, value) in _FIELDS.items():
        if field in request.POST:
            wishes = wishes | {wish} if request.POST[field] == value else wishes - {wish}
    response = HttpResponseRedirect(_came_from(request))
    words = ".".join(sorted(wishes))
    if words:
        response.set_cookie(
            DISPLAY_COOKIE, words, max_age=_A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(DISPLAY_COOKIE, samesite="Lax")
    return response


def _came_from(request: HttpRequest) -> str:
    """The path of the referring page of this site, or the front page."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(referer)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
