"""A student's week as they see it, for who leads them: only what both may read.

The parts that are shown are named here, one by one. Later additions to my week are not shown to others by themselves.
"""

from datetime import datetime
from typing import Any

from groups.models import Group
from tracker.access.students import StudentAccess
from tracker.dashboards.week import student_week


def week_as_student(
    access: StudentAccess, group: Group, *, now: datetime, milestone_id: int | None
) -> dict[str, Any] | None:
    """Return state, materials, what is agreed, and the group of the student today; None if they are not in it.

    Left out: what the student ticked, thinks of materials, asked or has closed, what was answered to a request for
    help, and all that is said before a meeting or told to others.
    """
    person, enrolment_id = access.enrolment.person, access.enrolment.pk
    week = student_week(
        group=group, enrolment_id=enrolment_id, person=person, now=now, milestone_id=milestone_id
    )
    if week is None:
        return None
    words = week.me.words
    return {
        "overview": week.overview,
        "where": week.week_label,
        "heading": week.shown.milestone.title if week.shown else week.heading,
        "words": "" if words.is_on_track else words.text,
        "shown": week.shown,
        "titles": [(title.name, title.links) for title in week.titles],
        "steps": week.steps,
        "meeting": week.meeting,
        "last_check_in": week.last_check_in,
    }
