"""Forms of the back office of catalogues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _
from mptt.forms import TreeNodeChoiceField

from organisations.choices import OrganisationKind
from organisations.models import Organisation

from .choices import Carrier, CatalogueStatus, DueRule, Openness, Period, TimeLimitClass
from .deadlines import DeadlineError, TimeLimit
from .models import Catalogue, Item, ItemProposal


class ItemForm(forms.ModelForm):
    """The contents of one item. Where it stands is changed by dragging it in the tree."""

    carriers = forms.MultipleChoiceField(
        label=_("carriers"), choices=Carrier.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    applies_to = forms.MultipleChoiceField(
        label=_("applies to"),
        choices=OrganisationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: every kind of organisation."),
    )

    class Meta:
        model = Item
        fields: tuple[str, ...] = (
            "code",
            "title",
            "kind",
            "disclosure_type",
            "content_elements",
            "legal_basis",
            "scope",
            "time_limit_class",
            "period",
            "due_rule",
            "due_days",
            "day_type",
            "fixed_month",
            "fixed_day",
            "display_days",
            "notice_days",
            "time_limit_text",
            "responsible_department",
            "carriers",
            "carriers_text",
            "openness",
            "partial",
            "exemption_reason",
            "guidance",
            "applies_to",
        )
        widgets = {
            "content_elements": forms.Textarea(attrs={"rows": 4}),
            "legal_basis": forms.Textarea(attrs={"rows": 3}),
            "carriers_text": forms.Textarea(attrs={"rows": 2}),
            "guidance": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("carriers", "applies_to"):
            self.initial[name] = [value for value in getattr(self.instance, name).split(";") if value]

    def clean_carriers(self) -> str:
        return ";".join(carrier for carrier in Carrier.values if carrier in self.cleaned_data["carriers"])

    def clean_applies_to(self) -> str:
        kinds = self.cleaned_data["applies_to"]
        return f";{';'.join(kinds)};" if kinds else ""

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        others = Item.objects.filter(catalogue_id=self.instance.catalogue_id, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("Another entry of this edition has this code."))
        return code

    def clean(self) -> dict[str, Any]:
        """A time limit is whole or left out; what is withheld says why."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("openness") == Openness.WITHHELD and not cleaned.get("exemption_reason"):
            self.add_error("exemption_reason", _("A withheld entry needs a ground for not disclosing."))
        if cleaned.get("time_limit_class") == TimeLimitClass.PERIODIC and not cleaned.get("period"):
            self.add_error("period", _("A periodic entry needs a period."))
        rule = cleaned.get("due_rule")
        if not rule or self.errors:
            return cleaned
        try:
            TimeLimit.of(Item(**{name: cleaned[name] for name in TIME_LIMIT_FIELDS}))
        except DeadlineError as error:
            self.add_error("fixed_day" if rule == DueRule.FIXED_DAY else "due_days", str(error))
        if rule in {DueRule.AFTER_PERIOD, DueRule.FIXED_DAY} and not cleaned.get("period"):
            self.add_error("period", _("This due rule needs a period."))
        elif rule == DueRule.FIXED_DAY and (cleaned.get("fixed_month") or 0) > Period(cleaned["period"]).months:
            self.add_error("fixed_month", _("The period has fewer months than that."))
        return cleaned


TIME_LIMIT_FIELDS = ("due_rule", "due_days", "day_type", "fixed_month", "fixed_day")


class NewItemForm(ItemForm):
    """A further item, under a parent of the same draft."""

    parent = TreeNodeChoiceField(
        Item.objects.none(),
        label=_("under"),
        required=False,
        empty_label=_("(at the top)"),
        help_text=_("It goes last there; drag it to its place afterwards."),
    )

    class Meta(ItemForm.Meta):
        fields: tuple[str, ...] = ("parent", *ItemForm.Meta.fields)

    edition: Catalogue
    """Set by the page that shows the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.catalogue = self.edition
        parent: Any = self.fields["parent"]
        parent.queryset = Item.objects.filter(catalogue=self.edition).order_by("tree_id", "lft")


class DraftForm(forms.ModelForm):
    """Title and notes of a draft."""

    class Meta:
        model = Catalogue
        fields = ("title", "basis")


class NewDraftForm(forms.ModelForm):
    """An empty draft, to be filled by hand."""

    class Meta:
        model = Catalogue
        fields = ("code", "title", "issuer", "basis")

    issuers: QuerySet[Organisation]
    """Set by the page that shows the form: the organisations in whose name its user may issue."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuer: Any = self.fields["issuer"]
        issuer.queryset = self.issuers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        editions = Catalogue.objects.filter(code=cleaned.get("code", ""))
        if editions.filter(status=CatalogueStatus.DRAFT).exists():
            self.add_error("code", _("There is a draft of this catalogue already. Edit that one."))
        elif cleaned.get("issuer") and editions.exclude(issuer=cleaned["issuer"]).exists():
            self.add_error("code", _("The code belongs to a catalogue of another organisation. Choose another code."))
        return cleaned


class ImportForm(forms.Form):
    """A catalogue file to be read into a draft."""

    file = forms.FileField(
        label=_("File"), help_text=_("Our own CSV, or a published table in CSV, XLSX or XLS; at most 10 MB.")
    )
    code = forms.CharField(
        label=_("code"),
        max_length=40,
        help_text=_("Latin letters, digits, hyphens and underscores. A draft of the same code is brought in line."),
    )
    title = forms.CharField(
        label=_("title"), max_length=120, required=False, help_text=_("Left empty: the title in the file.")
    )
    issuer = forms.ModelChoiceField(Organisation.objects.none(), label=_("issued by"))

    def __init__(self, *args: Any, issuers: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuer: Any = self.fields["issuer"]
        issuer.queryset = issuers


class PutInForceForm(forms.Form):
    """From which day a draft is in force."""

    on = forms.DateField(label=_("in force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ProposalForm(forms.ModelForm):
    """A secretary proposes an X item for the organisation."""

    class Meta:
        model = ItemProposal
        fields = (
            "organisation",
            "parent",
            "title",
            "content_elements",
            "scope",
            "time_limit_class",
            "period",
            "due_days",
            "reason",
        )
        field_classes = {"parent": forms.ModelChoiceField}

    organisations: QuerySet[Organisation]
    """Set by the page that shows the form: those its user writes for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = self.organisations
        parent: Any = self.fields["parent"]
        parent.queryset = groups_in_force()
        parent.label_from_instance = lambda item: f"{item.catalogue} · {item.title}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("time_limit_class") == TimeLimitClass.PERIODIC and not cleaned.get("period"):
            self.add_error("period", _("A periodic entry needs a period."))
        return cleaned


class DecisionForm(forms.Form):
    """The superior's decision on a proposed X item."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("approve", _("Approve")), ("return", _("Return"))],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=_("owed from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("If approved."),
    )
    note = forms.CharField(
        label=_("opinion"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("If returned: why.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("decision") == "approve" and not cleaned.get("on") and "on" not in self.errors:
            self.add_error("on", _("Say from which day it is owed."))
        if cleaned.get("decision") == "return" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Give the reason for returning the proposal."))
        return cleaned


def groups_in_force() -> QuerySet[Item]:
    """Entries of editions in force under which an X item may stand: those that are not owed themselves."""
    groups = Item.objects.filter(catalogue__status=CatalogueStatus.IN_FORCE).exclude(
        rght=F("lft") + 1, time_limit_class__gt=""
    )
    return groups.select_related("catalogue").order_by("catalogue__code", "tree_id", "lft")
