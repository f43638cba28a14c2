from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from courses.models import Milestone
from groups.models import Enrolment
from lib.days import long_day
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell
from questions.actions import LoggedQuestion, log_questions
from questions.models import Ask
from tracker.access.group_weeks import GroupWeek
from tracker.actions.check_in_drafts import delete_draft
from tracker.actions.check_in_undo import keep_save
from tracker.actions.meeting_notes import add_line
from tracker.actions.progress import mark
from tracker.actions.steps import agree_steps, settle
from tracker.models import AgreedStep, CheckIn, CheckInEntry, MeetingItem, MeetingNote


@dataclass(frozen=True, slots=True)
class ChosenState:
    """That of a student at a milestone, in the form of a check-in."""

    enrolment: Enrolment
    milestone: Milestone
    state: str


@transaction.atomic(savepoint=False)
def log_check_in(
    *,
    group_week: GroupWeek,
    check_in: CheckIn,
    entries: Sequence[CheckInEntry] = (),
    marks: Sequence[ChosenState] = (),
    steps: Mapping[AgreedStep, AgreedStep.State] | None = None,
    items: Mapping[MeetingItem, str] | None = None,
    notes: Mapping[MeetingNote, str] | None = None,
    next_steps: Sequence[AgreedStep] = (),
    questions: Sequence[LoggedQuestion] = (),
    line: str = "",
    typed: Mapping[str, Sequence[str]] | None = None,
    logged_as: str,
    by: User,
    at: datetime,
) -> CheckIn:
    """Save the check-in of a group and week with all that belongs to it.

    `group_week` must come from `access.check_ins.locked_week_to_log`, in the same transaction. `logged_by` and
    `logged_as` keep their first values. The person's draft is deleted.

    Args:
        check_in: the changed one of `group_week`, or a new one if nothing was logged yet.
        entries: those that are new or changed. If the check-in was not held, there are no entries, and neither
            `marks` nor `steps` nor `items` nor `notes` nor `next_steps` count.
        marks: states that changed, marked in the name of `by`.
        steps: the new states of steps that were agreed before.
        items: those of things to bring up and private lines, and `notes` of who is stuck, from
            `access.meeting_notes.said_for_meeting`.
        line: a new private line; open, so it comes to the next meeting.
        next_steps: new ones; those that this check-in has already are skipped, and so are such `questions`.
        typed: the fields as they were sent; with them, the save can be undone.

    Raises:
        Refused: a check-in that was held has no day or minutes; an entry or step belongs to another group or week; a
            state cannot be marked; a question cannot be saved.
    """
    is_held = check_in.outcome == CheckIn.Outcome.HELD
    is_new = check_in._state.adding
    before = {
        "steps": _ticked(steps) if is_held else [],
        "items": _ticked(items) if is_held else [],
        "notes": _ticked(notes) if is_held else [],
    }
    if is_held:
        _check(group_week, check_in, entries, marks, steps or {}, next_steps)
    outcome, request = "", ""
    if not is_new:
        outcome, request = CheckIn.objects.values_list("outcome", "request").get(pk=check_in.pk)
    else:
        check_in.group, check_in.week_starts_on = group_week.group, group_week.week.starts_on
        check_in.version = 0
        check_in.logged_by, check_in.logged_at, check_in.logged_as = by, at, logged_as
    check_in.change_request(request, at)
    check_in.touch(by=by, at=at)
    check_in.save()
    if is_held:
        created = []
        for entry in entries:
            entry.check_in = check_in
            if entry._state.adding:
                created.append(entry)
            else:
                credit(entry, by, at)
                entry.save()
        if created:
            bulk_create_with_history(created, CheckInEntry, default_user=by, default_date=at)
        # Each locks its enrolment: in the one order.
        for each in sorted(marks, key=lambda each: each.enrolment.pk):
            mark(enrolment=each.enrolment, milestone=each.milestone, state=each.state, by=by, at=at)
        settle(states=steps or {}, by=by, at=at)
        settle(states=items or {}, by=by, at=at)
        settle(states=notes or {}, by=by, at=at)
        # Without those that this check-in has already, for example when a form is sent twice.
        agreed = {
            (step.enrolment_id, step.text, step.due_on)
            for step in group_week.steps
            if step.check_in_id == check_in.pk
        }
        new = [
            step for step in next_steps if (step.enrolment_id, step.text.strip(), step.due_on) not in agreed
        ]
        agree_steps(group=group_week.group, check_in=check_in, steps=new, by=by, at=at)
    else:
        for entry in group_week.entries.values():
            credit(entry, by, at)
            entry.delete()
    questions = questions if is_new else _new_questions(group_week, check_in, questions)
    if questions:
        log_questions(group=group_week.group, lines=questions, by=by, at=at)
    if line:
        add_line(group=group_week.group, week=group_week.week, text=line, by=by, at=at)
    delete_draft(group=group_week.group, week=group_week.week, by=by)
    if typed is not None:
        keep_save(check_in=check_in, typed=typed, **before, by=by, at=at)
    if check_in.outcome != outcome and check_in.outcome in _TOLD:
        kind, group = _TOLD[check_in.outcome], check_in.group_id
        tell(kind, by=by, at=at, check_in=check_in.pk, group=group)
    return check_in


def _ticked(
    states: Mapping[AgreedStep, str] | Mapping[MeetingItem, str] | Mapping[MeetingNote, str] | None,
) -> list[list[Any]]:
    """What undoing needs of those that change: the id, the state now, and state, moment and person before."""
    return [
        [each.pk, state, each.state, each.closed_at and each.closed_at.isoformat(), each.closed_by_id]
        for each, state in (states or {}).items()
        if each.state != state
    ]


# The news for the group when the outcome of a check-in changes to this one.
_TOLD: dict[str, str] = {
    CheckIn.Outcome.HELD: "check_in_logged",
    CheckIn.Outcome.CANCELLED: "meeting_changed",
    CheckIn.Outcome.MOVED: "meeting_changed",
}


def _check(
    group_week: GroupWeek,
    check_in: CheckIn,
    entries: Sequence[CheckInEntry],
    marks: Sequence[ChosenState],
    steps: Mapping[AgreedStep, AgreedStep.State],
    next_steps: Sequence[AgreedStep],
) -> None:
    if check_in.held_on is None or check_in.minutes is None:
        raise Refused("Enter the day and the minutes of the check-in.")
    members = {member.enrolment_id for member in group_week.members_on(check_in.held_on)}
    mentioned = {entry.enrolment_id for entry in entries} | {each.enrolment.pk for each in marks}
    mentioned |= {step.enrolment_id for step in next_steps if step.enrolment_id is not None}
    if not mentioned <= members:
        raise Refused(f"One of the students was not in {group_week.group} on {long_day(check_in.held_on)}.")
    if not steps.keys() <= set(group_week.steps):
        raise Refused("One of the steps belongs to another group, or was closed before this week.")


def _new_questions(
    group_week: GroupWeek, check_in: CheckIn, lines: Sequence[LoggedQuestion]
) -> Sequence[LoggedQuestion]:
    """Leave out questions asked in the group since the check-in was logged, for example when a form is sent twice."""
    if not lines:
        return ()
    asks = Ask.objects.filter(group=group_week.group, asked_at__gte=check_in.logged_at)
    asked: set[tuple[int | str, int | None]] = set()
    for question_id, title, enrolment_id in asks.values_list("question", "question__title", "enrolment"):
        asked |= {(question_id, enrolment_id), (title, enrolment_id)}
    return [
        line
        for line in lines
        if (line.again or line.title.strip(), line.enrolment.pk if line.enrolment else None) not in asked
    ]
