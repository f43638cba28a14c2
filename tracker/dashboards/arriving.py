"""Late joiners of a group, for their first days: name, first day, and what counts for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from courses.calendar import is_expected
from lib.days import relative_day
from lib.text import joined
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.standing import PlannedMilestone

# Days on which it is told: to themselves, and to the others.
_OWN_DAYS, _DAYS = 7, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """`others` are who is in the group already; `first` is what they have next, if that is expected of them.

    `has_missed`: something was due before they came, which is not expected of them.
    """

    member: Member
    today: date
    others: tuple[str, ...]
    mentors: tuple[str, ...]
    has_missed: bool
    first: PlannedMilestone | None

    @property
    def others_label(self) -> str:
        return joined(self.others)

    @property
    def mentors_label(self) -> str:
        return joined(self.mentors)

    @property
    def when(self) -> str:
        return relative_day(self.member.membership.started_on, self.today)

    @property
    def first_due(self) -> str:
        day = self.member.standing.work.days.get(self.first.id) if self.first else None
        return relative_day(day, self.today) if day else ""


def arrivals_in(overview: GroupOverview, own_id: int | None = None) -> Iterator[Arrival]:
    """Yield who joined in the last days, after the cohort and the group had begun.

    Args:
        own_id: the enrolment of who reads it.
    """
    stays = [member.membership for member in overview.members]
    begun_on = min((stay.started_on for stay in stays), default=overview.today)
    for member in overview.members:
        joined_on = member.membership.started_on
        days = (overview.today - joined_on).days
        told = _OWN_DAYS if member.enrolment_id == own_id else _DAYS
        if not 0 <= days < told or joined_on <= max(begun_on, overview.group.cohort.starts_on):
            continue
        # Counted from the first day in the cohort: moving between groups changes nothing.
        since = member.facts.joined_on
        first = next((each for each in overview.plan if each.id == member.standing.next_milestone_id), None)
        yield Arrival(
            member=member,
            today=overview.today,
            others=tuple(each.short_name for each in overview.members if each is not member),
            mentors=tuple(each.person.get_short_name() for each in overview.mentors_now),
            has_missed=any(not is_expected(each.due_on, since) for each in overview.plan),
            first=first if first and is_expected(first.due_on, since) else None,
        )
