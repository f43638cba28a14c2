"""The course admin's board of a cohort: where to act today, and questions. Nine queries for any number of groups.

A new panel gets a module here, a field of `Board`, and a section of templates/tracker/board.html.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from courses.models import Cohort
from groups.models import Enrolment, Group
from lib.days import full_day
from lib.weeks import Week
from tracker.dashboards.board.attention import (
    AttentionRow,
    GroupAlert,
    PutAsideRow,
    attention_rows,
    group_alerts,
    put_aside_rows,
    share_of,
)
from tracker.dashboards.board.check_ins import (
    CheckInRow,
    RequestRow,
    WeekColumn,
    check_in_row,
    request_rows,
    week_columns,
)
from tracker.dashboards.board.mentors import MentorRow, mentor_rows, minutes_by_group
from tracker.dashboards.board.questions import MilestoneQuestionCounts, question_rows
from tracker.dashboards.group_overviews import group_overviews, group_statuses
from tracker.standing import Attention, CheckInState, FlaggedShare


@dataclass(frozen=True, slots=True)
class Board:
    cohort: Cohort
    today: date
    week: Week
    week_number: int | None
    group_count: int
    student_count: int
    without_group_count: int
    share: FlaggedShare
    attention: tuple[AttentionRow, ...]
    put_aside: tuple[PutAsideRow, ...]
    groups: tuple[GroupAlert, ...]
    columns: tuple[WeekColumn, ...]
    check_ins: tuple[CheckInRow, ...]
    mentors: tuple[MentorRow, ...]
    without_mentor: tuple[str, ...]
    questions: tuple[MilestoneQuestionCounts, ...]
    requests: tuple[RequestRow, ...]

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
    def act_count(self) -> int:
        return sum(row.attention is Attention.ACT for row in self.attention)

    @property
    def act_tone(self) -> str:
        return "act" if self.act_count else ""

    @property
    def late_tone(self) -> str:
        return "watch" if self.late_count else ""

    @property
    def flagged_label(self) -> str:
        return f"{self.share.flagged} of {self.share.total}"

    @property
    def open_question_count(self) -> int:
        return sum(row.open for row in self.questions)

    @property
    def late_count(self) -> int:
        waiting = {CheckInState.LATE, CheckInState.MISSED}
        return sum(cell is not None and cell.state in waiting for row in self.check_ins for cell in row.cells)


def cohort_board(*, cohort: Cohort, now: datetime) -> Board:
    today = cohort.today(now)
    overviews = group_overviews(Group.objects.filter(cohort=cohort).order_by("name"), now=now)
    statuses = group_statuses(overviews)
    people = _people(cohort, today)
    columns = week_columns(statuses.values(), today)
    return Board(
        cohort=cohort,
        today=today,
        week=Week.of(today),
        week_number=overviews[0].week_number if overviews and not cohort.is_closed(today) else None,
        group_count=len(overviews),
        student_count=people["students"],
        without_group_count=people["without_group"],
        share=share_of(overviews),
        attention=attention_rows(overviews),
        put_aside=put_aside_rows(cohort, today),
        groups=group_alerts(overviews, statuses),
        columns=columns,
        check_ins=tuple(
            check_in_row(overview, statuses[overview.group.pk], columns) for overview in overviews
        ),
        mentors=mentor_rows(
            overviews, statuses, minutes_by_group(cohort, Week.of(today)), cohort.course.weekly_minutes
        ),
        without_mentor=tuple(
            overview.group.name for overview in overviews if overview.members and not overview.mentors_now
        ),
        questions=question_rows(cohort, today),
        requests=request_rows(cohort),
    )


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
