"""Rows of exports, the same for CSV files and for tabs of workbooks: those that are not imported again, and of people.

Our own reader recognises tabs by their headers, so no other tab may look like a tracker, questions or courses. That
is why people are "Person" there instead of "Name" or "Student", and a question's title is "Asked".
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from groups.models import Enrolment, Membership, Mentorship
from sheets.understanding.records.asked import SOMEBODY, ExportedQuestion
from sheets.understanding.records.column import ExportColumn
from sheets.understanding.records.students import STUDENT, ExportedPerson
from tracker.access.written_about import mask
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview


class ExportedEntry(NamedTuple):
    """An entry of a check-in, which may have none."""

    check_in: CheckIn
    entry: CheckInEntry | None


_CHECK_INS: tuple[ExportColumn[ExportedEntry], ...] = (
    ExportColumn("Group", "check_in.group.name"),
    ExportColumn("Week of", "check_in.week_starts_on"),
    ExportColumn("Outcome", "check_in.get_outcome_display"),
    ExportColumn("Held on", "check_in.held_on"),
    ExportColumn("Minutes", "check_in.minutes"),
    ExportColumn("Logged by", "check_in.logged_by.name"),
    ExportColumn("Logged as", lambda row: row.check_in.get_logged_as_display() or "course admin"),
    ExportColumn("For the group", "check_in.summary"),
    ExportColumn("Request to the course admin", "check_in.request"),
    ExportColumn("Answer to the request", "check_in.request_answer"),
    ExportColumn("Person", "entry.enrolment.person.name"),
    ExportColumn("E-mail", "entry.enrolment.person.email"),
    ExportColumn("Attendance", "entry.get_attendance_display"),
    ExportColumn("Note", "entry.note"),
    ExportColumn("Logged at", "check_in.logged_at"),
    ExportColumn("Logged by e-mail", "check_in.logged_by.email"),
)
# Of who moved, one entry a week counts: see `with_is_counted`.
_COUNTS = ExportColumn[ExportedEntry]("Counts", "entry.is_counted")
CHECK_INS = (*_CHECK_INS, _COUNTS)
WITH_PRIVATE_NOTES = (
    *_CHECK_INS,
    ExportColumn[ExportedEntry]("Private note", "check_in.private_note"),
    _COUNTS,
)
STEPS: tuple[ExportColumn[AgreedStep], ...] = (
    ExportColumn("Person", lambda step: step.enrolment.person.name if step.enrolment else "the whole group"),
    ExportColumn("E-mail", "enrolment.person.email"),
    ExportColumn("Step", "text"),
    ExportColumn("Due on", "due_on"),
    ExportColumn("State", "get_state_display"),
    ExportColumn("Agreed on", "agreed_at"),
    ExportColumn("Agreed by", "agreed_by.name"),
    ExportColumn("Closed on", "closed_at"),
    ExportColumn("Closed by", "closed_by.name"),
    ExportColumn("Week of check-in", "check_in.week_starts_on"),
    ExportColumn("Agreed by e-mail", "agreed_by.email"),
    ExportColumn("Closed by e-mail", "closed_by.email"),
)
REVIEWS: tuple[ExportColumn[CodeReview], ...] = (
    ExportColumn("Author", "author.person.name"),
    ExportColumn("Author's e-mail", "author.person.email"),
    ExportColumn("Reviewer", "reviewer.person.name"),
    ExportColumn("Reviewer's e-mail", "reviewer.person.email"),
    ExportColumn("Milestone", "milestone.title"),
    ExportColumn("URL", "url"),
    ExportColumn("State", "get_state_display"),
    ExportColumn("Note", "note"),
    ExportColumn("Requested on", "requested_at"),
    ExportColumn("Last changed", "changed_at"),
)
# For readers who may see hidden names.
QUESTIONS: tuple[ExportColumn[ExportedQuestion], ...] = (
    ExportColumn("Group", "question.group.name"),
    ExportColumn("Asked on", "day"),
    ExportColumn("Asked by", lambda row: row.asker.name if row.asker else SOMEBODY),
    ExportColumn("E-mail", "asker.email"),
    ExportColumn("Name hidden", "question.is_asker_hidden"),
    ExportColumn("Milestone", "question.milestone.title"),
    ExportColumn("Material", "question.material.title"),
    ExportColumn("Question", "question.title"),
    ExportColumn("Detail", "question.detail"),
    ExportColumn("Category", "question.get_category_display"),
    ExportColumn("Seen by", "question.get_visibility_display"),
    ExportColumn("Status", "question.get_status_display"),
    ExportColumn("Duplicate of", "question.duplicate_of.title"),
    ExportColumn("Times asked", "question.ask_count"),
    ExportColumn("Answered on", "question.first_answered_at"),
    ExportColumn("Answers", lambda row: "\n\n".join(_answers(row))),
    ExportColumn("Published on", "question.published_at"),
)


def _answers(row: ExportedQuestion) -> Iterator[str]:
    for answer in row.answers:
        day = f"{answer.answered_at.astimezone(row.zone):%Y-%m-%d}" if answer.answered_at else "no date"
        yield f"{answer.answered_by.name}, {day}: {answer.body}"


def entries_of(check_in: CheckIn, masked: Collection[int]) -> list[ExportedEntry]:
    """One row per student entry; a single row if there are no entries.

    Args:
        masked: ids of check-ins that the reader reads as a student, without what mentors wrote to each other.
    """
    if check_in.pk in masked:
        mask(check_in, *check_in.entries.all())
    entries = sorted(check_in.entries.all(), key=lambda entry: (entry.enrolment.person.name, entry.pk))
    return [ExportedEntry(check_in, entry) for entry in entries or (None,)]


def student(enrolment: Enrolment, stay: Membership | None) -> ExportedPerson:
    """The readers of these rows, mentors of the group and course admins, may read the note, too."""
    if stay is None:
        return ExportedPerson(enrolment.person, None, STUDENT, enrolment.started_on, None, "", enrolment)
    why = stay.get_end_reason_display()
    return ExportedPerson(
        enrolment.person, stay.group.name, STUDENT, stay.started_on, stay.ended_on, why, enrolment
    )


def mentor(mentorship: Mentorship) -> ExportedPerson:
    role, started_on, ended_on = mentorship.get_role_display(), mentorship.started_on, mentorship.ended_on
    return ExportedPerson(mentorship.person, mentorship.group.name, role, started_on, ended_on, "", None)
