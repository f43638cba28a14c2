"""Needs for better material, most asked first, and the milestones that take longer than planned."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from courses.models import Course, Milestone
from lib.pages import page_of
from questions.access.needs import needs
from questions.models import Ask, MaterialNeed, NeedNote
from tracker.models import Progress
from trends.figures import FEWEST_STUDENTS, percentile
from trends.forms.needs import NeedFilterForm

# A milestone whose median passes the plan by so much takes longer than planned.
_LONGER = Decimal("1.25")
_WAITING = (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING)


def need_list(*, course: Course, address: QueryDict) -> dict[str, Any]:
    """`longer` are the milestones that take longer than planned, in the order of the course, with a sentence each."""
    state = NeedFilterForm(address).state_wanted()
    counts = _counts(course)
    wanted = [state] if state else list(_WAITING)
    rows = with_ask_count(needs().filter(course=course, state__in=wanted))
    rows = rows.order_by(F("ask_count").desc(), "noted_at", "pk")
    return {
        "page": page_of(address, rows, count=sum(counts[state] for state in wanted)),
        "tabs": _tabs(course, counts, state),
        "longer": _longer_than_planned(course),
        "waiting_count": sum(counts[state] for state in _WAITING),
        "count": sum(counts.values()),
    }


def _longer_than_planned(course: Course) -> list[tuple[Milestone, str]]:
    """Milestones whose students spend longer than planned; at least FEWEST_STUDENTS noted hours.

    "takes longer than planned: a median of 4.5 h of 12 students, 3 h planned".
    """
    done = Progress.objects.filter(
        enrolment__cohort__in=course.cohorts.current(), state=Progress.State.DONE, hours__gt=0
    )
    # How many noted the same hours: few rows, however many students there are.
    counted = done.order_by().values("milestone", "hours").annotate(students=Count("pk"))
    minutes: dict[int, Counter[int]] = defaultdict(Counter)
    for milestone_id, hours, students in counted.values_list("milestone", "hours", "students"):
        minutes[milestone_id][round((hours or 0) * 60)] += students
    longer = []
    for milestone in course.milestones.in_order().filter(pk__in=minutes, planned_hours__gt=0):
        spent, planned = minutes[milestone.pk], milestone.planned_hours or Decimal(0)
        median = (percentile(spent, 0.5) or 0) / 60
        if spent.total() >= FEWEST_STUDENTS and median >= float(planned * _LONGER):
            label = f"a median of {round(median, 1):g} h of {spent.total()} students, {planned.normalize():f} h planned"
            longer.append((milestone, f"takes longer than planned: {label}"))
    return longer


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
