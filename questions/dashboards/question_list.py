"""The list of questions with its filters."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Case, Count, Exists, OuterRef, Q, When
from django.http import QueryDict

from courses.models import Material, Milestone
from groups.models import Group
from groups.relations import RelationKind
from lib.marks import PersonMark
from lib.pages import page_of
from questions.access.questions import QuestionAccess, Reader
from questions.dashboards.known_questions import answers_in_order, mark_of_answer
from questions.dashboards.question_rows import question_rows
from questions.forms.question_filters import QuestionFilterForm, asked_by
from questions.models import MaterialChange, Question
from questions.models.question import QuestionQuerySet
from questions.search import matching

# What is listed of each part before one asks for all.
_MOST = {"mine": 3, "open": 4, "answered": 8}


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in one line, with the mark of who moved last; a pencil where the material was changed."""

    access: QuestionAccess
    mark: PersonMark | None
    is_changed: bool

    @property
    def state(self) -> str:
        question = self.access.question
        if self.is_changed:
            return "material changed"
        return "" if question.status == Question.Status.OPEN else question.get_status_display()


def question_list(*, reader: Reader, address: QueryDict) -> dict[str, Any]:
    """Return questions without duplicates: one's own, open and answered ones; as the address asks for it, one page."""
    visible = reader.visible_questions()
    form = _filter_form(reader, visible, address)
    text = form.chosen.get("q")
    matches = matching(visible, text) if text else None
    found = visible.originals() if matches is None else visible.originals_of(matches)
    listed = form.narrowed(found, reader)
    mine, is_open = asked_by(reader), Q(status__in=Question.WAITING)
    counts = listed.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=is_open),
        own=Count("pk", filter=mine),
        own_open=Count("pk", filter=mine & is_open),
        answered=Count("pk", filter=~mine & Q(status=Question.Status.ANSWERED)),
    )
    context = {"form": form, "counts": counts, "is_filtered": form.are_set(), "is_list": bool(address)}
    if address:
        page = page_of(address, form.in_order(listed), count=counts["all"])
        rows = cast(QuestionQuerySet, page.object_list)
        return {**context, "page": page, "lines": _lines(rows, reader, matches) if counts["all"] else []}
    newest = listed.order_by("-asked_at", "-pk")
    parts = {
        "mine": newest.filter(mine).order_by(Case(When(is_open, then=0), default=1), "-asked_at", "-pk"),
        "open": newest.filter(is_open).exclude(mine),
        "answered": newest.filter(status=Question.Status.ANSWERED).exclude(mine),
    }
    pks = {name: list(rows.values_list("pk", flat=True)[: _MOST[name]]) for name, rows in parts.items()}
    shown = visible.filter(pk__in=[pk for part in pks.values() for pk in part])
    lines = {line.access.question.pk: line for line in _lines(shown, reader)} if counts["all"] else {}
    open_count = counts["open"] - counts["own_open"]
    more = {"mine": counts["own"], "open": open_count, "answered": counts["answered"]}
    return {
        **context,
        "heading": _heading(counts),
        "open_count": open_count,
        "parts": {name: [lines[pk] for pk in part if pk in lines] for name, part in pks.items()},
        "more": {name: max(count - _MOST[name], 0) for name, count in more.items()},
    }


def _heading(counts: dict[str, int]) -> str:
    """ "One of yours waits", "4 are open", "All answered": what waits of the reader first."""
    if own := counts["own_open"]:
        return "One of yours waits" if own == 1 else f"{own} of yours wait"
    if count := counts["open"]:
        return "One is open" if count == 1 else f"{count} are open"
    return "All answered" if counts["all"] else "Questions"


def _lines(
    questions: QuestionQuerySet, reader: Reader, matches: QuestionQuerySet | None = None
) -> list[QuestionLine]:
    told = MaterialChange.objects.filter(questions=OuterRef("pk"), told_at__isnull=False)
    rows = question_rows(questions.annotate(is_changed=Exists(told)), reader=reader, matches=matches)
    of = {row.question.pk: row.question for row in rows if row.question.status != Question.Status.OPEN}
    answerers = {each.question_id: mark_of_answer(each, reader) for each in answers_in_order(of)}
    return [
        QuestionLine(
            row,
            answerers.get(row.question.pk, row.mark),
            is_changed=row.question.is_changed,  # type: ignore[attr-defined]
        )
        for row in rows
    ]


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
