"""Visibility of questions and of the groups that asked them.

This depends on the `visibility` of the question and on relations:

- course admins see all questions of the course;
- mentors and members of a group see all questions of the group;
- those who left a group see what was asked for it alone before they left, and keep those they asked;
- current and former students and mentors of the cohort see questions open to the cohort or the course;
- who led a student on a day on which a question of theirs was open sees it, then and later, wherever it was asked;
- of an archived cohort, what is published is seen as before, since it belongs to the course; nothing else is in a list,
  and course admins read it by its address. Of an archived course nothing is seen.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from itertools import starmap
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from courses.models import Cohort
from groups.relations import RelationKind, Relations, relations_of
from people.models import User
from questions.access.led_asks import asks_led
from questions.models import Answer, Ask, Question
from questions.models.question import QuestionQuerySet, is_known


def questions_visible_to(user: User, now: datetime) -> QuestionQuerySet:
    """Return the questions that the person may see, including duplicates."""
    return Question.objects.filter(sight_of(user, relations_of(user, now)).condition)


def answers_that_helped(person: User, since: datetime, now: datetime) -> list[Answer]:
    """Answers of the person that helped somebody, to questions that they may still read, the latest first."""
    helped = list(person.answers_given.that_helped(since))
    if not helped:
        return []
    asked = [each.question_id for each in helped]
    visible = set(questions_visible_to(person, now).filter(pk__in=asked).values_list("pk", flat=True))
    return [each for each in helped if each.question_id in visible]


class LedAsk(NamedTuple):
    """By their ids: an ask, what was asked, and what that was merged into."""

    pk: int
    question: int
    original: int | None


@dataclass(frozen=True)
class Sight:
    """The courses and groups in which a person sees all questions, and those in which only open ones.

    `left_groups`: groups that the person was in or mentored before, and when the last of it ended. `mentored`: groups
    that the person mentors or mentored, by their time zone.
    """

    user: User
    relations: Relations
    administered: frozenset[int]
    groups: frozenset[int]
    left_groups: Mapping[int, datetime]
    mentored: Mapping[str, frozenset[int]]
    cohorts: frozenset[int]
    courses: frozenset[int]

    @cached_property
    def condition(self) -> Q:
        seen = Q(group_id__in=self.groups) | Q(
            cohort_id__in=self.cohorts, visibility=Question.Visibility.COHORT
        )
        # Subqueries, since a join would keep the database from answering with an index of questions alone.
        current = Cohort.objects.filter(archived_at=None)
        if self.administered:
            seen |= Q(cohort__in=current.filter(course__in=self.administered).values("pk"))
        if self.courses:
            open_to_course = Q(visibility=Question.Visibility.COURSE) | Q(asked_by=self.user)
            seen |= Q(cohort__in=current.filter(course__in=self.courses).values("pk")) & open_to_course
        if of_courses := self.administered | self.courses:
            archived = Cohort.objects.filter(archived_at__isnull=False, course__in=of_courses)
            seen |= is_known() & Q(cohort__in=archived.values("pk"))
        for group_id, left_at in self.left_groups.items():
            seen |= Q(group_id=group_id, visibility=Question.Visibility.GROUP, asked_at__lt=left_at)
        if led := self._asks_led:
            seen |= Q(pk__in={pk for ask in led for pk in (ask.question, ask.original) if pk})
        return seen

    @property
    def is_ask_led(self) -> Q:
        """The condition on asks of students whom the person led on a day on which what they asked was open.

        Those at questions of groups that the person is in or mentors today are left out: there they see all.
        """
        return Q(pk__in=[ask.pk for ask in self._asks_led])

    @cached_property
    def _asks_led(self) -> list[LedAsk]:
        """Few, and sought in a long history: read once."""
        led = [
            asks_led(self.user.pk, groups, time_zone, self.relations.now)
            .exclude(question__group__in=self.groups)
            .values_list("pk", "question", "question__duplicate_of")
            for time_zone, groups in self.mentored.items()
        ]
        rows: Any = Ask.objects.none().union(*led) if led else ()
        return list(starmap(LedAsk, rows))

    def covers(self, question: Question) -> bool:
        """Whether the condition holds for a question whose cohort is loaded.

        But for what was open while the person led its student.
        """
        course_id = question.cohort.course_id
        if question.cohort.is_archived:
            return question.is_known and course_id in self.administered | self.courses
        return (
            course_id in self.administered
            or question.group_id in self.groups
            or self._was_there(question)
            or (question.visibility == Question.Visibility.COHORT and question.cohort_id in self.cohorts)
            or (
                course_id in self.courses
                and (
                    question.visibility == Question.Visibility.COURSE or question.asked_by_id == self.user.pk
                )
            )
        )

    def _was_there(self, question: Question) -> bool:
        left_at = self.left_groups.get(question.group_id)
        is_for_group = question.visibility == Question.Visibility.GROUP
        return is_for_group and left_at is not None and question.asked_at < left_at


def sight_of(user: User, relations: Relations) -> Sight:
    """Return what the person sees by these relations. Cached on the user object."""
    kept: Sight | None = getattr(user, "_sight", None)
    if kept is None or kept.relations is not relations:
        kept = _sight_of(user, relations)
        user._sight = kept  # type: ignore[attr-defined]
    return kept


def _sight_of(user: User, relations: Relations) -> Sight:
    taken_part = [row for row in relations if row.has_begun(relations.now)]
    in_groups = [row for row in taken_part if row.group_id]
    groups = frozenset(row.group_id for row in in_groups if row.group_id and row.is_open(relations.now))
    left: dict[int, datetime] = {}
    for row in in_groups:
        if row.group_id and row.ended_on and row.group_id not in groups:
            ended_at = datetime.combine(row.ended_on, time.min, ZoneInfo(row.time_zone))
            left[row.group_id] = max(ended_at, left.get(row.group_id, ended_at))
    mentored: dict[str, set[int]] = defaultdict(set)
    for row in in_groups:
        if row.group_id and row.kind is RelationKind.MENTORS:
            mentored[row.time_zone].add(row.group_id)
    return Sight(
        user=user,
        relations=relations,
        administered=frozenset(row.course_id for row in relations.open(RelationKind.ADMINISTERS)),
        groups=groups,
        left_groups=left,
        mentored={time_zone: frozenset(groups) for time_zone, groups in mentored.items()},
        cohorts=frozenset(row.cohort.pk for row in taken_part if row.cohort),
        courses=frozenset(row.course_id for row in taken_part if not row.is_archived),
    )


def questions_with_known_group(user: User, now: datetime) -> QuestionQuerySet:
    """Return visible questions whose group the person may know.

    A group has about three students, so its name would reveal a hidden asker.
    """
    return questions_visible_to(user, now).filter(group_is_known(user, relations_of(user, now)))


def group_is_known(user: User, relations: Relations) -> Q:
    return _group_is_known(user, relations, "")


def group_of_ask_is_known(user: User, relations: Relations) -> Q:
    """The same condition for asks. A hidden asker's ask is always in the question's group."""
    return _group_is_known(user, relations, "question__") | ~Q(question__group=F("group"))


def _group_is_known(user: User, relations: Relations, of: str) -> Q:
    sight = sight_of(user, relations)
    # Readers of a question for the group alone are or were in it.
    of_groups = sight.groups | sight.left_groups.keys()
    led = {row.group_id for row in relations.open(RelationKind.MENTORS)}
    is_for_group = Q(**{f"{of}visibility": Question.Visibility.GROUP})
    return (
        # Who led its student later reads a question for the group alone without being told which group that is.
        (Q(**{f"{of}is_asker_hidden": False}) & ~is_for_group)
        | is_for_group & Q(**{f"{of}group_id__in": of_groups})
        | Q(**{f"{of}asked_by": user})
        | Q(**{f"{of}group_id__in": led})
        | Q(**{f"{of}cohort__course_id__in": sight.administered})
    )
