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
from lib.text import counted
from people.models import User
from questions.models import Placement, Topic
from telling.mails import Part
from tracker.dashboards.board import cohort_board
from tracker.dashboards.board.mentors import BoardRow
from tracker.dashboards.board.rewriting import Rewriting
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.dashboards.my_groups.card import GroupCard
from tracker.dashboards.my_groups.heading import heading_of
from tracker.dashboards.week import student_week
from tracker.models import StudentSnapshot
from tracker.standing import Attention, ReasonCode, in_full

_WEEK = timedelta(days=7)
# Rows of a list; the page has all.
_MOST = 8


class DigestSection(NamedTuple):
    """A role's part of a summary: the title of the first is the heading, its link the button."""

    title: str
    parts: list[Part]
    label: str
    path: str


def sections_of(reader: User, now: datetime) -> list[DigestSection]:
    relations = relations_of(reader, now)
    return [
        *_of_mentor(reader, relations, now),
        *_of_student(reader, relations, now),
        *_of_admin(reader, relations, now),
    ]


def helped_rows(reader: User, now: datetime) -> list[Part]:
    """The answers of the reader of which a student said in the last week: that helps."""
    answers = reader.answers_given.that_helped(now - _WEEK)[:_MOST]
    return [Part(str(each.question), path=each.question.get_absolute_url(), look="row") for each in answers]


def _needs(card: GroupCard) -> Iterator[Part]:
    """Yield a line a student who needs the mentor, the worst first; then that of the group.

    Help that was answered is no news to who answered it.
    """
    names = {row.enrolment_id: row.first_name for row in card.sheet.rows}
    marks = card.overview.marks
    asked = {line.enrolment_id: line for line in reversed(card.help_lines)}
    for member in sorted(card.overview.members, key=lambda member: member.standing.severity):
        standing = member.standing
        reasons = [reason for reason in standing.reasons if reason.code is not ReasonCode.HELP_ANSWERED]
        if standing.attention is Attention.NONE or not reasons:
            continue
        line = asked.get(member.enrolment_id)
        yield Part(
            capfirst(in_full(reasons)),
            label=f"{names[member.enrolment_id]} in {card.group}",
            note=line.words if line else "",
            path=reverse("tracker:student-detail", args=[member.enrolment_id]),
            look="help" if standing.attention is Attention.ACT else "row",
            people=(marks[member.membership.enrolment.person_id],),
        )
    # Who is behind the group is said above, and which check-ins are missing below.
    unsaid = {ReasonCode.APART, ReasonCode.CHECK_IN_LATE, ReasonCode.CHECK_IN_MISSED}
    if of_group := in_full(each for each in card.status.reasons if each.code not in unsaid):
        yield Part(capfirst(of_group), label=card.group.name, path=card.group.get_absolute_url(), look="row")


def _of_mentor(reader: User, relations: Relations, now: datetime) -> Iterator[DigestSection]:
    if not relations.open(RelationKind.MENTORS):
        return
    dashboard = mentor_dashboard(mentor=reader, now=now)
    cards = dashboard.cards
    if not cards:
        return
    path, needs = reverse("tracker:my-groups"), [line for card in cards for line in _needs(card)]
    parts = _first(needs, len(needs), path)
    late = [card for card in cards if card.check_in.is_late]
    parts += [
        Part(
            capfirst(card.check_in.label),
            label=card.group.name,
            path=reverse("tracker:check-in-log", args=[card.group.pk, card.check_in.to_log.iso])
            if card.check_in.to_log
            else card.group.get_absolute_url(),
            look="row",
        )
        for card in late
    ]
    meetings = [
        (meeting.on, str(meeting.at or ""), card, meeting)
        for card in cards
        if (meeting := card.meeting) and meeting.on < meeting.today + _WEEK
    ]
    if meetings:
        parts.append(Part("Your meetings", look="head"))
        parts += [
            Part(
                f"{card.group}",
                label=meeting.label,
                note="no stand-in yet" if card.meets_alone else "",
                path=card.group.get_absolute_url(),
                look="row",
            )
            for _, _, card, meeting in sorted(
                meetings, key=lambda each: (each[0], each[1], each[2].group.name)
            )
        ]
    questions = dashboard.questions
    if questions:
        parts.append(Part("Open questions", look="head"))
        rows = (
            Part(each.question.title, note=each.details, path=each.question.get_absolute_url(), look="row")
            for each in questions
        )
        parts += _first(rows, len(questions), path)
    meet = f", {counted(len(meetings), 'meeting')}" if meetings else ""
    yield DigestSection(f"{heading_of(cards)}{meet}", parts, "Open my groups", path)


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
            parts.append(
                Part(
                    week.shown.milestone.title,
                    label="This week",
                    note=" · ".join(part for part in (week.shown.details, left) if part),
                    look="row",
                )
            )
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
            if week.has_code_reviews and not each.is_news
        ]
        if not parts:
            continue
        title = week.shown.milestone.title if week.shown and not week.shown.is_settled else f"{group}"
        yield DigestSection(title, parts, "Open my week", reverse("tracker:week", args=[group.pk]))


