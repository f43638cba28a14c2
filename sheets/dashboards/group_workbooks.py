"""Groups as workbooks: the tabs of a tracking sheet, and more tabs for what the sheet cannot hold.

Groups are read in batches of fifty, which limits memory and the number of queries per group.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from zoneinfo import ZoneInfo

from openpyxl.utils import get_column_letter

from courses.models import Cohort, Milestone
from groups.models import Group, Mentorship
from lib.cells import Value
from sheets.dashboards import export_rows
from sheets.dashboards.export_rows import LedGroupIds
from sheets.dashboards.group_rows import GroupRows, rows_of_groups
from sheets.writing.archive import file_stem
from sheets.writing.workbook import PercentFormula, WorkbookTab, workbook
from tracker.access.written_about import mask

_AT_ONCE = 50
# Rows above the first student: learning path, empty row, modules, header with percentages.
_HEADERS = 4
# The percentages cover this many rows, so that students can be added by hand.
_ROWS_COUNTED = 12
# The words of a check box cell for states. Our reader understands them.
_MARKS: dict[str, bool | str] = {
    "not_started": False, "working": "working on it", "need_help": "need help", "done": True, "skipped": "skipped",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupFile:
    """A group's workbook. Its name is the group's name, which the import uses for a new group."""

    name: str
    content: bytes


def group_workbooks(
    *,
    cohort: Cohort,
    groups: Sequence[Group],
    today: date,
    has_private_notes: bool = False,
    led: LedGroupIds = None,
    masked: frozenset[int] = frozenset(),
) -> Iterator[GroupFile]:
    """Make one workbook per group, one at a time.

    Args:
        today: the cohort's working day. It decides who is in the tracker: current members, and those who finished.
        has_private_notes: set it only for readers who may read private notes and asked for them.
        led: ids of the groups that the reader leads; None for a course admin.
        masked: ids of check-ins that the reader reads as a student, without what mentors wrote to each other.
    """
    milestones, zone = list(cohort.course.milestones.in_order()), ZoneInfo(cohort.time_zone)
    check_in_header = export_rows.check_in_header(has_private_note=has_private_notes)
    for batch in batched(groups, _AT_ONCE):
        rows = rows_of_groups(batch, today)
        for group in batch:
            of = rows[group.pk]
            check_ins: list[export_rows.ExportRow] = []
            for check_in in of.check_ins:
                if check_in.pk in masked:
                    mask(check_in, *check_in.entries.all())
                check_ins += export_rows.check_in_rows(check_in, zone, has_private_note=has_private_notes)
            questions = [export_rows.sheet_question_row(question, zone, led) for question in of.questions]
            progress = [export_rows.progress_row(progress, name, zone) for progress, name in of.progress]
            steps = [export_rows.step_row(step, zone) for step in of.steps]
            reviews = [export_rows.review_row(review, zone) for review in of.reviews]
            answers = [row for question in of.questions for row in export_rows.answer_rows(question, zone)]
            asks = [row for question in of.questions for row in export_rows.ask_rows(question, zone, led)]
            people = [
                *map(export_rows.mentor_row, of.mentorships),
                *(export_rows.student_row(stay.enrolment, stay, zone) for stay in of.stays),
            ]
            selected = {item.milestone_id for item in of.items}
            modules = [(cohort.course.title, one.title, one.pk in selected) for one in milestones]
            tabs = [
                WorkbookTab(
                    "Courses", [("Learning Path", "Module", "Selected"), *modules], widths=(30, 40, 12)
                ),
                WorkbookTab(
                    "Tracker",
                    list(_tracker(cohort, group, of, [one for one in milestones if one.pk in selected])),
                    header_rows=_HEADERS,
                    widths=(30, 24, 18, 18, 18, 18, 18, 18),
                ),
                WorkbookTab(
                    "Questions",
                    [export_rows.SHEET_QUESTIONS, *questions],
                    widths=(12, 30, 24, 60, 60, 30, 10, 40),
                ),
                _more("Plan", export_rows.PLAN, map(export_rows.plan_row, of.items)),
                _more("Progress", export_rows.PROGRESS, progress),
                _more("Check-ins", check_in_header, check_ins),
                _more("Agreed steps", export_rows.STEPS, steps),
                _more("Code reviews", export_rows.REVIEWS, reviews),
                _more("Answers", export_rows.ANSWERS, answers),
                _more("Asks", export_rows.ASKS, asks),
                _more("People", export_rows.PEOPLE_OF_A_GROUP, people),
            ]
            yield GroupFile(f"{file_stem(group.name)}.xlsx", workbook(tabs))


def _more(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> WorkbookTab:
    return WorkbookTab(title, [header, *rows], widths=[20] * min(len(header), 26))


def _tracker(
    cohort: Cohort, group: Group, of: GroupRows, milestones: Sequence[Milestone]
) -> Iterator[Sequence[Value | PercentFormula]]:
    meeting = ", ".join(filter(None, (group.meeting, group.call)))
    meets = ("Meets:", meeting) if meeting else ()
    yield "Learning path:", None, cohort.course.title, None, "Group:", group.name, *meets
    yield ()
    yield None, None, *(milestone.title for milestone in milestones)
    members = {stay.enrolment_id: stay.enrolment.person for stay in of.members}
    first, last = _HEADERS + 1, _HEADERS + max(len(members), _ROWS_COUNTED)
    names = f"COUNTA($A${first}:$A${last})"
    shares = [
        PercentFormula(f"=IF({names}=0,0,COUNTIF({letter}${first}:{letter}${last},TRUE)/{names})")
        for letter in map(get_column_letter, range(3, 3 + len(milestones)))
    ]
    # A tracking sheet has no addresses. To the right of its columns they do not disturb, and identify people.
    yield "Name", "Mentor", *shares, "E-mail", "Mentor e-mail"
    # Stand-ins are only in the tab of people. A row names one mentor, so that several alternate.
    mentors = [
        mentorship.person
        for role in (Mentorship.Role.MENTOR, Mentorship.Role.CO_MENTOR)
        for mentorship in of.mentorships
        if mentorship.role == role and mentorship.ended_on is None
    ]
    states = {(progress.enrolment_id, progress.milestone_id): progress.state for progress, _ in of.progress}
    for n, (pk, person) in enumerate(members.items()):
        mentor = mentors[n % len(mentors)] if mentors else None
        marks = [_MARKS[states.get((pk, milestone.pk), "not_started")] for milestone in milestones]
        beside = (mentor.name, mentor.email) if mentor else ("", "")
        yield person.name, beside[0], *marks, person.email, beside[1]
