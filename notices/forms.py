"""What a person fills in about how they are told."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import Preference
from .policy import policy


class PreferenceForm(forms.ModelForm):
    """The gateway is asked about only where there is one."""

    class Meta:
        model = Preference
        fields = ("by_email", "by_gateway", "quiet_from", "quiet_until")
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M") for name in ("quiet_from", "quiet_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not policy().webhook_url:
            self.fields["by_gateway"].widget = forms.HiddenInput()
            self.fields["by_gateway"].disabled = True

    def _post_clean(self) -> None:
        """`preferences.keep` judges and writes; nothing is written by the form itself."""
