"""How students found materials: totals of cohorts and of the course, never of a few people.

What five people of two groups say tells of the material; what fewer say would tell of them. Nor may two totals tell it
by what they differ in, now or from one day to the next. So each total is a sum of parts that may be told by themselves:
of each cohort; and, in the course, of all cohorts together that may not, if they still may without any one of them:
one of them may be told by itself tomorrow. These include archived ones: a part that loses one of them tells of it. Days
and groups are no filter of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import Count, Q

from tracker.models import MaterialTick
from trends.counts.view import TrendView
from trends.figures import FEWEST_STUDENTS

FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """How many found a material useful, confusing or too long; of how many groups they are, and how many people.

    Who enrolled again may say it again: that is two opinions of one person.
    """

    useful: int = 0
    confusing: int = 0
    too_long: int = 0
    groups: int = 0
    people: int = 0

    @classmethod
    def together(cls, parts: Iterable["Found"]) -> Self:
        rows = [(part.useful, part.confusing, part.too_long, part.groups, part.people) for part in parts]
        return cls(*map(sum, zip(*rows, strict=True)))

    def may_be_told_without(self, part: "Found") -> bool:
        """Whether a sum may be told without this part of it; who is in both counts for the part alone."""
        others = replace(self, groups=self.groups - part.groups, people=self.people - part.people)
        return others.may_be_told

    @property
    def said(self) -> int:
        return self.useful + self.confusing + self.too_long

    @property
    def may_be_told(self) -> bool:
        return self.people >= FEWEST_STUDENTS and self.groups >= FEWEST_GROUPS

    @property
    def troubled(self) -> int:
        return self.confusing + self.too_long

    @property
    def share(self) -> float:
        """The part of what was said that found it confusing or too long, 0 to 1."""
        return self.troubled / self.said


def opinions(view: TrendView) -> dict[int, Found]:
    """Return the totals that may be told, by material: of the chosen cohorts, or of the course. At most two queries."""
    if view.groups is not None:
        return {}
    current = {run.cohort_id for run in view.runs}
    by_material: dict[int, dict[int, Found]] = defaultdict(dict)
    for material, cohort, *numbers in _rows(view):
        part = Found(*numbers)
        if cohort in current or not part.may_be_told:
            by_material[material][cohort] = part
    people = {} if view.filters.cohort else _people_of_others(by_material)
    totals = {
        material: total_of(parts, view.filters.cohort, people.get(material))
        for material, parts in by_material.items()
    }
    return {material: total for material, total in totals.items() if total}


def total_of(
    parts: Mapping[int, Found], chosen: Collection[int], people_of_others: int | None = None
) -> Found | None:
    """Add up what the cohorts said of a material, as far as it may be told.

    Args:
        chosen: the cohorts to count; empty for the course.
        people_of_others: how many people are in the cohorts that may not be told, each once; None if nobody is in two.
    """
    told = [part for cohort, part in parts.items() if part.may_be_told and (not chosen or cohort in chosen)]
    if not chosen:
        small = _others(parts).values()
        others = Found.together(small)
        if people_of_others is not None:
            others = replace(others, people=people_of_others)
        told += [others] if small and all(map(others.may_be_told_without, small)) else []
    return Found.together(told) if told else None


def _others(parts: Mapping[int, Found]) -> dict[int, Found]:
    return {cohort: part for cohort, part in parts.items() if not part.may_be_told}


def _people_of_others(by_material: Mapping[int, Mapping[int, Found]]) -> dict[int, int]:
    """Count by material who is in the cohorts that may not be told, each person once, where that may decide."""
    of_cohort: dict[int, list[int]] = defaultdict(list)
    for material, parts in by_material.items():
        others = _others(parts)
        if Found.together(others.values()).may_be_told:
            for cohort in others:
                of_cohort[cohort].append(material)
    if not of_cohort:
        return {}
    pairs = [Q(enrolment__cohort=cohort, material__in=materials) for cohort, materials in of_cohort.items()]
    ticks = MaterialTick.objects.with_opinion().filter(reduce(or_, pairs))
    counted = ticks.order_by().values("material").annotate(people=Count("enrolment__person", distinct=True))
    return dict(counted.values_list("material", "people"))


def _rows(view: TrendView) -> Iterable[tuple[int, int, int, int, int, int, int]]:
    """Material, cohort, and the numbers of a Found."""
    ticks = MaterialTick.objects.with_opinion().filter(enrolment__cohort__course=view.course)
    of = {each.value: Count("pk", filter=Q(opinion=each)) for each in MaterialTick.Opinion}
    counted = ticks.order_by().values("material", "enrolment__cohort")
    return counted.annotate(
        **of,
        groups=Count("group", distinct=True),
        people=Count("enrolment__person", distinct=True),
    ).values_list("material", "enrolment__cohort", *of, "groups", "people")
