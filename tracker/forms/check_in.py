"""The check-in as one form: the check-in itself, an entry per member, agreed steps and questions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from lib.editing import Conflict
from questions.actions import LoggedQuestion
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek, WeekMember
from tracker.actions.check_ins import CheckInContent, EntryContent
from tracker.actions.steps import StepContent
from tracker.forms.check_in_conflict import conflict_of
from tracker.forms.check_in_fields import (
    KEPT,
    KEPT_OF_ENTRY,
    CheckInForm,
    EntryForm,
    EntryRow,
    NextStepForm,
    QuestionLineForm,
    StepStateForm,
)
from tracker.models import AgreedStep, CheckIn

MOST_LINES = 20
# The field names of the page; a draft keeps these and no others.
FIELD_NAME = re.compile(
    r"version|outcome|held_on|moved_to|minutes|summary|private_note|request"
    r"|(e[0-9]+|group)-[a-z_]+|s[0-9]+-(state|was)|q[0-9]{1,2}-[a-z_]+"
)
_QUESTION = re.compile(r"q([0-9]{1,2})-(title|again)")

type Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """Initial values of a new check-in; attendances and paces by the id of the enrolment."""

    held_on: date
    minutes: int
    next_due_on: date
    milestone_id: int | None
    attendances: Mapping[int, str]
    paces: Mapping[int, str]


class CheckInForms:
    """All forms of the page. With `data` they are bound; with `typed` (a draft) they only show what was typed.

    `prefill` gives the remaining initial values. `questions` are those that can be marked as asked again.
    """

    def __init__(
        self,
        group_week: GroupWeek,
        *,
        today: date,
        questions: QuestionQuerySet,
        prefill: Prefill | None = None,
        data: QueryDict | None = None,
        typed: Typed | None = None,
    ) -> None:
        self.group_week, self.today, self.askable, self.prefill = group_week, today, questions, prefill
        self.data, self.typed = data, typed or {}
        self.conflict: Conflict | None = None
        self.non_field_errors: list[str] = []
        self._build()

    def _build(self) -> None:
        self.main = self._made(
            CheckInForm, None, self._main_initial(), week=self.group_week.week, today=self.today
        )
        self.rows = tuple(
            EntryRow(
                member,
                self._made(EntryForm, f"e{member.enrolment_id}", self._entry_initial(member), member=member),
                self._steps(member.enrolment_id),
            )
            for member in self.group_week.members
        )
        self.group_form = self._made(NextStepForm, "group", self._next_initial(), name="The group")
        self.group_steps = self._steps(None)
        self.lines = [self.line(number) for number in range(self._line_count())]

    def _made[Part: forms.Form](
        self, kind: type[Part], prefix: str | None, initial: dict[str, Any], **arguments: Any
    ) -> Part:
        part = kind(self.data, prefix=prefix, initial=initial, **arguments)
        for name in part.fields:
            typed = self.typed.get(part.add_prefix(name))
            if typed:
                part.initial[name] = typed[0]
        return part

    def _main_initial(self) -> dict[str, Any]:
        check_in = self.group_week.check_in
        initial: dict[str, Any] = {"version": self.group_week.version}
        if self.prefill is not None:
            initial |= {"held_on": self.prefill.held_on, "minutes": self.prefill.minutes}
        if check_in is not None:
            initial |= {name: getattr(check_in, name) for name in KEPT if getattr(check_in, name)}
        if check_in is not None and check_in.outcome == CheckIn.Outcome.MOVED:
            initial |= {"held_on": self.prefill and self.prefill.held_on, "moved_to": check_in.held_on}
        return initial

    def _entry_initial(self, member: WeekMember) -> dict[str, Any]:
        entry = self.group_week.entries.get(member.enrolment_id)
        initial = self._next_initial()
        if entry is not None:
            return initial | {name: getattr(entry, name) for name in KEPT_OF_ENTRY}
        if self.prefill is not None:
            initial |= {
                "attendance": self.prefill.attendances.get(member.enrolment_id),
                "pace": self.prefill.paces.get(member.enrolment_id),
            }
        return initial

    def _next_initial(self) -> dict[str, Any]:
        return {"next_due_on": self.prefill.next_due_on} if self.prefill else {}

    def _steps(self, enrolment_id: int | None) -> tuple[StepStateForm, ...]:
        return tuple(self._step(step) for step in self.group_week.steps_of(enrolment_id))

    def _step(self, step: AgreedStep) -> StepStateForm:
        prefix = f"s{step.pk}"
        form = StepStateForm(
            self.data, prefix=prefix, initial={"state": step.state, "was": step.state}, step=step
        )
        chosen, was = (self.typed.get(f"{prefix}-{name}", [""])[0] for name in ("state", "was"))
        if chosen != was:
            form.initial["state"] = chosen
        return form

    def line(self, number: int) -> QuestionLineForm:
        prefix = f"q{number}"
        is_there = self.data is not None and any(name.startswith(f"{prefix}-") for name in self.data)
        form = QuestionLineForm(
            self.data if is_there else None,
            prefix=prefix,
            number=number,
            initial={"milestone": self.prefill.milestone_id if self.prefill else None},
            milestones=[(milestone.pk, milestone.title) for milestone in self.group_week.milestones],
            members=[
                (member.enrolment_id, member.name)
                for member in self.group_week.members
                if member.is_in(self.today)
            ],
        )
        for name in form.fields:
            if (typed := self.typed.get(form.add_prefix(name))) is not None and typed:
                form.initial[name] = typed[0]
        return form

    def focus_first(self) -> None:
        if self.rows:
            self.rows[0].form.fields["note"].widget.attrs["autofocus"] = True

    def propose(self, prefill: Prefill) -> None:
        self.prefill = prefill
        self.lines = [line if line.is_bound else self.line(line.number) for line in self.lines]

    def _line_count(self) -> int:
        filled = [
            int(match[1])
            for name, values in [*self._posted(), *self.typed.items()]
            if (match := _QUESTION.fullmatch(name)) and any(value.strip() for value in values)
        ]
        return min(max(filled, default=-1) + 2, MOST_LINES)

    def _posted(self) -> Iterator[tuple[str, Sequence[str]]]:
        return iter(()) if self.data is None else self.data.lists()  # type: ignore[return-value]

    # Checking

    def is_valid(self) -> bool:
        """Validate the forms that the outcome needs, then look for a conflict with what someone else saved."""
        checked = [self.main.is_valid()]
        if self.main.is_held:
            checked += [form.is_valid() for form in self._row_forms()]
        checked += [line.is_valid() for line in self._bound_lines()]
        self._check_asked_again()
        if not all(checked) or self.errors:
            return False
        self.conflict = conflict_of(self.group_week, self.main, self.rows)
        return self.conflict is None

    @property
    def errors(self) -> list[str]:
        return [*self.non_field_errors, *(str(error) for field in self for error in field.errors)]

    def __iter__(self) -> Iterator[forms.BoundField]:
        """Iterate over the fields that the outcome needs, in the order of the page."""
        yield from self.main
        for form in self._row_forms() if self.main.is_held else ():
            yield from form
        for line in self._bound_lines():
            yield from line

    def _row_forms(self) -> Iterator[forms.Form]:
        for row in self.rows:
            yield from (row.form, *row.steps)
        yield from (self.group_form, *self.group_steps)

    def _bound_lines(self) -> Iterator[QuestionLineForm]:
        return (line for line in self.lines if line.is_bound)

    def _check_asked_again(self) -> None:
        lines = {line: line.cleaned_data.get("again") for line in self._bound_lines()}
        ids = {again for again in lines.values() if again}
        known = set(self.askable.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        for line, again in lines.items():
            if again and again not in known:
                line.add_error("again", "That question no longer exists. Log it as a new one.")

    # Saving

    def content(self) -> CheckInContent:
        return CheckInContent(
            **self.main.kept(),
            entries=[
                EntryContent(
                    enrolment_id=row.member.enrolment_id,
                    **{name: row.form.cleaned_data[name] for name in KEPT_OF_ENTRY},
                )
                for row in (self.rows if self.main.is_held else ())
            ],
            steps=dict(self._settled()) if self.main.is_held else {},
            next_steps=list(self._next_steps()) if self.main.is_held else [],
            questions=list(self._questions()),
        )

    def _settled(self) -> Iterator[tuple[int, AgreedStep.State]]:
        for form in self._row_forms():
            if isinstance(form, StepStateForm) and (state := form.new_state):
                yield form.step.pk, state

    def _next_steps(self) -> Iterator[StepContent]:
        for row in self.rows:
            yield _next_step(row.form, row.member)
        yield _next_step(self.group_form, None)

    def _questions(self) -> Iterator[LoggedQuestion]:
        milestones = {milestone.pk: milestone for milestone in self.group_week.milestones}
        askers = {member.enrolment_id: member.enrolment for member in self.group_week.members}
        for line in self._bound_lines():
            cleaned = line.cleaned_data
            if not line.is_empty:
                yield LoggedQuestion(
                    title=cleaned["title"],
                    milestone=milestones.get(cleaned["milestone"]),
                    enrolment=askers.get(cleaned["asked_by"]),
                    again=cleaned["again"],
                )


def _next_step(form: NextStepForm, member: WeekMember | None) -> StepContent:
    return StepContent(
        text=form.cleaned_data["next_step"],
        due_on=form.cleaned_data["next_due_on"],
        enrolment=member.enrolment if member else None,
    )
