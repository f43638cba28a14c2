from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings

from lib.mentions import read_person
from sheets.models import SheetImport

_BY_EMAIL = "by-email"


# Other fields of the page, such as the CSRF token.
_OTHER_FIELDS = 10


class ColumnsForm(forms.Form):
    """The meaning of each column, and an answer to each question.

    Django limits the number of fields of a form. If there are too many tables, those that fit are shown, tables with
    missing columns first. The others stay as understood.
    """

    def __init__(self, sheet_import: SheetImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: list[dict[str, Any]] = sheet_import.understood.get("questions", [])
        self._answers: dict[str, str] = sheet_import.options.get("answers", {})
        self.tables, self.left_out = _fitting(sheet_import.understood.get("tables", []), self._room())
        self._columns: dict[str, dict[str, str]] = sheet_import.options.get("columns", {})
        for table in self.tables:
            choices = [("", "Ignore this column"), *map(tuple, table["fields"])]
            for column in table["columns"]:
                self.fields[_name(table, column)] = forms.ChoiceField(
                    label=f"Column {column['letters']}, “{column['header'] or 'no header'}”",
                    choices=choices,
                    required=False,
                    initial=column["field"],
                )
        for n, question in enumerate(self.questions):
            self._add_question(n, question)

    def _room(self) -> int:
        fields_of_questions = len(self.questions) + sum(
            1 for question in self.questions if question["takes_email"]
        )
        return settings.DATA_UPLOAD_MAX_NUMBER_FIELDS - _OTHER_FIELDS - fields_of_questions

    def _add_question(self, n: int, question: dict[str, Any]) -> None:
        choices = [(value, label) for value, label in question["choices"]]
        if question["takes_email"]:
            choices.insert(-1, (_BY_EMAIL, "Someone with this e-mail address:"))
        answered = self._answers.get(question["key"], "")
        known_values = {value for value, _ in choices}
        locations = ", ".join(question["places"]) + (
            f" and {question['more_places']} more" if question["more_places"] else ""
        )
        self.fields[f"answer-{n}"] = forms.ChoiceField(
            label=question["text"],
            choices=choices,
            required=False,
            widget=forms.RadioSelect,
            help_text=locations,
            initial=(answered if answered in known_values else _BY_EMAIL)
            if answered
            else question["suggested"],
        )
        if question["takes_email"]:
            self.fields[f"email-{n}"] = forms.CharField(
                label="Their name and e-mail address",
                required=False,
                max_length=300,
                initial="" if answered in known_values else answered,
                widget=forms.TextInput(attrs={"placeholder": "Nadia Rahal <nadia@example.org>"}),
            )

    def shown_tables(self) -> Iterator[dict[str, Any]]:
        for table in self.tables:
            columns = [{**column, "control": self[_name(table, column)]} for column in table["columns"]]
            yield {**table, "columns": columns}

    def shown_questions(self) -> Iterator[dict[str, Any]]:
        for n, question in enumerate(self.questions):
            yield {
                "control": self[f"answer-{n}"],
                "email": self[f"email-{n}"] if question["takes_email"] else None,
            }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(len(self.questions)):
            # An address that is typed counts as chosen: without JavaScript nothing else would choose it.
            if f"email-{n}" in self.changed_data and cleaned.get(f"email-{n}"):
                cleaned[f"answer-{n}"] = _BY_EMAIL
            if cleaned.get(f"answer-{n}") == _BY_EMAIL:
                person = read_person(cleaned.get(f"email-{n}", ""))
                if person.wrong or not person.email:
                    self.add_error(f"email-{n}", person.wrong or "Enter an e-mail address.")
        return cleaned

    def options(self) -> dict[str, Any]:
        """Columns by layout and answers by question, as the import stores them."""
        cleaned = self.cleaned_data
        answers = dict(self._answers)
        for n, question in enumerate(self.questions):
            answer = cleaned.get(f"answer-{n}", "")
            answers[question["key"]] = cleaned[f"email-{n}"] if answer == _BY_EMAIL else answer
        left_out = {table["key"] for table in self.left_out}
        columns = {key: column for key, column in self._columns.items() if key in left_out} | {
            table["key"]: {
                str(column["number"]): cleaned[_name(table, column)] for column in table["columns"]
            }
            for table in self.tables
        }
        return {"columns": columns, "answers": {key: answer for key, answer in answers.items() if answer}}


def _fitting(tables: list[dict[str, Any]], room: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    shown: list[str] = []
    for table in sorted(tables, key=lambda table: not table["missing"]):
        room -= len(table["columns"])
        if room < 0:
            break
        shown.append(table["key"])
    fits = set(shown)
    return [table for table in tables if table["key"] in fits], [
        table for table in tables if table["key"] not in fits
    ]


def _name(table: dict[str, Any], column: dict[str, Any]) -> str:
    return f"column-{table['key']}-{column['number']}"
