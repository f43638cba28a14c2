"""The planned date that a student, or a group, is likely to miss."""

from collections.abc import Mapping

from lib.days import day_label
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.standing import LikelyDate, group_dates, student_dates


def own_dates(member: Member) -> dict[int, LikelyDate]:
    return student_dates(member.facts, member.membership.enrolment.hours_a_week)


def dates_of(overview: GroupOverview) -> dict[int, LikelyDate]:
    plan = [each.milestone for each in overview.plan]
    return group_dates(plan, [(member.facts, own_dates(member)) for member in overview.members])


def missed_line(overview: GroupOverview, dates: Mapping[int, LikelyDate], *, whose: str = "") -> str:
    """ "At this pace, RAG ends about Sat 12 December, not Sat 5 December.": the first one missed; "" if none is.

    With `whose`: "At your pace, …".
    """
    for planned in overview.plan:
        likely, due_on = dates.get(planned.milestone.id), planned.milestone.due_on
        if likely and due_on and likely.misses:
            ends, due = day_label(likely.likely_on, overview.today), day_label(due_on, overview.today)
            return f"At {whose or 'this'} pace, {planned.milestone.title} ends about {ends}, not {due}."
    return ""
