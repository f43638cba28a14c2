"""How students found materials: totals of cohorts and of the course, never of a few people.

What five people of two groups say tells of the material; what fewer say would tell of them. Nor may two totals tell it
by what they differ in. So each total is a sum of parts that may be told by themselves: of each cohort; and, in the
course, of all cohorts together that may not. Days and groups are no filter of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q

from tracker.models import MaterialTick
from trends.counts.view import TrendView
from trends.figures import FEWEST_STUDENTS

FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """How many found a material useful, confusing or too long, each person once; and of how many groups they are."""

    useful: int = 0
    confusing: int = 0
    too_long: int = 0
    groups: int = 0

    @classmethod
    def together(cls, parts: Iterable["Found"]) -> Self:
        rows = [(part.useful, part.confusing, part.too_long, part.groups) for part in parts]
        return cls(*map(sum, zip(*rows, strict=True)))

    @property
    def people(self) -> int:
        return self.useful + self.confusing + self.too_long

    @property
    def may_be_told(self) -> bool:
        return self.people >= FEWEST_STUDENTS and self.groups >= FEWEST_GROUPS

    @property
    def troubled(self) -> int:
        return self.confusing + self.too_long

    @property
    def share(self) -> float:
        """The part of these people who found it confusing or too long, 0 to 1."""
        return self.troubled / self.people


def opinions(view: TrendView) -> dict[int, Found]:
    """Return the totals that may be told, by material: of the chosen cohorts, or of the course. At most one query."""
    if view.groups is not None:
        return {}
    by_material: dict[int, dict[int, Found]] = defaultdict(dict)
    for material, cohort, *numbers in _rows(view):
        by_material[material][cohort] = Found(*numbers)
    totals = {material: total_of(parts, view.filters.cohorts) for material, parts in by_material.items()}
    return {material: total for material, total in totals.items() if total}


def total_of(parts: Mapping[int, Found], chosen: Collection[int]) -> Found | None:
    """Add up what the cohorts said of a material, as far as it may be told.

    Args:
        chosen: the cohorts to count; empty for the course.
    """
    told = [part for cohort, part in parts.items() if part.may_be_told and (not chosen or cohort in chosen)]
    if not chosen:
        others = Found.together(part for part in parts.values() if not part.may_be_told)
        told += [others] if others.may_be_told else []
    return Found.together(told) if told else None


def _rows(view: TrendView) -> Iterable[tuple[int, int, int, int, int, int]]:
    """Material, cohort, and the numbers of a Found. A student of two cohorts counts in each."""
    ticks = MaterialTick.objects.with_opinion().filter(group__cohort__in=[run.cohort_id for run in view.runs])
    of = {each.value: Count("pk", filter=Q(opinion=each)) for each in MaterialTick.Opinion}
    counted = ticks.order_by().values("material", "group__cohort")
    return counted.annotate(**of, groups=Count("group", distinct=True)).values_list(
        "material", "group__cohort", *of, "groups"
    )
