"""Saving while somebody types: small answers for the script of the page, nothing lost whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access import can

from ... import richtext
from ...actions import drafts
from ...actions.refusals import Refused, StaleDraft
from ...forms.postings import DraftForm
from ...models import Version
from .finding import TEXT, digest, find_version, person
from .paper import compared
from .writing import change_readers


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Keeps what was typed so far; asked without sending anything, says how the draft stands."""
    found = find_version(request, pk)
    if not found.is_editable or not can(request.user, "edit", found):
        return _gone(_("It is no draft any more, so nothing was saved."))
    if request.method != "POST":
        return JsonResponse(_standing(request, found))
    form = DraftForm(request.POST, version=found)
    form.is_valid()
    if "revision" not in form.cleaned_data:
        return JsonResponse({"message": _("The page is out of date. Load it again.")}, status=400)
    try:
        found = _keep(request, found, form)
    except StaleDraft as stale:
        return _stale(request, stale)
    except Refused as refusal:
        return _gone(str(refusal))
    unsaved = [str(form.fields[name].label) for name in form.errors if name in form.fields]
    return JsonResponse(_standing(request, found) | {"unsaved": unsaved})


def _keep(request: HttpRequest, found: Version, form: DraftForm) -> Version:
    """Saves what is right in the form; what is not stays as it was. What has not changed is not saved again."""
    by, at, expected = person(request), timezone.now(), form.cleaned_data["revision"]
    content = {name: getattr(found, name) for name in ("title", "body", "stated_on")} | form.content()
    if expected != found.revision or _changes(found, content):
        found = drafts.save_draft(found, expected_revision=expected, **content, by=by, at=at)
    change_readers(request, found, form)
    drafts.describe_files(found, form.said_of_files(), by=by, at=at)
    found.refresh_from_db()
    return found


def _changes(found: Version, content: dict[str, Any]) -> bool:
    stands = {name: getattr(found.posting if name in {"scope", "carriers"} else found, name) for name in content}
    return stands != content | {"body": richtext.clean(content["body"])}


def _stale(request: HttpRequest, stale: StaleDraft) -> JsonResponse:
    """Somebody saved meanwhile. If it was oneself, with the very same words, an answer was lost on the way."""
    theirs = stale.theirs
    same = all(stale.yours.get(name, getattr(theirs, name)) == getattr(theirs, name) for name in TEXT)
    if same and theirs.author_id == person(request).pk:
        return JsonResponse(_standing(request, theirs) | {"unsaved": []})
    shown = render_to_string("desk/_theirs.html", {"theirs": theirs}, request)
    told = {"message": str(stale), "theirs": shown, "title": theirs.title, "body": theirs.body}
    return JsonResponse(_standing(request, theirs) | told, status=409)


def _gone(message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=410)


def _standing(request: HttpRequest, found: Version) -> dict[str, Any]:
    """How the draft stands, with a token for the next request: signing in again has made another."""
    return {
        "revision": found.revision,
        "saved": timezone.localtime(found.saved_at).strftime("%H:%M:%S"),
        "digest": digest(found),
        "token": get_token(request),
        "differences": render_to_string("desk/_differences.html", compared(found), request),
    }
