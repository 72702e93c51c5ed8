"""Who asks, and the version they may work on. What is not theirs does not exist."""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from organisations.access import can, visible
from organisations.models import User

from ...actions.reading import note_opened
from ...models import Version


def person(request: HttpRequest) -> User:
    """Who asks. `login_required` has let nobody else in."""
    return cast(User, request.user)


def find_version(request: HttpRequest, pk: int) -> Version:
    """The version, if the person may see its page with the record of its steps. Raises Http404, never 403."""
    rows = visible(request.user, Version.objects.all()).select_related(
        "posting__organisation__parent",
        "posting__item__catalogue",
        "posting__obligation__event",
        "posting__current",
        "posting__ending_asked_by",
        "author",
    )
    version = rows.filter(pk=pk).first()
    if version is None or not can(request.user, "follow", version):
        raise Http404
    return version


def to(version: Version) -> HttpResponseRedirect:
    """To the page of the version."""
    return HttpResponseRedirect(reverse("desk:version", args=[version.pk]))


TEXT = ("title", "body", "stated_on", "note")
"""What a person writes of a version; files, readers and ticks beside."""


def digest(version: Version) -> str:
    """A short word for the text as it stands, to tell whether somebody else has changed it."""
    return sha256("\0".join(str(getattr(version, name)) for name in TEXT).encode()).hexdigest()[:16]


def note_opening(request: HttpRequest, version: Version) -> None:
    """Keeps that whoever may review or approve it has read the version as it stands."""
    decides = can(request.user, "approve", version) or can(request.user, "review", version)
    if request.method == "GET" and decides:
        note_opened(version, by=person(request), at=timezone.now())
