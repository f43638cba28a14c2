from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from courses.calendar import paused_weeks
from courses.models import Cohort, Course, Material
from groups.models import Group, Membership
from lib.days import day_range_label
from lib.weeks import today_in
from questions.models import Ask, Question
from questions.models.question import QuestionQuerySet
from tracker.models import MaterialTick, Progress
from tracker.models.material_tick import MaterialTickQuerySet
from tracker.models.progress import ProgressQuerySet, waiting_by_themselves
from trends.access.trends import TrendsAccess
from trends.figures import CohortRun, Span
from trends.forms.filters import NO_CATEGORY, NOTHING, AskFilterForm, AskFilters
from trends.models import CourseSummary

# The longest name of a group.
_NAME = 100


@dataclass(frozen=True, slots=True)
class TrendView:
    """The groups and weeks whose asks are counted, and the rows that its reader may count.

    Panels have their rows from here alone, so that none of them can forget who reads.
    """

    access: TrendsAccess
    form: AskFilterForm
    filters: AskFilters
    runs: tuple[CohortRun, ...]
    zones: dict[int, str]
    milestones: dict[int, str]
    materials: dict[int, Material]

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
        wanted = set(self.filters.cohort)
        return tuple(run for run in self.runs if not wanted or run.cohort_id in wanted)

    @property
    def groups(self) -> frozenset[int] | None:
        """The groups whose asks are counted. None means all groups of the cohorts."""
        if self.form.chosen_group:
            return frozenset([self.form.chosen_group.pk])
        return self.access.group_ids

    def url(self, name: str, *args: str, **changes: Any) -> str:
        """A page of the trends of this course under these filters, with some of them changed."""
        return reverse(
            f"trends:{name}", args=[self.course.slug, *args], query=self.filters.params(**changes) or None
        )

    @property
    def latest_today(self) -> date:
        return max((today_in(zone, self.now) for zone in self.zones.values()), default=self.now.date())

    def about(self) -> Q:
        filters, about = self.filters, Q()
        for name, value in (("milestone", filters.milestone), ("material", filters.material)):
            if value is not None:
                about &= Q(**{f"{name}__isnull": True}) if value == NOTHING else Q(**{name: value})
        if filters.category:
            category = "" if filters.category == NO_CATEGORY else filters.category
            about &= Q(category=category)
        return about

    def is_about(self, milestone: int | None, material: int | None, category: str) -> bool:
        """Whether a question with these fields passes the filters of `about`."""
        filters = self.filters
        return (
            filters.milestone in (None, milestone or NOTHING)
            and filters.material in (None, material or NOTHING)
            and filters.category in ("", category or NO_CATEGORY)
        )

    def asks(self) -> QuerySet[Ask]:
        """The asks that the view counts, of all of its cohorts and weeks, whatever they are about."""
        asks = Ask.objects.filter(group__cohort__in=[run.cohort_id for run in self.runs])
        return asks if self.groups is None else asks.filter(self.access.asks_known(), group__in=self.groups)

    def summary(self) -> CourseSummary | None:
        """The asks of a large course as the worker counted them last. None: they are counted live."""
        if not self.access.is_course_admin or self.filters.group:
            return None
        return CourseSummary.objects.filter(course=self.course).first()

    def progress(self) -> ProgressQuerySet:
        """The progress of all who were ever in the groups of the view, or of all students of its cohorts."""
        if self.groups is None:
            return Progress.objects.filter(enrolment__cohort__in=[run.cohort_id for run in self.runs])
        members = Membership.objects.filter(group__in=self.groups).order_by().values("enrolment")
        return Progress.objects.filter(enrolment__in=members)

    def opinions(self) -> MaterialTickQuerySet:
        """The opinions on materials in the chosen cohorts. In a few groups they would tell about people: none."""
        opinions = MaterialTick.objects.with_opinion()
        if self.groups is not None:
            return opinions.none()
        return opinions.filter(enrolment__cohort__in=[run.cohort_id for run in self.chosen])

    def questions(self) -> QuestionQuerySet:
        """The questions that the view counts, whenever they were asked. Duplicates count for their originals."""
        return self._of_groups(Question.objects.originals())

    def open_questions(self) -> QuestionQuerySet:
        """Those that wait by themselves: the words of a request for help are among the requests."""
        return waiting_by_themselves(self._of_groups(Question.objects.all()))

    def _of_groups(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        questions = questions.filter(self.about())
        if self.groups is None:
            return questions.filter(cohort__in=[run.cohort_id for run in self.chosen])
        chosen = [run.cohort_id for run in self.chosen] if self.filters.cohort else None
        questions = questions.filter(group__in=self.groups, **({"cohort__in": chosen} if chosen else {}))
        return questions.filter(self.access.questions_known())


def trend_view(
    access: TrendsAccess, address: QueryDict, form_class: type[AskFilterForm] = AskFilterForm
) -> TrendView:
    course = access.course
    cohorts = list(
        _of_access(course.cohorts.filter(archived_at=None), access.cohort_ids)
        .order_by("starts_on", "pk")
        .prefetch_related("pauses")
    )
    milestones = dict(course.milestones.in_order().values_list("pk", "title"))
    materials = list(
        Material.objects.filter(milestone__course=course)
        .select_related("milestone")
        .order_by("milestone__position", "position", "pk")
    )
    form = form_class(
        address,
        # Latest first: most readers choose these.
        cohorts=[(cohort.pk, cohort.title) for cohort in reversed(cohorts)],
        milestones=list(milestones.items()),
        materials=[
            (milestone.title, [(material.pk, material.title) for material in some])
            for milestone, some in groupby(materials, key=lambda material: material.milestone)
        ],
        groups=_named_groups(access, address.get("group", "")),
    )
    filters = form.filters()
    return TrendView(
        access=access,
        form=form,
        filters=filters,
        runs=tuple(run_of(cohort, access.now) for cohort in cohorts),
        zones={cohort.pk: cohort.time_zone for cohort in cohorts},
        milestones=milestones,
        materials={material.pk: material for material in materials},
    )


def _of_access[Row: Cohort | Group](rows: QuerySet[Row], ids: frozenset[int] | None) -> QuerySet[Row]:
    return rows if ids is None else rows.filter(pk__in=ids)


def _named_groups(access: TrendsAccess, name: str) -> list[Group]:
    name = name.strip().replace("\x00", "")[:_NAME]
    if not name:
        return []
    groups = Group.objects.filter(cohort__course=access.course, name__iexact=name).select_related("cohort")
    return list(_of_access(groups.order_by("cohort__starts_on", "pk"), access.group_ids))


def run_of(cohort: Cohort, now: datetime) -> CohortRun:
    paused = paused_weeks(cohort.pause_periods)
    return CohortRun(cohort.pk, cohort.title, cohort.starts_on, cohort.working_day(now), paused)


def filter_labels(view: TrendView) -> tuple[str, ...]:
    """The filters but the weeks, for print and screen readers: "RAG", "setup", "group Clover"."""
    form, chosen = view.form, view.filters
    values = (
        *(("cohort", pk) for pk in chosen.cohort),
        ("milestone", chosen.milestone),
        ("material", chosen.material),
        ("category", chosen.category),
    )
    labels = [_option_label(form.fields[name], value) for name, value in values if value not in (None, "")]
    return (*labels, *([f"group {chosen.group}"] if chosen.group else ()))


def _option_label(field: Any, value: object) -> str:
    for key, label in field.choices:
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for option, option_label in options:
            if str(option) == str(value):
                return str(option_label)
    return ""


def period_label(view: TrendView) -> str:
    span, today = view.span, view.latest_today
    if span.first and span.ends_before:
        return day_range_label(span.first, span.ends_before - timedelta(days=1), today)
    if span.first:
        return f"since {day_range_label(span.first, span.first, today)}"
    if span.ends_before:
        last = span.ends_before - timedelta(days=1)
        return f"until {day_range_label(last, last, today)}"
    return "all time"
