"""The list of questions with its filters."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, When
from django.http import QueryDict

from courses.models import Material, Milestone
from groups.models import Group
from groups.relations import RelationKind
from lib.marks import PersonMark
from lib.pages import page_of
from questions.access.asking import group_for_asking, milestone_for_asking
from questions.access.questions import QuestionAccess, Reader, with_asker, with_marks
from questions.dashboards.known_questions import answers_in_order, mark_of_answer
from questions.dashboards.question_suggestions import answered_before
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
    is_own = asked_by(reader)
    counts = _counts(listed, is_own)
    context = {"form": form, "counts": counts, "is_filtered": form.are_set(), "is_list": bool(address)}
    if address:
        page = page_of(address, form.in_order(listed), count=counts["all"])
        rows = cast(QuestionQuerySet, page.object_list)
        asks_in = group_for_asking(reader.relations, form.chosen.get("group"))
        milestone = milestone_for_asking(asks_in, form.chosen.get("milestone"))
        return {
            **context,
            "page": page,
            "lines": question_lines(rows, reader, matches) if counts["all"] else [],
            "asks_in": asks_in,
            "asks_about": milestone,
            "offered": answered_before(reader, text or "", asks_in, milestone),
        }
    newest, is_open = listed.order_by("-asked_at", "-pk"), Q(status__in=Question.WAITING)
    parts = {
        "mine": newest.filter(is_own).order_by(Case(When(is_open, then=0), default=1), "-asked_at", "-pk"),
        "open": newest.filter(is_open, ~is_own),
        "answered": newest.filter(~is_own, status=Question.Status.ANSWERED),
    }
    pks = {name: list(rows.values_list("pk", flat=True)[: _MOST[name]]) for name, rows in parts.items()}
    shown = Question.objects.filter(pk__in=[pk for part in pks.values() for pk in part])
    lines = {line.access.question.pk: line for line in question_lines(shown, reader)} if counts["all"] else {}
    open_count = counts["open"] - counts["own_open"]
    more = {"mine": counts["own"], "open": open_count, "answered": counts["answered"]}
    return {
        **context,
        "heading": _heading(counts),
        "open_count": open_count,
        "parts": {name: [lines[pk] for pk in part if pk in lines] for name, part in pks.items()},
        "more": {name: max(count - _MOST[name], 0) for name, count in more.items()},
    }


def _counts(questions: QuestionQuerySet, is_own: Q) -> dict[str, int]:
    """Count all, those that are open, one's own, and answered ones of others."""
    by_status = questions.values_list("status").annotate(all=Count("pk"), own=Count("pk", filter=is_own))
    rows = {status: (count, own) for status, count, own in by_status}
    waiting = [rows.get(status, (0, 0)) for status in Question.WAITING]
    answered, own_answered = rows.get(Question.Status.ANSWERED, (0, 0))
    return {
        "all": sum(count for count, _ in rows.values()),
        "open": sum(count for count, _ in waiting),
        "own": sum(own for _, own in rows.values()),
        "own_open": sum(own for _, own in waiting),
        "answered": answered - own_answered,
    }


def _heading(counts: dict[str, int]) -> str:
    """ "One of yours waits", "4 are open", "All answered": what waits of the reader first."""
    if own := counts["own_open"]:
        return "One of yours waits" if own == 1 else f"{own} of yours wait"
    if count := counts["open"]:
        return "One is open" if count == 1 else f"{count} are open"
    return "All answered" if counts["all"] else "Questions"


def question_lines(
    questions: QuestionQuerySet, reader: Reader, matches: QuestionQuerySet | None = None
) -> list[QuestionLine]:
    """`matches`: all that a search found; duplicates among them are listed with their originals."""
    told = MaterialChange.objects.filter(questions=OuterRef("pk"), told_at__isnull=False)
    shown = with_asker(questions, reader).with_ask_count().annotate(is_changed=Exists(told))
    shown = shown.prefetch_related("cohort__pauses").defer("search_text", "detail")
    if matches is not None:
        duplicates = matches.order_by("asked_at", "pk").only("title", "duplicate_of")
        shown = shown.prefetch_related(Prefetch("duplicates", duplicates, to_attr="also_asked_as"))
    rows = with_marks([QuestionAccess(question, reader) for question in shown])
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
