"""Groups as workbooks: the tabs of a tracking sheet, and more tabs for what the sheet cannot hold.

Groups are read in batches of fifty, which limits memory and the number of queries per group.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from zoneinfo import ZoneInfo

from courses.models import Cohort, Milestone
from groups.models import Group, Mentorship
from lib.cells import Value
from people.models import User
from questions.models import Question
from sheets.dashboards import export_rows
from sheets.dashboards.export_rows import LedGroupIds, answerer, asker
from sheets.dashboards.group_rows import GroupRows, rows_of_groups
from sheets.understanding.exported import REVIEWS, STEPS
from sheets.writing.archive import file_stem
from sheets.writing.group_sheet import (
    GroupSheet,
    SheetModule,
    SheetPerson,
    SheetQuestion,
    SheetStudent,
    sheet_tabs,
)
from sheets.writing.workbook import WorkbookTab, workbook
from tracker.access.written_about import mask

_AT_ONCE = 50


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
    milestones = list(cohort.course.milestones.in_order())
    for batch in batched(groups, _AT_ONCE):
        rows = rows_of_groups(batch, today)
        for group in batch:
            for check_in in rows[group.pk].check_ins:
                if check_in.pk in masked:
                    mask(check_in, *check_in.entries.all())
            tabs = _tabs(
                cohort, group, rows[group.pk], milestones, has_private_notes=has_private_notes, led=led
            )
            yield GroupFile(f"{file_stem(group.name)}.xlsx", workbook(tabs))


def _tabs(
    cohort: Cohort,
    group: Group,
    of: GroupRows,
    milestones: Sequence[Milestone],
    *,
    has_private_notes: bool,
    led: LedGroupIds,
) -> list[WorkbookTab]:
    zone = ZoneInfo(cohort.time_zone)
    check_ins = [
        row
        for check_in in of.check_ins
        for row in export_rows.check_in_rows(check_in, zone, has_private_note=has_private_notes)
    ]
    check_in_header = export_rows.check_in_header(has_private_note=has_private_notes)
    people = [
        *map(export_rows.mentor_row, of.mentorships),
        *(export_rows.member_row(stay, zone) for stay in of.stays),
    ]
    progress = [export_rows.progress_row(progress, name, zone) for progress, name in of.progress]
    answers = [row for question in of.questions for row in export_rows.answer_rows(question, zone)]
    asks = [row for question in of.questions for row in export_rows.ask_rows(question, zone, led)]
    return [
        *sheet_tabs(_sheet(cohort, group, of, milestones, led), export_rows.MORE_OF_QUESTIONS),
        _more("Plan", export_rows.PLAN, map(export_rows.plan_row, of.items)),
        _more("Progress", export_rows.PROGRESS, progress),
        _more("Check-ins", check_in_header, check_ins),
        _more("Agreed steps", STEPS, (export_rows.step_row(step, zone) for step in of.steps)),
        _more(
            "Code reviews",
            REVIEWS,
            (export_rows.review_row(review, zone) for review in of.reviews),
        ),
        _more("Answers", export_rows.ANSWERS, answers),
        _more("Asks", export_rows.ASKS, asks),
        _more("People", export_rows.PEOPLE_OF_A_GROUP, people),
    ]


def _more(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> WorkbookTab:
    return WorkbookTab(title, [header, *rows], widths=[20] * min(len(header), 26))


def _sheet(
    cohort: Cohort, group: Group, of: GroupRows, milestones: Sequence[Milestone], led: LedGroupIds
) -> GroupSheet:
    planned = {item.milestone_id for item in of.items}
    states: dict[int, dict[str, str]] = defaultdict(dict)
    for progress, _ in of.progress:
        states[progress.enrolment_id][progress.milestone.title] = progress.state
    members = {stay.enrolment_id: stay.enrolment.person for stay in of.members}
    return GroupSheet(
        name=group.name,
        meeting=", ".join(filter(None, (group.meeting, group.call))),
        learning_path=cohort.course.title,
        modules=[SheetModule(milestone.title, milestone.pk in planned) for milestone in milestones],
        mentors=_mentors(of.mentorships),
        students=[SheetStudent(_person(person), states[pk]) for pk, person in members.items()],
        questions=[_question(question, ZoneInfo(cohort.time_zone), led) for question in of.questions],
    )


def _mentors(mentorships: Iterable[Mentorship]) -> list[SheetPerson]:
    """Current mentors and co-mentors; stand-ins are only in the people tab."""
    ordered = sorted(mentorships, key=lambda mentorship: mentorship.role != Mentorship.Role.MENTOR)
    return [
        _person(mentorship.person)
        for mentorship in ordered
        if mentorship.ended_on is None and mentorship.role != Mentorship.Role.STAND_IN
    ]


def _question(question: Question, zone: ZoneInfo, led: LedGroupIds) -> SheetQuestion:
    """The question as a tracking sheet has it.

    A hidden asker is in a separate column, which is not read out in a meeting. A duplicate without answers of its own
    shows those of the original.
    """
    person = asker(question, led)
    original = question.duplicate_of or question
    own = list(question.answers.all())
    answers = own or list(original.answers.all())
    answered_by = answerer(question if own else original, answers[0], led) if answers else None
    return SheetQuestion(
        asked_on=None if question.is_undated else question.asked_at.astimezone(zone).date(),
        student=None if person is None or question.is_asker_hidden else _person(person),
        module=question.milestone.title if question.milestone else "",
        title=question.title,
        detail=question.detail,
        answer="\n\n".join(answer.body.strip() for answer in answers),
        answered_by=_person(answered_by) if answered_by else None,
        is_solved=original.status == Question.Status.ANSWERED,
        more=export_rows.more_of_question(question, zone, led),
    )


def _person(person: User) -> SheetPerson:
    return SheetPerson(person.name, person.email)
