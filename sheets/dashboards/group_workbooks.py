"""Groups as workbooks: the tabs of a tracking sheet, and more tabs for what the sheet cannot hold.

Groups are read in batches of fifty, which limits memory and the number of queries per group.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import batched
from zoneinfo import ZoneInfo

from openpyxl.utils import get_column_letter

from courses.models import Cohort, Milestone
from groups.models import Group, Mentorship
from lib.archive import file_stem
from lib.cells import Value
from questions.access.questions import Reader
from sheets.dashboards.export_rows import (
    CHECK_INS,
    REVIEWS,
    STEPS,
    WITH_PRIVATE_NOTES,
    entries_of,
    mentor,
    student,
)
from sheets.dashboards.group_rows import GroupRows, rows_of_groups
from sheets.understanding.records.asked import (
    ANSWERS,
    ASKS,
    MORE_OF_QUESTIONS,
    OF_TRACKING_SHEETS,
    SheetQuestion,
)
from sheets.understanding.records.column import ExportColumn, header_of, row_of
from sheets.understanding.records.students import PEOPLE, PLAN, PROGRESS
from sheets.writing.workbook import PercentFormula, WorkbookTab, workbook

_AT_ONCE = 50
# Rows above the first student: learning path, empty row, modules, header with percentages.
_HEADERS = 4
# The percentages cover this many rows, so that students can be added by hand.
_ROWS_COUNTED = 12
# The words of a check box cell for states. Our reader understands them.
_MARKS: dict[str, bool | str] = {
    "not_started": False, "working": "working on it", "need_help": "need help", "done": True, "skipped": "skipped",
}  # fmt: skip


def group_workbooks(
    *,
    cohort: Cohort,
    groups: Sequence[Group],
    today: date,
    reader: Reader,
    has_private_notes: bool = False,
    masked: frozenset[int] = frozenset(),
) -> Iterator[tuple[str, bytes]]:
    """Make one workbook per group, one at a time: its name, which the import uses for a new group, and its content.

    Args:
        today: the cohort's working day. It decides who is in the tracker: current members, and those who finished.
        has_private_notes: set it only for readers who may read private notes and asked for them.
        masked: see `entries_of`.
    """
    milestones, zone = list(cohort.course.milestones.in_order()), ZoneInfo(cohort.time_zone)
    of_check_ins = WITH_PRIVATE_NOTES if has_private_notes else CHECK_INS
    for batch in batched(groups, _AT_ONCE):
        rows = rows_of_groups(batch, today)
        for group in batch:
            of = rows[group.pk]
            check_ins = [entry for check_in in of.check_ins for entry in entries_of(check_in, masked)]
            questions = [SheetQuestion(question, zone, reader) for question in of.questions]
            people = [*map(mentor, of.mentorships), *(student(stay.enrolment, stay) for stay in of.stays)]
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
                replace(
                    _tab("Questions", (*OF_TRACKING_SHEETS, *MORE_OF_QUESTIONS), questions, zone),
                    widths=(12, 30, 24, 60, 60, 30, 10, 40),
                ),
                _tab("Plan", PLAN, of.items, zone),
                _tab("Progress", PROGRESS, of.progress, zone),
                _tab("Check-ins", of_check_ins, check_ins, zone),
                _tab("Agreed steps", STEPS, of.steps, zone),
                _tab("Code reviews", REVIEWS, of.reviews, zone),
                _tab("Answers", ANSWERS, (answer for one in questions for answer in one.answers), zone),
                _tab("Asks", ASKS, (ask for one in questions for ask in one.asks), zone),
                _tab("People", PEOPLE, people, zone),
            ]
            yield f"{file_stem(group.name)}.xlsx", workbook(tabs)


def _tab[Row](
    title: str, columns: Sequence[ExportColumn[Row]], rows: Iterable[Row], zone: ZoneInfo
) -> WorkbookTab:
    lines = [header_of(columns), *(row_of(columns, row, zone) for row in rows)]
    return WorkbookTab(title, lines, widths=[20] * len(columns))


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
