"""The list of questions with its filters."""

from typing import Any, cast

from django.db.models import Case, Count, DateTimeField, Exists, F, OuterRef, Q, When
from django.http import QueryDict

from courses.models import Material, Milestone
from groups.models import Group
from groups.relations import RelationKind
from lib.pages import page_of
from questions.access.questions import Reader
from questions.access.sight import group_is_known
from questions.dashboards.question_rows import question_rows
from questions.forms.question_filters import WAITING, QuestionFilterForm, QuestionFilters, Sort
from questions.models import Ask, Question
from questions.models.question import QuestionQuerySet
from questions.search import matching


def question_list(*, reader: Reader, address: QueryDict) -> dict[str, Any]:
    """Return a page of questions without duplicates. `count` and `open_count` cover all pages."""
    visible = reader.visible_questions()
    form = _filter_form(reader, visible, address)
    filters = form.filters()
    matches = matching(visible, filters.text) if filters.text else None
    found = visible.originals() if matches is None else visible.originals_of(matches)
    listed = _narrowed(found, filters, reader)
    counts = listed.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(status__in=Question.WAITING)),
    )
    count = counts["all"]
    page = page_of(address, _sorted(listed, filters.sort), count=count)
    rows = cast(QuestionQuerySet, page.object_list)
    return {
        "form": form,
        "rows": question_rows(rows, reader=reader, matches=matches) if count else [],
        "page": page,
        "count": count,
        "open_count": counts["open"],
        "is_filtered": filters.are_set,
    }


def _narrowed(questions: QuestionQuerySet, filters: QuestionFilters, reader: Reader) -> QuestionQuerySet:
    """Filtering by a group shows only questions whose group the reader may know."""
    exact = {
        "milestone": filters.milestone,
        "material": filters.material,
        "category": filters.category,
        "status": "" if filters.status == WAITING else filters.status,
    }
    questions = questions.filter(**{name: value for name, value in exact.items() if value})
    if filters.status == WAITING:
        questions = questions.open()
    if filters.group:
        questions = questions.filter(group_is_known(reader.user, reader.relations), group=filters.group)
    if filters.is_mine:
        questions = questions.filter(_asked_by(reader))
    return questions


def _asked_by(reader: Reader) -> Q:
    own = Ask.objects.filter(enrolment__person=reader.user)
    return (
        Q(asked_by=reader.user)
        | Q(Exists(own.filter(question=OuterRef("pk"))))
        | Q(Exists(own.filter(question__duplicate_of=OuterRef("pk"))))
    )


def _sorted(questions: QuestionQuerySet, sort: Sort) -> QuestionQuerySet:
    if sort is Sort.MOST_ASKED:
        return questions.with_ask_count().order_by(F("ask_count").desc(), "-asked_at", "-pk")
    if sort is Sort.OLDEST_OPEN:
        is_open = Q(status__in=Question.WAITING)
        # Those of unknown age follow the others that are open.
        open_since = Case(When(is_open, is_undated=False, then=F("asked_at")), output_field=DateTimeField())
        is_waiting = Case(When(is_open, then=0), default=1)
        return questions.order_by(open_since.asc(nulls_last=True), is_waiting, "-asked_at", "-pk")
    return questions.order_by("-asked_at", "-pk")


def _filter_form(reader: Reader, visible: QuestionQuerySet, address: QueryDict) -> QuestionFilterForm:
    courses = {row.course_id for row in reader.relations if not row.is_archived}
    milestones = Milestone.objects.filter(course__in=courses).select_related("course")
    materials = Material.objects.filter(
        Exists(visible.filter(material=OuterRef("pk"))), milestone__course__in=courses
    ).select_related("milestone")
    administered = {row.course_id for row in reader.relations.open(RelationKind.ADMINISTERS)}
    own = {row.group_id for row in reader.relations if row.group_id and row.has_begun(reader.relations.now)}
    groups = Group.objects.filter(
        Q(cohort__course__in=administered & courses, cohort__archived_at=None) | Q(pk__in=own)
    ).select_related("cohort")
    return QuestionFilterForm(
        address,
        milestones=milestones.order_by("course__title", "course", "position"),
        materials=materials.order_by(
            "milestone__course__title", "milestone__course", "milestone__position", "position", "pk"
        ),
        groups=groups.order_by("cohort__title", "cohort", "sort_key", "pk"),
    )
