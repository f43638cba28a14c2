import hashlib
import re
from collections.abc import Iterator
from typing import Any, Literal

from django import forms

from lib.fields import say_beside
from lib.mentions import Mention, read_person
from lib.text import joined
from sheets.models import SheetImport
from sheets.models.kept import ImportOptions, ImportQuestion, SaidOfTab, ShownColumn, ShownMark, ShownTab
from sheets.reading.tables import letters
from sheets.understanding.columns import UNSURE
from sheets.understanding.dates import DayOrder
from sheets.understanding.marks import DAY_DONE
from sheets.understanding.meanings import ACROSS, FIELDS, LEAVE_OUT, PEOPLE, PROGRESS
from sheets.understanding.people_lines import table_of_lines
from sheets.understanding.tracker import AT_MILESTONE, DAY_DONE_AT, HOURS, LISTED, MARKS, OF_ROW
from tracker.models import Progress

_BY_EMAIL = "by-email"
# Names that are asked one by one; more than these are pasted with their addresses.
_NAMES = 60
MOST_FIELDS = 300
_ABOUT = ("kind", "header", "last")
# What somebody answers of a tab that was not recognised; until then nothing is said of it.
_LEFT_OUT = "leave-out"
# Whose colour a column has, and the words for it.
_HUES = {
    "people": "people",
    "group": "group",
    "milestone": "milestone",
    "other": "other contents",
    "open": "still to choose",
    "out": "left out",
}
_WHO = ("person", "email", "student", "student_email", "student_first_name", "answered_by")
_BEHIND = re.compile(r" in |, ")
# The heading of the milestones in a choice of columns, and what stands before each.
_AT_MILESTONE = {
    MARKS: ("Marks at", ""),
    HOURS: ("Hours at", "hours at "),
    DAY_DONE_AT: ("Day done at", "day done at "),
    LISTED: ("Milestones in the cell", "milestones: "),
}
_STATES = [
    ("", "Not imported, but listed"),
    *Progress.State.choices(),
    (DAY_DONE, "The day on which it was done"),
]


