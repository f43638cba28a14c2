"""The list of questions with its filters."""

from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from courses.models import Material, Milestone
from groups.models import Group
from groups.relations import RelationKind
from lib.pages import page_of
from questions.access.questions import Reader
from questions.dashboards.question_rows import question_rows
from questions.forms.question_filters import QuestionFilterForm
from questions.models import Question
from questions.models.question import QuestionQuerySet
from questions.search import matching


def question_list(*, reader: Reader, address: QueryDict) -> dict[str, Any]:
    """Return a page of questions without duplicates. `count` and `open_count` cover all pages."""
    visible = reader.visible_questions()
    form = _filter_form(reader, visible, address)
    text = form.chosen.get("q")
    matches = matching(visible, text) if text else None
    found = visible.originals() if matches is None else visible.originals_of(matches)
    listed = form.narrowed(found, reader)
    counts = listed.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=Q(status__in=Question.WAITING)),
    )
    count = counts["all"]
    page = page_of(address, form.in_order(listed), count=count)
    rows = cast(QuestionQuerySet, page.object_list)
    return {
        "form": form,
        "rows": question_rows(rows, reader=reader, matches=matches) if count else [],
        "page": page,
        "count": count,
        "open_count": counts["open"],
        "is_filtered": form.are_set(),
    }


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
