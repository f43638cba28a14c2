"""The check-in as one form: the check-in itself, and formsets of its entries, marks, steps and questions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from groups.models import Membership
from lib.days import long_day
from lib.editing import Conflict, ConflictingField, differences, values_of
from lib.marks import PersonMark
from lib.text import joined
from people.models import User
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek
from tracker.actions.check_ins import ChosenState, log_check_in
from tracker.forms.check_in_fields import (
    EntryFormSet,
    NextStepFormSet,
    QuestionLineForm,
    QuestionLineFormSet,
    StateFormSet,
    StepForm,
    StepFormSet,
)
from tracker.forms.check_in_meeting import CheckInForm
from tracker.forms.meeting_notes import MeetingLineForm
from tracker.models import AgreedStep, CheckIn, CheckInEntry, MeetingItem, MeetingNote, Progress

MOST_LINES = 20
# The field names of the page; a draft keeps these and no others.
FIELD_NAME = re.compile(
    r"version|outcome|is_besides|held_on|held_at|moved_to|minutes|summary|private_note|request"
    r"|line-text|([enp][0-9]+|group)-[a-z_]+|[stm][0-9]+-(done|was)|q[0-9]{1,2}-[a-z_]+"
)
# Of what there is to talk about.
ITEM_NAME = re.compile(r"[tm][0-9]+-(done|was)")
_ABOUT = re.compile(r"[enp]([0-9]{1,18})-(note|text|state)")
_QUESTION = re.compile(r"q([0-9]{1,2})-(title|again)")

type Typed = Mapping[str, Sequence[str]]
# Initial values by the prefix of a form; "main" is the check-in, "question" each line for one.
type Proposed = Mapping[str, dict[str, Any]]


class CheckInForms:
    """All forms of the page. With `data` they are bound; with `typed` (a draft) they only show what was typed.

    Args:
        askable: returns the questions that can be marked as asked again.
        meeting_on: the day of the week's meeting, if it is known.
        due_on: returns the day of the meeting that follows a day, on which the group met besides its meeting or not.
        items: what there is to talk about, as its reader may read it.
        proposed: the remaining initial values.
    """

    def __init__(
        self,
        group_week: GroupWeek,
        *,
        today: date,
        askable: Callable[[], QuestionQuerySet],
        meeting_on: date | None,
        due_on: Callable[[date, bool], date],
        items: Sequence[MeetingItem | MeetingNote],
        proposed: Proposed | None = None,
        data: QueryDict | None = None,
        typed: Typed | None = None,
    ) -> None:
        self.group_week, self.due_on, proposed = group_week, due_on, proposed or {}
        sent = dict(data.lists()) if data is not None else typed or {}
        # Without a day it is that of the meeting.
        of_main = proposed.get("main", {"held_on": group_week.check_in and group_week.check_in.held_on})
        self.day = _day(sent) or of_main["held_on"] or meeting_on or group_week.week.friday
        self.members = group_week.members_on(self.day, also=_written_about(sent))
        members, milestones = self.members, {each.pk: each for each in group_week.milestones}

        def rows(key: str, each: Callable[[Membership], dict[str, Any]]) -> dict[str, dict[str, Any]]:
            prefixes = {f"{key}{member.enrolment_id}": member for member in members}
            return {
                prefix: each(member) | {"initial": proposed.get(prefix)}
                for prefix, member in prefixes.items()
            }

        self.entries = EntryFormSet(
            data,
            rows(
                "e",
                lambda member: {
                    "name": str(member.enrolment.person),
                    "instance": group_week.entries.get(member.enrolment_id)
                    or CheckInEntry(enrolment=member.enrolment),
                },
            ),
        )
        self.marks = StateFormSet(
            data,
            rows("p", lambda each: {"member": each, "milestones": milestones, "state_now": self._state_now}),
        )
        next_steps = rows(
            "n",
            lambda each: {
                "name": str(each.enrolment.person),
                "instance": AgreedStep(enrolment=each.enrolment),
            },
        )
        everyone = {"group": {"name": str(group_week.group), "instance": AgreedStep()}}
        self.next_steps = NextStepFormSet(data, next_steps | everyone)
        self.steps = StepFormSet(
            data,
            {
                f"s{step.pk}": {"step": step}
                for step in group_week.steps
                if step.state != AgreedStep.State.DROPPED
            },
        )
        self.people = group_week.group.marks(each.enrolment.person for each in group_week.stays)
        students: dict[int | None, PersonMark] = {
            each.enrolment_id: self.people[each.enrolment.person_id] for each in group_week.stays
        }
        self.line = MeetingLineForm(data, use_required_attribute=False)
        self.line.fields["text"].required = False
        self.items = StepFormSet(
            data,
            {
                f"{'t' if isinstance(item, MeetingItem) else 'm'}{item.pk}": {
                    "step": item,
                    "who": item.added_by.mark
                    if isinstance(item, MeetingItem) and item.added_by
                    else students[item.enrolment_id],
                    "week": group_week.week,
                }
                for item in items
            },
        )
        line_count = _line_count(sent.items())
        lines = {
            f"q{number}": {
                "number": number,
                "group_week": group_week,
                "today": today,
                "initial": dict(proposed.get("question", {})),
            }
            for number in range(line_count)
        }
        self.questions = QuestionLineFormSet(data, lines, askable)
        self.main = CheckInForm(
            data,
            instance=group_week.check_in or CheckIn(version=0),
            initial=proposed.get("main"),
            week=group_week.week,
            meeting_on=meeting_on,
            today=today,
        )
        if typed:
            self._show(typed)

    def _show(self, typed: Typed) -> None:
        for form in (self.main, self.line, *self.entries, *self.next_steps, *self.questions):
            for name in form.fields:
                if values := typed.get(form.add_prefix(name)):
                    form.initial[name] = values[0]
        # Marks and ticks made meanwhile stay, unless they were being changed here.
        for form in self.marks:
            state, milestone, was = (
                typed.get(form.add_prefix(name), [""])[0] for name in ("state", "milestone", "was")
            )
            if state and state != was and milestone == str(form["milestone"].value() or ""):
                form.initial["state"] = state
        for form in (*self.steps, *self.items):
            was = typed.get(form.add_prefix("was"), [""])[0]
            is_done = form.add_prefix("done") in typed
            if was and is_done != (was == AgreedStep.State.DONE):
                form.initial["done"] = is_done

    def steps_of(self, enrolment_id: int | None) -> list[StepForm]:
        """The steps of a student that were agreed earlier; with None, those of the whole group."""
        return [form for form in self.steps if form.step.enrolment_id == enrolment_id]

    @property
    def group_steps(self) -> list[StepForm]:
        return self.steps_of(None)

    @property
    def group_next_step(self) -> forms.ModelForm:  # type: ignore[type-arg]
        form: forms.ModelForm = self.next_steps.forms[-1]  # type: ignore[type-arg]
        return form

    @property
    def lines(self) -> list[QuestionLineForm]:
        return self.questions.forms

    def propose(self, proposed: Proposed) -> None:
        """Preset the milestone of the empty line, in forms that were sent and are shown again."""
        line, milestone = self.lines[-1], proposed["question"]["milestone"]
        name = line.add_prefix("milestone")
        if name not in line.data and milestone:
            data: Any = line.data.copy()  # type: ignore[attr-defined]
            data[name] = str(milestone)
            line.data = data

    @cached_property
    def _states(self) -> Mapping[tuple[int, int], str]:
        rows = Progress.objects.filter(enrolment__in=self.group_week.enrolments)
        return {
            (enrolment, milestone): state
            for enrolment, milestone, state in rows.values_list("enrolment", "milestone", "state")
        }

    def _state_now(self, member: Membership, milestone_id: int) -> str:
        return self._states.get((member.enrolment_id, milestone_id), Progress.State.NOT_STARTED)

    # Checking

    def is_valid(self) -> bool:
        """Validate the forms that the outcome needs, then look for a conflict with what someone else saved."""
        checked = [self.main.is_valid(), self.line.is_valid(), self.questions.is_valid()]
        if self.main.is_held:
            checked += [
                rows.is_valid()
                for rows in (self.entries, self.marks, self.next_steps, self.steps, self.items)
            ]
            checked += [self._is_of_members()]
        if not all(checked):
            return False
        try:
            self.main.check_version(self._differing_entries())
        except ValidationError as error:
            self.main.add_error(None, error)
        return self.conflict is None

    def _is_of_members(self) -> bool:
        """Refuse words about students who were not in the group on that day: nothing that was typed is lost."""
        members = {member.enrolment_id for member in self.group_week.members_on(self.day)}
        others = [each.enrolment for each in self.members if each.enrolment_id not in members]
        if others and "held_on" not in self.main.errors:
            names, was = joined(each.person for each in others), "was" if len(others) == 1 else "were"
            on = f"{self.group_week.group} on {long_day(self.day)}"
            self.main.add_error(
                "held_on", f"{names} {was} not in {on}: choose another day, or empty what is about them."
            )
        return not others

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
            before = values_of(CheckInEntry())
            if self.main.is_early:
                # What is chosen there was not proposed.
                del before["attendance"]
            return {form.instance.pk: before for form in self.entries if form.instance.pk}
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
        yield from self.line
        if self.main.is_held:
            for form in self.items:
                yield from form
            for entry, mark, next_step in zip(self.entries, self.marks, self.next_steps, strict=False):
                for form in (entry, mark, *self.steps_of(entry.instance.enrolment_id), next_step):
                    yield from form
            for form in (*self.group_steps, self.group_next_step):
                yield from form
        for line in self.lines:
            yield from line

    def _talked_about(self, model: type[MeetingItem | MeetingNote]) -> dict[Any, str]:
        return {
            form.step: form.new_state
            for form in self.items
            if form.new_state and isinstance(form.step, model)
        }

    def save_by(self, *, logged_as: str, by: User, at: datetime) -> CheckIn:
        rows: dict[str, Any] = {}
        if self.main.is_held:
            due_on = self.due_on(self.main.cleaned_data["held_on"], self.main.cleaned_data["is_besides"])
            for form in self.next_steps:
                form.instance.due_on = due_on
            rows = {
                "entries": [
                    form.instance for form in self.entries if form.instance.pk is None or form.has_changed()
                ],
                "marks": [
                    ChosenState(form.member.enrolment, form.cleaned_data["milestone"], form.new_state)
                    for form in self.marks
                    if form.new_state
                ],
                "steps": {form.step: form.new_state for form in self.steps if form.new_state},
                "items": self._talked_about(MeetingItem),
                "notes": self._talked_about(MeetingNote),
                "next_steps": [form.instance for form in self.next_steps],
            }
        return log_check_in(
            group_week=self.group_week,
            check_in=self.main.instance,
            questions=self.questions.logged(),
            line=self.line.cleaned_data.get("text", ""),
            typed={
                name: values
                for name, values in self.main.data.lists()  # type: ignore[attr-defined]
                if FIELD_NAME.fullmatch(name)
            },
            logged_as=logged_as,
            by=by,
            at=at,
            **rows,
        )


def _day(sent: Typed) -> date | None:
    try:
        return date.fromisoformat(sent.get("held_on", [""])[0])
    except ValueError:
        return None


def _written_about(sent: Typed) -> set[int]:
    """Return the enrolments about whom something was typed, or whose state was changed."""
    return {
        int(match[1])
        for name, values in sent.items()
        if (match := _ABOUT.fullmatch(name))
        and values[0].strip()
        and (match[2] != "state" or values != sent.get(f"p{match[1]}-was"))
    }


def _line_count(sent: Iterable[tuple[str, Sequence[str]]]) -> int:
    """One line more than the last that is filled in."""
    filled = [
        int(match[1])
        for name, values in sent
        if (match := _QUESTION.fullmatch(name)) and any(value.strip() for value in values)
    ]
    return min(max(filled, default=-1) + 2, MOST_LINES)
