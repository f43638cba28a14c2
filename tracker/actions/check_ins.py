"""Log the check-in of a group and week, once or again, with everything that goes with it."""

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
from tracker.actions.steps import StepLine, agree_steps, settle_steps
from tracker.models import AgreedStep, CheckIn, CheckInDraft, CheckInEntry

_ENTRY_FIELDS = ["attendance", "pace", "blocker", "note"]


class CheckInError(Exception):
    """What was said contradicts the group or the week; the message says what to do, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """What is said of one student."""

    enrolment_id: int
    attendance: str = CheckInEntry.Attendance.PRESENT
    pace: str = ""
    blocker: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInWords:
    """What is said at a check-in. Entries, what became of steps, and new steps belong to one that was held.

    `steps` are those that change their state, by their id. New steps and questions only ever add: one that was added
    at an earlier saving of the same check-in is left out.
    """

    outcome: str = CheckIn.Outcome.HELD
    held_on: date | None = None
    minutes: int | None = None
    summary: str = ""
    private_note: str = ""
    request: str = ""
    entries: Sequence[EntryLine] = ()
    steps: Mapping[int, AgreedStep.State] = field(default_factory=dict)
    next_steps: Sequence[StepLine] = ()
    questions: Sequence[LoggedQuestion] = ()


@transaction.atomic(savepoint=False)
def log_check_in(*, place: GroupWeek, words: CheckInWords, logged_as: str, by: User, at: datetime) -> CheckIn:
    """Save the check-in of a group and week, over the one that stands there if there is one.

    `place` must come from `access.check_ins.locked_week_to_log`, in the same transaction. Who logged it first, and as
    what, stays; who changed it last is kept beside it. An entry that is not said any more goes, its history stays. The
    person's draft is gone with it.

    Raises:
        CheckInError: it was held and has no day or minutes; it speaks of a student or step of another group or week.
        QuestionError: of the questions' own.
    """
    is_held = words.outcome == CheckIn.Outcome.HELD
    _check(place, words)
    is_new = place.check_in is None
    check_in = place.check_in or CheckIn(
        group=place.group,
        week_starts_on=place.week.starts_on,
        logged_by=by,
        logged_at=at,
        logged_as=logged_as,
        version=0,
    )
    if check_in.request != words.request:
        check_in.request_settled_at, check_in.request_settled_by = None, None
    for name in ("outcome", "held_on", "minutes", "summary", "private_note", "request"):
        setattr(check_in, name, getattr(words, name))
    check_in.touch(by=by, at=at)
    check_in._history_date = at  # type: ignore[attr-defined]
    check_in.save()
    _save_entries(place, check_in, words.entries if is_held else (), by, at)
    if is_held:
        states = {step: words.steps[step.pk] for step in place.steps if step.pk in words.steps}
        settle_steps(steps=states, by=by, at=at)
        new = _new_steps(place, check_in, words.next_steps)
        agree_steps(group=place.group, check_in=check_in, lines=new, by=by, at=at)
    questions = words.questions if is_new else _new_questions(place, check_in, words.questions)
    if questions:
        log_questions(group=place.group, lines=questions, by=by, at=at)
    CheckInDraft.objects.filter(group=place.group, week_starts_on=place.week.starts_on, person=by).delete()
    return check_in


@transaction.atomic
def settle_request(*, check_in: CheckIn, is_settled: bool, by: User, at: datetime) -> CheckIn:
    """Say that what the mentor asked of the course admin was seen to, or that it was not; who said it first is kept."""
    check_in = CheckIn.objects.select_for_update(of=("self",), no_key=True).get(pk=check_in.pk)
    if (check_in.request_settled_at is not None) != is_settled:
        check_in.request_settled_at = at if is_settled else None
        check_in.request_settled_by = by if is_settled else None
        credit(check_in, by)
        check_in._history_date = at  # type: ignore[attr-defined]
        check_in.save()
    return check_in


def _check(place: GroupWeek, words: CheckInWords) -> None:
    if words.outcome != CheckIn.Outcome.HELD:
        return
    if words.held_on is None or words.minutes is None:
        raise CheckInError("A check-in that was held has a day and minutes.")
    members = {member.enrolment_id for member in place.members}
    spoken_of = {line.enrolment_id for line in words.entries}
    spoken_of |= {line.enrolment.pk for line in words.next_steps if line.enrolment is not None}
    if not spoken_of <= members:
        raise CheckInError(f"Somebody of them was not in {place.group} in the week {place.week.label}.")
    if not set(words.steps) <= {step.pk for step in place.steps}:
        raise CheckInError("One of the steps is of another group, or was settled long ago.")


def _save_entries(
    place: GroupWeek, check_in: CheckIn, lines: Sequence[EntryLine], by: User, at: datetime
) -> None:
    """Make, change and remove entries so that they say what the lines say; one that says the same stays as it is."""
    made, changed, said = [], [], set()
    for line in lines:
        said.add(line.enrolment_id)
        entry = place.entries.get(line.enrolment_id)
        if entry is None:
            made.append(CheckInEntry(check_in=check_in, enrolment_id=line.enrolment_id, **_fields(line)))
        elif _fields(entry) != _fields(line):
            for name, value in _fields(line).items():
                setattr(entry, name, value)
            changed.append(entry)
    if made:
        bulk_create_with_history(made, CheckInEntry, default_user=by, default_date=at)
    if changed:
        bulk_update_with_history(changed, CheckInEntry, _ENTRY_FIELDS, default_user=by, default_date=at)
    for enrolment_id in place.entries.keys() - said:
        gone = place.entries[enrolment_id]
        credit(gone, by)
        gone._history_date = at  # type: ignore[attr-defined]
        gone.delete()


def _fields(row: EntryLine | CheckInEntry) -> dict[str, str]:
    return {name: getattr(row, name) for name in _ENTRY_FIELDS}


def _new_steps(place: GroupWeek, check_in: CheckIn, lines: Sequence[StepLine]) -> list[StepLine]:
    """Those that were not agreed at this check-in already, as when a form is sent twice."""
    agreed = {
        (step.enrolment_id, step.text, step.due_on) for step in place.steps if step.check_in_id == check_in.pk
    }
    return [
        line
        for line in lines
        if (line.enrolment.pk if line.enrolment else None, line.text.strip(), line.due_on) not in agreed
    ]


def _new_questions(
    place: GroupWeek, check_in: CheckIn, lines: Sequence[LoggedQuestion]
) -> Sequence[LoggedQuestion]:
    """Those that were not asked in the group since the check-in was logged, as when a form is sent twice."""
    if not lines:
        return ()
    asks = Ask.objects.filter(group=place.group, asked_at__gte=check_in.logged_at)
    asked: set[tuple[int | str, int | None]] = set()
    for question_id, title, enrolment_id in asks.values_list("question", "question__title", "enrolment"):
        asked |= {(question_id, enrolment_id), (title, enrolment_id)}
    return [
        line
        for line in lines
        if (line.again or line.title.strip(), line.enrolment.pk if line.enrolment else None) not in asked
    ]
