"""The course admin's board of a cohort: where to act today, and the lists that it leads to. Constant queries each.

A new list gets a value of `BoardList`, a branch of `board_list`, a line of `places_of`, and a template.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from types import MappingProxyType
from typing import Any

from django.core.paginator import Page
from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.formats import date_format

from courses.models import Cohort
from groups.access import people_counts
from groups.actions.reminding import CHECK_IN, PAUSE, STUDENT, reminder_label, reminders
from groups.dashboards.set_up import SetUpStep, cohort_set_up
from groups.models import Group, Mentorship, marks_of
from groups.times import zone_for
from groups.who_is_there import absence_on
from lib.days import relative_day
from lib.pages import page_of
from lib.text import counted
from lib.weeks import Week
from people.models import User
from tracker.dashboards.board.lists import cells_of, question_rows, weeks_of
from tracker.dashboards.board.mentors import BoardRow, Mentors, mentor_rows, mentorships_of
from tracker.dashboards.board.places import BoardLine, BoardList, places_of, snoozed_rows
from tracker.dashboards.board.rewriting import Rewriting, rewriting_of
from tracker.dashboards.board.standings import cohort_standings
from tracker.models import CheckIn, GroupSnapshot, Progress, StudentSnapshot
from tracker.standing import Attention, is_too_many, words_of

# Rows below each heading of the board, so that they fit one screen.
_ON_TOP = 5
# Few groups are found by looking.
_MANY = 15


@dataclass(frozen=True, slots=True)
class GroupWithoutMentor:
    """`told` follows its name: "has no mentor tomorrow"; `absence` says why."""

    group: Group
    told: str
    absence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The first list is what needs the reader: what is left to set up, groups without a mentor, and students.

    Students, late check-ins and groups are those that match `text`; `as_of` is None if all was worked out now.
    """

    cohort: Cohort
    today: date
    has_begun: bool
    is_over: bool
    is_in_break: bool
    has_happened: bool
    text: str
    as_of: datetime | None
    group_count: int
    student_count: int
    flagged_label: str
    is_too_many: bool
    set_up: list[SetUpStep]
    without_mentor: list[GroupWithoutMentor]
    students: Page[BoardRow[StudentSnapshot]]
    watched: Page[BoardRow[StudentSnapshot]]
    late_check_ins: Page[BoardRow[GroupSnapshot]]
    late_label: str
    rewriting: Rewriting
    places: tuple[BoardLine, ...]

    @property
    def has_search(self) -> bool:
        return bool(self.text) or self.group_count > _MANY

    @property
    def heading(self) -> str:
        """The heading: how many rows the first list has, else what waits elsewhere; Monday's digest has it, too.

        In a break nothing is late. Nobody needs the reader only where something has happened.
        """
        if self.cohort.archived:
            return "This cohort is archived"
        if self.is_over:
            return "This cohort has ended"
        if self.is_setting_up:
            return f"{counted(self.need_count, 'thing')} left to set up"
        if self.need_count:
            return f"{self.need_count} need{'s' if self.need_count == 1 else ''} you today"
        if self.late_check_ins and not self.is_in_break:
            return self.late_label
        waits = [place.waits for place in self.places if place.waits and not self.text]
        if waits:
            return waits[0]
        if count := self.watched.paginator.count:
            return f"{counted(count, 'student')} to watch"
        if self.text:
            return f"Nobody who matches “{self.text}” needs you"
        if not self.has_begun:
            return f"Begins on {date_format(self.cohort.starts_on, 'j F Y')}"
        return "Nobody needs you today" if self.has_happened else "Nobody has started yet"

    @property
    def starts_label(self) -> str:
        return relative_day(self.cohort.starts_on, self.today)

    @property
    def need_count(self) -> int:
        return len(self.set_up) + len(self.without_mentor) + self.students.paginator.count

    @property
    def more_students(self) -> int:
        return self.students.paginator.count - len(self.students)

    @property
    def is_setting_up(self) -> bool:
        """Whether the first list is what is left to set up alone."""
        return bool(self.set_up) and len(self.set_up) == self.need_count

    @property
    def has_lists(self) -> bool:
        """Whether anything stands above the lines that lead elsewhere."""
        if self.cohort.archived:
            return False
        return bool(self.has_first or self.late_check_ins or self.has_rewriting)

    @property
    def waits(self) -> bool:
        """Whether all else waits until the cohort is set up, before its start."""
        return self.is_setting_up and not self.has_begun

    @property
    def has_rewriting(self) -> bool:
        return self.rewriting.has_rows and not self.waits

    @property
    def has_first(self) -> bool:
        return bool(self.watched) or self.need_count > len(self.set_up)

    @property
    def more_late(self) -> int:
        return self.late_check_ins.paginator.count - len(self.late_check_ins)

    @property
    def has_many_to_remind(self) -> bool:
        """Whether one button is worth it; those that are not shown count as not reminded yet."""
        shown = sum(not late.reminded and bool(late.mentors.to_remind) for late in self.late_check_ins)
        return shown + self.more_late > 1


