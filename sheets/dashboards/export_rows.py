"""What an exported row says of a check-in, a question, a person: one way for CSV files and for tabs of workbooks.

No tab may look like a tracker, like questions or like courses to our own reader, which tells them by their headers: so
people are "Person" there, never "Name" or "Student", and what was asked is "Asked".
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from groups.models import Enrolment, Membership, Mentorship, PlanItem
from lib.cells import Value
from people.models import User
from questions.models import Answer, Ask, Question
from sheets.understanding.people import shown_person
from sheets.understanding.records import headers
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress

type ExportRow = tuple[Value, ...]
# The groups, by id, whose mentors' view is the reader's; None for a course admin, to whom nothing is hidden.
type LedGroupIds = Collection[int] | None

_SOMEBODY = "somebody of the group"

PROGRESS = tuple(headers.PROGRESS.values())
CHECK_INS = tuple(headers.CHECK_INS.values())
QUESTIONS = (
    "Group", "Asked on", "Asked by", "E-mail", "Name hidden", "Milestone", "Material", "Question", "Detail", "Category",
    "Seen by", "Status", "Duplicate of", "Times asked", "Answered on", "Answers",
)  # fmt: skip
MORE_OF_QUESTIONS = tuple(headers.MORE_OF_QUESTIONS.values())
PEOPLE_OF_A_GROUP = tuple(headers.PEOPLE.values())
PEOPLE = ("Name", *PEOPLE_OF_A_GROUP[1:])
PLAN = tuple(headers.PLAN.values())
STEPS = tuple(headers.STEPS.values())
REVIEWS = tuple(headers.REVIEWS.values())
ANSWERS = tuple(headers.ANSWERS.values())
ASKS = tuple(headers.ASKS.values())


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment as a clock showed it where the cohort is; files know no time zones."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def progress_row(one: Progress, group: str, zone: ZoneInfo) -> ExportRow:
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
        one.started_on,
        one.finished_on,
        one.changed_by.email,
        one.waived_by.name if one.waived_by else None,
        one.waived_by.email if one.waived_by else None,
        enrolment.started_on,
    )


def _left(enrolment: Enrolment | None) -> ExportRow:
    return (enrolment.ended_on, enrolment.get_end_reason_display()) if enrolment else (None, None)


def check_in_rows(one: CheckIn, zone: ZoneInfo, *, has_private_note: bool) -> Iterator[ExportRow]:
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
    last: ExportRow = (local(one.logged_at, zone), one.logged_by.email)
    if has_private_note:
        last = (*last, one.private_note)
    entries = sorted(one.entries.all(), key=lambda entry: (entry.enrolment.person.name, entry.pk))
    for entry in entries:
        person = entry.enrolment.person
        said = entry.get_attendance_display(), entry.get_pace_display(), entry.blocker, entry.note
        yield (*of_all, person.name, person.email, *said, *last)
    if not entries:
        yield (*of_all, *[None] * 6, *last)


def check_in_header(*, has_private_note: bool) -> tuple[str, ...]:
    return (*CHECK_INS, headers.PRIVATE_NOTE) if has_private_note else CHECK_INS


def asker(question: Question, led: LedGroupIds = None) -> User | None:
    """The student who asked first, whoever logged it; None where nobody said which student it was."""
    asks: list[Ask] = sorted(question.asks.all(), key=lambda ask: (ask.asked_at, ask.pk))
    return asks[0].enrolment.person if asks and asks[0].enrolment and _is_named(asks[0], led) else None


def _is_named(ask: Ask, led: LedGroupIds) -> bool:
    """As questions.dashboards.question_detail: who asked is named to today's mentors of the group of the ask."""
    return led is None or ask.group_id in led


def answerer(question: Question, answer: Answer, led: LedGroupIds = None) -> User | None:
    """Who answered, as far as the reader may know: below an answer of another group's question stands nobody's name.

    It might be who asked there and hides it, or a student of another cohort.
    """
    return answer.answered_by if led is None or question.group_id in led else None


