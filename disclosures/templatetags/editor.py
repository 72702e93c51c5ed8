"""Scripts and styles of a form under the Content-Security-Policy."""

from __future__ import annotations

from django import forms, template
from django.http import HttpRequest
from django.utils.safestring import SafeString
from js_asset import Media

register = template.Library()


@register.simple_tag
def media_with_nonce(form: forms.Form, request: HttpRequest) -> SafeString:
    """{% media_with_nonce form request %}: the form's media; its import map is let in by the request's nonce."""
    return Media.from_media(form.media).with_nonce(str(request.csp_nonce)).render()  # type: ignore[attr-defined]
