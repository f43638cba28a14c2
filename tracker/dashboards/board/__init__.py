"""The course admin's board of a cohort: where to act today, and the lists that it leads to. Constant queries each.

A new list gets a value of `BoardList`, a branch of `board_list`, a line of `places_of`, and a template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.formats import date_format

from courses.calendar import teaching_week_number
from courses.models import Cohort
from groups.access import people_counts
from groups.dashboards.set_up import SetUpStep, cohort_set_up
from groups.models import Mentorship
from groups.times import zone_for
from lib.pages import page_of
from lib.text import counted
from lib.weeks import Week
from people.models import User
from tracker.actions.reminding import CHECK_IN, PAUSE, STUDENT, reminder_label, reminders
from tracker.dashboards.board.lists import cells_of, question_rows, weeks_of
from tracker.dashboards.board.mentors import BoardRow, Mentors, mentor_rows, mentorships_of
from tracker.dashboards.board.places import BoardLine, BoardList, places_of, snoozed_rows
from tracker.dashboards.board.rewriting import Rewriting, rewriting_of
from tracker.dashboards.board.standings import CohortStandings, cohort_standings
from tracker.models import GroupSnapshot, StudentSnapshot
from tracker.standing import is_too_many

# Rows below each heading of the board, so that they fit one screen.
_ON_TOP = 5
# Few groups are found by looking.
_MANY = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The students and late check-ins are those that match `text`; the counts are of the whole cohort.

    `as_of` is None if all was worked out now.
    """

    cohort: Cohort
    has_begun: bool
    is_over: bool
    text: str
    as_of: datetime | None
    week_number: int | None
    group_count: int
    student_count: int
    flagged_label: str
    is_too_many: bool
    act_count: int
    set_up: list[SetUpStep]
    students: Page[BoardRow[StudentSnapshot]]
    late_check_ins: list[BoardRow[GroupSnapshot]]
    late_count: int
    rewriting: Rewriting
    places: tuple[BoardLine, ...]

    @property
    def has_search(self) -> bool:
        return bool(self.text) or self.group_count > _MANY

    @property
    def heading(self) -> str:
        """The heading: what there is to do today."""
        watched = self.students.paginator.count
        if self.cohort.archived:
            return "This cohort is archived"
        if self.is_over:
            return "This cohort has ended"
        if self.act_count:
            return f"{counted(self.act_count, 'student')} need{'s' if self.act_count == 1 else ''} help"
        if self.late_count:
            return self.late_label
        if self.is_setting_up:
            return f"{counted(len(self.set_up), 'thing')} left to set up"
        if watched and not self.text:
            return f"{counted(watched, 'student')} to watch"
        if not self.has_begun:
            return f"Begins on {date_format(self.cohort.starts_on, 'j F Y')}"
        return "Nobody needs you today"

    @property
    def is_setting_up(self) -> bool:
        """Whether nothing is more urgent than what is left to set up."""
        return bool(self.set_up) and not self.act_count and not self.late_count

    @property
    def has_lists(self) -> bool:
        """Whether anything stands above the lines that lead elsewhere."""
        if self.cohort.archived:
            return False
        return bool(self.students or self.text or self.late_check_ins or self.rewriting.has_rows)

    @property
    def late_label(self) -> str:
        return f"{counted(self.late_count, 'check-in')} {'is' if self.late_count == 1 else 'are'} late"

    @property
    def late_shown(self) -> list[BoardRow[GroupSnapshot]]:
        return self.late_check_ins[:_ON_TOP]

    @property
    def has_many_to_remind(self) -> bool:
        return sum(not late.reminded and bool(late.mentors.to_remind) for late in self.late_check_ins) > 1


def cohort_board(*, cohort: Cohort, reader: User, now: datetime, text: str = "") -> Board:
    """Return the board of a cohort.

    Args:
        reader: who looks at it; what mentors wrote about them is left out.
        text: part of the name of a student, a mentor or a group.
    """
    today = cohort.today(now)
    standings = cohort_standings(cohort, reader=reader, text=text, now=now)
    mentorships = mentorships_of(cohort, cohort.working_day(now))
    prefetch_related_objects([cohort], "pauses")
    students = page_of(QueryDict(), standings.students, _ON_TOP)
    students.object_list = _students(cohort, list(students), mentorships, reader, now)
    standings = replace(standings, flagged_groups=list(standings.flagged_groups))
    late = late_check_ins(cohort, standings, mentorships, reader, now)
    rewriting = rewriting_of(cohort.course, now)
    is_over = cohort.is_closed(today)
    is_begun = bool(standings.counters) and cohort.has_begun(today) and not is_over
    student_count, _ = people_counts(cohort, today)
    counts = {
        "students": student_count,
        "groups": len(standings.counters),
        "is_begun": is_begun,
        "to_check": len(_groups_to_check(standings, mentorships, reader)),
        "mentors": len({row.person_id for rows in mentorships.values() for row in rows}),
        "dead_links": rewriting.dead_link_count,
    }
    return Board(
        cohort=cohort,
        has_begun=cohort.has_begun(today),
        is_over=is_over,
        text=text,
        as_of=standings.as_of,
        week_number=teaching_week_number(cohort.starts_on, cohort.pause_periods, today) if is_begun else None,
        group_count=counts["groups"],
        student_count=student_count,
        flagged_label=f"{standings.flagged_count} of {standings.active_count}",
        is_too_many=is_too_many(standings.flagged_count, standings.active_count),
        act_count=standings.act_count,
        set_up=cohort_set_up(cohort, now),
        students=students,
        late_check_ins=late,
        late_count=sum(each.row.late_weeks for each in late),
        rewriting=rewriting,
        places=tuple(places_of(cohort, reader, now, text, counts)),
    )


