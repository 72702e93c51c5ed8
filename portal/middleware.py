"""What every request passes before it reaches a view."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def client_address(forwarded: str, peer: str, *, proxies: int) -> str:
    """The visitor's address, as the outermost of `proxies` trusted proxies saw it.

    Each proxy appends the address it was called from to X-Forwarded-For; what stands further left
    was written by the visitor and is worth nothing. Falls back to the peer's address.
    """
    hops = forwarded.split(",")
    if not 0 < proxies <= len(hops):
        return peer
    try:
        return str(ip_address(hops[-proxies].strip()))
    except ValueError:
        return peer


class ClientAddressMiddleware:
    """Puts the visitor's address in REMOTE_ADDR, where lock-out, limits and the audit log look for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            request.META.get("REMOTE_ADDR", ""),
            proxies=settings.TRUSTED_PROXIES,
        )
        return self.get_response(request)


class OwnPasswordMiddleware:
    """Whoever was given a password chooses another before doing anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and self._must_choose(request):
            return HttpResponseRedirect(reverse("password_change"))
        return self.get_response(request)

    @staticmethod
    def _must_choose(request: HttpRequest) -> bool:
        if not getattr(request.user, "must_change_password", False):
            return False
        allowed = (reverse("password_change"), reverse("logout"), reverse("display"), settings.STATIC_URL)
        return not request.path.startswith(allowed)