class TabsForm(forms.Form):
    """Choices for each tab, column and mark, and answers to the open questions.

    A page has 300 fields. If there are too many tabs, those that fit are shown, tabs with missing columns first. The
    others stay as understood.
    """

    sent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # Whether several names were given one address.
    is_twice = False

    def __init__(self, sheet_import: SheetImport, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sent"].initial = sheet_import.options.get("sent", 0)
        names = [question for question in sheet_import.questions if question["takes_email"]]
        # A name that can be only one person need not be looked at.
        self.names = sorted(names, key=lambda question: bool(question["suggested"]))
        self.more_names = self.names[_NAMES:]
        self.questions = [one for one in sheet_import.questions if one not in self.more_names]
        self._answers = sheet_import.answers
        self._said: dict[str, SaidOfTab] = sheet_import.options.get("tabs", {})
        room = MOST_FIELDS - sum(2 if question["takes_email"] else 1 for question in self.questions)
        self.tabs, self.left_out = _fitting(sheet_import.tabs, room)
        self.unknown = [tab for tab in self.tabs if tab.get("is_unknown") and tab["key"] not in self._said]
        waiting = (one for one in self.questions if not (self._answers.get(one["key"]) or one["suggested"]))
        self.open_count = sum(len(tab["missing"]) for tab in self.tabs) + sum(1 for _ in waiting)
        self._milestones = list(sheet_import.course.milestones.in_order().values_list("pk", "title"))
        for tab in self.tabs:
            self._add_tab(tab)
        if self.names:
            self.fields["addresses"] = forms.CharField(
                label="Names and e-mail addresses",
                required=False,
                widget=forms.Textarea(attrs={"rows": 4, "placeholder": "Ana Ruivo <ana@example.com>"}),
                help_text="Paste one person per line: it answers for all of them at once. The import waits here until"
                " you have them.",
            )
            self.fields["is_same"] = forms.BooleanField(
                label="Names to which I gave the same address are one person", required=False
            )
        for question in self.questions:
            self._add_question(name_of(question), question)

    def _add_tab(self, tab: ShownTab) -> None:
        key = tab["key"]
        if tab in self.unknown:
            kinds = [(kind or _LEFT_OUT, label) for kind, label in tab["kinds"]]
            self.fields[f"{key}-kind"] = forms.ChoiceField(
                label="What it holds",
                choices=kinds,
                required=False,
                widget=forms.RadioSelect,
            )
            asked = "What does this tab hold? Trefoil does not recognise it."
            say_beside(self[f"{key}-kind"], short_label=asked)
            return
        self.fields[f"{key}-kind"] = forms.ChoiceField(
            label="What it holds", choices=tab["kinds"], required=False, initial=tab["kind"]
        )
        self.fields[f"{key}-header"] = forms.TypedChoiceField(
            label=f"{'Column' if tab['kind'] == ACROSS else 'Row'} of the headers",
            choices=tab["rows"],
            coerce=int,
            required=False,
            initial=tab["header"],
            empty_value=tab["header"],  # type: ignore[arg-type]
        )
        if tab["last"]:
            self.fields[f"{key}-last"] = forms.IntegerField(
                label="It ends with row", required=False, min_value=1, initial=tab["last"]
            )
        line = "Row" if tab["kind"] == ACROSS else "Column"
        for column in tab["columns"] if FIELDS[tab["kind"]] else ():
            self.fields[f"{key}-column-{column['number']}"] = forms.ChoiceField(
                label=f"{line} {column['letters']}, “{column['header'] or 'no header'}”",
                choices=self._fields_of(tab["kind"], column),
                required=False,
                initial=column["field"],
            )
            if unclear := column.get("unclear"):
                self.fields[f"{key}-order-{column['number']}"] = forms.ChoiceField(
                    label=f"What comes first in “{unclear}” of {line.lower()} {column['letters']}",
                    choices=[
                        (order, f"{unclear}: {order} first") for order in (DayOrder.DAY, DayOrder.MONTH)
                    ],
                    required=False,
                    initial=column["day_order"],
                )
        for mark in tab["marks"]:
            self.fields[f"{key}-mark-{name_of(mark)}"] = forms.ChoiceField(
                label=f"“{' · '.join(mark['texts'])}”", choices=_STATES, required=False, initial=mark["state"]
            )

    def _fields_of(self, kind: str, column: ShownColumn) -> list[Any]:
        """Return the choices for a column: at a milestone only those that its cells allow, to keep the page short."""
        what = column["field"].partition(":")[0]
        choices: list[Any] = [("", "Leave out")]
        if column["field"].startswith(UNSURE):
            choices.append((column["field"], "Choose …"))
        if column["field"] in _AT_MILESTONE:
            asked = "Milestones: choose their state" if what == LISTED else "A milestone: choose which"
            choices.append((column["field"], asked))
        choices += [(field.name, field.label) for field in FIELDS[kind] if field.name not in _AT_MILESTONE]
        for name, (group, before) in _AT_MILESTONE.items():
            if name in (what, *column["says"]):
                of: list[Any] = [(OF_ROW, "the milestone named in the row"), *self._milestones]
                of = Progress.State.choices() if name == LISTED else of
                choices.append((group, [(f"{name}:{one}", f"{before}{label[:80]}") for one, label in of]))
        return choices

    def _add_question(self, n: str, question: ImportQuestion) -> None:
        choices = [(value, label) for value, label in question["choices"]]
        if question["takes_email"]:
            # One stands for nobody, until somebody is chosen.
            choices = [
                ("", "Choose …"),
                *choices[:-1],
                (_BY_EMAIL, "Someone with this e-mail address:"),
                choices[-1],
            ]
        answered = self._answers.get(question["key"], "")
        known_values = dict(choices)
        self.fields[f"answer-{n}"] = forms.ChoiceField(
            label=question["text"],
            choices=choices,
            required=False,
            widget=forms.Select if question["takes_email"] else forms.RadioSelect,
            help_text="" if question["takes_email"] else _places(question),
            initial=(answered if answered in known_values else _BY_EMAIL)
            if answered
            else question["suggested"],
        )
        if question["takes_email"]:
            self.fields[f"email-{n}"] = forms.CharField(
                label=f"Name and e-mail address: {question['text']}",
                required=False,
                max_length=300,
                initial="" if answered in known_values else answered,
                widget=forms.TextInput(attrs={"placeholder": "Nadia Rahal <nadia@example.org>"}),
            )

    def shown_tabs(self) -> Iterator[dict[str, Any]]:
        # What nobody recognised is asked about first.
        for tab in sorted(self.tabs, key=lambda tab: tab not in self.unknown):
            key, kind, first = tab["key"], tab["kind"], tab.get("first", [])
            columns: list[dict[str, Any]] = []
            for column in tab["columns"] if FIELDS[kind] else ():
                n = column["number"]
                names = (f"{key}-{what}-{n}" for what in ("column", "order"))
                shown = {
                    "controls": [self[name] for name in names if name in self.fields],
                    "hue": "open" if column.get("is_clashing") else _hue(kind, column["field"]),
                    "cells": ["".join(texts[n : n + 1]) for _, texts in first],
                }
                columns.append({**column, **shown})
            hues = {column["hue"] for column in columns}
            labels = {f"{UNSURE}{field.name}": field for field in FIELDS[kind]}
            settles = [
                (f"{key}-column-{column['number']}", field.name, f"{column['letters']} is the {field.label}")
                for column in columns
                if (field := labels.get(column["field"]))
            ] + [
                (f"{key}-column-{column['number']}", "", f"Leave out {column['letters']}")
                for column in columns
                if column.get("is_clashing")
            ]
            about = [self[name] for part in _ABOUT if (name := f"{key}-{part}") in self.fields]
            width = max((len(texts) for _, texts in first), default=0)
            headers_in = dict(tab["rows"]).get(tab["header"], "").partition(":")[0]
            yield {
                **tab,
                "columns": columns,
                "marks": [{**mark, "control": self[f"{key}-mark-{name_of(mark)}"]} for mark in tab["marks"]],
                "about": about,
                "is_refused": any(control.errors for control in about),
                "headers_in": headers_in[:1].lower() + headers_in[1:],
                "is_asked": tab in self.unknown,
                "letters": [letters(n) for n in range(width)],
                "first": [(n, texts + [""] * (width - len(texts))) for n, texts in first],
                "label": dict(tab["kinds"])[kind],
                "settles": settles,
                "hues": [(hue, words) for hue, words in _HUES.items() if hue in hues],
            }

    def shown_questions(self) -> Iterator[forms.BoundField]:
        for question in (one for one in self.questions if not one["takes_email"]):
            yield self[f"answer-{name_of(question)}"]

    def shown_names(self) -> Iterator[dict[str, Any]]:
        for question in self.names[:_NAMES]:
            n = name_of(question)
            yield {"choice": self[f"answer-{n}"], "person": self[f"email-{n}"], "places": _places(question)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = []
        for n, key in ((name_of(question), question["key"]) for question in self.questions):
            # An address that is typed counts as chosen: without JavaScript nothing else would choose it.
            if f"email-{n}" in self.changed_data and cleaned.get(f"email-{n}"):
                cleaned[f"answer-{n}"] = _BY_EMAIL
            if cleaned.get(f"answer-{n}") == _BY_EMAIL:
                person = read_person(cleaned.get(f"email-{n}", ""))
                if person.wrong or not person.email:
                    self.add_error(f"email-{n}", person.wrong or "Enter an e-mail address.")
                given.append((f"email-{n}", key, person.email))
        if self.unknown and not any(tab["kind"] for tab in self.tabs):
            for name in (f"{tab['key']}-kind" for tab in self.unknown):
                if not cleaned.get(name):
                    self.add_error(name, "Choose what it holds, or leave it out.")
        pasted, _ = self._pasted()
        given += [("addresses", key, person.email) for key, person in pasted.items()]
        owners: dict[str, str] = {}
        for field, key, email in given if not cleaned.get("is_same") else ():
            name = _name_in(key)
            # It is asked once.
            if (owner := owners.setdefault(email, name)) != name and email not in self._answers.get(key, ""):
                self.is_twice = True
                why = f"{email} is given to “{owner}” and “{name}”. Tick below whether that is one person."
                self.add_error(field, why)
        return cleaned

    def _is_other_kind(self, tab: ShownTab) -> bool:
        """Whether a tab was said to be of another kind, or to begin elsewhere: its columns are proposed anew."""
        said = self._said_or_shown(tab, "kind"), self._said_or_shown(tab, "header")
        return said != (tab["kind"], tab["header"])

    def _said_or_shown(self, tab: ShownTab, part: Literal["kind", "header", "last"]) -> Any:
        said = self.cleaned_data.get(f"{tab['key']}-{part}", tab[part])
        return LEAVE_OUT if said == _LEFT_OUT else said

    def options(self, *, is_checked: bool = True) -> ImportOptions:
        """Return the choices by shape of tab, and the answers by question, as the import stores them."""
        cleaned = self.cleaned_data
        answers = dict(self._answers)
        pasted, left = self._pasted()
        # The answer to what a tab is changes its part of the page, so that it counts once all is sent.
        tabs = [tab for tab in self.tabs if is_checked or tab not in self.unknown]
        for question in self.more_names:
            found = pasted.get(question["key"]) or answers.get(question["key"]) or question["suggested"]
            answers[question["key"]] = str(found)
        for question in self.questions:
            answer = cleaned.get(f"answer-{name_of(question)}", "")
            typed = cleaned.get(f"email-{name_of(question)}", "")
            found = pasted.get(question["key"]) or (typed if answer == _BY_EMAIL else answer)
            answers[question["key"]] = str(found)
        options: ImportOptions = {
            "tabs": self._said | {tab["key"]: said for tab in tabs if (said := self._said_of(tab))},
            "answers": {key: answer for key, answer in answers.items() if answer},
            "is_checked": is_checked and not any(map(self._is_other_kind, self.tabs)),
            "sent": self.fields["sent"].initial + 1 if is_checked else cleaned.get("sent") or 0,
        }
        if cleaned.get("addresses"):
            options["pasted_for_nobody"] = left
        return options

    def _pasted(self) -> tuple[dict[str, Mention], list[str]]:
        """The person of each name that the pasted lines have, in full or as the only one who begins with it.

        And the lines that are for nobody.
        """
        text = self.cleaned_data.get("addresses", "")
        rows = table_of_lines("", text, ()).rows[1:]
        people = [(row.number, read_person(row.text(0), row.text(1))) for row in rows]
        known = [(n, person) for n, person in people if person.email and not person.wrong]
        found, used = {}, set()
        for question in self.names:
            name = _name_in(question["key"])
            same = [one for one in known if one[1].folded_name == name]
            same = same or [one for one in known if one[1].folded_name.startswith(f"{name} ")]
            if len({person.email for _, person in same}) == 1:
                found[question["key"]] = same[0][1]
                used |= {(n, person.email) for n, person in same}
        lines = text.splitlines()
        left = [lines[n - 1].strip()[:200] for n, person in people if (n, person.email) not in used]
        return found, [*dict.fromkeys(left)]

    def _said_of(self, tab: ShownTab) -> SaidOfTab:
        key, kind = tab["key"], self._said_or_shown(tab, "kind")
        if tab in self.unknown and not self.cleaned_data.get(f"{key}-kind"):
            return {}
        if kind != tab["kind"] and ACROSS in (kind, tab["kind"]):
            # Another table has other rows.
            return {"kind": kind}
        said: SaidOfTab = {
            "kind": kind,
            "header": self._said_or_shown(tab, "header"),
            "last": self._said_or_shown(tab, "last"),
        }
        if not self._is_other_kind(tab):
            said["columns"] = self._by_number(f"{key}-column-")
            said["day_orders"] = self._by_number(f"{key}-order-")
            marks = {mark["key"]: (f"{key}-mark-{name_of(mark)}", mark["state"]) for mark in tab["marks"]}
            said["marks"] = {mark: self.cleaned_data.get(*of) for mark, of in marks.items()}
        return said

    def _by_number(self, before: str) -> dict[str, str]:
        named = self.cleaned_data.items()
        return {name.removeprefix(before): said for name, said in named if name.startswith(before)}


def _places(question: ImportQuestion) -> str:
    return joined(question["places"], others=question["more_places"])


def _hue(kind: str, field: str) -> str:
    what, _, of = field.partition(":")
    if not what:
        return "out"
    if what.startswith(UNSURE) or (what in AT_MILESTONE and not of):
        return "open"
    if what in ("module", "milestone", *AT_MILESTONE):
        return "milestone"
    if what == "group":
        return "group"
    return "people" if kind in (PEOPLE, PROGRESS, ACROSS) or what in _WHO else "other"


def name_of(asked: ImportQuestion | ShownMark) -> str:
    """Names the field of a question or mark. Its place on the page may have changed when it is sent."""
    return hashlib.sha256(asked["key"].encode()).hexdigest()[:10]


def _name_in(key: str) -> str:
    """The folded name that a question is about; its key has the group or row behind it if several are called so."""
    return _BEHIND.split(key.partition(":")[2])[0]


def _fitting(tabs: list[ShownTab], room: int) -> tuple[list[ShownTab], list[ShownTab]]:
    shown: list[str] = []
    for tab in sorted(tabs, key=lambda tab: not tab["missing"]):
        unclear = sum(bool(column.get("unclear")) for column in tab["columns"])
        room -= len(_ABOUT) + len(tab["columns"]) + unclear + len(tab["marks"])
        if room < 0:
            break
        shown.append(tab["key"])
    fits = set(shown)
    return [tab for tab in tabs if tab["key"] in fits], [tab for tab in tabs if tab["key"] not in fits]
