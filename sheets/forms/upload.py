from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile

from lib.day_input import DayInput
from lib.outgoing import OutgoingError, checked
from sheets.actions.upload import Upload
from sheets.models import SheetImport

_HELP = {
    SheetImport.Kind.ROSTER: "Or a workbook (.xlsx) or CSV file with one row per person.",
    SheetImport.Kind.SHEET: "One workbook (.xlsx) per group, any number at once; or the tabs as CSV files.",
    SheetImport.Kind.OUTLINE: "The README of the course as Markdown: its sections, links, and weeks with their topics.",
    SheetImport.Kind.MATERIALS: "A workbook (.xlsx) or CSV file: milestone, title, kind, URL, minutes, optional.",
}
_PEOPLE = (
    "One person per line: “Ana Ruivo <ana@example.com>”, or name and e-mail address separated by a comma, semicolon or"
    " tab, as copied from a spreadsheet. A third column may hold the name of a group."
)
_LINK = (
    "Of a CSV file, a workbook (.xlsx), or a Google Sheet that anyone with the link can view. Course admins see the"
    " address until you import or delete it."
)


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one input, as a list."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """Files, or the text of one. Whether they can be read shows later."""

    uploads = FilesField(label="Files", required=False)
    text = forms.CharField(
        label="Or paste rows from your spreadsheet",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        strip=False,
    )
    link = forms.CharField(
        label="Or the address of a sheet",
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_LINK,
    )
    starts_on = forms.DateField(
        label="New people start on",
        required=False,
        widget=DayInput,
        help_text="Leave empty for the cohort's start, or today for groups with a check-in in Trefoil. Milestones due"
        " before that day are not expected of them. The preview shows the days and lets you change each.",
    )
    is_inviting = forms.BooleanField(
        label="Invite new people by e-mail when I confirm",
        required=False,
        help_text="Otherwise no e-mails are sent; you can invite people later from People.",
    )

    def __init__(self, kind: SheetImport.Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].help_text = _HELP[kind]
        if kind == SheetImport.Kind.SHEET:
            del self.fields["text"]
        if kind not in (SheetImport.Kind.ROSTER, SheetImport.Kind.SHEET):
            del self.fields["starts_on"], self.fields["is_inviting"]
        if kind == SheetImport.Kind.OUTLINE:
            del self.fields["link"]
            self.fields["text"].label = "Or paste the text of the README"
        if kind == SheetImport.Kind.ROSTER:
            self.fields["text"].label = "People"
            self.fields["text"].help_text = _PEOPLE
            self.order_fields(["text", "uploads"])

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        try:
            if link:
                checked(link)
        except OutgoingError as error:
            raise forms.ValidationError(str(error)) from error
        return link

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = (
            cleaned.get("uploads"),
            cleaned.get("text", "").strip(),
            cleaned.get("link"),
            "link" in self.errors,
        )
        if not any(given):
            or_paste = ", or paste its text" if "text" in self.fields else ""
            self.add_error("uploads", f"Choose a file{or_paste}.")
        return cleaned

    def uploaded(self) -> list[Upload]:
        files = [Upload(file.name or "file", file.read()) for file in self.cleaned_data["uploads"]]
        if (text := self.cleaned_data.get("text", "")).strip():
            files.append(Upload("pasted text", text.encode()))
        if link := self.cleaned_data.get("link", ""):
            files.append(Upload(str(urlsplit(link).hostname), b"", link))
        return files
