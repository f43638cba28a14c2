from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Count

from courses.models import Course, Milestone
from tracker.models import Progress
from trends.figures import FEWEST_STUDENTS, percentile

# A milestone whose median passes the plan by so much takes longer than planned.
_LONGER = Decimal("1.25")


def longer_than_planned(course: Course) -> list[tuple[Milestone, str]]:
    """Milestones in order, whose students spend longer than planned; at least FEWEST_STUDENTS noted hours.

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
