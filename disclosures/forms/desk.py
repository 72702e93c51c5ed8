"""What the desk is asked to show."""

from __future__ import annotations

from typing import Any

from django import forms

from ..choices import OwedPart, RequestList


class OwedForm(forms.Form):
    """One part of what is owed, of one organisation or of all one's own. Nothing asked: what is overdue, of all."""

    part = forms.TypedChoiceField(choices=OwedPart, coerce=OwedPart, empty_value=OwedPart.OVERDUE, required=False)
    unit = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", ""), *((code, code) for code in codes)]  # type: ignore[attr-defined]


class RequestsForm(forms.Form):
    """One of the lists of requests that are for this person; nothing asked: the first of them."""

    which = forms.TypedChoiceField(required=False)

    def __init__(self, *args: Any, decides: bool, writes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lists = [RequestList.OURS, RequestList.BELOW, RequestList.DECIDED] if decides else []
        self.lists += [RequestList.ASKED] if writes else []
        field = self.fields["which"]
        field.choices = [(which.value, which.label) for which in self.lists]  # type: ignore[attr-defined]
        field.coerce, field.empty_value = RequestList, self.lists[0] if self.lists else ""  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if not self.lists:
            raise forms.ValidationError("No list is for this person.")
        return super().clean() or {}
