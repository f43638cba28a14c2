"""The check-in as one form: the check-in itself, and formsets of its entries, steps and questions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from lib.editing import Conflict, ConflictingField, differences, values_of
from people.models import User
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek, WeekMember
from tracker.actions.check_ins import log_check_in
from tracker.forms.check_in_fields import (
    CheckInForm,
    EntryFormSet,
    NextStepFormSet,
    QuestionLineForm,
    QuestionLineFormSet,
    StepStateForm,
    StepStateFormSet,
)
from tracker.models import AgreedStep, CheckIn, CheckInEntry

MOST_LINES = 20
# The field names of the page; a draft keeps these and no others.
FIELD_NAME = re.compile(
    r"version|outcome|held_on|moved_to|minutes|summary|private_note|request"
    r"|([en][0-9]+|group)-[a-z_]+|s[0-9]+-(state|was)|q[0-9]{1,2}-[a-z_]+"
)
_QUESTION = re.compile(r"q([0-9]{1,2})-(title|again)")

type Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """Initial values of a new check-in; attendances by the id of the enrolment."""

    held_on: date
    minutes: int
    next_due_on: date
    milestone_id: int | None
    attendances: Mapping[int, str]


class CheckInForms:
    """All forms of the page. With `data` they are bound; with `typed` (a draft) they only show what was typed.

    `prefill` gives the remaining initial values. `askable` returns the questions that can be marked as asked again.
    """

    def __init__(
        self,
        group_week: GroupWeek,
        *,
        today: date,
        askable: Callable[[], QuestionQuerySet],
        prefill: Prefill | None = None,
        data: QueryDict | None = None,
        typed: Typed | None = None,
    ) -> None:
        self.group_week, self.prefill = group_week, prefill
        members = group_week.members
        self.entries = EntryFormSet(data, {f"e{each.enrolment_id}": self._entry(each) for each in members})
        next_steps = {f"n{each.enrolment_id}": self._next_step(each) for each in members}
        self.next_steps = NextStepFormSet(data, next_steps | {"group": self._next_step(None)})
        self.steps = StepStateFormSet(data, {f"s{step.pk}": {"step": step} for step in group_week.steps})
        line_count = _line_count(data.lists() if data is not None else (typed or {}).items())
        lines = {f"q{n}": self._line(n, today) for n in range(line_count)}
        self.questions = QuestionLineFormSet(data, lines, askable)
        self.main = CheckInForm(
            data,
            instance=group_week.check_in or CheckIn(version=0),
            initial=self._initial(),
            week=group_week.week,
            today=today,
            weekly_minutes=group_week.group.cohort.course.weekly_minutes,
        )
        if typed:
            self._show(typed)

    def _initial(self) -> dict[str, Any]:
        check_in, prefill = self.group_week.check_in, self.prefill
        if prefill is None or check_in is None:
            return {"held_on": prefill.held_on, "minutes": prefill.minutes} if prefill else {}
        minutes = check_in.minutes or prefill.minutes
        if check_in.outcome == CheckIn.Outcome.MOVED:
            return {"held_on": prefill.held_on, "moved_to": check_in.held_on, "minutes": minutes}
        return {"held_on": check_in.held_on or prefill.held_on, "minutes": minutes}

    def _entry(self, member: WeekMember) -> dict[str, Any]:
        entry = self.group_week.entries.get(member.enrolment_id)
        arguments = {"name": member.name, "instance": entry or CheckInEntry(enrolment=member.enrolment)}
        if entry is None and self.prefill:
            arguments["initial"] = {"attendance": self.prefill.attendances.get(member.enrolment_id)}
        return arguments

    def _next_step(self, member: WeekMember | None) -> dict[str, Any]:
        return {
            "name": member.name if member else "The group",
            "instance": AgreedStep(enrolment=member.enrolment if member else None),
            "initial": {"due_on": self.prefill.next_due_on} if self.prefill else {},
        }

    def _line(self, number: int, today: date) -> dict[str, Any]:
        milestone = self.prefill.milestone_id if self.prefill else None
        initial = {"milestone": milestone}
        return {"number": number, "group_week": self.group_week, "today": today, "initial": initial}

    def _show(self, typed: Typed) -> None:
        for form in (self.main, *self.entries, *self.next_steps, *self.questions):
            for name in form.fields:
                if values := typed.get(form.add_prefix(name)):
                    form.initial[name] = values[0]
        for form in self.steps:
            chosen, was = (typed.get(form.add_prefix(name), [""])[0] for name in ("state", "was"))
            if chosen != was:
                form.initial["state"] = chosen

    def steps_of(self, enrolment_id: int | None) -> list[StepStateForm]:
        """The steps of a student that were agreed earlier; with None, those of the whole group."""
        return [form for form in self.steps if form.step.enrolment_id == enrolment_id]

    @property
    def group_steps(self) -> list[StepStateForm]:
        return self.steps_of(None)

    @property
    def group_next_step(self) -> forms.ModelForm:  # type: ignore[type-arg]
        form: forms.ModelForm = self.next_steps.forms[-1]  # type: ignore[type-arg]
        return form

    @property
    def lines(self) -> list[QuestionLineForm]:
        return self.questions.forms

    def propose(self, prefill: Prefill) -> None:
        """Preset the milestone of the empty line, in forms that were sent and are shown again."""
        line = self.lines[-1]
        name = line.add_prefix("milestone")
        if name not in line.data and prefill.milestone_id:
            data: Any = line.data.copy()  # type: ignore[attr-defined]
            data[name] = str(prefill.milestone_id)
            line.data = data

    # Checking

    def is_valid(self) -> bool:
        """Validate the forms that the outcome needs, then look for a conflict with what someone else saved."""
        checked = [self.main.is_valid(), self.questions.is_valid()]
        if self.main.is_held:
            checked += [rows.is_valid() for rows in (self.entries, self.next_steps, self.steps)]
        if not all(checked):
            return False
        try:
            self.main.check_version(self._differing_entries())
        except ValidationError as error:
            self.main.add_error(None, error)
        return self.conflict is None

    def _differing_entries(self) -> Iterator[ConflictingField]:
        before = self._entries_before()
        for form in self.entries:
            theirs = form.initial if form.instance.pk else {}
            yours = form.cleaned_data if self.main.is_held else dict.fromkeys(theirs)
            yield from differences(form, theirs, yours, before.get(form.instance.pk, {}))

    def _entries_before(self) -> Mapping[int, Mapping[str, Any]]:
        """Return the values of the entries when the form was opened, by their id, as `opened_with`."""
        version = self.main.cleaned_data["version"]
        if not self.main.opened_with(version):
            return {}
        if version == 0:
            return {form.instance.pk: values_of(CheckInEntry()) for form in self.entries if form.instance.pk}
        check_ins: Any = self.main.instance.history
        at = check_ins.filter(version=version).latest("history_date", "history_id").history_date
        entries: Any = CheckInEntry.history
        records = entries.filter(check_in=self.main.instance.pk, history_date__lte=at)
        return {row.id: values_of(row.instance) for row in records.order_by("history_date", "history_id")}

    @property
    def conflict(self) -> Conflict | None:
        return self.main.conflict

    def is_wrong(self, *rows: forms.BaseForm) -> bool:
        """Whether fields of these forms have an error, or are in conflict with what someone else saved."""
        if not self.main.is_bound:
            return False
        differing = {field.label for field in self.conflict.fields} if self.conflict else set()
        return any(row.errors or differing & {field.label for field in row} for row in rows)

    @property
    def errors(self) -> list[str]:
        if not self.main.is_bound:
            return []
        return [*self.non_field_errors(), *(str(error) for field in self for error in field.errors)]

    def non_field_errors(self) -> list[str]:
        return [str(error) for error in self.main.non_field_errors()]

    def __iter__(self) -> Iterator[forms.BoundField]:
        """Iterate over the fields that the outcome needs, in the order of the page."""
        yield from self.main
        if self.main.is_held:
            for entry, next_step in zip(self.entries, self.next_steps, strict=False):
                for form in (entry, next_step, *self.steps_of(entry.instance.enrolment_id)):
                    yield from form
            for form in (self.group_next_step, *self.group_steps):
                yield from form
        for line in self.lines:
            yield from line

    def save_by(self, *, logged_as: str, by: User, at: datetime) -> CheckIn:
        rows: dict[str, Any] = {}
        if self.main.is_held:
            rows = {
                "entries": [
                    form.instance for form in self.entries if form.instance.pk is None or form.has_changed()
                ],
                "steps": {form.step: form.new_state for form in self.steps if form.new_state},
                "next_steps": [form.instance for form in self.next_steps],
            }
        return log_check_in(
            group_week=self.group_week,
            check_in=self.main.instance,
            questions=self.questions.logged(),
            logged_as=logged_as,
            by=by,
            at=at,
            **rows,
        )


def _line_count(sent: Iterable[tuple[str, Sequence[str]]]) -> int:
    """One line more than the last that is filled in."""
    filled = [
        int(match[1])
        for name, values in sent
        if (match := _QUESTION.fullmatch(name)) and any(value.strip() for value in values)
    ]
    return min(max(filled, default=-1) + 2, MOST_LINES)
