"""What people fill in for the bulk upload and for archive volumes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.models import Organisation

from ..bulk.reading import LIMITS


class TemplateForm(forms.Form):
    """For which organisation and period the template is wanted."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All of which I am secretary"),
    )
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)

    def __init__(
        self, *args: Any, organisations: QuerySet[Organisation], periods: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["period"].choices = periods  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].empty_label = None  # type: ignore[attr-defined]


class WorkbookForm(forms.Form):
    """The template, filled in."""

    workbook = forms.FileField(
        label=gettext_lazy("The template, filled in"),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        help_text=gettext_lazy("An .xlsx file. It is only checked first; nothing is done before you confirm."),
    )

    def clean_workbook(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["workbook"]
        if not (file.name or "").lower().endswith(".xlsx"):
            raise ValidationError(_("Hand in the workbook as .xlsx: in Excel or WPS, save it under that type."))
        if (file.size or 0) > LIMITS.file_bytes:
            raise ValidationError(
                _("The file is larger than %(limit)s. Split it into several.")
                % {"limit": filesizeformat(LIMITS.file_bytes)}
            )
        return file


class VolumeForm(forms.Form):
    """Which year is to be filed."""

    year = forms.TypedChoiceField(label=gettext_lazy("Year"), coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, _("%(year)d") % {"year": year}) for year in years]  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """Whose volumes: by code, or by a part of the name."""

    organisation = forms.CharField(
        label=gettext_lazy("Name or code of the organisation"), max_length=120, required=False
    )
