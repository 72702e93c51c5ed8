"""Catalogues: editions, the table, and one item compared across organisations."""

from datetime import date

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import Catalogue, Item
from organisations.keyset import asked
from organisations.models import Organisation
from organisations.querysets import within

from .. import comparison, listings, tables
from ..filters import ComparisonForm, EditionForm

PAGE = 50
NEWEST = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every catalogue in force."""
    found = comparison.catalogues(on=timezone.localdate())
    return render(request, "catalogues/index.html", {"catalogues": found, "section": "catalogues"})


def _edition(request: HttpRequest, code: str) -> Catalogue:
    """The edition an address means. Raises Http404 for one that does not exist, or for nonsense."""
    form = EditionForm(request.GET)
    number = form.cleaned_data["edition"] if form.is_valid() else 0
    found = comparison.edition(code, number, on=timezone.localdate())
    if found is None:
        raise Http404
    return found


@require_safe
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """One edition as the national table."""
    found = _edition(request, code)
    items = Item.objects.filter(catalogue=found, owner=None).order_by("tree_id", "lft")
    context = {
        "catalogue": found,
        "editions": comparison.editions(found),
        "sections": tables.sections(items, base=listings.prefix("catalogues:item", code)),
        "sample": found.issuer.is_sample,
        "section": "catalogues",
    }
    return render(request, "catalogues/catalogue.html", context)


@require_safe
def item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """One item: who disclosed it lately, and how every organisation that owes it stands."""
    entry = Item.objects.select_related("catalogue__issuer", "owner", "implements__catalogue")
    found = entry.filter(catalogue=_edition(request, code), code=item).first()
    if found is None:
        raise Http404
    form, on = ComparisonForm(request.GET), timezone.localdate()
    context = {
        "item": found,
        "catalogue": found.catalogue,
        "row": tables.single(found),
        "form": form,
        "compared": _compared(found, form, request, on=on),
        "newest": listings.rows(comparison.newest(found, request.user, most=NEWEST)),
        "section": "catalogues",
        "sample": found.catalogue.issuer.is_sample,
        "on": on,
    }
    return render(request, "catalogues/item.html", context)


def _compared(item: Item, form: ComparisonForm, request: HttpRequest, *, on: date) -> comparison.Compared:
    """The page of the comparison that the form asks for; empty where it makes no sense."""
    if not form.is_valid():
        return comparison.Compared([], "", "")
    organisations, places = Organisation.objects.all(), Q()
    if name := form.cleaned_data["under"]:
        above = Organisation.objects.filter(Q(code=name.upper()) | Q(name=name) | Q(short_name=name)).first()
        organisations = organisations.subtree(above) if above else organisations.none()
        places = within(above.path, "organisation__") if above else Q(pk__in=[])
    if form.cleaned_data["show"] == "overdue":
        return comparison.overdue(item, places, on=on, size=PAGE, **asked(request.GET))
    return comparison.compare(item, organisations, on=on, size=PAGE, **asked(request.GET))
