"""Archive volumes: asking for one, and fetching those that were made."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organisations.access import can, posts, reach
from organisations.models import Organisation

from ...archive import contents, pdf, work
from ...errands import ErrandFailed
from ...forms.bulk import UnitForm, VolumeForm
from ...models import ArchiveVolume
from ...worklist import FILING
from .errands import saved
from .finding import person

_MOST_FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def archive(request: HttpRequest) -> HttpResponse:
    """The volumes of one organisation; which one, if there are several to choose from."""
    own = _own(request)
    if not own:
        raise PermissionDenied
    asked = UnitForm(request.GET)
    words = asked.cleaned_data["organisation"].strip() if asked.is_valid() else ""
    found = _found(request, words) if words else own[:1] if len(own) == 1 else []
    organisation = found[0] if len(found) == 1 else None
    years = _years(organisation) if organisation else []
    form = VolumeForm(request.POST or None, years=years)
    if request.method == "POST" and organisation and form.is_valid():
        return _ask(request, organisation, form.cleaned_data["year"])
    context = {
        "section": "desk",
        "place": "archive",
        "own": own,
        "asked": asked,
        "words": words,
        "found": found,
        "organisation": organisation,
        "form": form,
        "volumes": ArchiveVolume.objects.filter(organisation=organisation).select_related("made_by", "organisation")
        if organisation
        else [],
        "why_no_pdf": pdf.why_not(),
    }
    return render(request, "desk/archive.html", context)


def _own(request: HttpRequest) -> list[Organisation]:
    """Where the person holds a post that files, the foremost first."""
    held = {post.organisation_id for post in posts(request.user) if post.role in FILING}
    return list(Organisation.objects.filter(pk__in=held).order_by("path"))


def _found(request: HttpRequest, words: str) -> list[Organisation]:
    """The organisation of that code, or those with that in their names, for which the person may file."""
    exact = Organisation.objects.select_related("parent").filter(code=words.upper()).first()
    if exact is not None and can(request.user, "file", exact):
        return [exact]
    rows = Organisation.objects.filter(reach(request.user, *FILING, prefix=""), name__icontains=words)
    return list(rows.select_related("parent").order_by("path")[:_MOST_FOUND])


def _years(organisation: Organisation) -> list[int]:
    this_year = timezone.localdate().year
    return sorted({*contents.years(organisation), this_year, this_year - 1}, reverse=True)


def _ask(request: HttpRequest, organisation: Organisation, year: int) -> HttpResponse:
    if not can(request.user, "file", organisation):
        raise Http404
    try:
        errand = work.ask(organisation, year, by=person(request), at=timezone.now())
    except ErrandFailed as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(request.get_full_path())
    return HttpResponseRedirect(errand.get_absolute_url())


@require_safe
@login_required
def volume(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ZIP of a volume."""
    found = get_object_or_404(ArchiveVolume.objects.select_related("organisation__parent"), pk=pk)
    if not can(request.user, "read", found):
        raise Http404
    try:
        return saved(found.file_path.open("rb"), f"{found.number}.zip")
    except FileNotFoundError:
        raise Http404 from None
