from courses.calendar import due_dates
from courses.models import Milestone
from groups.models import Group, PlanItem


def start_plan(*, group: Group) -> list[PlanItem]:
    """Give a group its first plan: the cohort's calendar, that is each milestone with a week, due when its week ends.

    Milestones without a week are not expected until somebody plans them. A group that has a plan keeps it.
    """
    if group.plan_items.exists():
        return []
    cohort = group.cohort
    milestones = list(Milestone.objects.filter(course_id=cohort.course_id).exclude(week=None).in_order())
    due = due_dates(
        cohort.starts_on,
        [pause.period for pause in cohort.pauses.all()],
        {milestone.pk: milestone.week for milestone in milestones},
    )
    return PlanItem.objects.bulk_create(
        PlanItem(group=group, milestone=milestone, due_on=due[milestone.pk]) for milestone in milestones
    )
