"""A student's week as they see it, for who leads them: only what both may read.

What is shown is named here, one by one. Whatever else my week comes to show is not shown to others by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.models import Material
from groups.models import Group
from people.models import User
from questions.access.sight import questions_visible_to
from questions.models import Ask, Question
from tracker.access.students import StudentAccess
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.meetings import NextMeeting
from tracker.dashboards.week import WeekStep, student_week
from tracker.dashboards.week.milestones import MilestoneCard
from tracker.models import CheckIn, CodeReview


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekAsStudent:
    """Left out: what the student ticked, thinks of materials or has closed, and all that is told to others.

    Of questions, those that both may read, and that the reader may know to be the student's.
    """

    overview: GroupOverview
    heading: str
    where: str
    standing: str
    shown: MilestoneCard | None
    materials: tuple[Material, ...]
    following: tuple[MilestoneCard, ...]
    settled: tuple[MilestoneCard, ...]
    beyond: tuple[MilestoneCard, ...]
    steps: tuple[WeekStep, ...]
    to_review: tuple[CodeReview, ...]
    own_code: tuple[CodeReview, ...]
    own_questions: tuple[Question, ...]
    other_questions: tuple[Question, ...]
    meeting: NextMeeting | None
    last_check_in: CheckIn | None


def week_as_student(
    access: StudentAccess, group: Group, *, reader: User, now: datetime, milestone_id: int | None
) -> WeekAsStudent | None:
    """Return the week of the student in their group of today; None if they are not in it."""
    week = student_week(
        group=group,
        enrolment_id=access.enrolment.pk,
        person=access.enrolment.person,
        now=now,
        milestone_id=milestone_id,
    )
    if week is None:
        return None
    own = _readable(week.questions.own, reader, now)
    known = _known_to_ask(own, access)
    return WeekAsStudent(
        overview=week.overview,
        heading=week.heading,
        where=week.week_label,
        standing=week.me.standing.headline if week.me.standing.due else "",
        shown=week.shown,
        materials=tuple(listed.material for listed in week.materials),
        following=week.following,
        settled=week.settled,
        beyond=week.beyond,
        steps=week.steps,
        to_review=week.to_review,
        own_code=week.own_code,
        own_questions=tuple(question for question in own if question.pk in known),
        other_questions=tuple(_readable(week.questions.others, reader, now)),
        meeting=week.meeting,
        last_check_in=week.last_check_in,
    )


def _readable(questions: Iterable[Question], reader: User, now: datetime) -> list[Question]:
    """Those that the reader may see, too. One query."""
    shown = list(questions)
    pks = {question.pk for question in shown}
    visible = set(questions_visible_to(reader, now).filter(pk__in=pks).values_list("pk", flat=True))
    return [question for question in shown if question.pk in visible]


def _known_to_ask(questions: Iterable[Question], access: StudentAccess) -> set[int]:
    """Return the ids of those of which the reader may know that the student asked them. One query."""
    asks = Ask.objects.filter(question__in=list(questions), enrolment=access.enrolment)
    return {ask.question_id for ask in asks.select_related("question") if access.may_read_ask(ask)}
