"""A student's week as they see it, for who leads them: only what both may read.

What is shown is named here, one by one. Whatever else my week comes to show is not shown to others by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from courses.models import Material
from groups.models import Group
from tracker.access.students import StudentAccess
from tracker.dashboards.grid import ShownStep
from tracker.dashboards.group_overviews import GroupOverview
from tracker.dashboards.meetings import NextMeeting
from tracker.dashboards.week import student_week
from tracker.dashboards.week.milestones import MilestoneCard
from tracker.models import CheckIn


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekAsStudent:
    """State, materials, what is agreed, and the group.

    Left out: what the student ticked, thinks of materials, asked or has closed, what was answered to a request for
    help, and all that is said before a meeting or told to others.
    """

    overview: GroupOverview
    where: str
    heading: str
    words: str
    shown: MilestoneCard | None
    titles: tuple[tuple[str, list[tuple[str, Material]]], ...]
    steps: tuple[ShownStep, ...]
    meeting: NextMeeting | None
    last_check_in: CheckIn | None


def week_as_student(
    access: StudentAccess, group: Group, *, now: datetime, milestone_id: int | None
) -> WeekAsStudent | None:
    """Return the week of the student in their group of today; None if they are not in it."""
    person, enrolment_id = access.enrolment.person, access.enrolment.pk
    week = student_week(
        group=group, enrolment_id=enrolment_id, person=person, now=now, milestone_id=milestone_id
    )
    if week is None:
        return None
    words = week.me.words
    return WeekAsStudent(
        overview=week.overview,
        where=week.week_label,
        heading=week.shown.milestone.title if week.shown else week.heading,
        words="" if words.is_on_track else words.text,
        shown=week.shown,
        titles=tuple((title.name, title.links) for title in week.titles),
        steps=week.steps,
        meeting=week.meeting,
        last_check_in=week.last_check_in,
    )
