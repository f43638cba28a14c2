from dataclasses import dataclass, field
from datetime import date

from groups.models import Enrolment, Group, Membership, Mentorship
from people.models import User
from questions.actions.records import RecordedQuestion
from questions.models import Answer, Ask
from tracker.actions.records import RecordedMark
from tracker.models import Progress


@dataclass(slots=True)
class CohortChanges:
    """The changes of an import to a cohort: unsaved rows, which refer to each other, and edits of saved ones."""

    # New people by address, and those of them who only did something: they are neither students nor mentors.
    accounts: dict[str, User] = field(default_factory=dict)
    named: list[User] = field(default_factory=list)
    # New values of saved rows.
    people_edits: list[tuple[User, dict[str, str]]] = field(default_factory=list)
    enrolment_edits: list[tuple[Enrolment, dict[str, str | float]]] = field(default_factory=list)
    # Other starts of saved rows.
    starts: dict[Enrolment | Membership | Mentorship, date] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    # The plans of new groups by name: due days by milestone id. Without an entry a group takes the calendar.
    plans: dict[str, dict[int, date | None]] = field(default_factory=dict)
    enrolments: list[Enrolment] = field(default_factory=list)
    # Open ones end the stay in another group, if any.
    stays: list[Membership] = field(default_factory=list)
    mentorships: list[Mentorship] = field(default_factory=list)
    ended_mentorships: list[Mentorship] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    # States and hours, as `mark_many` takes them, by the keys of `ProgressSnapshot`.
    marks: dict[tuple[int, int], RecordedMark] = field(default_factory=dict)
    questions: list[RecordedQuestion] = field(default_factory=list)
    # Of existing questions, and the ids of those that are solved in the files.
    answers: list[Answer] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    solved: list[int] = field(default_factory=list)
