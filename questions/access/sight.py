"""Who sees which questions, and which of their groups.

This depends on the `visibility` of the question and on relations:

- course admins see all questions of the course;
- mentors and former mentors of a group see all questions of the group;
- members of a group see all questions of the group; former members keep those they asked;
- current and former students and mentors of the cohort see questions open to the cohort or the course.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from courses.models import Cohort
from groups.relations import Relation, RelationKind, Relations, relations_of
from lib.weeks import today_in
from people.models import User
from questions.models import Question
from questions.models.question import QuestionQuerySet


def questions_visible_to(user: User, now: datetime) -> QuestionQuerySet:
    """Return the questions that the person may see, including duplicates. One query."""
    return Question.objects.filter(sight_of(user, relations_of(user, now)).condition)


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a person sees all questions (administered courses, groups), and where only open ones."""

    user_id: int
    administered: frozenset[int]
    groups: frozenset[int]
    cohorts: frozenset[int]
    courses: frozenset[int]

    @property
    def condition(self) -> Q:
        # Subqueries, since a join would keep the database from answering with an index of questions alone.
        administered = Cohort.objects.filter(course__in=self.administered).values("pk")
        of_courses = Cohort.objects.filter(course__in=self.courses).values("pk")
        return (
            Q(cohort__in=administered)
            | Q(group_id__in=self.groups)
            | Q(cohort_id__in=self.cohorts, visibility=Question.Visibility.COHORT)
            | Q(cohort__in=of_courses, visibility=Question.Visibility.COURSE)
            | Q(cohort__in=of_courses, asked_by=self.user_id)
        )

    def covers(self, question: Question) -> bool:
        """Whether the condition holds for a question whose cohort is loaded. No query."""
        course_id = question.cohort.course_id
        return (
            course_id in self.administered
            or question.group_id in self.groups
            or (question.visibility == Question.Visibility.COHORT and question.cohort_id in self.cohorts)
            or (
                course_id in self.courses
                and (
                    question.visibility == Question.Visibility.COURSE or question.asked_by_id == self.user_id
                )
            )
        )


def sight_of(user: User, relations: Relations) -> Sight:
    taken_part = [row for row in relations if _has_begun(row, relations.now)]
    groups = [row.group_id for row in relations.open(RelationKind.STUDIES)]
    groups += [row.group_id for row in taken_part if row.kind is RelationKind.MENTORS]
    return Sight(
        user_id=user.pk,
        administered=frozenset(row.course_id for row in relations.open(RelationKind.ADMINISTERS)),
        groups=frozenset(filter(None, groups)),
        cohorts=frozenset(row.cohort_id for row in taken_part if row.cohort_id),
        courses=frozenset(row.course_id for row in taken_part),
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
    led = {row.group_id for row in relations.open(RelationKind.MENTORS)}
    return (
        Q(**{f"{of}is_asker_hidden": False})
        | Q(**{f"{of}visibility": Question.Visibility.GROUP, f"{of}group_id__in": sight.groups})
        | Q(**{f"{of}asked_by": user})
        | Q(**{f"{of}group_id__in": led})
        | Q(**{f"{of}cohort__course_id__in": sight.administered})
    )


def _has_begun(row: Relation, now: datetime) -> bool:
    return row.started_on is None or row.started_on <= today_in(row.time_zone, now)
