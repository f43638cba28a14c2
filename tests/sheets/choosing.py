"""Choosing on the page of what is what, as people do."""

from typing import Any

from django.test import Client
from django.urls import reverse

from sheets.forms.tabs import TabsForm
from sheets.models import SheetImport


def said(sheet_import: SheetImport, changes: dict[str, Any], tab: int = 0) -> dict[str, Any]:
    """The fields that the page sends, with other choices for one tab: "kind", "header", "column-0", "mark-0"."""
    form = TabsForm(sheet_import)
    key = form.tabs[tab]["key"]
    fields = {name: form[name].initial if form[name].initial is not None else "" for name in form.fields}
    return fields | {f"{key}-{name}": value for name, value in changes.items()}


class Chooser:
    """Chooses on the page of what is what as people do, with as many posts."""

    def __init__(self, client: Client, sheet_import: SheetImport) -> None:
        self.client, self.sheet_import = client, sheet_import
        self.url = reverse("sheets:import-tabs", args=[sheet_import.pk])

    def choose(self, tab: int = 0, **changes: Any) -> str:
        """Send the page; return where it leads."""
        fields = said(self.sheet_import, {name.replace("_", "-"): to for name, to in changes.items()}, tab)
        response = self.client.post(self.url, fields)
        assert response.status_code == 302, response.text
        self.sheet_import.refresh_from_db()
        return response.headers["Location"]

    def look(self, tab: int = 0, **changes: Any) -> str:
        self.sheet_import.refresh_from_db()
        fields = said(self.sheet_import, {name.replace("_", "-"): to for name, to in changes.items()}, tab)
        return self.client.post(self.url, fields, headers={"HX-Request": "true"}).text
