"""What people fill in about a posting: its content, and their decision at each step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_prose_editor.fields import ProseEditorFormField

from catalogue.choices import Carrier, Scope
from catalogue.models import Item
from organisations.models import Organisation, User

from ..actions.drafts import FileWords
from ..actions.screening import UNCONFIRMED
from ..attachments import accepted_kinds
from ..choices import LOOKED_AT, FindState, PostingStatus, ReviewConclusion, WithdrawalReason
from ..models import Attachment, Version
from ..previous import repeats
from ..richtext import content_elements

LONGEST_TEXT = 400_000
EARLIEST, LATEST = date(1949, 10, 1), date(2200, 12, 31)
EXTENSIONS: dict[str, Any] = {
    "Heading": {"levels": [3, 4]},
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HTML": False,
}
"""What the editor can write: a part of what `richtext.clean` lets in."""


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of uploads, as a list."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(SeveralFilesField, self).clean(one, initial) for one in data or []]


class FileForm(forms.Form):
    """What is said of one file of a draft."""

    place = forms.IntegerField(label=gettext_lazy("Place"), min_value=0, max_value=999, required=False)
    name = forms.CharField(label=gettext_lazy("File name"), max_length=100, required=False)
    caption = forms.CharField(label=gettext_lazy("Caption"), max_length=200, required=False)

    def __init__(self, *args: Any, file: Attachment, **kwargs: Any) -> None:
        self.file = file
        initial = {"place": file.place, "name": file.name, "caption": file.caption}
        super().__init__(*args, **kwargs | {"prefix": f"file-{file.pk}", "initial": initial})
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{field.label}：{file.name}"
            if name == "place":
                field.widget.attrs["inputmode"] = "numeric"

    def words(self) -> FileWords:
        """What the form says; what it does not say, or says wrongly, stays as it is."""
        given = self.cleaned_data
        place = given.get("place")
        return FileWords(
            name=given.get("name", ""),
            caption=given.get("caption", self.file.caption),
            place=self.file.place if place is None else place,
        )


class DraftForm(forms.Form):
    """The content of a version while it is written."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    stated_on = forms.DateField(
        label=gettext_lazy("Date of the matter"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("When it happened or was decided. The time of publication is set by the system."),
    )
    body = ProseEditorFormField(
        label=gettext_lazy("Content"), extensions=EXTENSIONS, max_length=LONGEST_TEXT, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note on the correction"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What was corrected, and why. It is published with the correction."),
    )
    scope = forms.ChoiceField(label=gettext_lazy("Scope"), choices=Scope, widget=forms.RadioSelect)
    readers = forms.CharField(
        label=gettext_lazy("Who may read it"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "For the scope “specific persons” only. One on each line: an organisation's full name or code,"
            " or a person's user name."
        ),
    )
    carriers = forms.MultipleChoiceField(
        label=gettext_lazy("Carriers"), choices=Carrier, widget=forms.CheckboxSelectMultiple, required=False
    )
    covered = forms.MultipleChoiceField(
        label=gettext_lazy("Content elements"), widget=forms.CheckboxSelectMultiple, required=False
    )
    remove = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take away"),
        queryset=Attachment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    uploads = SeveralFilesField(label=gettext_lazy("Add files"), required=False)

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        posting = version.posting
        initial = {
            "revision": version.revision,
            "title": version.title,
            "stated_on": version.stated_on,
            "body": version.body,
            "note": version.note,
            "scope": posting.scope,
            "carriers": [carrier for carrier in posting.carriers.split(";") if carrier],
            "readers": "\n".join(_named(version)),
            "covered": version.covered.splitlines(),
        }
        super().__init__(*args, **kwargs | {"initial": initial})
        elements = content_elements(posting.item.content_elements)
        self.fields["covered"].choices = [(element, element) for element in elements]  # type: ignore[attr-defined]
        self.fields["covered"].widget.attrs["form"] = "version_form"
        self.files_said = [FileForm(self.data if self.is_bound else None, file=file) for file in _files(version)]
        self.fields["remove"].queryset = version.attachments.all()  # type: ignore[attr-defined]
        self.fields["uploads"].widget.attrs["accept"] = ",".join(accepted_kinds())
        for name in ["scope", "carriers", "readers"] if posting.status != PostingStatus.DRAFT else []:
            del self.fields[name]
        if version.ordinal == 1:
            del self.fields["note"]

    def clean_stated_on(self) -> date:
        day = self.cleaned_data["stated_on"]
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Check the year: the date of the matter lies between 1949 and 2200."))
        return day

    def clean_carriers(self) -> str:
        chosen = self.cleaned_data["carriers"]
        return ";".join(carrier for carrier in Carrier.values if carrier in chosen)

    def clean_readers(self) -> list[User | Organisation]:
        """Each line as the person or organisation it names."""
        found: list[User | Organisation] = []
        for line in filter(None, map(str.strip, self.cleaned_data["readers"].splitlines())):
            named = _find(line)
            if named is None:
                raise ValidationError(
                    _("“%(line)s” names nobody here. Check the organisation's name or code, or the user name.")
                    % {"line": line[:60]}
                )
            if named not in found:
                found.append(named)
        return found

    def clean_covered(self) -> str:
        return "\n".join(self.cleaned_data["covered"])

    def content(self) -> dict[str, Any]:
        """What `save_draft` takes; of a form with mistakes, what is right."""
        names = ["title", "body", "stated_on", "note", "scope", "carriers", "covered"]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def said_of_files(self) -> dict[int, FileWords]:
        """What `describe_files` takes; nothing for a file that the form did not show."""
        shown = [form for form in self.files_said if form.add_prefix("caption") in self.data]
        return {form.file.pk: form.words() for form in shown if form.is_valid()}