def board_list(
    *, cohort: Cohort, reader: User, now: datetime, show: BoardList, text: str = "", address: QueryDict
) -> dict[str, Any]:
    """Return one page of one of the lists, and what stands above its rows; `text` as on the board."""
    today = cohort.today(now)
    shown: dict[str, Any] = {"cohort": cohort, "show": show, "text": text}
    rows: Any
    if show is BoardList.QUESTIONS:
        rows = question_rows(cohort, now)
    elif show is BoardList.SNOOZED:
        rows = snoozed_rows(cohort, reader, now)
    else:
        standings = cohort_standings(cohort, reader=reader, text=text, now=now)
        mentorships = mentorships_of(cohort, cohort.working_day(now))
        prefetch_related_objects([cohort], "pauses")
        if show is BoardList.STUDENTS:
            rows = standings.students
        elif show is BoardList.GROUPS:
            rows = _groups_to_check(standings, mentorships, reader)
        elif show is BoardList.CHECK_INS:
            rows = standings.groups
        else:
            rows = mentor_rows(cohort, mentorships, standings, now)
            without = _without_mentor(standings, mentorships)
            shown["without_mentor"] = list(cohort.groups.filter(pk__in=without).in_order())
    shown["page"] = listed = page_of(address, rows)
    listed.object_list = list(listed.object_list)
    if show is BoardList.STUDENTS:
        listed.object_list = _students(cohort, listed.object_list, mentorships, reader, now)
    elif show is BoardList.CHECK_INS:
        shown["weeks"] = weeks = weeks_of(listed.object_list)
        shown["this_week"] = Week.of(today)
        listed.object_list = [(row.group, list(cells_of(row, weeks))) for row in listed.object_list]
    return shown


def _students(
    cohort: Cohort,
    rows: Sequence[StudentSnapshot],
    mentorships: dict[int, list[Mentorship]],
    reader: User,
    now: datetime,
) -> list[BoardRow[StudentSnapshot]]:
    reminded = _reminded(STUDENT, cohort, reader, now)
    return [
        BoardRow(
            row, Mentors.of(mentorships.get(row.group_id, ()), reader), reminded.get(row.enrolment_id, "")
        )
        for row in rows
    ]


def _groups_to_check(
    standings: CohortStandings, mentorships: dict[int, list[Mentorship]], reader: User
) -> list[BoardRow[GroupSnapshot]]:
    """For other reasons than check-ins that are late, which have a list of their own."""
    return [
        BoardRow(row, Mentors.of(mentorships.get(row.group_id, ()), reader))
        for row in standings.flagged_groups
        if row.other_reasons
    ]


def late_check_ins(
    cohort: Cohort,
    standings: CohortStandings,
    mentorships: dict[int, list[Mentorship]],
    reader: User,
    now: datetime,
) -> list[BoardRow[GroupSnapshot]]:
    """All groups whose check-in is late, or was missed without one since."""
    reminded = _reminded(CHECK_IN, cohort, reader, now)
    return [
        BoardRow(row, Mentors.of(mentorships.get(row.group_id, ()), reader), reminded.get(row.group_id, ""))
        for row in standings.flagged_groups
        if row.late_label
    ]


def _reminded(kind: str, cohort: Cohort, reader: User, now: datetime) -> dict[int, str]:
    zone = zone_for(reader, cohort)
    return {
        pk: reminder_label(event, now, zone) for pk, event in reminders(kind, cohort, now - PAUSE).items()
    }


def _without_mentor(standings: CohortStandings, mentorships: dict[int, list[Mentorship]]) -> list[int]:
    counters = standings.counters.items()
    return [pk for pk, each in counters if each.has_members and pk not in mentorships]
