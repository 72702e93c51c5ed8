"""Boards: the directory of organisations, and what each one discloses, owes and is late with."""

from datetime import datetime

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.calendars import working_calendar
from organisations.keyset import asked
from organisations.models import Organisation

from .. import boards, debts, directory, listings, tables
from ..filters import DirectoryFilter, PostingFilter, UnderForm
from ..freshness import fresh
from ..owing import owed_entries

NEWEST_ON_BOARD = 8
PAGE = 20
DIRECTORY_PAGE = 100
DEBTS_PAGE = 30
_NEIGHBOURS_FRESH_MINUTES = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The directory: level by level, or what a search finds."""
    above = _above(request)
    found = DirectoryFilter(request.GET, directory.everywhere())
    searched = found.is_asked
    rows = found.found.values(*directory.COLUMNS) if searched else directory.below(above)
    page = directory.BY_TREE.page(rows, size=DIRECTORY_PAGE, **asked(request.GET))
    context = {
        "page": page,
        "rows": directory.rows(page.rows, {} if searched else directory.counts(above), with_superior=searched),
        "form": found.form,
        "searched": searched,
        "above": above,
        "crumbs": directory.ancestors(above),
        "section": "boards",
    }
    return render(request, "boards/index.html", context)


def _above(request: HttpRequest) -> Organisation | None:
    """The organisation of `?under=CODE`. Raises Http404 for one that does not exist."""
    code = UnderForm.read(request.GET)
    if code == "":
        return None
    above = Organisation.objects.filter(code=code).first() if code else None
    if above is None:
        raise Http404
    return above


def _head(code: str) -> boards.Head:
    head = boards.find(code)
    if head is None:
        raise Http404
    return head


def _version(head: boards.Head, now: datetime) -> tuple[object, ...]:
    """What a board's pages depend on.

    Its own postings, obligations and profile exactly, and the day. Names of its neighbours and the
    wording of the catalogue may lag by ten minutes.
    """
    at = timezone.localtime(now)
    lag = (at.hour * 60 + at.minute) // _NEIGHBOURS_FRESH_MINUTES
    return head.pk, head.board_version, head.profile_version, at.date(), lag


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The board: the newest postings and the catalogue with each item's standing; with filters, a list."""
    head, now = _head(code), timezone.now()
    if PostingFilter.asked(request.GET):
        return _postings(request, head.organisation, now)
    return fresh(request, "board", *_version(head, now), build=lambda: _board(request, head.organisation, now))


def _board(request: HttpRequest, organisation: Organisation, now: datetime) -> HttpResponse:
    on = timezone.localdate(now)
    entries = boards.entries(organisation, on=on)
    found = boards.standings(organisation, entries, on=on)
    titles = {entry.pk: entry.title for entry in entries}
    newest = listings.newest_of(organisation, request.user, most=NEWEST_ON_BOARD, titles=titles)
    context = _frame(organisation) | {
        "figures": boards.figures(found, f"{organisation.get_absolute_url()}overdue/"),
        "catalogues": boards.tree(organisation, entries, found, on=on),
        "postings": listings.rows(newest),
        "profile": boards.profile(organisation),
        "on": on,
    }
    return render(request, "boards/board.html", context)


def _frame(organisation: Organisation) -> dict[str, object]:
    """What all pages of a board have in common."""
    above, below, more_below = boards.neighbours(organisation)
    return {
        "organisation": organisation,
        "board_url": organisation.get_absolute_url(),
        "kind": organisation.get_kind_display(),
        "successors": boards.successors(organisation),
        "crumbs": above,
        "superior": above[-1] if above else None,
        "below": below,
        "more_below": more_below,
        "sample": organisation.is_sample,
        "section": "boards",
    }


def _postings(request: HttpRequest, organisation: Organisation, now: datetime) -> HttpResponse:
    """The board's postings as the filters say, page by page."""
    on = timezone.localdate(now)
    items = owed_entries(organisation, on=on).filter(rght=F("lft") + 1).values_list("code", "title")
    postings = listings.published(request.user).filter(organisation=organisation)
    filters = PostingFilter(request.GET, postings, on=on, items=list(items))
    page = listings.NEWEST.page(filters.found, size=PAGE, **asked(request.GET))
    context = _frame(organisation) | {"page": page, "postings": listings.rows(page.rows), "form": filters.form}
    return render(request, "boards/postings.html", context)


@require_safe
def catalogue(request: HttpRequest, code: str) -> HttpResponse:
    """What the organisation must disclose, as the national table."""
    head, now = _head(code), timezone.now()

    def build() -> HttpResponse:
        organisation = head.organisation
        entries = owed_entries(organisation, on=timezone.localdate(now)).select_related("catalogue")
        context = _frame(organisation) | {"catalogues": tables.by_catalogue(entries, body=organisation.name)}
        return render(request, "boards/catalogue.html", context)

    return fresh(request, "catalogue", *_version(head, now), build=build)


@require_safe
def overdue(request: HttpRequest, code: str) -> HttpResponse:
    """What the organisation owes and since when, with the reason for each due date."""
    organisation, on = _head(code).organisation, timezone.localdate()
    page = debts.page(organisation, on=on, size=DEBTS_PAGE, **asked(request.GET))
    context = _frame(organisation) | {
        "page": page,
        "rows": debts.rows(page.rows, working_calendar(), on=on),
        "total": debts.total(organisation, on=on),
        "on": on,
        "title": _("Overdue"),
    }
    return render(request, "boards/overdue.html", context)
