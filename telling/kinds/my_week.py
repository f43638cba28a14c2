"""What Monday's digest says of each role: one's groups, one's own week, the cohorts one runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.text import capfirst

from courses.models import Course
from groups.access import group_to_study_in, running_cohorts
from groups.relations import RelationKind, Relations, relations_of
from lib.days import age_label
from lib.text import counted, joined
from people.models import User
from questions.access.sight import answers_that_helped
from questions.models import Placement, Topic
from telling.mails import Part
from tracker.dashboards.board import cohort_board
from tracker.dashboards.board.mentors import BoardRow
from tracker.dashboards.board.rewriting import Rewriting
from tracker.dashboards.grid import GridRow
from tracker.dashboards.my_groups import MentorDashboard, mentor_dashboard
from tracker.dashboards.my_groups.card import GroupCard
from tracker.dashboards.my_groups.heading import heading_of
from tracker.dashboards.week import student_week
from tracker.models import StudentSnapshot
from tracker.standing import Attention, ReasonCode, in_full, questions_label

_WEEK = timedelta(days=7)
# Rows of a list; the page has all.
_MOST = 8
# Names in a heading, beside the first.
_NAMED = 2
# Reasons of a group that a mentor's digest says in its rows, beside the meeting, and in a sentence.
_SAID_ELSEWHERE = (
    ReasonCode.APART,
    ReasonCode.CHECK_IN_LATE,
    ReasonCode.CHECK_IN_MISSED,
    ReasonCode.NOBODY_THERE,
    ReasonCode.QUESTIONS_OPEN,
)


class DigestSection(NamedTuple):
    """A role's part of a summary: of the first the title is the subject, its link the button.

    Title, heading and parts share no fact.
    """

    title: str
    parts: list[Part]
    label: str
    path: str
    heading: str = ""


def sections_of(reader: User, now: datetime) -> list[DigestSection]:
    relations = relations_of(reader, now)
    return [
        *_of_mentor(reader, relations, now),
        *_of_student(reader, relations, now),
        *_of_admin(reader, relations, now),
    ]


def helped_rows(reader: User, now: datetime) -> list[Part]:
    """The answers of the reader of which a student said in the last week: that helps."""
    answers = answers_that_helped(reader, now - _WEEK, now)[:_MOST]
    return [Part(str(each.question), path=each.question.get_absolute_url(), look="row") for each in answers]


def _of_mentor(reader: User, relations: Relations, now: datetime) -> Iterator[DigestSection]:
    if not relations.open(RelationKind.MENTORS):
        return
    dashboard = mentor_dashboard(mentor=reader, now=now)
    cards = dashboard.cards
    if not cards:
        return
    title = _waits(dashboard, now) or str(heading_of(cards))
    parts: list[Part] = []
    first: list[str] = []
    others: list[str] = []
    for card in cards:
        flagged = sorted(filter(_is_flagged, card.sheet.rows), key=lambda row: row.member.standing.severity)
        rows = [*(_of_row(row, title) for row in flagged), *_of_group(card)]
        when = (
            card.meeting.short_label if card.meeting and card.meeting.on < card.meeting.today + _WEEK else ""
        )
        note = ", ".join(filter(None, (when, "no stand-in yet" if card.meets_alone else "")))
        if rows:
            first += [row.first_name for row in flagged] or [str(card.group)]
            path = card.group.get_absolute_url()
            head = Part(str(card.group), note=note, look="head", path=path, hue=card.group.hue)
            parts += [head, *_first(rows, len(rows), path)]
        elif when:
            others.append(f"{card.group}, {note}")
    said = [f"You {'also ' if parts else ''}meet {'; '.join(others)}."] if others else []
    said += _counts(dashboard, title)
    if said:
        parts.append(Part(" ".join(said)))
    heading = f"{first[0]} first, then {joined(first[1:], _NAMED)}" if first[1:] else ""
    yield DigestSection(title, parts, "Open my groups", reverse("tracker:my-groups"), heading)


def _waits(dashboard: MentorDashboard, now: datetime) -> str:
    """ "Bruno has waited 7 days", of the request for help that waits longest; empty without one."""
    if not dashboard.help_lines:
        return ""
    line = dashboard.help_lines[0]
    return _has_waited(line.who, age_label(line.since, now, line.group.cohort.time_zone))


def _has_waited(name: str, age: str) -> str:
    """`age`: "today", "7 days"."""
    return f"{name} asked for help today" if age == "today" else f"{name} has waited {age}"


def _is_flagged(row: GridRow) -> bool:
    """Help that was answered is no news to who answered it."""
    reasons = {reason.code for reason in row.member.standing.reasons}
    return row.member.standing.attention is not Attention.NONE and reasons != {ReasonCode.HELP_ANSWERED}


def _of_row(row: GridRow, title: str) -> Part:
    """The worst reason of a student, without what the subject says: "Bruno needs help: Prompt engineering"."""
    words, name = row.member.words, row.first_name
    more = words.details
    if words.needs_help and title.startswith(f"{name} "):
        # Its age is the subject.
        more = joined(row.member.standing.reasons[0].titles)
    return Part(
        name,
        state="" if words.about(name) == title else words.verb,
        tone=words.tone,
        details=more,
        look="row",
        path=reverse("tracker:student-detail", args=[row.enrolment_id]),
        people=(row.mark,),
    )


def _of_group(card: GroupCard) -> Iterator[Part]:
    path, late = card.group.get_absolute_url(), card.check_in
    if late.is_late and late.to_log and late.late_count:
        is_last = late.to_log.iso == card.overview.week.previous().iso
        week = "last week’s check-in" if is_last else f"the check-in of {late.to_log.label}"
        log = reverse("tracker:check-in-log", args=[card.group.pk, late.to_log.iso])
        yield Part(f"Log {week}", look="row", path=log)
    elif late.is_late:
        yield Part(capfirst(late.label), look="row", path=path)
    if text := in_full(each for each in card.status.reasons if each.code not in _SAID_ELSEWHERE):
        yield Part(capfirst(text), look="row", path=path)


def _counts(dashboard: MentorDashboard, title: str) -> Iterator[str]:
    """ "2 questions wait for an answer.", "The other 8 students are on track.", unless the subject says it."""
    label = questions_label(len(dashboard.questions))
    if dashboard.questions and title != label:
        yield f"{label} for an answer."
    rows = [row for card in dashboard.cards if card.has_begun for row in card.sheet.rows]
    well = sum(row.member.words.is_well for row in rows)
    if well and any(map(_is_flagged, rows)):
        others = sum(not _is_flagged(row) for row in rows)
        who = counted(well, "student")
        if well == others:
            who = f"The other {who}" if well > 1 else "The other student"
        yield f"{who} {'is' if well == 1 else 'are'} on track."


def _of_student(reader: User, relations: Relations, now: datetime) -> Iterator[DigestSection]:
    for row in relations.open(RelationKind.STUDIES):
        if row.group_id is None or row.enrolment_id is None or row.is_in_closed_cohort(now):
            continue
        group = group_to_study_in(reader, row.group_id, now).group
        week = student_week(group=group, enrolment_id=row.enrolment_id, person=reader, now=now)
        if week is None or week.read_only or week.away:
            continue
        parts = []
        if week.shown and not week.shown.is_settled:
            left = f"{counted(week.left_count, 'material')} to finish" if week.left_count else ""
            details = " · ".join(part for part in (week.shown.details, left) if part)
            parts.append(Part(details, look="row"))
        parts += [
            Part(
                each.step.text,
                label="Agreed",
                note=", ".join(filter(None, ["" if each.step.enrolment_id else "all of us", each.due_label])),
                look="row",
            )
            for each in week.steps
            if not each.step.is_done
        ]
        if week.meeting and week.meeting.on < week.meeting.today + _WEEK:
            parts.append(
                Part(
                    week.meeting.label,
                    label="You meet",
                    note=week.meets_alone or week.stand_in,
                    path=week.overview.group.call,
                    look="row",
                )
            )
        parts += [
            Part(each.title, label=each.before.removesuffix(":"), path=each.url, look="row")
            for each in week.waiting
            if week.has_code_reviews and each.not_yet is None
        ]
        if not parts:
            continue
        title = week.shown.milestone.title if week.shown and not week.shown.is_settled else f"{group}"
        yield DigestSection(
            f"Your week: {title}", parts, "Open my week", reverse("tracker:week", args=[group.pk])
        )


def _of_admin(reader: User, relations: Relations, now: datetime) -> Iterator[DigestSection]:
    said_of: set[int] = set()
    seen: set[str] = set()
    for cohort in running_cohorts(relations):
        if cohort.today(now) < cohort.starts_on:
            continue
        board = cohort_board(cohort=cohort, reader=reader, now=now)
        path = reverse("tracker:board", args=[cohort.pk])
        students = list(board.students)
        needed = next((each for each in students if each.row.words.needs_help), None)
        # Whom the heading names stands first.
        parts = _first(
            [
                _flagged(each, is_first=each is needed)
                for each in sorted(students, key=lambda each: each is not needed)
            ],
            board.students.paginator.count,
            path,
        )
        parts += [
            Part(
                f"{alone.group} {alone.told}",
                note=alone.absence,
                look="row",
                path=alone.group.mentors_url,
                hue=alone.group.hue,
            )
            for alone in board.without_mentor
        ]
        parts += [Part(each.title, look="row", path=each.url) for each in board.set_up]
        if board.late_check_ins and not board.is_in_break:
            late = [
                Part(
                    f"{each.row.group}: {each.row.late_label}",
                    note=f"{each.mentors}",
                    look="row",
                    hue=each.row.group.hue,
                )
                for each in board.late_check_ins
            ]
            parts += _first(late, board.late_check_ins.paginator.count, path)
        watched = board.watched.paginator.count
        # What belongs to the course, such as topics and dead links, is told once, also where several cohorts of it run.
        places = [place for place in board.places if place.waits and place.url not in seen]
        seen.update(place.url for place in places)
        said = [*([f"{watched} to watch"] if watched else []), *(place.waits for place in places)]
        if cohort.course_id not in said_of:
            said_of.add(cohort.course_id)
            said += _of_course(cohort.course, board.rewriting, now)
        if said := [each for each in said if each != board.heading]:
            parts.append(Part(f"{'. '.join(said)}."))
        age = needed and counted(needed.row.read_reasons()[0].days, "day")
        yield DigestSection(
            f"{cohort}: {board.heading}",
            parts,
            "Open the board",
            path,
            _has_waited(needed.row.enrolment.person.get_short_name(), age) if needed and age else "",
        )


def _flagged(student: BoardRow[StudentSnapshot], *, is_first: bool) -> Part:
    """A student, the worst reason, and who mentors them; the age of a request that the heading has is left out."""
    row, words = student.row, student.row.words
    return Part(
        row.enrolment.person.name,
        state=words.verb,
        tone=words.tone,
        details=joined(row.read_reasons()[0].titles) if is_first else words.details,
        note=f"{row.group}, {student.mentors}",
        look="row",
        path=reverse("tracker:student-detail", args=[row.enrolment_id]),
        people=(row.group.marks([row.enrolment.person])[row.enrolment.person_id],),
    )


def _first(rows: Iterable[Part], count: int, path: str) -> list[Part]:
    """The first rows of a list of so many; its last line says how many more there are, on a page."""
    shown = list(rows)[:_MOST]
    more = count - len(shown)
    return [*shown, Part(f"and {more} more", path=path, look="row")] if more else shown


def _of_course(course: Course, rewriting: Rewriting, now: datetime) -> Iterator[str]:
    # Those that the questions of the week before have made.
    found = Topic.objects.standing().filter(course=course, found_at__gt=now - _WEEK, found_at__lte=now)
    if topics := found.filter(Exists(Placement.objects.filter(topic=OuterRef("pk")))).count():
        yield counted(topics, "new topic")
    if rewriting.need_count:
        yield f"{rewriting.need_count} to improve"
