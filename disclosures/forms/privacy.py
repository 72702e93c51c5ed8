"""What a person says about finds of the privacy gate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..actions.privacy import looked_through
from ..choices import FindKind
from ..models import Version


class FindsForm(forms.Form):
    """Which finds: some of the version's own."""

    find = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = dict(version.finds.order_by("pk").values_list("pk", "kind"))
        self.fields["find"].choices = [(key, key) for key in self.kinds]  # type: ignore[attr-defined]

    def keys(self) -> list[int]:
        return list(self.cleaned_data["find"])


class PassForm(FindsForm):
    """Which finds may be disclosed, and why."""

    reason = forms.CharField(max_length=300, required=False)
    looked = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kinds = {self.kinds[key] for key in data.get("find") or []}
        if kinds & {FindKind.SCAN, FindKind.UNREADABLE} and not data.get("looked"):
            raise ValidationError(_("Look through the file page by page, then tick that you have."))
        if data.get("looked") and not data.get("reason"):
            data["reason"] = looked_through()
        return data
