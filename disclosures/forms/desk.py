"""What the desk is asked to show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


MOST_CHOSEN = 60


class ApproveSeveralForm(forms.Form):
    """Which versions, each at the revision that the list showed, and the opinion for all of them."""

    opinion = forms.CharField(
        label=_("Approval opinion"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is shown with each posting."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion"].initial = gettext("Agreed to be disclosed.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = self.data.getlist("chosen")[: MOST_CHOSEN + 1]  # type: ignore[attr-defined]
        cleaned["chosen"] = sorted({pair for one in given if (pair := _version_and_revision(one)) is not None})
        if not cleaned["chosen"] or len(given) > MOST_CHOSEN:
            raise forms.ValidationError(gettext("Tick the postings that you approve; at most 60 at a time."))
        return cleaned


def _version_and_revision(text: str) -> tuple[int, int] | None:
    """From "12.3": version and revision."""
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return int(parts[0]), min(int(parts[1]), 2**31 - 1)