def cohort_board(*, cohort: Cohort, reader: User, now: datetime, text: str = "") -> Board:
    """Return the board of a cohort.

    Args:
        reader: who looks at it; what mentors wrote about them is left out.
        text: part of the name of a student, a mentor or a group.
    """
    today, working_day = cohort.today(now), cohort.working_day(now)
    standings = cohort_standings(cohort, reader=reader, text=text, now=now)
    prefetch_related_objects([cohort], "pauses")
    students, watched = pages = [
        page_of(QueryDict(), standings.students_to(attention), _ON_TOP)
        for attention in (Attention.ACT, Attention.WATCH)
    ]
    rows = [list(page) for page in pages]
    late, unattended = page_of(QueryDict(), standings.late_groups, _ON_TOP), list(standings.unattended_groups)
    late.object_list = list(late.object_list)
    # Of other groups no mentor is named.
    named = {row.group_id for row in chain(late, unattended, *rows)}
    mentorships = mentorships_of(cohort, working_day, named)
    reminded = _reminded(STUDENT, cohort, reader, now)
    for page, own in zip(pages, rows, strict=True):
        page.object_list = _students(own, mentorships, reminded, reader, working_day)
    reminded = _reminded(CHECK_IN, cohort, reader, now) if late else {}
    late.object_list = _groups(late, mentorships, reader, working_day, reminded)
    rewriting = rewriting_of(cohort.course, now)
    is_over = cohort.is_closed(today)
    is_begun = bool(standings.group_count) and cohort.has_begun(today) and not is_over
    counts = {
        "groups": standings.group_count,
        "is_begun": is_begun,
        "to_check": standings.to_check_count,
        "dead_links": rewriting.dead_link_count,
    }
    return Board(
        cohort=cohort,
        today=today,
        has_begun=cohort.has_begun(today),
        is_over=is_over,
        is_in_break=cohort.is_in_break(today),
        # Said only where nobody has an alert.
        has_happened=bool(standings.flagged_count) or _has_happened(cohort),
        text=text,
        as_of=standings.as_of,
        group_count=counts["groups"],
        # Said only before the start.
        student_count=0 if cohort.has_begun(today) else people_counts(cohort, today)[0],
        flagged_label=f"{standings.flagged_count} of {standings.active_count}",
        is_too_many=is_too_many(standings.flagged_count, standings.active_count),
        set_up=[] if text else cohort_set_up(cohort, now),
        without_mentor=list(_without_mentor(unattended, mentorships, today)),
        students=students,
        watched=watched,
        late_check_ins=late,
        late_label=standings.late_label,
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
        day, names_mentors = cohort.working_day(now), show is not BoardList.CHECK_INS
        mentorships = mentorships_of(cohort, day) if names_mentors else {}
        prefetch_related_objects([cohort], "pauses")
        if show is BoardList.STUDENTS:
            rows = standings.students
        elif show is BoardList.GROUPS:
            rows = standings.groups_to_check
        elif show is BoardList.CHECK_INS:
            rows = standings.groups
        else:
            rows = mentor_rows(cohort, mentorships, standings, now)
            without = [
                each.group_id
                for each in standings.every_group
                if each.has_members and each.group_id not in mentorships
            ]
            shown["without_mentor"] = list(cohort.groups.filter(pk__in=without).in_order())
    shown["page"] = listed = page_of(address, rows)
    listed.object_list = list(listed.object_list)
    if show is BoardList.STUDENTS:
        reminded = _reminded(STUDENT, cohort, reader, now)
        listed.object_list = _students(listed.object_list, mentorships, reminded, reader, day)
    elif show is BoardList.GROUPS:
        listed.object_list = _groups(listed, mentorships, reader, day)
    elif show is BoardList.CHECK_INS:
        shown["weeks"] = weeks = weeks_of(listed.object_list)
        shown["this_week"] = Week.of(today)
        listed.object_list = [(row.group, list(cells_of(row, weeks))) for row in listed.object_list]
    return shown


def _students(
    rows: Sequence[StudentSnapshot],
    mentorships: dict[int, list[Mentorship]],
    reminded: Mapping[int, str],
    reader: User,
    day: date,
) -> list[BoardRow[StudentSnapshot]]:
    marks = marks_of((row.group, row.enrolment.person) for row in rows)
    return [
        BoardRow(
            row,
            Mentors.of(mentorships.get(row.group_id, ()), reader, day),
            reminded.get(row.enrolment_id, ""),
            mark=marks[row.group_id, row.enrolment.person_id],
        )
        for row in rows
    ]


def _groups(
    rows: Iterable[GroupSnapshot],
    mentorships: dict[int, list[Mentorship]],
    reader: User,
    day: date,
    reminded: Mapping[int, str] = MappingProxyType({}),
) -> list[BoardRow[GroupSnapshot]]:
    return [
        BoardRow(
            row,
            Mentors.of(mentorships.get(row.group_id, ()), reader, day),
            reminded.get(row.group_id, ""),
        )
        for row in rows
    ]


def _without_mentor(
    unattended: Iterable[GroupSnapshot], mentorships: dict[int, list[Mentorship]], today: date
) -> Iterator[GroupWithoutMentor]:
    """Yield the groups that have a mentor, but nobody who is there, the next meeting first.

    That a group has no mentor at all is left to set up.
    """
    alone = [(reason, row) for row in unattended if (reason := row.nobody_there)]
    for reason, row in sorted(alone, key=lambda each: (each[0].on or today, each[1].group.name)):
        if own := mentorships.get(row.group_id):
            absence = absence_on(own, reason.on or today, today)
            yield GroupWithoutMentor(row.group, words_of(reason).they, absence)


def _reminded(kind: str, cohort: Cohort, reader: User, now: datetime) -> dict[int, str]:
    zone = zone_for(reader, cohort)
    return {
        pk: reminder_label(event, now, zone) for pk, event in reminders(kind, cohort, now - PAUSE).items()
    }


def _has_happened(cohort: Cohort) -> bool:
    """Whether anything was marked or logged in it."""
    marks = Progress.objects.filter(enrolment__cohort=cohort).exclude(state=Progress.State.NOT_STARTED)
    return marks.exists() or CheckIn.objects.filter(group__cohort=cohort).exists()
