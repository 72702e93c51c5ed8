"""What people say of a carrier: when and how it carried a posting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from catalogue.choices import Carrier

from ..carriers import asks_for
from ..models import CarrierEvidence
from .obligations import DayField


class EvidenceForm(forms.Form):
    """One entry for one carrier."""

    carried_on = DayField()
    reference = forms.CharField(max_length=200, required=False)
    upload = forms.FileField(
        label=gettext_lazy("Photo"),
        required=False,
        help_text=gettext_lazy("It is not shown in public: it is kept for your organisation and for inspections."),
    )

    def __init__(self, *args: Any, carrier: Carrier, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"{carrier}_%s", "initial": {"carried_on": on}})
        self.carrier, asks = carrier, asks_for(carrier)
        self.fields["carried_on"].label = asks.day
        self.fields["carried_on"].widget.attrs["max"] = on.isoformat()
        self.fields["reference"].label = asks.words
        self.fields["reference"].required = asks.reference
        self.fields["upload"].required = asks.photo
        self.fields["upload"].widget.attrs["accept"] = "image/jpeg,image/png,.jpg,.jpeg,.png,.pdf"


class TakeBackForm(forms.Form):
    """An entry that was wrong."""

    take_back = forms.ModelChoiceField(queryset=CarrierEvidence.objects.none())

    def __init__(self, *args: Any, evidence: QuerySet[CarrierEvidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["take_back"].queryset = evidence  # type: ignore[attr-defined]
