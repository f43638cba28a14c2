"""Needs for better material, most asked first, and the milestones that take longer than planned. Three queries."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from courses.models import Course
from questions.access.needs import needs
from questions.models import Ask, MaterialNeed, NeedNote
from trends.counts.hours import HoursSpent, hours_spent
from trends.forms.needs import NeedFilterForm

PAGE_SIZE = 25
_WAITING = (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING)


def need_list(*, course: Course, address: QueryDict) -> dict[str, Any]:
    """`longer` are the milestones that take longer than planned, in the order of the course, with a sentence each."""
    state = NeedFilterForm(address).state_wanted()
    counts = _counts(course)
    wanted = [state] if state else list(_WAITING)
    rows = with_ask_count(needs().filter(course=course, state__in=wanted))
    paginator = Paginator(rows.order_by(F("ask_count").desc(), "noted_at", "pk"), PAGE_SIZE)
    paginator.count = sum(counts[state] for state in wanted)
    page = paginator.get_page(address.get("page"))
    longer = {pk: spent for pk, spent in hours_spent(course.cohorts.current()).items() if spent.takes_longer}
    return {
        "rows": list(page.object_list) if paginator.count else [],
        "page": page,
        "tabs": _tabs(course, counts, state),
        "longer": [
            (milestone, _longer_label(longer[milestone.pk]))
            for milestone in course.milestones.in_order().filter(pk__in=longer)
        ],
        "waiting_count": sum(counts[state] for state in _WAITING),
        "count": sum(counts.values()),
    }


def _longer_label(spent: HoursSpent) -> str:
    """ "takes longer than planned: a median of 4.5 h of 12 students, 3 h planned"."""
    planned = f"{(spent.planned or Decimal(0)).normalize():f}"
    return (
        f"takes longer than planned: a median of {round(spent.median, 1):g} h of {spent.students} students, "
        f"{planned} h planned"
    )


def _counts(course: Course) -> dict[str, int]:
    states = MaterialNeed.State.values
    return MaterialNeed.objects.filter(course=course).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in states}
    )


def _tabs(course: Course, counts: dict[str, int], current: str) -> list[dict[str, Any]]:
    url = reverse("trends:need-list", args=[course.slug])
    tabs = [("Waiting", "", sum(counts[state] for state in _WAITING))]
    tabs += [(label.capitalize(), state, counts[state]) for state, label in MaterialNeed.State.choices]
    return [
        {
            "label": label,
            "url": f"{url}?state={state}" if state else url,
            "is_current": state == current,
            "count": count,
        }
        for label, state, count in tabs
    ]


def with_ask_count(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `ask_count`: asks of the question, of all questions of the topic, or about the material."""
    at_question = Coalesce(OuterRef("question__duplicate_of"), OuterRef("question"))
    at_topic = Coalesce(OuterRef("topic__merged_into"), OuterRef("topic"))
    at_material = OuterRef("material")
    counted: QuerySet[Any] = rows.annotate(
        note_count=_count(NeedNote.objects.filter(need=OuterRef("pk"))),
        ask_count=Case(
            When(question__isnull=False, then=_asks(pk=at_question)),
            When(topic__isnull=False, then=_asks(placement__topic=at_topic)),
            default=_asks(material=at_material),
        ),
    )
    return counted


def _asks(**of: Any) -> Any:
    """Count asks of matching originals and of their duplicates."""
    (name, value), *_ = of.items()
    asks = Ask.objects.filter(group__cohort__archived_at=None)
    own = asks.filter(**{f"question__{name}": value}, question__duplicate_of=None)
    duplicates = asks.filter(**{f"question__duplicate_of__{name}": value})
    return _count(own) + _count(duplicates)


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values(every=Value(1)).annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
