"""The course admin's board of a cohort: where to act today, and the lists that it leads to. Constant queries each.

A new list gets a value of `BoardList`, a branch of `board_list`, a line of `_places`, and a template.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet, prefetch_related_objects
from django.urls import reverse

from courses.calendar import teaching_week_number
from courses.models import Cohort
from groups.concern_access import concerns_to_read
from groups.models import Enrolment, Mentorship
from groups.relations import relations_of
from groups.times import zone_for
from lib.weeks import Week
from people.models import User
from questions.models import Question
from tracker.access.check_ins import requests_to_settle
from tracker.actions.reminding import CHECK_IN, PAUSE, STUDENT, reminder_label, reminders
from tracker.dashboards.board.attention import FlaggedStudent, groups_to_check, put_aside_rows
from tracker.dashboards.board.check_ins import LateCheckIn, check_in_row, late_check_ins, week_columns
from tracker.dashboards.board.mentors import Mentors, loads_by_group, mentor_rows, mentorships_of
from tracker.dashboards.board.questions import question_rows
from tracker.dashboards.board.rewriting import Rewriting, rewriting_of
from tracker.dashboards.board.standings import CohortStandings, cohort_standings
from tracker.dashboards.facts import periods
from tracker.models import CheckIn, StudentSnapshot
from tracker.standing.attention import counted

# Rows below each heading of the board, so that they fit one screen; and on a page of a list.
_ON_TOP, _PAGE = 5, 25
# Few groups are found by looking.
_MANY = 15


class BoardList(StrEnum):
    """The lists that the board leads to; the value is the one in the URL."""

    STUDENTS = "students"
    GROUPS = "groups"
    CHECK_INS = "check-ins"
    MENTORS = "mentors"
    QUESTIONS = "questions"
    SNOOZED = "snoozed"

    @property
    def label(self) -> str:
        return {
            "students": "Students to help and to watch",
            "groups": "Groups to check",
            "check-ins": "Check-ins by week",
            "questions": "Questions by milestone",
        }.get(self.value, self.value.capitalize())


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A line that leads to where something is listed, with how many there are."""

    title: str
    url: str
    count: str
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The students and late check-ins are those that match `text`; the counts are of the whole cohort.

    `as_of` is None if all was worked out now.
    """

    cohort: Cohort
    is_over: bool
    text: str
    as_of: datetime | None
    week_number: int | None
    group_count: int
    student_count: int
    flagged_label: str
    is_too_many: bool
    act_count: int
    students: Page[FlaggedStudent]
    late_check_ins: tuple[LateCheckIn, ...]
    late_count: int
    rewriting: Rewriting
    places: tuple[BoardLine, ...]

    @property
    def has_search(self) -> bool:
        return bool(self.text) or self.group_count > _MANY

    @property
    def heading(self) -> str:
        """What there is to do, as an answer."""
        watched = self.students.paginator.count
        if self.cohort.archived:
            return "This cohort is archived"
        if self.is_over:
            return "This cohort has ended"
        if not self.group_count:
            return "No groups yet"
        if self.act_count:
            return f"{counted(self.act_count, 'student')} need{'s' if self.act_count == 1 else ''} help"
        if self.late_count:
            return self.late_label
        if watched and not self.text:
            return f"{counted(watched, 'student')} to watch"
        return "Nobody needs you today"

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
    def late_shown(self) -> tuple[LateCheckIn, ...]:
        return self.late_check_ins[:_ON_TOP]

    @property
    def has_many_to_remind(self) -> bool:
        return sum(not late.reminded and bool(late.mentors.to_remind) for late in self.late_check_ins) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOfBoard:
    """One of the lists. `more` is what stands above its rows, by name."""

    cohort: Cohort
    show: BoardList
    text: str
    page: Page[Any]
    more: dict[str, Any]


def cohort_board(*, cohort: Cohort, reader: User, now: datetime, text: str = "") -> Board:
    """Return the board of a cohort.

    Args:
        reader: who looks at it; what mentors wrote about them is left out.
        text: part of the name of a student, a mentor or a group.
    """
    today = cohort.today(now)
    standings = cohort_standings(cohort, text=text, now=now)
    mentorships = mentorships_of(cohort, today)
    prefetch_related_objects([cohort], "pauses")
    pauses = periods(cohort.pauses.all())
    students: Page[Any] = Paginator(_without_own(reader, standings.students, now), _ON_TOP).get_page(1)
    students.object_list = flagged_students(cohort, list(students), mentorships, reader, now)
    reminded = _reminded(CHECK_IN, cohort, reader, now)
    flagged_groups = list(standings.flagged_groups)
    late = tuple(late_check_ins(flagged_groups, mentorships, reader, reminded))
    rewriting = rewriting_of(cohort.course, now)
    is_over = cohort.is_closed(today)
    is_begun = bool(standings.counters) and not is_over
    counts = {
        **people_counts(cohort, today),
        "groups": len(standings.counters),
        "is_begun": is_begun,
        "to_check": len(groups_to_check(flagged_groups, mentorships, reader)),
        "mentors": len({row.person_id for rows in mentorships.values() for row in rows}),
        "without_mentor": len(_without_mentor(standings, mentorships)),
        "dead_links": rewriting.dead_link_count,
    }
    return Board(
        cohort=cohort,
        is_over=is_over,
        text=text,
        as_of=standings.as_of,
        week_number=teaching_week_number(cohort.starts_on, pauses, today) if is_begun else None,
        group_count=counts["groups"],
        student_count=counts["students"],
        flagged_label=f"{standings.share.flagged} of {standings.share.total}",
        is_too_many=standings.share.is_too_many,
        act_count=standings.act_count,
        students=students,
        late_check_ins=late,
        late_count=sum(each.weeks for each in late),
        rewriting=rewriting,
        places=tuple(_places(cohort, reader, now, text, counts)),
    )


def board_list(
    *, cohort: Cohort, reader: User, now: datetime, show: BoardList, text: str = "", page: str | None = None
) -> ListOfBoard:
    """Return one page of one of the lists; `text` as on the board."""
    today, week = cohort.today(now), Week.of(cohort.today(now))
    more: dict[str, Any] = {}
    rows: Any
    if show is BoardList.QUESTIONS:
        rows = question_rows(cohort, now)
    elif show is BoardList.SNOOZED:
        rows = put_aside_rows(cohort, reader, relations_of(reader, now).study_groups, today)
    else:
        standings, mentorships = cohort_standings(cohort, text=text, now=now), mentorships_of(cohort, today)
        prefetch_related_objects([cohort], "pauses")
        if show is BoardList.STUDENTS:
            rows = _without_own(reader, standings.students, now)
        elif show is BoardList.GROUPS:
            rows = groups_to_check(standings.flagged_groups, mentorships, reader)
        elif show is BoardList.CHECK_INS:
            rows = standings.groups
        else:
            loads = loads_by_group(cohort, week, today, now)
            is_running = cohort.starts_on <= week.ends_on and not cohort.is_closed(today)
            is_on = is_running and not week.is_paused(periods(cohort.pauses.all()))
            budget = cohort.course.weekly_minutes if is_on else 0
            rows = mentor_rows(mentorships, standings.counters, loads, budget=budget, named=standings.named)
            without = _without_mentor(standings, mentorships)
            more["without_mentor"] = list(cohort.groups.filter(pk__in=without).in_order())
    shown: Page[Any] = Paginator(rows, _PAGE).get_page(page)
    shown.object_list = list(shown.object_list)
    if show is BoardList.STUDENTS:
        shown.object_list = flagged_students(cohort, list(shown), mentorships, reader, now)
    elif show is BoardList.CHECK_INS:
        more["columns"] = columns = week_columns(shown.object_list, today)
        shown.object_list = [check_in_row(row, columns) for row in shown.object_list]
    return ListOfBoard(cohort=cohort, show=show, text=text, page=shown, more=more)


def flagged_students(
    cohort: Cohort,
    rows: Sequence[StudentSnapshot],
    mentorships: dict[int, list[Mentorship]],
    reader: User,
    now: datetime,
) -> list[FlaggedStudent]:
    reminded = _reminded(STUDENT, cohort, reader, now)
    return [
        FlaggedStudent(
            row,
            Mentors.of(mentorships.get(row.group_id, ()), reader),
            reminded.get(row.enrolment_id, ""),
        )
        for row in rows
    ]


def late_check_ins_in(cohort: Cohort, reader: User, now: datetime) -> list[LateCheckIn]:
    """All groups whose check-in is late, or was missed without one since, with their mentors of today."""
    rows = cohort_standings(cohort, text="", now=now).flagged_groups
    return list(late_check_ins(rows, mentorships_of(cohort, cohort.today(now)), reader, {}))


def _reminded(kind: str, cohort: Cohort, reader: User, now: datetime) -> dict[int, str]:
    zone = zone_for(reader, cohort)
    return {
        pk: reminder_label(event, now, zone) for pk, event in reminders(kind, cohort, now - PAUSE).items()
    }


def _without_own(
    reader: User, students: Sequence[StudentSnapshot] | QuerySet[StudentSnapshot], now: datetime
) -> Sequence[StudentSnapshot] | QuerySet[StudentSnapshot]:
    """Leave out the reader and the groups in which they study: what is said in confidence is among the reasons.

    See docs/decisions/0023.
    """
    own_groups = relations_of(reader, now).study_groups
    if isinstance(students, QuerySet):
        return students.exclude(enrolment__person=reader).exclude(group__in=own_groups)
    others = [row for row in students if row.enrolment.person_id != reader.pk]
    return [row for row in others if row.group_id not in own_groups]


def _without_mentor(standings: CohortStandings, mentorships: dict[int, list[Mentorship]]) -> list[int]:
    counters = standings.counters.items()
    return [pk for pk, each in counters if each.has_members and pk not in mentorships]


def people_counts(cohort: Cohort, today: date) -> dict[str, int]:
    """The `students` of today, and how many of them are `without_group`."""
    in_group = Q(memberships__ended_on=None, memberships__isnull=False)
    return (
        Enrolment.objects.not_ended(today)
        .filter(cohort=cohort)
        .aggregate(
            students=Count("pk", distinct=True),
            without_group=Count("pk", distinct=True) - Count("pk", filter=in_group, distinct=True),
        )
    )


def _places(
    cohort: Cohort, reader: User, now: datetime, text: str, counts: dict[str, int]
) -> Iterator[BoardLine]:
    """Yield where everything else of the cohort is listed. Five queries."""
    today = cohort.today(now)
    board, query = reverse("tracker:board", args=[cohort.pk]), f"&q={quote(text)}" if text else ""
    requests = requests_to_settle(reader, cohort, now).filter(request_settled_at=None).count()
    waiting = Question.objects.filter(cohort=cohort, duplicate_of=None).open()
    asked = waiting.aggregate(
        open=Count("pk"), oldest=Min("asked_at", filter=Q(status=Question.Status.OPEN, is_undated=False))
    )
    oldest = cohort.wait(asked["oldest"], now, days=cohort.course.question_days) if asked["oldest"] else None
    logged = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=Week.of(today).starts_on).count()
    snoozed = put_aside_rows(cohort, reader, relations_of(reader, now).study_groups, today).count()

    def listed(show: BoardList, count: str, *, is_late: bool = False) -> BoardLine:
        return BoardLine(show.label, f"{board}?show={show}{query}", count, is_late)

    unanswered = concerns_to_read(reader).filter(answered_at=None, enrolment__cohort=cohort)
    if unanswered.exclude(enrolment__person=reader).exists():
        yield BoardLine("Private messages", reverse("groups:concern-list"), "not answered", is_late=True)
    url = reverse("tracker:request-list", args=[cohort.pk])
    yield BoardLine("Mentors’ requests", url, f"{requests or ''}", requests > 0)
    age = f", oldest {counted((today - cohort.today(asked['oldest'])).days, 'day')}" if oldest else ""
    yield listed(
        BoardList.QUESTIONS, f"{asked['open']} open{age}", is_late=oldest is not None and oldest.is_over
    )
    if counts["to_check"]:
        yield listed(BoardList.GROUPS, f"{counts['to_check']}")
    yield listed(
        BoardList.CHECK_INS, f"{logged} of {counts['groups']} this week" if counts["is_begun"] else ""
    )
    without = f", {counted(counts['without_mentor'], 'group')} without" if counts["without_mentor"] else ""
    yield listed(BoardList.MENTORS, f"{counts['mentors']}{without}", is_late=bool(without))
    without = f", {counts['without_group']} without a group" if counts["without_group"] else ""
    yield BoardLine(
        "People",
        reverse("groups:cohort-people", args=[cohort.pk]),
        f"{counts['students']}{without}",
        bool(without),
    )
    if snoozed:
        yield listed(BoardList.SNOOZED, f"{snoozed}")
    if counts["dead_links"]:
        url = reverse("trends:need-list", args=[cohort.course.slug])
        yield BoardLine("Dead links", f"{url}#dead-title", f"{counts['dead_links']}", is_late=True)
