"""Pages for what went wrong."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

_COME_BACK_SECONDS = "60"


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, 500 for a fault of ours. Neither page asks the database anything."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        page = HttpResponse(render_to_string("503.html"), status=503)
        page["Retry-After"] = _COME_BACK_SECONDS
        return page
    return HttpResponse(render_to_string("500.html"), status=500)
