"""What people fill in about objections: the objection itself, its answer, and the code to ask after it."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..choices import ObjectionChannel, ObjectionOutcome
from .obligations import DayField

MOST_WORDS = 3000


class _Objection(forms.Form):
    words = forms.CharField(
        label=_("What do you object to, and why?"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Say what you object to.")},
    )
    name = forms.CharField(
        label=_("Your name (may stay empty)"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact = forms.CharField(
        label=_("Phone or address (may stay empty)"),
        max_length=120,
        required=False,
        help_text=_("Only if you want to be called back."),
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )


def new_sheet() -> str:
    """The name of one form as it is given out."""
    return secrets.token_hex(16)


class ObjectionForm(_Objection):
    """Sent in by anybody. `website` is for programs that fill in every field: people do not see it."""

    sheet = forms.RegexField(r"\A[0-9a-f]{32}\Z", required=False, widget=forms.HiddenInput, initial=new_sheet)
    """Which form it is, so that going back and sending again does not count twice."""
    website = forms.CharField(required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1"}))

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty."))
        return ""


class RecordedObjectionForm(_Objection):
    """Written down by staff."""

    channel = forms.ChoiceField(
        label=_("How it came in"),
        choices=[(value, label) for value, label in ObjectionChannel.choices if value != ObjectionChannel.WEB],
    )
    received_on = DayField(label=_("Day on which it came in"))
    field_order = ("channel", "received_on", "words", "name", "contact")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("What is objected to, and why")
        self.fields["name"].label = _("Name of whoever objects (may stay empty)")
        self.fields["contact"].help_text = _("Only if the person wants to be called back.")

    def clean_channel(self) -> ObjectionChannel:
        return ObjectionChannel(self.cleaned_data["channel"])


class AnswerForm(forms.Form):
    """The answer to one objection."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[("", _("Please choose")), *ObjectionOutcome.choices],
        error_messages={"required": _("Choose an outcome.")},
    )
    text = forms.CharField(
        label=_("Answer for the public"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write an answer for the public.")},
        help_text=_("It is published when the notice is closed: no names, nothing that tells who objected."),
    )

    def clean_outcome(self) -> ObjectionOutcome:
        return ObjectionOutcome(self.cleaned_data["outcome"])


class TrackForm(forms.Form):
    """The code that was shown when the objection was sent."""

    code = forms.CharField(
        label=_("Query code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
