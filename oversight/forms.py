"""What an inspector may ask the overdue review."""

from __future__ import annotations

from typing import Any

from django import forms

from catalogue.models import Item
from organisations import access
from organisations.models import Organisation

from .rules import seats


class ReviewForm(forms.Form):
    """The organisation reviewed (by code; without one, the inspector's own) and perhaps one item."""

    organisation = forms.CharField(max_length=32, required=False)
    item = forms.IntegerField(min_value=1, max_value=2**62, required=False)

    def __init__(self, *args: Any, actor: access.Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def chosen_organisation(self) -> Organisation | None:
        """The organisation asked for, if the actor oversees it; None otherwise, as for one that is not there."""
        code = self.cleaned_data.get("organisation")
        wanted = (
            Organisation.objects.filter(code=code) if code else Organisation.objects.filter(pk__in=seats(self.actor))
        )
        found = wanted.select_related("parent").order_by("path").first()
        return found if found is not None and access.can(self.actor, "oversee", found) else None

    def chosen_item(self) -> Item | None:
        """The item asked for; None if none was, or there is no such item."""
        pk = self.cleaned_data.get("item")
        return Item.objects.select_related("catalogue").filter(pk=pk).first() if pk else None