def _files(version: Version) -> list[Attachment]:
    return list(version.attachments.all())


def _named(version: Version) -> list[str]:
    readers = version.posting.readers.select_related("user", "organisation").order_by("pk")
    return [reader.user.username if reader.user else str(reader.organisation) for reader in readers]


def _find(line: str) -> User | Organisation | None:
    """The organisation of that code or name, or the person of that user name; nobody if two are called so."""
    organisations = Organisation.objects.filter(code=line) or Organisation.objects.filter(name=line)[:2]
    if len(organisations) == 1:
        return organisations[0]
    return User.objects.filter(username=line, is_active=True).first()


class StartForm(forms.Form):
    """A posting beside any obligation: whose, and under which catalogue item."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    item = forms.ModelChoiceField(label=gettext_lazy("Catalogue item"), queryset=Item.objects.none())

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["item"].queryset = items  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """A decision about the revision that was read."""

    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = version.revision


class ProposeForm(StepForm):
    """Where the text is that of the last period word for word, somebody says that it is still true; where a file

    holds pictures or pages that no program can read, that they looked through them.
    """

    looked = forms.BooleanField(
        label=gettext_lazy(
            "I have looked at every picture and scanned page in the files; no ID, card or mobile number and no home"
            " address is in them."
        )
    )

    repeated = forms.BooleanField(
        label=gettext_lazy("The content is word for word that of the last period, and I confirm that it is still true.")
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        if not repeats(version):
            del self.fields["repeated"]
        if not version.finds.filter(state=FindState.OPEN, kind__in=LOOKED_AT).exists():
            del self.fields["looked"]


def _words(label: Any, *, most: int = 300, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class ReviewForm(StepForm):
    conclusion = forms.TypedChoiceField(
        label=gettext_lazy("Conclusion"),
        choices=ReviewConclusion,
        coerce=ReviewConclusion,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The first two let it pass to approval; the others return it."),
    )
    grounds = _words(
        gettext_lazy("Grounds"),
        most=2000,
        help_text=gettext_lazy("What was checked: secrets, personal data, accuracy; and on which basis you conclude."),
    )
    looked = forms.BooleanField(
        label=gettext_lazy("I too have looked through the scanned pages and files; nothing personal is in them."),
        required=False,
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        super().__init__(*args, version=version, **kwargs)
        if not version.finds.filter(UNCONFIRMED, kind__in=LOOKED_AT).exists():
            del self.fields["looked"]


class ApproveForm(StepForm):
    opinion = _words(gettext_lazy("Approval opinion"), help_text=gettext_lazy("It is shown with the posting."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opinion"].initial = _("Agreed to be disclosed.")


class ReasonForm(StepForm):
    reason = _words(gettext_lazy("Reason"), help_text=gettext_lazy("Say what is to be changed."))


class TakeBackForm(StepForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason (if you like)"), max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )


class EndForm(StepForm):
    reason = _words(
        gettext_lazy("Reason"),
        most=250,
        help_text=gettext_lazy("It is shown in public once it is approved. Repeat nothing of what must not be known."),
    )


class KeepUpForm(StepForm):
    reason = _words(gettext_lazy("Reason"), help_text=gettext_lazy("Say why it is to stay up."))


class UrgentForm(StepForm):
    reason = _words(gettext_lazy("Why it cannot wait"))


class ScheduleForm(StepForm):
    publish_at = forms.DateTimeField(
        label=gettext_lazy("Time of publication"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("The system publishes it at this time, to the minute."),
    )


class CorrectForm(StepForm):
    note = _words(
        gettext_lazy("Note on the correction"),
        help_text=gettext_lazy("What was corrected, and why. It is published with the correction."),
    )


class WithdrawForm(StepForm):
    reason = forms.TypedChoiceField(
        label=gettext_lazy("Reason"),
        choices=WithdrawalReason,
        coerce=WithdrawalReason,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The reason and the day stay public in its place."),
    )
    note = forms.CharField(
        label=gettext_lazy("Explanation"),
        max_length=250,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It is public. Repeat nothing of what must not be known."),
    )


class ReaderForm(StepForm):
    reader = forms.CharField(
        label=gettext_lazy("Who may read it"),
        max_length=120,
        help_text=gettext_lazy("An organisation's full name or code, or a person's user name."),
    )

    def clean_reader(self) -> User | Organisation:
        named = _find(self.cleaned_data["reader"].strip())
        if named is None:
            raise ValidationError(
                _("Nobody is called so here. Check the organisation's name or code, or the user name.")
            )
        return named
