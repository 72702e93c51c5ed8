"""The portal, and the smallest page its middleware can carry: the measure of all pages (H)."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def hello(request: HttpRequest) -> HttpResponse:
    """What a page costs before it does anything."""
    return HttpResponse("hello")


urlpatterns = [path("hello/", hello), path("", include("portal.urls"))]
