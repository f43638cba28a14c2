"""Opinions on materials: totals of whole cohorts, never of a few people.

The opinions of five people of two groups tell about the material; those of fewer would tell about them. So a cohort
counts once that many said something in it, as a whole: whatever somebody subtracts from whatever, whole cohorts are
left. Weeks and groups are no filter of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from django.db.models import Count, Q

from tracker.models import MaterialTick
from trends.counts.view import TrendView
from trends.figures import FEWEST_STUDENTS

FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers who found a material useful, confusing or too long, with their numbers of groups and people.

    A student who enrolled again may say it again: that is two opinions of one person.
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
    """Return the totals that may be told, by material."""
    of = {each.value: Count("pk", filter=Q(opinion=each)) for each in MaterialTick.Opinion}
    counted = (
        view.opinions()
        .order_by()
        .values("material", "enrolment__cohort")
        .annotate(
            **of,
            groups=Count("group", distinct=True),
            people=Count("enrolment__person", distinct=True),
        )
    )
    by_material: dict[int, list[Found]] = defaultdict(list)
    for material, *numbers in counted.values_list("material", *of, "groups", "people"):
        part = Found(*numbers)
        if part.may_be_told:
            by_material[material].append(part)
    return {material: Found.together(parts) for material, parts in by_material.items()}
