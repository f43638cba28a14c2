from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from courses.models import Cohort, Course, Material, Milestone
from groups.models import Group
from lib.rows import Rows, day
from lib.weeks import monday_of, today_in
from questions.models import MaterialNeed, Question, Topic
from questions.models.question import QuestionQuerySet
from questions.models.topic import TopicQuerySet
from trends.access.trends import TrendsAccess
from trends.figures import CohortRun, Span
from trends.forms.drill_down import NO_CATEGORY, NOTHING, DrillDown
from trends.forms.trend_filters import FilterGroup, TrendFilterForm, TrendFilters
from trends.models import TopicTally

# The longest name of a group.
_NAME = 100


def courses_with_choices(address: QueryDict) -> QuerySet[Course]:
    """Courses with cohorts, milestones, materials, new and pinned topics, and groups with the name in the address.

    The filters then need no query of their own.
    """
    own = OuterRef("pk")
    name = address.get("group", "").strip().replace("\x00", "")[:_NAME]
    groups = Group.objects.filter(cohort__course=own, **({"name__iexact": name} if name else {"pk": 0}))
    needs = MaterialNeed.objects.waiting().filter(course=own).order_by()
    needing = needs.values("course").annotate(count=Count("pk")).values("count")
    return Course.objects.annotate(
        cohort_rows=Rows(
            Cohort.objects.filter(course=own).order_by("starts_on", "pk"),
            "pk", "title", "starts_on", "time_zone", "closed_on",
        ),
        milestone_rows=Rows(Milestone.objects.filter(course=own).in_order(), "pk", "title"),
        material_rows=Rows(
            Material.objects.filter(milestone__course=own).order_by("milestone__position", "position", "pk"),
            "pk", "title", milestone="milestone_id",
        ),
        group_rows=Rows(groups.order_by("cohort__starts_on", "pk"), "pk", "name", cohort="cohort_id"),
        pinned_rows=Rows(Topic.objects.filter(course=own, pinned_at__isnull=False), "pk"),
        new_rows=Rows(_new_topics().filter(course=own), "pk"),
        needs_waiting=Coalesce(Subquery(needing), 0),
    )  # fmt: skip


def _new_topics() -> TopicQuerySet:
    monday = monday_of(timezone.localdate())
    before = TopicTally.objects.filter(week_starts_on__lt=monday, topic=OuterRef("pk"))
    # No topic is older than its first ask. One extra day covers time zones further east.
    since = datetime.combine(monday - timedelta(days=1), time(), UTC)
    return Topic.objects.filter(~Exists(before), found_at__gte=since)


@dataclass(frozen=True, slots=True)
class MaterialTitle:
    id: int
    title: str
    milestone: str


