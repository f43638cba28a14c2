"""Who sees which questions, and of which they may know the group.

Who sees a question follows from what it says of itself (`visibility`) and from relations:

- the course's admins see all of the course;
- a group's mentors, today's and former ones, see all of the group;
- today's members of a group see all of the group; who left it keeps what they asked themselves;
- everybody who studies or mentors in the cohort, or did, sees what the cohort may see, and what the course may see.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from groups.relations import Relation, RelationKind, Relations, relations_of
from lib.weeks import today_in
from people.models import User
from questions.models import Question
from questions.models.question import QuestionQuerySet


def questions_visible_to(user: User, now: datetime) -> QuestionQuerySet:
    """Return the questions that the person may see, duplicates among them. One query, by ids of their relations."""
    return Question.objects.filter(sight_of(user, relations_of(user, now)).condition)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person sees of questions: all of some courses and groups, what some cohorts and courses may see."""

    user_id: int
    administered: frozenset[int]
    groups: frozenset[int]
    cohorts: frozenset[int]
    courses: frozenset[int]

    @property
    def condition(self) -> Q:
        """On questions in the database."""
        return (
            Q(cohort__course_id__in=self.administered)
            | Q(group_id__in=self.groups)
            | Q(cohort_id__in=self.cohorts, visibility=Question.Visibility.COHORT)
            | Q(cohort__course_id__in=self.courses, visibility=Question.Visibility.COURSE)
            | Q(cohort__course_id__in=self.courses, asked_by=self.user_id)
        )

    def holds(self, question: Question) -> bool:
        """The same of one question, which brings its cohort along."""
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
    """Return those of which the person may also know in which group they were asked, for lists of a group.

    Of a hidden asker it would tell other students that they are one of three.
    """
    return questions_visible_to(user, now).filter(group_is_known(user, relations_of(user, now)))


def group_is_known(user: User, relations: Relations) -> Q:
    """The condition of `questions_with_known_group`, on questions."""
    return _group_is_known(user, relations, "")


def group_of_ask_is_known(user: User, relations: Relations) -> Q:
    """The same condition on asks; one of another group than the question's is no hidden asker's."""
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
