"""What the desk is asked to show."""

from __future__ import annotations

from typing import Any

from django import forms

from ..choices import OwedPart


class OwedForm(forms.Form):
    """One part of what is owed, of one organisation or of all one's own. Nothing asked: what is overdue, of all."""

    part = forms.TypedChoiceField(choices=OwedPart, coerce=OwedPart, empty_value=OwedPart.OVERDUE, required=False)
    unit = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", ""), *((code, code) for code in codes)]  # type: ignore[attr-defined]
