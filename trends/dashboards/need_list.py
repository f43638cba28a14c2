"""Needs for better material, most asked first, and the milestones that take longer than planned. Three queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse

from courses.models import Course, Milestone
from questions.access.needs import needs
from questions.models import Ask, MaterialNeed, NeedNote
from trends.counts.hours import HoursSpent, hours_spent
from trends.forms.needs import NeedFilterForm

PAGE_SIZE = 25
_WAITING = (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING)


@dataclass(frozen=True, slots=True)
class LongMilestone:
    """A milestone that takes longer than planned."""

    milestone: Milestone
    spent: HoursSpent

    @property
    def label(self) -> str:
        """ "takes longer than planned: a median of 4.5 h of 12 students, 3 h planned"."""
        planned = f"{(self.spent.planned or Decimal(0)).normalize():f}"
        return (
            f"takes longer than planned: a median of {round(self.spent.median, 1):g} h of {self.spent.students} "
            f"students, {planned} h planned"
        )


@dataclass(frozen=True, slots=True)
class NeedList:
    rows: list[MaterialNeed]
    page: Page[Any]
    tabs: list[dict[str, Any]]
    # Milestones that take longer than planned, in the order of the course.
    longer: tuple[LongMilestone, ...]
    state: str
    waiting_count: int
    count: int


def need_list(*, course: Course, address: QueryDict) -> NeedList:
    state = NeedFilterForm(address).state_wanted()
    counts = _counts(course)
    wanted = [state] if state else list(_WAITING)
    rows = with_ask_count(needs().filter(course=course, state__in=wanted))
    paginator = Paginator(rows.order_by(F("ask_count").desc(), "noted_at", "pk"), PAGE_SIZE)
    paginator.count = sum(counts[state] for state in wanted)
    page = paginator.get_page(address.get("page"))
    return NeedList(
        rows=list(page.object_list) if paginator.count else [],
        page=page,
        tabs=_tabs(course, counts, state),
        longer=tuple(_longer(course)),
        state=state,
        waiting_count=sum(counts[state] for state in _WAITING),
        count=sum(counts.values()),
    )


def _longer(course: Course) -> Iterator[LongMilestone]:
    spent = hours_spent(course.cohorts.current())
    longer = {pk: each for pk, each in spent.items() if each.takes_longer}
    for milestone in course.milestones.in_order().filter(pk__in=longer):
        yield LongMilestone(milestone, longer[milestone.pk])


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
