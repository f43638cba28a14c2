"""What an exported row says of a check-in, a question, a person: one way for CSV files and for tabs of workbooks.

No tab may look like a tracker, like questions or like courses to our own reader, which tells them by their headers: so
people are "Person" there, never "Name" or "Student", and what was asked is "Asked".
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from groups.models import Enrolment, Membership, Mentorship, PlanItem
from lib.cells import Value
from people.models import User
from tracker.models import AgreedStep, Ask, CheckIn, CodeReview, Progress, Question

type Row = tuple[Value, ...]

PROGRESS = (
    "Group", "Person", "E-mail", "Milestone", "State", "Since", "Hours", "Last changed", "Changed by", "Waived on",
    "Left on", "Why they left",
)  # fmt: skip
CHECK_INS = (
    "Group", "Week of", "Outcome", "Held on", "Minutes", "Logged by", "Logged as", "For the group",
    "Request to the course admin", "Person", "E-mail", "Attendance", "Pace", "Blocker", "Note",
)  # fmt: skip
PRIVATE_NOTE = "Private note"
QUESTIONS = (
    "Group", "Asked on", "Asked by", "E-mail", "Name hidden", "Milestone", "Material", "Question", "Detail", "Category",
    "Seen by", "Status", "Duplicate of", "Times asked", "Answered on", "Answers",
)  # fmt: skip
PEOPLE = (
    "Name", "E-mail", "Group", "Time zone", "Role", "From", "Until", "Why it ended", "Left the cohort on",
    "Why they left",
)  # fmt: skip
PEOPLE_OF_A_GROUP = ("Person", *PEOPLE[1:])
PLAN = ("Milestone", "Week", "Planned hours", "Optional", "Due on")
STEPS = (
    "Person", "E-mail", "Step", "Due on", "State", "Agreed on", "Agreed by", "Closed on", "Closed by",
    "Week of check-in",
)  # fmt: skip
REVIEWS = (
    "Author", "Author's e-mail", "Reviewer", "Reviewer's e-mail", "Milestone", "URL", "State", "Note", "Requested on",
    "Last changed",
)  # fmt: skip
ANSWERS = ("Asked", "Answer in full", "Person", "E-mail", "Answered on")


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment as a clock showed it where the cohort is; files know no time zones."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def progress_row(one: Progress, group: str, zone: ZoneInfo) -> Row:
    enrolment = one.enrolment
    return (
        group,
        enrolment.person.name,
        enrolment.person.email,
        one.milestone.title,
        one.get_state_display(),
        local(one.state_since, zone),
        one.hours,
        local(one.changed_at, zone),
        one.changed_by.name,
        local(one.waived_at, zone),
        *_left(enrolment),
    )


def _left(enrolment: Enrolment | None) -> Row:
    return (enrolment.ended_on, enrolment.get_end_reason_display()) if enrolment else (None, None)


def check_in_rows(one: CheckIn, *, has_private_note: bool) -> Iterator[Row]:
    """A row a student, each with what is said of all; one row where nothing is said of any student."""
    of_all = (
        one.group.name,
        one.week_starts_on,
        one.get_outcome_display(),
        one.held_on,
        one.minutes,
        one.logged_by.name,
        one.get_logged_as_display() or "course admin",
        one.summary,
        one.request,
    )
    note = (one.private_note,) if has_private_note else ()
    entries = sorted(one.entries.all(), key=lambda entry: (entry.enrolment.person.name, entry.pk))
    for entry in entries:
        person = entry.enrolment.person
        said = entry.get_attendance_display(), entry.get_pace_display(), entry.blocker, entry.note
        yield (*of_all, person.name, person.email, *said, *note)
    if not entries:
        yield (*of_all, *[None] * (len(CHECK_INS) - len(of_all)), *note)


def check_in_header(*, has_private_note: bool) -> tuple[str, ...]:
    return (*CHECK_INS, PRIVATE_NOTE) if has_private_note else CHECK_INS


def asker(question: Question) -> User | None:
    """The student who asked first, whoever logged it; None where nobody said which student it was."""
    asks: list[Ask] = sorted(question.asks.all(), key=lambda ask: (ask.asked_at, ask.pk))
    return asks[0].enrolment.person if asks and asks[0].enrolment else None


def question_row(one: Question, zone: ZoneInfo) -> Row:
    """A question with all that it says, the asker's name too: for who may see it though others may not."""
    person = asker(one)
    asked_at = local(one.asked_at, zone)
    return (
        one.group.name,
        asked_at.date() if asked_at else None,
        person.name if person else "somebody of the group",
        person.email if person else None,
        one.is_asker_hidden,
        one.milestone.title if one.milestone else None,
        one.material.title if one.material else None,
        one.title,
        one.detail,
        one.get_category_display(),
        one.get_visibility_display(),
        one.get_status_display(),
        one.duplicate_of.title if one.duplicate_of else None,
        getattr(one, "ask_count", None),
        local(one.first_answered_at, zone),
        "\n\n".join(
            f"{answer.answered_by.name}, {answer.answered_at.astimezone(zone):%Y-%m-%d}: {answer.body}"
            for answer in one.answers.all()
        ),
    )


def member_row(stay: Membership) -> Row:
    enrolment = stay.enrolment
    return (
        *_who(enrolment.person, stay.group.name),
        "student",
        stay.started_on,
        stay.ended_on,
        stay.get_end_reason_display(),
        *_left(enrolment),
    )


def student_without_group_row(enrolment: Enrolment) -> Row:
    return (*_who(enrolment.person, None), "student", enrolment.started_on, None, None, *_left(enrolment))


def mentor_row(one: Mentorship) -> Row:
    return (
        *_who(one.person, one.group.name), one.get_role_display(), one.started_on, one.ended_on, None, *_left(None),
    )  # fmt: skip


def _who(person: User, group: str | None) -> Row:
    return person.name, person.email, group, person.time_zone


def plan_row(item: PlanItem) -> Row:
    one = item.milestone
    return one.title, one.week, one.planned_hours, one.is_optional, item.due_on


def step_row(one: AgreedStep, zone: ZoneInfo) -> Row:
    person = one.enrolment.person if one.enrolment else None
    return (
        person.name if person else "the whole group",
        person.email if person else None,
        one.text,
        one.due_on,
        one.get_state_display(),
        local(one.agreed_at, zone),
        one.agreed_by.name,
        local(one.closed_at, zone),
        one.closed_by.name if one.closed_by else None,
        one.check_in.week_starts_on if one.check_in else None,
    )


def review_row(one: CodeReview, zone: ZoneInfo) -> Row:
    author, reviewer = one.author.person, one.reviewer.person
    return (
        author.name,
        author.email,
        reviewer.name,
        reviewer.email,
        one.milestone.title,
        one.url,
        one.get_state_display(),
        one.note,
        local(one.requested_at, zone),
        local(one.changed_at, zone),
    )


def answer_rows(question: Question, zone: ZoneInfo) -> Iterator[Row]:
    for answer in question.answers.all():
        person = answer.answered_by
        yield question.title, answer.body, person.name, person.email, local(answer.answered_at, zone)
