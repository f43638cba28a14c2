"""The cells of exported rows, the same for CSV files and for tabs of workbooks.

Our own reader recognises tabs by their headers, so no other tab may look like a tracker, questions or courses. That
is why people are "Person" there instead of "Name" or "Student", and a question's title is "Asked".
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from groups.models import Enrolment, Membership, Mentorship, PlanItem
from lib.cells import Value
from lib.mentions import shown_person
from people.models import User
from questions.models import Ask, Question
from sheets.understanding.questions import LONGEST_TITLE
from sheets.understanding.records import asked, students
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress

type ExportRow = tuple[Value, ...]
# Ids of the groups that the reader leads; None for a course admin, who sees everything.
type LedGroupIds = Collection[int] | None

_SOMEBODY = "somebody of the group"
_COURSE_ADMIN = "course admin"
# Faster than `get_…_display`, which makes such a mapping anew for each row.
_STATES = dict(Progress.State.choices)
_ENROLMENT_ENDS = dict(Enrolment.EndReason.choices)

PROGRESS = tuple(students.PROGRESS.values())
CHECK_INS = (
    "Group", "Week of", "Outcome", "Held on", "Minutes", "Logged by", "Logged as", "For the group",
    "Request to the course admin", "Answer to the request", "Person", "E-mail", "Attendance", "Note",
    "Logged at", "Logged by e-mail",
)  # fmt: skip
STEPS = (
    "Person", "E-mail", "Step", "Due on", "State", "Agreed on", "Agreed by", "Closed on", "Closed by",
    "Week of check-in", "Agreed by e-mail", "Closed by e-mail",
)  # fmt: skip
REVIEWS = (
    "Author", "Author's e-mail", "Reviewer", "Reviewer's e-mail", "Milestone", "URL", "State", "Note", "Requested on",
    "Last changed",
)  # fmt: skip
QUESTIONS = (
    "Group", "Asked on", "Asked by", "E-mail", "Name hidden", "Milestone", "Material", "Question", "Detail", "Category",
    "Seen by", "Status", "Duplicate of", "Times asked", "Answered on", "Answers", "Published on",
)  # fmt: skip
# Of a tracking sheet, and those that it does not have.
SHEET_QUESTIONS = (
    "Date", "Student", "Module", "Question", "Answer", "Answered by", "Solved", *asked.MORE_OF_QUESTIONS.values(),
)  # fmt: skip
PEOPLE_OF_A_GROUP = tuple(students.PEOPLE.values())
PEOPLE = ("Name", *PEOPLE_OF_A_GROUP[1:])
PLAN = tuple(students.PLAN.values())
ANSWERS = tuple(asked.ANSWERS.values())
ASKS = tuple(asked.ASKS.values())


def local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """The moment as local time in the cohort, without tzinfo: files have no time zones."""
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def progress_row(progress: Progress, group: str, zone: ZoneInfo) -> ExportRow:
    enrolment = progress.enrolment
    return (
        group,
        enrolment.person.name,
        enrolment.person.email,
        progress.milestone.title,
        _STATES[progress.state],
        local(progress.state_since, zone),
        progress.hours,
        local(progress.changed_at, zone),
        progress.changed_by.name,
        local(progress.waived_at, zone),
        enrolment.ended_on,
        _ENROLMENT_ENDS.get(enrolment.end_reason),
        progress.started_on,
        progress.finished_on,
        progress.changed_by.email,
        progress.waived_by.name if progress.waived_by else None,
        progress.waived_by.email if progress.waived_by else None,
        enrolment.started_on,
    )


def check_in_rows(check_in: CheckIn, zone: ZoneInfo, *, has_private_note: bool) -> Iterator[ExportRow]:
    """One row per student entry; a single row if there are no entries."""
    shared_cells = (
        check_in.group.name,
        check_in.week_starts_on,
        check_in.get_outcome_display(),
        check_in.held_on,
        check_in.minutes,
        check_in.logged_by.name,
        check_in.get_logged_as_display() or _COURSE_ADMIN,
        check_in.summary,
        check_in.request,
        check_in.request_answer,
    )
    last: ExportRow = (local(check_in.logged_at, zone), check_in.logged_by.email)
    if has_private_note:
        last = (*last, check_in.private_note)
    entries = sorted(check_in.entries.all(), key=lambda entry: (entry.enrolment.person.name, entry.pk))
    for entry in entries:
        person = entry.enrolment.person
        entry_cells = entry.get_attendance_display(), entry.note
        yield (*shared_cells, person.name, person.email, *entry_cells, *last)
    if not entries:
        yield (*shared_cells, *[None] * (len(CHECK_INS) - len(shared_cells) - 2), *last)


def check_in_header(*, has_private_note: bool) -> tuple[str, ...]:
    return (*CHECK_INS, "Private note") if has_private_note else CHECK_INS


def asker(question: Question, led: LedGroupIds = None) -> User | None:
    """The student who asked first; None if it is not known or the reader may not know."""
    asks: list[Ask] = sorted(question.asks.all(), key=lambda ask: (ask.asked_at, ask.pk))
    return asks[0].enrolment.person if asks and asks[0].enrolment and _is_named(asks[0], led) else None


def _is_named(ask: Ask, led: LedGroupIds) -> bool:
    """Same rule as questions.dashboards.question_detail: today's mentors of the group of the ask see who asked."""
    return led is None or ask.group_id in led