def _of_admin(reader: User, relations: Relations, now: datetime) -> Iterator[DigestSection]:
    said_of: set[int] = set()
    for cohort in running_cohorts(relations):
        if cohort.today(now) < cohort.starts_on:
            continue
        board = cohort_board(cohort=cohort, reader=reader, now=now)
        path = reverse("tracker:board", args=[cohort.pk])
        parts = [Part(step.title, note=step.text, path=step.url, look="row") for step in board.set_up]
        parts += [
            Part(
                alone.told,
                label=alone.group.name,
                note=alone.absence,
                path=alone.group.mentors_url,
                look="row",
            )
            for alone in board.without_mentor
        ]
        parts += _first(map(_flagged, board.students), board.students.paginator.count, path)
        if board.late_check_ins and not board.is_in_break:
            parts.append(Part(board.late_label, look="head"))
            late = [
                Part(each.row.late_label, label=each.row.group.name, note=f"{each.mentors}", look="row")
                for each in board.late_check_ins
            ]
            parts += _first(late, len(late), path)
        if board.watched:
            count = board.watched.paginator.count
            parts.append(Part(f"{count} to watch", look="head"))
            parts += _first(map(_flagged, board.watched), count, path)
        parts += [Part(each.waits, path=each.url, look="row") for each in board.places if each.waits]
        # Questions belong to the course: they are told once, also where several cohorts of it run.
        if cohort.course_id not in said_of:
            said_of.add(cohort.course_id)
            parts += _of_course(cohort.course, board.rewriting, now)
        yield DigestSection(f"{board.heading} in {cohort}", parts, "Open the board", path)


def _flagged(student: BoardRow[StudentSnapshot]) -> Part:
    row = student.row
    return Part(
        capfirst(row.in_full),
        label=f"{row.enrolment.person} in {row.group}",
        path=reverse("tracker:student-detail", args=[row.enrolment_id]),
        look="help" if row.attention == Attention.ACT else "row",
        people=(row.group.marks([row.enrolment.person])[row.enrolment.person_id],),
    )


def _first(rows: Iterable[Part], count: int, path: str) -> list[Part]:
    """The first rows of a list of so many; its last line says how many more there are, on a page."""
    shown = list(rows)[:_MOST]
    more = count - len(shown)
    return [*shown, Part(f"and {more} more", path=path, look="row")] if more else shown


def _of_course(course: Course, rewriting: Rewriting, now: datetime) -> Iterator[Part]:
    # Those that the questions of the week before have made; the latest first.
    found = Topic.objects.standing().filter(course=course, found_at__gt=now - _WEEK, found_at__lte=now)
    asked = found.filter(Exists(Placement.objects.filter(topic=OuterRef("pk")))).order_by("-found_at", "-pk")
    if topics := list(asked.select_related("representative")):
        yield Part("New topics", look="head")
        rows = (Part(str(topic), path=topic.get_absolute_url(), look="row") for topic in topics)
        yield from _first(rows, len(topics), reverse("trends:topic-list", args=[course.slug]))
    if rewriting.asked:
        yield Part("Asked most in the last four weeks", look="head")
        for topic, asks in rewriting.asked:
            yield Part(
                str(topic), note=f"asked {counted(asks, 'time')}", path=topic.get_absolute_url(), look="row"
            )
    if rewriting.need_count:
        yield Part(f"{rewriting.need_count} to improve", look="head")
        rows = (Part(str(need), path=need.get_absolute_url(), look="row") for need in rewriting.needs)
        yield from _first(rows, rewriting.need_count, reverse("trends:need-list", args=[course.slug]))
