"""Is the process alive, and can it do its work? Asked by supervisors and load balancers; tells nothing else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..readiness import checks


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: no question is asked of anything else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: 200 with every answer, or 503 if the database is away; what is late is told and does not count."""
    found = checks(now=timezone.now())
    ready = found["database"]["ok"]
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)
