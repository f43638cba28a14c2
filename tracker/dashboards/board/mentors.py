from collections import defaultdict
from dataclasses import dataclass

from courses.models import Cohort
from lib.weeks import Week
from people.models import User
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import CheckIn
from tracker.standing import CheckInState, GroupStatus


@dataclass(frozen=True, slots=True)
class MentorRow:
    """A current mentor; `minutes` and `budget` are for this week, over all their groups."""

    name: str
    email: str
    groups: tuple[tuple[int, str], ...]
    minutes: int
    budget: int
    late_count: int
    missed_count: int
    open_question_count: int


def mentor_rows(
    overviews: list[GroupOverview], statuses: dict[int, GroupStatus], minutes: dict[int, int], budget: int
) -> tuple[MentorRow, ...]:
    mentored: dict[int, list[GroupOverview]] = defaultdict(list)
    people: dict[int, User] = {}
    for overview in overviews:
        for mentor in overview.mentors_now:
            mentored[mentor.person_id].append(overview)
            people[mentor.person_id] = mentor.person
    rows = [
        MentorRow(
            name=people[person_id].name,
            email=people[person_id].email,
            groups=tuple((overview.group.pk, overview.group.name) for overview in own),
            minutes=sum(minutes.get(overview.group.pk, 0) for overview in own),
            budget=budget * len(own),
            late_count=_count(own, statuses, CheckInState.LATE),
            missed_count=_count(own, statuses, CheckInState.MISSED),
            open_question_count=sum(statuses[overview.group.pk].open_question_count for overview in own),
        )
        for person_id, own in mentored.items()
    ]
    return tuple(
        sorted(rows, key=lambda row: (-row.missed_count - row.late_count, -row.open_question_count, row.name))
    )


def _count(overviews: list[GroupOverview], statuses: dict[int, GroupStatus], state: CheckInState) -> int:
    return sum(entry.state is state for overview in overviews for entry in statuses[overview.group.pk].weeks)


def minutes_by_group(cohort: Cohort, week: Week) -> dict[int, int]:
    rows = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=week.starts_on)
    return {group_id: minutes or 0 for group_id, minutes in rows.values_list("group_id", "minutes")}
