"""What visitors may ask lists for. Every value from an address is checked here before it meets the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.choices import DisclosureType
from organisations.choices import OrganisationKind
from organisations.models import Organisation

from .choices import MatterState
from .models import Posting

YEARS_BACK = 10
_CODE = RegexValidator(r"\A[A-Za-z0-9][A-Za-z0-9_-]*\Z", _("This is not a code of ours."))


class PlainText(django_filters.CharFilter):
    """Text without the characters a database chokes on, and not longer than anybody types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 60)
        super().__init__(*args, **kwargs)


class PostingFilter(django_filters.FilterSet):
    """The postings of one board: by words in the title, item, year and kind of disclosure."""

    q = PlainText(label=_("Words in the title"), method="by_title")
    item = PlainText(label=_("Catalogue item"), field_name="item__code", validators=[_CODE], widget=forms.Select)
    year = django_filters.ChoiceFilter(label=_("Year of publication"), method="by_year", empty_label=_("All years"))
    type = django_filters.ChoiceFilter(
        label=_("Kind of disclosure"),
        field_name="item__disclosure_type",
        choices=DisclosureType.choices,
        empty_label=_("All kinds"),
    )

    class Meta:
        model = Posting
        fields: list[str] = []

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        queryset: QuerySet[Posting, Any],
        *,
        on: date,
        items: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data, queryset)
        years = [(str(year), str(year)) for year in range(on.year, on.year - YEARS_BACK, -1)]
        self.filters["year"].extra["choices"] = years
        self.filters["item"].extra["widget"] = forms.Select(choices=[("", _("All items")), *items])

    @classmethod
    def asked(cls, data: Mapping[str, Any]) -> bool:
        """Whether an address asks for anything but the board itself; words of other programs do not count."""
        return any(name in data for name in (*cls.base_filters, "after", "before"))

    @property
    def found(self) -> QuerySet[Posting, Any]:
        """What fits; nothing where a value makes no sense."""
        return self.qs if self.is_valid() else self.queryset.none()

    def by_title(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        """Only titles the visitor may read are searched: a hit would give the others away."""
        return queryset.filter(Q(readable=True), current__title__icontains=value)

    def by_year(self, queryset: QuerySet[Posting], name: str, value: str) -> QuerySet[Posting]:
        """Published in the year, on the portal's clock."""
        first, next_first = (
            timezone.make_aware(datetime.combine(date(int(value) + n, 1, 1), time.min)) for n in (0, 1)
        )
        return queryset.filter(published_at__gte=first, published_at__lt=next_first)


class DirectoryFilter(django_filters.FilterSet):
    """Organisations by name, short name or code, and by kind."""

    q = PlainText(label=_("Name or code"), method="by_name")
    kind = django_filters.ChoiceFilter(
        label=_("Kind of organisation"), choices=OrganisationKind.choices, empty_label=_("All kinds")
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    @property
    def found(self) -> QuerySet[Organisation]:
        """What fits; nothing where a value makes no sense."""
        return self.qs if self.is_valid() else self.queryset.none()

    @property
    def is_asked(self) -> bool:
        """Whether anything is searched for at all."""
        return self.is_bound and (not self.is_valid() or any(self.form.cleaned_data.values()))

    def by_name(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Every word must occur in the name, the short name or the code."""
        for word in value.split()[:5]:
            queryset = queryset.filter(
                Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__istartswith=word)
            )
        return queryset


class UnderForm(forms.Form):
    """`?under=CODE`: the organisations below one."""

    under = forms.CharField(required=False, max_length=32, validators=[_CODE])

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> str | None:
        """The code, "" for none, None for nonsense."""
        form = cls(data)
        return form.cleaned_data["under"] if form.is_valid() else None


class EditionForm(forms.Form):
    """`?edition=N`: one edition of a catalogue."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=32767)


class ComparisonForm(forms.Form):
    """One item across organisations: all that owe it or only the late ones, below one organisation or everywhere."""

    under = forms.CharField(label=_("Below the organisation (name or code)"), required=False, max_length=120)
    show = forms.ChoiceField(
        label=_("Show"), required=False, choices=[("", _("All that owe it")), ("overdue", _("Overdue only"))]
    )


class PowersForm(forms.Form):
    """Lists of powers by words, by organisation (it and all below it) and by kind of organisation."""

    q = forms.CharField(label=_("Words of the power or the organisation"), required=False, max_length=60)
    under = forms.CharField(label=_("Organisation (name or code)"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("All levels")), *OrganisationKind.choices]
    )


class MattersForm(forms.Form):
    """`?state=running`: the matters of a power that stand so."""

    state = forms.ChoiceField(label=_("Show"), required=False, choices=[("", _("All matters")), *MatterState.choices])
