"""Write what tracking sheets bring: people and groups, then what they have done and asked."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from itertools import batched
from zoneinfo import ZoneInfo

from courses.models import Cohort
from groups.models import Enrolment
from people.models import User
from sheets.actions.cohort_writing import CohortWriter
from sheets.actions.record import Record
from sheets.matching.changes import SheetChanges
from sheets.matching.plan import Step, Work
from sheets.understanding.roster import group_key
from tracker.actions.records import (
    RecordedAnswer,
    RecordedQuestion,
    bring_answers,
    bring_questions,
    mark_many,
)

_BATCH = 2_000
_NOON = time(12)


def write_sheets(
    *, cohort: Cohort, changes: SheetChanges, writer: CohortWriter, record: Record, by: User, at: datetime
) -> Work[None]:
    """Write marks and questions; people and groups are there already, and `writer` knows them."""
    enrolments = _enrolments(cohort, {mark.email for mark in changes.marks} | _askers(changes))
    yield Step("Writing progress", 0, 2)
    _write_marks(cohort, changes, enrolments, record, by, at)
    yield Step("Writing questions", 1, 2)
    people = _people(
        {question.answered_by for question in changes.questions} | {who for _, _, who, _ in changes.answers}
    )
    _write_questions(cohort, changes, enrolments, people, writer, record, by, at)
    _write_answers(cohort, changes, people, record, by, at)


def _askers(changes: SheetChanges) -> set[str]:
    return {question.student for question in changes.questions if question.student}


def _enrolments(cohort: Cohort, emails: Iterable[str]) -> dict[str, Enrolment]:
    found = {}
    for batch in batched(sorted(emails), _BATCH):
        rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person", "cohort")
        for enrolment in rows.filter(cohort=cohort, ended_on=None, person__email__in=batch):
            found[enrolment.person.email] = enrolment
    return found


def _people(emails: Iterable[str]) -> dict[str, User]:
    wanted = sorted(email for email in emails if email)
    return {
        person.email: person
        for batch in batched(wanted, _BATCH)
        for person in User.objects.filter(email__in=batch)
    }


def _write_marks(
    cohort: Cohort,
    changes: SheetChanges,
    enrolments: dict[str, Enrolment],
    record: Record,
    by: User,
    at: datetime,
) -> None:
    made, changed = mark_many(
        states={(enrolments[one.email].pk, one.milestone_id): one.state for one in changes.marks},
        enrolments={one.pk: one for one in enrolments.values()},
        milestones=set(cohort.course.milestones.values_list("pk", flat=True)),
        by=by,
        at=at,
    )
    record.made(made)
    record.changed_from(changed)


def _write_questions(
    cohort: Cohort,
    changes: SheetChanges,
    enrolments: dict[str, Enrolment],
    people: dict[str, User],
    writer: CohortWriter,
    record: Record,
    by: User,
    at: datetime,
) -> None:
    questions = [
        RecordedQuestion(
            group=writer.groups[group_key(one.group)],
            title=one.title,
            detail=one.detail,
            asked_at=_moment(cohort, one.day, at),
            milestone_id=one.milestone_id,
            enrolment=enrolments.get(one.student),
            answer=one.answer,
            answerer=people.get(one.answered_by),
            is_solved=one.is_solved,
        )
        for one in changes.questions
    ]
    for rows in bring_questions(questions=questions, by=by, at=at):
        record.made(rows)


def _write_answers(
    cohort: Cohort, changes: SheetChanges, people: dict[str, User], record: Record, by: User, at: datetime
) -> None:
    answers = [
        RecordedAnswer(pk, text, people.get(who), _moment(cohort, day, at))
        for pk, text, who, day in changes.answers
    ]
    made, changed = bring_answers(answers=answers, by=by, at=at)
    record.changed_from(changed)
    record.made(made)


def _moment(cohort: Cohort, day: date | None, at: datetime) -> datetime:
    """Noon of that day where the cohort is; a sheet says no time, and nothing that is yet to come was asked."""
    if day is None:
        return at
    return min(datetime.combine(day, _NOON, ZoneInfo(cohort.time_zone)).astimezone(UTC), at)
