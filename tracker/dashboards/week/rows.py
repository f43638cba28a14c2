"""What my week needs besides the overview, as annotations of the group; adds no query."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Material, Milestone
from groups.models import Group
from lib.rows import Rows
from people.models import User
from questions.access.sight import questions_visible_to
from questions.models import Answer, Ask, MaterialChange, Question
from tracker.dashboards.recent_questions import recent_question_rows
from tracker.dashboards.review_summaries import review_rows
from tracker.models import AgreedStep, CheckIn, CodeReview, MaterialTick

# How many questions of each kind are shown; the questions page has the rest.
_QUESTIONS = 4
# For how many days a finished step stays visible.
_STEP_DAYS = 7
# For how many days answers and material changes are shown as news.
_NEWS_DAYS = 14


def with_week_rows(
    groups: QuerySet[Group], *, enrolment_id: int, person: User, now: datetime
) -> QuerySet[Group]:
    course = OuterRef("cohort__course")
    ticks = MaterialTick.objects.filter(enrolment=enrolment_id, material=OuterRef("pk"))
    summaries = CheckIn.objects.filter(group=OuterRef("pk")).exclude(summary="").newest_first()[:1]
    return groups.annotate(
        milestone_rows=Rows(
            Milestone.objects.filter(course=course).in_order(),
            "id",
            "title",
            "summary",
            "week",
            "planned_hours",
            "is_optional",
            known_count=known_count(),
        ),
        material_rows=Rows(
            Material.objects.in_use().filter(milestone__course=course).in_order(),
            "id",
            "milestone_id",
            "title",
            "url",
            "kind",
            "minutes",
            "is_optional",
            is_ticked=Exists(ticks),
        ),
        step_rows=Rows(_steps(enrolment_id, now), "id", "text", "due_on", "state", "enrolment_id"),
        give_rows=_reviews(CodeReview.objects.filter(reviewer=enrolment_id)),
        get_rows=_reviews(CodeReview.objects.filter(author=enrolment_id)),
        own_question_rows=_questions(person, now, enrolment_id, is_own=True),
        other_question_rows=_questions(person, now, enrolment_id, is_own=False),
        answered_rows=Rows(_answered(person, now, enrolment_id), "id", "title"),
        changed_rows=Rows(_changed(person, now), "what", "url", material_url="material__url"),
        summary_rows=Rows(summaries, "week_starts_on", "summary"),
    )


def known_count() -> Coalesce:
    known = Question.objects.known().filter(milestone=OuterRef("pk")).order_by().values("milestone")
    return Coalesce(
        Subquery(known.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0
    )


def _steps(enrolment_id: int, now: datetime) -> QuerySet[AgreedStep]:
    """Open and recently finished steps of the student, from any group, and of the whole group."""
    return (
        AgreedStep.objects.filter(Q(enrolment=enrolment_id) | Q(enrolment=None, group=OuterRef("pk")))
        .filter(
            Q(state=AgreedStep.State.OPEN)
            | Q(state=AgreedStep.State.DONE, closed_at__gt=now - timedelta(days=_STEP_DAYS))
        )
        .order_by(F("due_on").asc(nulls_last=True), "agreed_at", "pk")
    )


def _reviews(reviews: QuerySet[CodeReview]) -> Rows:
    """Reviews not yet approved, longest waiting first."""
    waiting = reviews.filter(group=OuterRef("pk")).exclude(state=CodeReview.State.APPROVED)
    return review_rows(waiting.order_by("changed_at", "pk"))


def _questions(person: User, now: datetime, enrolment_id: int, *, is_own: bool) -> Rows:
    """The newest questions asked by the student, or by others and visible to the student."""
    asked = Exists(Ask.objects.filter(question=OuterRef("pk"), enrolment=enrolment_id))
    questions = questions_visible_to(person, now).filter(cohort=OuterRef("cohort"))
    if is_own:
        questions = questions.filter(asked)
    else:
        questions = questions.filter(~asked).exclude(status=Question.Status.DUPLICATE)
    return recent_question_rows(questions, _QUESTIONS)


def _answered(person: User, now: datetime, enrolment_id: int) -> QuerySet[Question]:
    """Questions of the student that somebody else answered recently; for a duplicate, its original."""
    before = Ask.objects.filter(enrolment=enrolment_id, asked_at__lt=OuterRef("first_answered_at"))
    own = Answer.objects.filter(
        question=OuterRef("pk"), answered_by=person, answered_at=OuterRef("first_answered_at")
    )
    return (
        questions_visible_to(person, now)
        .originals()
        .filter(
            Exists(before.filter(question=OuterRef("pk")))
            | Exists(before.filter(question__duplicate_of=OuterRef("pk"))),
            ~Exists(own),
            status=Question.Status.ANSWERED,
            first_answered_at__gt=now - timedelta(days=_NEWS_DAYS),
        )
        .order_by("-first_answered_at", "-pk")[:_QUESTIONS]
    )


def _changed(person: User, now: datetime) -> QuerySet[MaterialChange]:
    """Recent material changes that answer questions of the student."""
    change = OuterRef("pk")
    # Through the question or its original: directly, by its topic, or by a topic merged into that.
    paths = (
        "material_changes",
        "placement__topic__material_changes",
        "placement__topic__merged__material_changes",
    )
    asked_at = [f"question__{path}" for path in paths] + [f"question__duplicate_of__{path}" for path in paths]
    answered = Q(*((path, change) for path in asked_at), _connector=Q.OR)
    asked = Ask.objects.filter(answered, enrolment__person=person)
    return MaterialChange.objects.filter(
        Exists(asked), course=OuterRef("cohort__course"), told_at__gt=now - timedelta(days=_NEWS_DAYS)
    ).order_by("-told_at", "-pk")[:_QUESTIONS]
