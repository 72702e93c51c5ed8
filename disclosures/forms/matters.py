"""What a secretary fills in about the use of a power: opening a matter, taking it further, back, or to its end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.models import PowerLink, PowerStep

from ..actions.matters import WORDS
from .obligations import DayField


class PowerChoice(forms.ModelChoiceField):
    """A power, with the organisation whose it is."""

    def label_from_instance(self, power: Any) -> str:
        return f"{power.title}（{power.organisation}）"


class MatterForm(forms.Form):
    """A matter is opened: a lease, a project, an appointment."""

    power = PowerChoice(label=_("Power"), queryset=PowerLink.objects.none())
    title = forms.CharField(
        label=_("What the matter is"),
        max_length=120,
        help_text=_("As it will be named in public: no names of private persons."),
    )
    began_on = DayField(label=_("Day on which it began"))

    def __init__(self, *args: Any, powers: QuerySet[PowerLink], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["power"].queryset = powers  # type: ignore[attr-defined]


class _SeenForm(forms.Form):
    """Something done to a matter as the person saw it."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class ReachForm(_SeenForm):
    """A step was reached; those passed over need a reason."""

    step = forms.ModelChoiceField(label=_("Step reached"), queryset=PowerStep.objects.none(), empty_label=None)
    on = DayField(label=_("Day on which it was reached"))
    skipped_because = forms.CharField(
        label=_("Why the steps before it are skipped"),
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only if you choose a later step than the next one. The public reads the reason."),
    )
    field_order = ("step", "on", "skipped_because", "seen")

    def __init__(self, *args: Any, steps: QuerySet[PowerStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = steps  # type: ignore[attr-defined]


class FinishForm(_SeenForm):
    """All steps are done."""


class MatterReasonForm(_SeenForm):
    """Taking the last stage back, or abandoning the matter."""

    reason = forms.CharField(label=_("Reason"), max_length=WORDS, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("reason", "seen")