@dataclass(frozen=True, slots=True)
class TrendView:
    access: TrendsAccess
    form: TrendFilterForm
    filters: TrendFilters
    runs: tuple[CohortRun, ...]
    zones: dict[int, str]
    milestones: dict[int, str]
    materials: dict[int, MaterialTitle]
    new_topics: tuple[int, ...]
    pinned_topics: tuple[int, ...]

    @property
    def course(self) -> Course:
        return self.access.course

    @property
    def now(self) -> datetime:
        return self.access.now

    @property
    def span(self) -> Span:
        return Span.of_days(self.filters.since, self.filters.until)

    @property
    def chosen(self) -> tuple[CohortRun, ...]:
        wanted = set(self.filters.cohorts)
        return tuple(run for run in self.runs if not wanted or run.cohort_id in wanted)

    @property
    def groups(self) -> frozenset[int] | None:
        """The groups whose asks are counted. None means all groups of the cohorts."""
        if self.filters.group:
            return frozenset([self.filters.group])
        return self.access.group_ids

    @property
    def drill(self) -> DrillDown:
        filters = self.filters
        return DrillDown(
            course=self.course.slug,
            cohorts=filters.cohorts,
            since=filters.since,
            until=filters.until,
            milestone=filters.milestone,
            material=filters.material,
            category=filters.category,
            group=filters.group,
        )

    def drill_with(self, **changes: Any) -> DrillDown:
        return replace(self.drill, **changes)

    def drill_of_open(self, **changes: Any) -> DrillDown:
        return self.drill_with(since=None, until=None, is_first_ask=True, is_waiting=True, **changes)

    @property
    def latest_today(self) -> date:
        return max((today_in(zone, self.now) for zone in self.zones.values()), default=self.now.date())

    def about(self, prefix: str = "") -> Q:
        filters, about = self.filters, Q()
        for name, value in (("milestone", filters.milestone), ("material", filters.material)):
            if value is not None:
                name = f"{prefix}{name}"
                about &= Q(**{f"{name}__isnull": True}) if value == NOTHING else Q(**{name: value})
        if filters.category:
            category = "" if filters.category == NO_CATEGORY else filters.category
            about &= Q(**{f"{prefix}category": category})
        return about

    def questions(self) -> QuestionQuerySet:
        """The questions that the view counts, whenever they were asked. Duplicates count for their originals."""
        return self._of_groups(Question.objects.originals())

    def open_questions(self) -> QuestionQuerySet:
        return self._of_groups(Question.objects.open())

    def _of_groups(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        questions = questions.filter(self.about())
        if self.groups is None:
            return questions.filter(cohort__in=[run.cohort_id for run in self.chosen])
        chosen = [run.cohort_id for run in self.chosen] if self.filters.cohorts else None
        questions = questions.filter(group__in=self.groups, **({"cohort__in": chosen} if chosen else {}))
        return questions.filter(self.access.questions_known())


def trend_view(access: TrendsAccess, address: QueryDict) -> TrendView:
    """The course must come from `courses_with_choices`."""
    course: Any = access.course
    own = access.cohort_ids
    cohorts = [row for row in course.cohort_rows if own is None or row["pk"] in own]
    titles = {row["pk"]: row["title"] for row in course.milestone_rows}
    form = TrendFilterForm(
        address,
        # Latest first: most readers choose these.
        cohorts=[(row["pk"], row["title"]) for row in reversed(cohorts)],
        milestones=list(titles.items()),
        materials=_by_milestone(course.material_rows, titles),
        groups=_groups(access, course.group_rows, {row["pk"]: row["title"] for row in cohorts}),
    )
    return TrendView(
        access=access,
        form=form,
        filters=form.filters(),
        runs=tuple(_run(row, access.now) for row in cohorts),
        zones={row["pk"]: row["time_zone"] for row in cohorts},
        milestones=titles,
        materials={
            row["pk"]: MaterialTitle(row["pk"], row["title"], titles[row["milestone"]])
            for row in course.material_rows
        },
        new_topics=tuple(row["pk"] for row in course.new_rows),
        pinned_topics=tuple(row["pk"] for row in course.pinned_rows),
    )


def _run(row: dict[str, Any], now: datetime) -> CohortRun:
    today, closed_on = today_in(row["time_zone"], now), day(row["closed_on"])
    starts_on = cast(Any, day(row["starts_on"]))
    last_on = today if closed_on is None else min(today, closed_on - timedelta(days=1))
    return CohortRun(row["pk"], row["title"], starts_on, last_on)


def _by_milestone(
    rows: Sequence[dict[str, Any]], titles: dict[int, str]
) -> list[tuple[str, list[tuple[int, str]]]]:
    choices_of: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        choices_of.setdefault(row["milestone"], []).append((row["pk"], row["title"]))
    return [(titles[milestone], choices) for milestone, choices in choices_of.items()]


def _groups(
    access: TrendsAccess, rows: Sequence[dict[str, Any]], cohorts: dict[int, str]
) -> list[FilterGroup]:
    return [
        FilterGroup(row["pk"], row["name"], row["cohort"], cohorts[row["cohort"]])
        for row in rows
        if access.group_ids is None or row["pk"] in access.group_ids
    ]
