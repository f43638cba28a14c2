"""The course admin's board of a cohort: where to act today, and questions. The number of queries is constant.

A new panel gets a module here, a field of `Board`, and a section of templates/tracker/board.html.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from courses.calendar import teaching_week_number
from courses.models import Cohort
from groups.models import Enrolment, Group
from groups.relations import relations_of
from groups.times import zone_for
from lib.days import full_day
from lib.weeks import Week
from people.models import User
from tracker.actions.reminding import PAUSE, reminder_label, reminders
from tracker.dashboards.board.attention import (
    FlaggedGroup,
    FlaggedStudent,
    groups_to_check,
    put_aside_rows,
)
from tracker.dashboards.board.check_ins import (
    CheckInRow,
    LateCheckIn,
    WeekColumn,
    check_in_row,
    late_check_ins,
    open_requests,
    week_columns,
)
from tracker.dashboards.board.mentors import (
    MentorRow,
    loads_by_group,
    mail_to_mentors,
    mentor_names,
    mentor_rows,
    mentorships_of,
)
from tracker.dashboards.board.paces import paces_seen_differently
from tracker.dashboards.board.questions import MilestoneQuestionCounts, question_rows
from tracker.dashboards.board.reviews import ReviewTime, review_times
from tracker.dashboards.board.rewriting import Rewriting, rewriting_of
from tracker.dashboards.board.standings import cohort_standings
from tracker.dashboards.facts import periods
from tracker.models import AttentionPutAside, CheckIn, MeetingNote, StudentSnapshot
from tracker.standing import FlaggedShare

# Rows of a list on the board, and on a page of the list alone.
_ON_BOARD, _PAGE = 15, 25
# Rows below each of the three questions at the top, so that they fit one screen.
_ON_TOP = 5


class BoardList(StrEnum):
    """The lists of the board that can be looked at alone; the value is the one in the URL. Long ones have pages."""

    STUDENTS = "students"
    GROUPS = "groups"
    CHECK_INS = "check-ins"
    MENTORS = "mentors"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class Board:
    """With `show` only that list; without it the first page of each. `as_of` is None if all was worked out now.

    The lists have what matches `text`; the counts are of the whole cohort. Of the check-ins in `late_count`, those in
    `logged_since_count` were missed by groups that have logged one since, and that are not listed.
    """

    cohort: Cohort
    today: date
    week: Week
    week_number: int | None
    show: BoardList | None
    text: str
    as_of: datetime | None
    group_count: int
    student_count: int
    without_group_count: int
    share: FlaggedShare
    act_count: int
    late_count: int
    logged_since_count: int
    students: Page[FlaggedStudent]
    put_aside: Page[AttentionPutAside]
    paces: list[MeetingNote]
    groups: Page[FlaggedGroup]
    late_check_ins: tuple[LateCheckIn, ...]
    rewriting: Rewriting
    columns: tuple[WeekColumn, ...]
    check_ins: Page[CheckInRow]
    mentors: Page[MentorRow]
    without_mentor: Page[Group]
    review_times: list[ReviewTime]
    questions: tuple[MilestoneQuestionCounts, ...]
    requests: tuple[CheckIn, ...]

    @property
    def is_overview(self) -> bool:
        """Whether it is the board itself, of which a phone shows the lists on pages of their own."""
        return not self.show and not self.text

    @property
    def is_over(self) -> bool:
        return self.cohort.is_closed(self.today)

    @property
    def week_label(self) -> str:
        """ "week 3, Mon 14 to Sun 20 September", or "ended on 14 September 2026"."""
        if self.cohort.closed_on is not None and self.is_over:
            return f"ended on {full_day(self.cohort.closed_on)}"
        return f"week {self.week_number}, {self.week.label}" if self.week_number else self.week.label

    @property
    def has_search(self) -> bool:
        """Few groups are found by looking."""
        return bool(self.text) or self.group_count > _ON_BOARD

    @property
    def flagged_label(self) -> str:
        return f"{self.share.flagged} of {self.share.total}"

    @property
    def open_question_count(self) -> int:
        return sum(row.open for row in self.questions)


def cohort_board(
    *,
    cohort: Cohort,
    reader: User,
    now: datetime,
    show: BoardList | None = None,
    text: str = "",
    page: str | None = None,
) -> Board:
    """Return the board of a cohort.

    Args:
        reader: who looks at it; what mentors wrote about them is left out.
        show: the list to look at alone.
        text: part of the name of a student, a mentor or a group.
        page: which page of that list.
    """
    today = cohort.today(now)
    week = Week.of(today)
    standings = cohort_standings(cohort, text=text, now=now)
    mentorships = mentorships_of(cohort, today)
    people = _people(cohort, today)
    prefetch_related_objects([cohort], "pauses")
    pauses = periods(cohort.pauses.all())

    def paged(rows: Any, of: BoardList | None = None, most: int = _ON_BOARD) -> Page[Any]:
        is_alone = show is not None and of is show
        shown = Paginator(rows, _PAGE if is_alone else most).get_page(page if is_alone else 1)
        shown.object_list = list(shown.object_list)
        return shown

    own_groups = relations_of(reader, now).study_groups
    students = paged(_without(reader, own_groups, standings.students), BoardList.STUDENTS, _ON_TOP)
    students.object_list = [
        FlaggedStudent(
            row,
            mentor_names(mentorships.get(row.group_id, [])),
            mail_to_mentors(mentorships.get(row.group_id, []), subject=str(row.enrolment.person)),
        )
        for row in students.object_list
    ]
    check_ins = paged(standings.groups, BoardList.CHECK_INS)
    columns = week_columns(check_ins.object_list, today)
    check_ins.object_list = [check_in_row(row, columns) for row in check_ins.object_list]
    without_mentor = [
        pk for pk, counters in standings.counters.items() if counters.has_members and pk not in mentorships
    ]
    loads = loads_by_group(cohort, week, today, now)
    mentors = mentor_rows(
        mentorships, standings.counters, loads, budget=cohort.course.weekly_minutes, named=standings.named
    )
    zone = zone_for(reader, cohort)
    reminded = {pk: reminder_label(event, now, zone) for pk, event in reminders(cohort, now - PAUSE).items()}
    flagged_groups = list(standings.flagged_groups)
    late = list(late_check_ins(flagged_groups, mentorships, reminded))
    late_count = sum(counters.late + counters.missed for counters in standings.counters.values())
    is_begun = standings.counters and not cohort.is_closed(today)
    return Board(
        cohort=cohort,
        today=today,
        week=week,
        week_number=teaching_week_number(cohort.starts_on, pauses, today) if is_begun else None,
        show=show,
        text=text,
        as_of=standings.as_of,
        group_count=len(standings.counters),
        student_count=people["students"],
        without_group_count=people["without_group"],
        share=standings.share,
        act_count=standings.act_count,
        late_count=late_count,
        logged_since_count=0 if text else late_count - sum(each.weeks for each in late),
        students=students,
        put_aside=paged(put_aside_rows(cohort, reader, own_groups, today)),
        paces=[] if text else paces_seen_differently(cohort, reader, today, now),
        groups=paged(groups_to_check(flagged_groups, mentorships), BoardList.GROUPS),
        late_check_ins=tuple(late[:_ON_TOP]),
        rewriting=rewriting_of(cohort.course, now),
        columns=columns,
        check_ins=check_ins,
        mentors=paged(mentors, BoardList.MENTORS),
        without_mentor=paged(cohort.groups.filter(pk__in=without_mentor).in_order()),
        review_times=review_times(cohort) if cohort.course.has_code_reviews else [],
        questions=question_rows(cohort, now),
        requests=tuple(open_requests(cohort, reader, now)),
    )


def late_check_ins_in(cohort: Cohort, now: datetime) -> list[LateCheckIn]:
    """All groups whose check-in is late, or was missed without one since, with their mentors of today."""
    rows = cohort_standings(cohort, text="", now=now).flagged_groups
    return list(late_check_ins(rows, mentorships_of(cohort, cohort.today(now)), {}))


def _without(
    reader: User,
    own_groups: Collection[int],
    students: Sequence[StudentSnapshot] | QuerySet[StudentSnapshot],
) -> Sequence[StudentSnapshot] | QuerySet[StudentSnapshot]:
    """Leave out the reader and the groups in which they study: what is said in confidence is among the reasons.

    See docs/decisions/0023.
    """
    if isinstance(students, QuerySet):
        return students.exclude(enrolment__person=reader).exclude(group__in=own_groups)
    others = [row for row in students if row.enrolment.person_id != reader.pk]
    return [row for row in others if row.group_id not in own_groups]


def _people(cohort: Cohort, today: date) -> dict[str, int]:
    in_group = Q(memberships__ended_on=None, memberships__isnull=False)
    return (
        Enrolment.objects.not_ended(today)
        .filter(cohort=cohort)
        .aggregate(
            students=Count("pk", distinct=True),
            without_group=Count("pk", distinct=True) - Count("pk", filter=in_group, distinct=True),
        )
    )
