"""What people fill in about duties and obligations: an event, a nil return, a waiver, an extension."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Catalogue, Item
from organisations.models import Organisation

from ..models import Duty, ReleaseRequest

EARLIEST, LATEST = date(1949, 10, 1), date(2200, 12, 31)
MOST_WORDS = 1000


class DayField(forms.DateField):
    """A day that can be meant."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST <= value <= LATEST:
            raise ValidationError(_("Give a day between 1949 and 2200."))


class ReasonForm(forms.Form):
    """A decision about an obligation, with the reason that is kept with it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
    )


class NilReturnForm(ReasonForm):
    confirmed = forms.BooleanField(
        label=gettext_lazy("I confirm that there was nothing to disclose of this item in this period."),
    )


class WaiverForm(ReasonForm):
    pass


class ExtensionForm(ReasonForm):
    new_due_on = DayField(label=gettext_lazy("New due date"))
    field_order = ("new_due_on", "reason")


class AskExtensionForm(ExtensionForm):
    new_due_on = DayField(label=gettext_lazy("New due date asked for"))


class AnswerForm(forms.Form):
    """A decision about a request: the day, where it grants one, and the words kept with it."""

    granted = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Grant it")), ("no", gettext_lazy("Do not grant it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    new_due_on = DayField(
        label=gettext_lazy("New due date granted"),
        required=False,
        help_text=gettext_lazy("The day asked for stands here; you may grant another one."),
    )
    answer = forms.CharField(
        label=gettext_lazy("Opinion or reason"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, of: ReleaseRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of.new_due_on is None:
            del self.fields["new_due_on"]
        else:
            self.fields["new_due_on"].initial = of.new_due_on


class EventForm(forms.Form):
    """Something happened, or a stage was reached, that must be disclosed."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("Catalogue item"),
        queryset=Item.objects.none(),
        help_text=gettext_lazy("Prompt and staged items of your catalogues."),
    )
    title = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=200,
        help_text=gettext_lazy("As it will be named in public, for example: lease of the east workshop."),
    )
    stage = forms.CharField(
        label=gettext_lazy("Stage"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For matters that are disclosed stage by stage."),
    )
    occurred_on = DayField(
        label=gettext_lazy("Date of the event"),
        help_text=gettext_lazy("The due date is counted from this day."),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class DutyForm(forms.ModelForm):
    """Which organisations owe which catalogue, from when to when."""

    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(label=gettext_lazy("To"), required=False, help_text=gettext_lazy("Empty: until further notice."))

    class Meta:
        model = Duty
        fields: tuple[str, ...] = ("catalogue", "organisation", "reach", "kind", "starts_on", "ends_on")

    def __init__(
        self,
        *args: Any,
        catalogues: QuerySet[Catalogue] | None = None,
        organisations: QuerySet[Organisation] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if catalogues is not None:
            self.fields["catalogue"].queryset = catalogues  # type: ignore[attr-defined]
        if organisations is not None:
            self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts = cleaned.get("starts_on") or self.instance.starts_on
        if starts and cleaned.get("ends_on") and cleaned["ends_on"] < starts:
            self.add_error("ends_on", _("A duty does not end before it begins."))
        return cleaned


class DutyEndForm(DutyForm):
    """A duty that was assigned only ends; who owes something else gets another duty."""

    class Meta(DutyForm.Meta):
        fields = ("ends_on",)

    starts_on = None  # type: ignore[assignment]