def question_row(one: Question, zone: ZoneInfo) -> ExportRow:
    """A question with all that it says, the asker's name too: for who may see it though others may not."""
    person = asker(one)
    asked_at = local(one.asked_at, zone)
    return (
        one.group.name,
        asked_at.date() if asked_at else None,
        person.name if person else _SOMEBODY,
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


def more_of_question(one: Question, zone: ZoneInfo, led: LedGroupIds = None) -> ExportRow:
    """What a question says besides the sheet's own columns, by which our reader makes it whole again.

    Whose name the asker hides stands in a column of its own.
    """
    person = asker(one)
    hidden = asker(one, led) if one.is_asker_hidden else None
    entered_by = None if person is not None and one.asked_by_id == person.pk else one.asked_by
    return (
        one.detail,
        one.get_category_display(),
        one.get_visibility_display(),
        one.get_status_display(),
        one.duplicate_of.title if one.duplicate_of else None,
        getattr(one, "ask_count", None),
        _shown(hidden),
        one.pk,
        one.duplicate_of_id,
        local(one.asked_at, zone),
        _shown(entered_by),
        one.is_asker_hidden,
        one.material.title if one.material else None,
        local(one.first_answered_at, zone),
        local(one.published_at, zone),
        _shown(one.published_by),
    )


def _shown(person: User | None) -> str | None:
    return shown_person(person.name, person.email) if person else None


def member_row(stay: Membership, zone: ZoneInfo) -> ExportRow:
    enrolment = stay.enrolment
    return (
        *_who(enrolment.person, stay.group.name),
        "student",
        stay.started_on,
        stay.ended_on,
        stay.get_end_reason_display(),
        *_of_enrolment(enrolment, zone),
    )


def student_without_group_row(enrolment: Enrolment, zone: ZoneInfo) -> ExportRow:
    return (
        *_who(enrolment.person, None), "student", enrolment.started_on, None, None, *_of_enrolment(enrolment, zone),
    )  # fmt: skip


def _of_enrolment(enrolment: Enrolment, zone: ZoneInfo) -> ExportRow:
    return *_left(enrolment), enrolment.started_on, enrolment.level, local(enrolment.last_active_at, zone)


def mentor_row(one: Mentorship) -> ExportRow:
    return (
        *_who(one.person, one.group.name), one.get_role_display(), one.started_on, one.ended_on, *[None] * 6,
    )  # fmt: skip


def _who(person: User, group: str | None) -> ExportRow:
    return person.name, person.email, group, person.time_zone


def plan_row(item: PlanItem) -> ExportRow:
    one = item.milestone
    return one.title, one.week, one.planned_hours, one.is_optional, item.due_on


def step_row(one: AgreedStep, zone: ZoneInfo) -> ExportRow:
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
        one.agreed_by.email,
        one.closed_by.email if one.closed_by else None,
    )


def review_row(one: CodeReview, zone: ZoneInfo) -> ExportRow:
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


def answer_rows(question: Question, zone: ZoneInfo) -> Iterator[ExportRow]:
    for answer in question.answers.all():
        person = answer.answered_by
        moment = local(answer.answered_at, zone)
        yield question.pk, question.title, answer.body, person.name, person.email, moment


def ask_rows(question: Question, zone: ZoneInfo, led: LedGroupIds = None) -> Iterator[ExportRow]:
    """Each time the question was asked, with the name of who asked though it may be hidden: for who leads the group.

    Of asks in groups that the reader does not lead only the group is named.
    """
    for ask in sorted(question.asks.all(), key=lambda ask: (ask.asked_at, ask.pk)):
        is_named = _is_named(ask, led)
        person = ask.enrolment.person if ask.enrolment and is_named else None
        yield (
            question.pk,
            question.title,
            ask.group.name,
            person.name if person else _SOMEBODY,
            person.email if person else None,
            local(ask.asked_at, zone),
            ask.week_starts_on,
            ask.logged_by.name if is_named else None,
            ask.logged_by.email if is_named else None,
        )
