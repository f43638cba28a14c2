"""Count the asks of large courses for their trends, so that a page need not."""

from collections import Counter
from datetime import datetime, timedelta

from courses.models import Course
from questions.models import Ask
from tracker.models import Progress
from trends.figures import Stay
from trends.models import CourseSummary
from trends.models.stays import Stays
from trends.models.summary import AskCell, ask_cells

# The most asks of a course that are counted live.
MOST_LIVE = 20_000
# How often the others are counted.
EVERY = timedelta(minutes=10)


def sum_up_large_courses(at: datetime) -> None:
    """Count the courses that are too large to be counted live, each at most every ten minutes."""
    counted = dict(CourseSummary.objects.values_list("course", "counted_at"))
    for course in Course.objects.order_by("pk"):
        if course.pk in counted:
            is_due = counted[course.pk] <= at - EVERY
        else:
            asks = Ask.objects.filter(group__cohort__course=course)
            is_due = asks[MOST_LIVE : MOST_LIVE + 1].exists()
        if is_due:
            sum_up(course, at)


def sum_up(course: Course, at: datetime) -> None:
    """Count a course anew: merges and topics change its past. From then on its admins read what was counted."""
    cells: list[AskCell] = []
    students: Counter[tuple[int, int, Stay]] = Counter()
    for cohort in course.cohorts.order_by("pk"):
        stays = Stays(Progress.objects.filter(enrolment__cohort=cohort))
        cells += ask_cells(Ask.objects.filter(group__cohort=cohort), stays)
        for cohort_id, milestone, stay, count in stays:
            students[cohort_id, milestone, stay] += count
    kept = {
        "counted_at": at,
        "cells": [cell[:-1] for cell in cells],
        "asked_again": [(*cell[:5], cell[-1]) for cell in cells if cell[-1]],
        "stays": [(*stay, count) for stay, count in students.items()],
    }
    CourseSummary.objects.update_or_create(course=course, defaults=kept)
