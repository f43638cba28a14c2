from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, F, Q, QuerySet

from courses.models import Course
from lib.references import ALL
from lib.texts import NO_NAMES
from questions.models import Ask
from questions.models.question import of_original
from trends.figures import Stay
from trends.models.answered_before import answered_before, asked_again
from trends.models.stays import CountedStay, Stays

# The cohort of the group that asked, the week, the milestone, material and category of the question, when the asker was
# at the milestone, the number of asks, how many of these were answered before, and after how many an answer that was
# taken did not hold. None: without a date, a milestone, a material; and see `Stays.of_ask`.
type AskCell = tuple[int, date | None, int | None, int | None, str, Stay | None, int, int, int]


class CourseSummary(models.Model):
    """The asks of a course with so many that counting them takes too long, as the worker counted them last.

    With them the stays of its students, whom the rates divide by.
    """

    course = models.OneToOneField(Course, on_delete=models.CASCADE, related_name="trends_summary")
    counted_at = models.DateTimeField()
    # Rows of AskCell without the last number: ids, weeks and numbers, and nothing that anybody wrote.
    cells = models.JSONField(encoder=DjangoJSONEncoder)
    # What the cell is about, and that number, where it is not 0: an older process does not know it.
    asked_again = models.JSONField(encoder=DjangoJSONEncoder, db_default=[])
    # Rows of CountedStay.
    stays = models.JSONField(encoder=DjangoJSONEncoder, db_default=[])

    texts = {"cells": NO_NAMES, "asked_again": NO_NAMES, "stays": NO_NAMES}
    # See lib.references.
    goes_along = {"course": ALL}

    class Meta:
        verbose_name_plural = "course summaries"

    def __str__(self) -> str:
        return f"{self.course} as of {self.counted_at}"

    def ask_cells(self) -> Iterator[AskCell]:
        for cohort, week, *about, stay, asks, answered in self.cells:
            at = stay and _stay(stay[0], *map(tuple, stay[1]))
            yield cohort, week and _day(week), *about, at, asks, answered, 0
        for cohort, week, milestone, material, category, again in self.asked_again:
            yield cohort, week and _day(week), milestone, material, category, None, 0, 0, again

    def counted_stays(self) -> Iterator[CountedStay]:
        for cohort, milestone, stay, students in self.stays:
            yield cohort, milestone, _stay(stay[0], *map(tuple, stay[1])), students


# There are few, and they stand in each of many cells.
@lru_cache(maxsize=10_000)
def _stay(is_dated: bool, *weeks: tuple[str, str | None]) -> Stay:
    return Stay(is_dated, tuple((_day(first), _day(last) if last else None) for first, last in weeks))


_day = lru_cache(maxsize=1_000)(date.fromisoformat)


def ask_cells(
    asks: QuerySet[Ask], stays: Stays, about: Q | None = None, *, is_followed: bool = True
) -> Iterator[AskCell]:
    """Count asks by cell. A duplicate counts as its original.

    Args:
        about: only those with such a milestone, material and category.
        is_followed: see `answered_before`.
    """
    of = {name: of_original(name) for name in ("milestone", "material", "category")}
    rows = asks.annotate(cohort=F("group__cohort"), **of).filter(about or Q()).order_by()
    columns = rows.values_list(
        "cohort", "week_starts_on", "milestone", "material", "category", "enrolment", "group"
    )
    cells: Counter[tuple[int, date | None, int | None, int | None, str, Stay | None]] = Counter()
    answered, again = cells.copy(), cells.copy()
    counted = columns.annotate(
        number=Count("*"),
        answered=Count("pk", filter=answered_before(is_followed=is_followed)),
        again=Count("pk", filter=asked_again(is_followed=is_followed)),
    )
    for cohort, week, milestone, *about_it, enrolment, group, number, settled, unsettled in counted:
        stay = stays.of_ask(enrolment, group, milestone) if milestone else None
        cells[cohort, week, milestone, *about_it, stay] += number
        answered[cohort, week, milestone, *about_it, stay] += settled
        again[cohort, week, milestone, *about_it, stay] += unsettled
    return ((*cell, number, answered[cell], again[cell]) for cell, number in cells.items())
