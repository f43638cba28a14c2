"""The questions behind a figure of the trends, how often they were asked in it, and the figure in words.

A question includes its duplicates: their asks count for it. `trends.access.topics` decides who may count which asks
and see which questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from courses.models import Material
from groups.models import Group
from lib.days import day_label, day_range_label
from lib.weeks import Week, monday_of, today_in
from questions.access.questions import Reader
from questions.models import Ask, Question
from questions.models.question import QuestionQuerySet
from trends.access.topics import asks_to_count
from trends.access.trends import TrendsAccess, trends_access
from trends.counts.waits import asked_within, lacking
from trends.dashboards.topic_rows import shown_topics
from trends.figures import Span
from trends.forms.drill_down import NO_CATEGORY, NOTHING, DrillDown, DrillDownForm, Lack

_LACKS = {
    Lack.ANY: "not answered by the material",
    Lack.UNCLEAR: "the material is unclear",
    Lack.WRONG: "the material is wrong",
    Lack.WAITING: "not answered in time",
}


@dataclass(frozen=True, slots=True)
class AskedView:
    access: TrendsAccess
    drill: DrillDown
    # The time zone of each cohort of the course.
    zones: dict[int, str]

    @classmethod
    def read(cls, reader: Reader, address: QueryDict) -> Self | None:
        """Return the figure in the address, or None if it names none. 404 or 403 if the reader may not see it."""
        drill = DrillDownForm.read(address)
        if drill is None:
            return None
        access = trends_access(reader.user, drill.course, reader.relations.now)
        return cls(
            access, drill, dict(access.course.cohorts.filter(archived_at=None).values_list("pk", "time_zone"))
        )

    @property
    def asks(self) -> QuerySet[Ask]:
        drill = self.drill
        asks = asks_to_count(self.access)
        if drill.cohorts:
            asks = asks.filter(group__cohort__in=drill.cohorts)
        if drill.since:
            asks = asks.filter(week_starts_on__gte=monday_of(drill.since))
        if drill.until:
            asks = asks.filter(week_starts_on__lte=monday_of(drill.until))
        if drill.is_undated:
            asks = asks.filter(week_starts_on=None)
        return asks.filter(group=drill.group) if drill.group else asks

    def of(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        questions = questions.filter(self._about())
        if self.drill.counts_questions:
            return questions.filter(self._first_asked())
        asks = self.asks.order_by()
        at_original = asks.filter(question__duplicate_of=None).values("question")
        at_duplicate = asks.exclude(question__duplicate_of=None).values("question__duplicate_of")
        return questions.filter(Q(pk__in=at_original) | Q(pk__in=at_duplicate))

    def asks_at(self, questions: QuestionQuerySet) -> QuerySet[Ask]:
        asked = questions.order_by().values("pk")
        return self.asks.filter(
            Q(question__in=asked, question__duplicate_of=None) | Q(question__duplicate_of__in=asked)
        )

    def asks_beyond(self, questions: QuestionQuerySet) -> QuerySet[Ask]:
        """Return the asks that the figure counts for questions other than these originals."""
        about = (
            Question.objects.originals()
            .filter(self._about())
            .exclude(pk__in=questions.order_by().values("pk"))
        )
        return self.asks_at(about)

    def _first_asked(self) -> Q:
        access, drill, first = self.access, self.drill, self.access.questions_known()
        if access.group_ids is not None:
            first &= Q(group__in=access.group_ids)
        if drill.cohorts:
            first &= Q(cohort__in=drill.cohorts)
        if drill.group:
            first &= Q(group=drill.group)
        if drill.is_undated:
            first &= Q(is_undated=True)
        return first & asked_within(Span.of_days(drill.since, drill.until), self.zones)

    def _about(self) -> Q:
        drill, about = self.drill, Q(cohort__course=self.access.course, cohort__archived_at=None)
        for name, value in (("milestone", drill.milestone), ("material", drill.material)):
            if value == NOTHING:
                about &= Q(**{f"{name}__isnull": True})
            elif value:
                about &= Q(**{name: value})
        if drill.category:
            about &= Q(category="" if drill.category == NO_CATEGORY else drill.category)
        if drill.topic:
            about &= Q(placement__topic=drill.topic)
        if drill.has_answer is not None:
            has_answer = Q(first_answered_at__isnull=False) | Q(is_answer_undated=True)
            about &= has_answer if drill.has_answer else ~has_answer
        if drill.lack:
            about &= lacking(drill.lack, self.access.now, self.access.course.question_open_days)
        return about & self._of_age()

    def _of_age(self) -> Q:
        drill, now, of_age = self.drill, self.access.now, Q()
        if drill.open_from:
            of_age &= Q(is_undated=False, asked_at__lte=now - timedelta(days=drill.open_from))
        if drill.open_to is not None:
            of_age &= Q(is_undated=False, asked_at__gt=now - timedelta(days=drill.open_to + 1))
        return of_age


@dataclass(frozen=True, slots=True)
class AskedFigure:
    labels: tuple[str, ...]
    # None if the figure counts questions.
    ask_count: int | None
    # Asks in the figure for questions that the reader may not see.
    unseen_count: int
    course_title: str
    is_of_own_groups: bool
    # The labels from the address, and the query of all its questions.
    pairs: tuple[tuple[str, str], ...]
    url: str
    trends_url: str


def asked_figure(view: AskedView, listed: QuestionQuerySet, visible: QuestionQuerySet) -> AskedFigure:
    """Return the figure, with the number of its asks for the listed questions.

    Args:
        visible: all questions that the reader may see.
    """
    course, is_all = view.access.course, view.access.is_course_admin
    counts_asks = not view.drill.counts_questions
    return AskedFigure(
        labels=figure_labels(view),
        ask_count=view.asks_at(listed).count() if counts_asks else None,
        unseen_count=view.asks_beyond(visible).count() if counts_asks and not is_all else 0,
        course_title=course.title,
        is_of_own_groups=not is_all,
        pairs=tuple(view.drill.pairs),
        url=f"{reverse('trends:asked')}?{view.drill.query}",
        trends_url=reverse("trends:trends", args=[course.slug]),
    )


def figure_labels(view: AskedView) -> tuple[str, ...]:
    """Describe in words what the view counts. Ids of another course are left out."""
    access, drill = view.access, view.drill
    labels = _titles(access.course.cohorts.order_by("starts_on", "pk"), drill.cohorts)
    labels += [_weeks(access, drill)]
    groups = Group.objects.filter(cohort__course=access.course)
    if access.group_ids is not None:
        groups = groups.filter(pk__in=access.group_ids)
    for name, value, rows, title in (
        ("milestone", drill.milestone, access.course.milestones.all(), "title"),
        ("material", drill.material, Material.objects.filter(milestone__course=access.course), "title"),
        ("group", drill.group, groups, "name"),
        ("topic", drill.topic, shown_topics(access).filter(course=access.course), "shown_title"),
    ):
        if value == NOTHING:
            labels.append(f"no {name}")
        elif value is not None:
            labels += _titles(rows, [value], title) or [f"another {name}"]
    if drill.category:
        labels.append(
            "no category" if drill.category == NO_CATEGORY else Question.Category(drill.category).label
        )
    if drill.has_answer is not None:
        labels.append("answered" if drill.has_answer else "without an answer")
    labels.append("asked without a date" if drill.is_undated else _age(drill))
    if drill.lack:
        labels.append(_LACKS[drill.lack])
    return tuple(label for label in labels if label)


def _titles(rows: QuerySet[Any], ids: Sequence[int], title: str = "title") -> list[str]:
    return list(rows.filter(pk__in=ids).values_list(title, flat=True)) if ids else []


def _weeks(access: TrendsAccess, drill: DrillDown) -> str:
    since = Week.of(drill.since) if drill.since else None
    until = Week.of(drill.until) if drill.until else None
    today = today_in("UTC", access.now)
    if since and until:
        return day_range_label(since.starts_on, until.ends_on, today) if since <= until else "no week"
    if since:
        return f"since {day_label(since.starts_on, today)}"
    return f"until {day_label(until.ends_on, today)}" if until else ""


def _age(drill: DrillDown) -> str:
    first, last = drill.open_from, drill.open_to
    if first and last is not None:
        return f"asked {first} to {last} days ago"
    if first:
        return f"asked {first} days ago or earlier"
    if last is None:
        return ""
    return f"asked in the last {last + 1} days" if last else "asked in the past day"
