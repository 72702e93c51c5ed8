"""Forms for keeping organisations and people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import access, actions, deputies
from .models import Appointment, Organisation, User


class OrganisationForm(forms.ModelForm):
    """Founds or changes an organisation; `actor` is set by the page that shows the form."""

    actor: access.Actor

    class Meta:
        model = Organisation
        fields = (
            "code",
            "name",
            "short_name",
            "kind",
            "parent",
            "established_on",
            "superior_approves",
            "responsible_person",
            "profile",
            "address",
            "phone",
            "office_hours",
            "longitude",
            "latitude",
        )
        widgets = {"profile": forms.Textarea(attrs={"rows": 4})}

    def clean_parent(self) -> Organisation | None:
        """The superior: one the actor keeps, and none of the organisation's own."""
        parent: Organisation | None = self.cleaned_data["parent"]
        if self.instance.pk and parent == self.instance.parent:
            return parent
        if parent is None and not self.actor.is_superuser:
            raise ValidationError(_("Choose the superior organisation."))
        if parent is not None and not access.can(self.actor, "add_below", parent):
            raise ValidationError(_("You may place organisations only under those you administer."))
        if parent is not None and self.instance.pk and parent.path.startswith(self.instance.path):
            raise ValidationError(_("An organisation cannot be placed under itself or under one of its own."))
        return parent

    def save(self, commit: bool = True) -> Organisation:
        """Founds a new organisation, or moves and changes a known one, through the actions that hold the tree lock.

        Always writes: a path cannot be made first and kept later.
        """
        super().save(commit=False)
        values: dict[str, Any] = {name: self.cleaned_data[name] for name in self.changed_data if name != "parent"}
        organisation = self.instance
        if organisation.pk is None:
            fields = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "parent"}
            self.instance = actions.found(parent=self.cleaned_data["parent"], **fields)
            return self.instance
        if "parent" in self.changed_data:
            actions.move(Organisation.objects.get(pk=organisation.pk), under=self.cleaned_data["parent"])
            organisation.refresh_from_db(fields=["path", "parent"])
        for name, value in values.items():
            setattr(organisation, name, value)
        organisation.save(update_fields=list(values))
        return organisation


class EndForm(forms.Form):
    """Closes an organisation, or hands it on to successors."""

    successors = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        required=False,
        label=_("carried on by"),
        help_text=_("None: closed. One: merged. Several: split."),
    )
    on = forms.DateField(label=_("last day of existence"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successors"].queryset = candidates  # type: ignore[attr-defined]


class AppointmentForm(forms.ModelForm):
    """Appoints somebody in an organisation the actor keeps."""

    actor: access.Actor

    class Meta:
        model = Appointment
        fields = ("user", "role", "organisation", "starts_on", "ends_on")

    def clean_organisation(self) -> Organisation:
        organisation: Organisation = self.cleaned_data["organisation"]
        if not access.can(self.actor, "appoint", organisation):
            raise ValidationError(_("You may appoint people only in organisations you administer."))
        return organisation


class PersonForm(AdminUserCreationForm):
    """A new account. The first sign-in must change the password."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.must_change_password = True
        user.is_staff = True
        user.save()
        return user


class AbsenceForm(forms.Form):
    """From when to when a person is away, and who does the work of each of their appointments."""

    starts_on = forms.DateField(label=_("first day away"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("last day away"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.appointments = list(deputies.own(user, on=today))
        for appointment in self.appointments:
            self.fields[f"deputy_{appointment.pk}"] = forms.ModelChoiceField(
                deputies.candidates(appointment, on=today),
                required=False,
                label=f"{appointment.organisation.name} · {appointment.get_role_display()}",
                empty_label=_("No deputy"),
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not any(found.get(f"deputy_{each.pk}") for each in self.appointments):
            raise ValidationError(_("Choose a deputy for at least one of your tasks."))
        return found

    def chosen(self) -> Iterator[tuple[Appointment, User]]:
        """Each appointment for which somebody was chosen, and whom."""
        for appointment in self.appointments:
            if deputy := self.cleaned_data[f"deputy_{appointment.pk}"]:
                yield appointment, deputy


class ImportFileForm(forms.Form):
    """A table to bring in."""

    file = forms.FileField(label=_("table"), help_text=_("CSV or XLSX"))
