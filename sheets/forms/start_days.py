from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from groups.forms.stay_day import StayDay
from sheets.models import ImportLine, SheetImport
from sheets.models.kept import ImportOptions


class StartDaysForm(forms.Form):
    """The first day of new people: one for all, and one for each person of a page of lines."""

    def __init__(
        self, sheet_import: SheetImport, lines: Iterable[ImportLine], today: date, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        assert sheet_import.cohort is not None, "only people of a cohort have a day"  # noqa: S101
        self._days: dict[str, str] = sheet_import.options.get("days", {})
        cohort = sheet_import.cohort
        self.fields["of_all"] = StayDay(
            label="All new people start on",
            help_text="Leave empty for the cohort's start, or today for groups with a check-in in Trefoil.",
            cohort=cohort,
            today=today,
            required=False,
        )
        self.initial["of_all"] = sheet_import.starts_on
        # A person may stand in several lines.
        self.lines: dict[str, ImportLine] = {}
        for line in lines:
            self.lines.setdefault(line.email, line)
        for email, line in self.lines.items():
            self.fields[f"on-{email}"] = StayDay(label=line.what, cohort=cohort, today=today, required=False)
            self.initial[f"on-{email}"] = line.starts_on

    def rows(self) -> list[tuple[ImportLine, forms.BoundField]]:
        return [(line, self[f"on-{email}"]) for email, line in self.lines.items()]

    def options(self) -> ImportOptions:
        """The chosen days. A person whose day was not changed follows the day of all; an emptied one does so again."""
        of_all: date | None = self.cleaned_data["of_all"]
        days = dict(self._days)
        for email, line in self.lines.items():
            chosen: date | None = self.cleaned_data[f"on-{email}"]
            if chosen is None:
                days.pop(email, None)
            elif chosen != line.starts_on:
                days[email] = chosen.isoformat()
        return {"starts_on": of_all.isoformat() if of_all else None, "days": days}
