"""Permissions of pairs: a question in no topic and the one that it is likest, of which people say if both ask the same.

Course admins say it of all pairs of their course. A mentor says it where they may read both and one was asked in a
group that they mentor today, and undoes what they said themselves.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from groups.relations import RelationKind
from people.access import refuse
from people.models import User
from questions.models import Ask, NotTheSame, Placement, Question
from questions.models.question import QuestionQuerySet
from trends.access.topics import questions_to_count
from trends.access.trends import TrendsAccess, trends_access


def pairs_to_answer(access: TrendsAccess) -> QuerySet[Placement]:
    """The placements of questions in no topic with their likest question, but for pairs that were said to differ."""
    differ = NotTheSame.objects.of(OuterRef("question"), OuterRef("likest"))
    pairs = Placement.objects.filter(~Exists(differ), likest__isnull=False)
    if access.is_course_admin:
        # Not by ids of questions: the likest of a large course would be looked for among all.
        for side in ("question", "likest"):
            pairs = pairs.filter(
                **{
                    f"{side}__duplicate_of": None,
                    f"{side}__cohort__course": access.course,
                    f"{side}__cohort__archived_at": None,
                }
            )
        return pairs
    readable = questions_to_count(access)
    own = list(_own(access, readable).values_list("pk", flat=True))
    pairs = pairs.filter(Q(question__in=own) | Q(likest__in=own))
    # What a mentor may read takes long to say, and their groups asked little: it is asked once of what these name.
    named = {pk for pair in pairs.values_list("question", "likest") for pk in pair}
    known = list(readable.filter(pk__in=named).values_list("pk", flat=True))
    return pairs.filter(question__in=known, likest__in=known)


def pair_to_answer(user: User, question_id: int, other_id: int, now: datetime) -> tuple[Question, Question]:
    """Return two questions for who may say whether they ask the same. 403 for other insiders, 404 for strangers."""
    _, question, other = _pair(user, question_id, other_id, now)
    return question, other


def answer_to_undo(
    user: User, question_id: int, other_id: int, now: datetime, *, is_same: bool
) -> tuple[Question, Question]:
    """Return such a pair if nobody else has said it; a course admin undoes what anybody said. 403 and 404 as above."""
    access, question, other = _pair(user, question_id, other_id, now)
    said_by = (
        Placement.history.filter(question=question.pk)
        .order_by("-history_date", "-history_id")
        .values_list("history_user", flat=True)
        if is_same
        else NotTheSame.objects.of(question.pk, other.pk).values_list("said_by", flat=True)
    )
    if not access.is_course_admin and said_by.first() not in (user.pk, None):
        refuse(user, f"undo what was said of questions {question_id} and {other_id}", is_insider=True)
    return question, other


def _pair(
    user: User, question_id: int, other_id: int, now: datetime
) -> tuple[TrendsAccess, Question, Question]:
    questions = Question.objects.originals().select_related("cohort__course")
    question = get_object_or_404(questions, pk=question_id)
    of_course = questions.filter(cohort__course=question.cohort.course).exclude(pk=question_id)
    other = get_object_or_404(of_course, pk=other_id)
    access = trends_access(user, question.cohort.course.slug, now)
    pair, readable = [question.pk, other.pk], questions_to_count(access)
    may_answer = readable.filter(pk__in=pair).count() == len(pair)
    if not access.is_course_admin:
        may_answer = may_answer and _own(access, readable).filter(pk__in=pair).exists()
    if not may_answer:
        refuse(user, f"compare questions {question_id} and {other_id}", is_insider=True)
    return access, question, other


def _own(access: TrendsAccess, readable: QuestionQuerySet) -> QuestionQuerySet:
    led = {row.group_id for row in access.reader.relations.open(RelationKind.MENTORS)}
    return readable.asked_in(Ask.objects.filter(group__in=led))