def question_row(question: Question, zone: ZoneInfo) -> ExportRow:
    """All fields of a question, including the asker's name and address: for readers who may see hidden names."""
    person = asker(question)
    answers = []
    for answer in question.answers.all():
        day = f"{answer.answered_at.astimezone(zone):%Y-%m-%d}" if answer.answered_at else "no date"
        answers.append(f"{answer.answered_by.name}, {day}: {answer.body}")
    return (
        question.group.name,
        _day_asked(question, zone),
        person.name if person else _SOMEBODY,
        person.email if person else None,
        question.is_asker_hidden,
        question.milestone.title if question.milestone else None,
        question.material.title if question.material else None,
        question.title,
        question.detail,
        question.get_category_display(),
        question.get_visibility_display(),
        question.get_status_display(),
        question.duplicate_of.title if question.duplicate_of else None,
        getattr(question, "ask_count", None),
        local(question.first_answered_at, zone),
        "\n\n".join(answers),
        local(question.published_at, zone),
    )


def _day_asked(question: Question, zone: ZoneInfo) -> date | None:
    return None if question.is_undated else question.asked_at.astimezone(zone).date()


def sheet_question_row(question: Question, zone: ZoneInfo, led: LedGroupIds = None) -> ExportRow:
    """A question as a tracking sheet has it, and the columns from which our reader restores it.

    A hidden asker is in a column of its own, since the sheet's own is read out in a meeting. A duplicate without
    answers of its own shows those of the original. The title of a cut question is its full text, which the reader cuts.
    """
    person = asker(question, led)
    original = question.duplicate_of or question
    own = list(question.answers.all())
    answers = own or list(original.answers.all())
    # In another group it might be the asker, who hides it, or a student of another cohort.
    is_known = led is None or (question if own else original).group_id in led
    answered_by = answers[0].answered_by if answers and is_known else None
    is_cut = len(question.title) == LONGEST_TITLE and question.title.endswith("…")
    is_cut = is_cut and " ".join(question.detail.split()).startswith(question.title[:-1])
    asked_by = asker(question)
    return (
        _day_asked(question, zone),
        "" if question.is_asker_hidden else _shown(person),
        question.milestone.title if question.milestone else "",
        question.detail if is_cut else question.title,
        "\n\n".join(answer.body.strip() for answer in answers),
        _shown(answered_by),
        original.status == Question.Status.ANSWERED,
        question.detail,
        question.get_category_display(),
        question.get_visibility_display(),
        question.get_status_display(),
        question.duplicate_of.title if question.duplicate_of else None,
        getattr(question, "ask_count", None),
        _shown(person) if question.is_asker_hidden else None,
        question.pk,
        question.duplicate_of_id,
        None if question.is_undated else local(question.asked_at, zone),
        None if asked_by is not None and question.asked_by_id == asked_by.pk else _shown(question.asked_by),
        question.is_asker_hidden,
        question.material.title if question.material else None,
        local(question.first_answered_at, zone),
        local(question.published_at, zone),
        _shown(question.published_by),
    )


def _shown(person: User | None) -> str | None:
    return shown_person(person.name, person.email) if person else None


def student_row(enrolment: Enrolment, stay: Membership | None, zone: ZoneInfo) -> ExportRow:
    """The readers of these rows, mentors of the group and course admins, may read the note, too."""
    person, hours = enrolment.person, enrolment.hours_a_week
    return (
        person.name,
        person.email,
        stay.group.name if stay else None,
        person.time_zone,
        "student",
        stay.started_on if stay else enrolment.started_on,
        stay.ended_on if stay else None,
        stay.get_end_reason_display() if stay else None,
        enrolment.ended_on,
        enrolment.get_end_reason_display(),
        enrolment.started_on,
        enrolment.level,
        local(enrolment.last_active_at, zone),
        int(hours) if hours is not None and hours % 1 == 0 else hours,
        enrolment.mentor_note,
    )


def mentor_row(mentorship: Mentorship) -> ExportRow:
    person = mentorship.person
    return (
        person.name,
        person.email,
        mentorship.group.name,
        person.time_zone,
        mentorship.get_role_display(),
        mentorship.started_on,
        mentorship.ended_on,
        *[None] * (len(PEOPLE) - 7),
    )


def plan_row(item: PlanItem) -> ExportRow:
    milestone = item.milestone
    return milestone.title, milestone.week, milestone.planned_hours, milestone.is_optional, item.due_on


def step_row(step: AgreedStep, zone: ZoneInfo) -> ExportRow:
    person = step.enrolment.person if step.enrolment else None
    return (
        person.name if person else "the whole group",
        person.email if person else None,
        step.text,
        step.due_on,
        step.get_state_display(),
        local(step.agreed_at, zone),
        step.agreed_by.name,
        local(step.closed_at, zone),
        step.closed_by.name if step.closed_by else None,
        step.check_in.week_starts_on if step.check_in else None,
        step.agreed_by.email,
        step.closed_by.email if step.closed_by else None,
    )


def review_row(review: CodeReview, zone: ZoneInfo) -> ExportRow:
    author, reviewer = review.author.person, review.reviewer.person
    return (
        author.name,
        author.email,
        reviewer.name,
        reviewer.email,
        review.milestone.title,
        review.url,
        review.get_state_display(),
        review.note,
        local(review.requested_at, zone),
        local(review.changed_at, zone),
    )


def answer_rows(question: Question, zone: ZoneInfo) -> Iterator[ExportRow]:
    for answer in question.answers.all():
        person = answer.answered_by
        moment = local(answer.answered_at, zone)
        yield question.pk, question.title, answer.body, person.name, person.email, moment


def ask_rows(question: Question, zone: ZoneInfo, led: LedGroupIds = None) -> Iterator[ExportRow]:
    """Each ask, with the asker's name even if hidden: the reader leads the group.

    For asks in groups that the reader does not lead, only the group is named.
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
            None if ask.is_undated else local(ask.asked_at, zone),
            ask.week_starts_on,
            ask.logged_by.name if is_named else None,
            ask.logged_by.email if is_named else None,
            ask.is_answered_already,
        )
