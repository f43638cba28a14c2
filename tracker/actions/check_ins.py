from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from lib.history import credit
from people.models import User
from questions.actions import LoggedQuestion, log_questions
from questions.models import Ask
from tracker.access.group_weeks import GroupWeek
from tracker.actions.steps import StepContent, agree_steps, settle_steps
from tracker.models import AgreedStep, CheckIn, CheckInDraft, CheckInEntry

_ENTRY_FIELDS = ["attendance", "pace", "blocker", "note"]


class CheckInError(Exception):
    """The content does not fit the group or the week; the message is shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryContent:
    enrolment_id: int
    attendance: str = CheckInEntry.Attendance.PRESENT
    pace: str = ""
    blocker: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInContent:
    """What a mentor fills in. Entries, steps and new steps count only if the check-in was held.

    `steps` maps the id of a step to its new state. New steps and questions are only ever added; those added by an
    earlier save of the same check-in are skipped.
    """

    outcome: str = CheckIn.Outcome.HELD
    held_on: date | None = None
    minutes: int | None = None
    summary: str = ""
    private_note: str = ""
    request: str = ""
    entries: Sequence[EntryContent] = ()
    steps: Mapping[int, AgreedStep.State] = field(default_factory=dict)
    next_steps: Sequence[StepContent] = ()
    questions: Sequence[LoggedQuestion] = ()


@transaction.atomic(savepoint=False)
def log_check_in(
    *, group_week: GroupWeek, content: CheckInContent, logged_as: str, by: User, at: datetime
) -> CheckIn:
    """Save the check-in of a group and week, or overwrite the one that was logged before.

    `group_week` must come from `access.check_ins.locked_week_to_log`, in the same transaction. `logged_by` and
    `logged_as` keep their first values. Entries left out of the content are deleted; their history is kept. The
    person's draft is deleted.

    Raises:
        CheckInError: a check-in that was held has no day or minutes; or an entry or step belongs to another group
            or week.
        QuestionError: a question cannot be saved.
    """
    is_held = content.outcome == CheckIn.Outcome.HELD
    _check(group_week, content)
    is_new = group_week.check_in is None
    check_in = group_week.check_in or CheckIn(
        group=group_week.group,
        week_starts_on=group_week.week.starts_on,
        logged_by=by,
        logged_at=at,
        logged_as=logged_as,
        version=0,
    )
    if check_in.request != content.request:
        check_in.request_settled_at, check_in.request_settled_by = None, None
    for name in ("outcome", "held_on", "minutes", "summary", "private_note", "request"):
        setattr(check_in, name, getattr(content, name))
    check_in.touch(by=by, at=at)
    check_in._history_date = at  # type: ignore[attr-defined]
    check_in.save()
    _save_entries(group_week, check_in, content.entries if is_held else (), by, at)
    if is_held:
        states = {step: content.steps[step.pk] for step in group_week.steps if step.pk in content.steps}
        settle_steps(steps=states, by=by, at=at)
        new = _new_steps(group_week, check_in, content.next_steps)
        agree_steps(group=group_week.group, check_in=check_in, steps=new, by=by, at=at)
    questions = content.questions if is_new else _new_questions(group_week, check_in, content.questions)
    if questions:
        log_questions(group=group_week.group, lines=questions, by=by, at=at)
    CheckInDraft.objects.filter(
        group=group_week.group, week_starts_on=group_week.week.starts_on, person=by
    ).delete()
    return check_in


@transaction.atomic
def settle_request(*, check_in: CheckIn, is_settled: bool, by: User, at: datetime) -> CheckIn:
    """Settle a mentor's request to the course admins, or reopen it. Settling twice keeps the first person and time."""
    check_in = CheckIn.objects.select_for_update(of=("self",), no_key=True).get(pk=check_in.pk)
    if (check_in.request_settled_at is not None) != is_settled:
        check_in.request_settled_at = at if is_settled else None
        check_in.request_settled_by = by if is_settled else None
        credit(check_in, by)
        check_in._history_date = at  # type: ignore[attr-defined]
        check_in.save()
    return check_in


def _check(group_week: GroupWeek, content: CheckInContent) -> None:
    if content.outcome != CheckIn.Outcome.HELD:
        return
    if content.held_on is None or content.minutes is None:
        raise CheckInError("Enter the day and the minutes of the check-in.")
    members = {member.enrolment_id for member in group_week.members}
    mentioned = {line.enrolment_id for line in content.entries}
    mentioned |= {line.enrolment.pk for line in content.next_steps if line.enrolment is not None}
    if not mentioned <= members:
        raise CheckInError(
            f"One of the students was not in {group_week.group} in the week {group_week.week.label}."
        )
    if not set(content.steps) <= {step.pk for step in group_week.steps}:
        raise CheckInError("One of the steps belongs to another group, or was closed before this week.")


def _save_entries(
    group_week: GroupWeek, check_in: CheckIn, contents: Sequence[EntryContent], by: User, at: datetime
) -> None:
    """Create, update and delete entries until they match; an unchanged entry is not saved again."""
    created, updated = [], []
    for content in contents:
        entry = group_week.entries.get(content.enrolment_id)
        if entry is None:
            fields = _entry_fields(content)
            created.append(CheckInEntry(check_in=check_in, enrolment_id=content.enrolment_id, **fields))
        elif _entry_fields(entry) != _entry_fields(content):
            for name, value in _entry_fields(content).items():
                setattr(entry, name, value)
            updated.append(entry)
    if created:
        bulk_create_with_history(created, CheckInEntry, default_user=by, default_date=at)
    if updated:
        bulk_update_with_history(updated, CheckInEntry, _ENTRY_FIELDS, default_user=by, default_date=at)
    for enrolment_id in group_week.entries.keys() - {content.enrolment_id for content in contents}:
        removed = group_week.entries[enrolment_id]
        credit(removed, by)
        removed._history_date = at  # type: ignore[attr-defined]
        removed.delete()


def _entry_fields(row: EntryContent | CheckInEntry) -> dict[str, str]:
    return {name: getattr(row, name) for name in _ENTRY_FIELDS}


def _new_steps(group_week: GroupWeek, check_in: CheckIn, lines: Sequence[StepContent]) -> list[StepContent]:
    """Leave out steps that this check-in has already, for example when a form is sent twice."""
    agreed = {
        (step.enrolment_id, step.text, step.due_on)
        for step in group_week.steps
        if step.check_in_id == check_in.pk
    }
    return [
        line
        for line in lines
        if (line.enrolment.pk if line.enrolment else None, line.text.strip(), line.due_on) not in agreed
    ]


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
