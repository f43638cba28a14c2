from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from groups.actions.locking import locked_groups_of_open_cohorts
from groups.meetings import every_week_at
from groups.models import FreeTime, Group
from lib.refusals import Refused
from lib.time_zones import known_zone
from people.models import User
from people.outbox import tell, tell_undone

_MOST_CHARACTERS = Group._meta.get_field("meeting").max_length or 0


@transaction.atomic
def save_free_times(
    *, group: Group, person: User, time_zone: str, chosen: Collection[tuple[int, int]], at: datetime
) -> None:
    """Let these weekdays and parts of the day be all at which the person can meet. 403 in a closed cohort."""
    locked_groups_of_open_cohorts([group.pk], by=person, at=at)
    own = FreeTime.objects.filter(group=group, person=person)
    own.delete()
    FreeTime.objects.bulk_create(
        FreeTime(group=group, person=person, time_zone=time_zone, weekday=weekday, part=part)
        for weekday, part in sorted(set(chosen))
    )


@transaction.atomic
def set_meeting(*, group: Group, first: datetime, by: User, at: datetime) -> Group:
    """Let a group that has no weekday yet meet every week at the time of `first`; where it meets stays. Tell it.

    Raises:
        Refused: somebody has set its meeting, or there is no room for the time beside where it meets.
    """
    group = locked_groups_of_open_cohorts([group.pk], by=by, at=at)[group.pk]
    if group.regular_meeting:
        raise Refused(f"{group} meets {group.meeting} already.")
    when = every_week_at(first.astimezone(ZoneInfo(known_zone(group.cohort.time_zone))))
    group.meeting = f"{when}, {group.meeting}" if group.meeting else when
    if len(group.meeting) > _MOST_CHARACTERS:
        raise Refused(f"Where {group} meets is too long to hold the time as well. Shorten it first.")
    group.touch(by=by, at=at)
    group.save(update_fields=["meeting", "version", "changed_by", "changed_at"])
    tell("meeting_set", by=by, at=at, group=group.pk)
    return group


@transaction.atomic
def undo_meeting(*, group: Group, version: int, by: User, at: datetime) -> Group:
    """Let a group have no weekday again, as before `set_meeting` left it in this version.

    Raises:
        Refused: it was changed since.
    """
    group = locked_groups_of_open_cohorts([group.pk], by=by, at=at)[group.pk]
    meeting = group.regular_meeting
    if group.version != version or meeting is None:
        raise Refused(f"{group}’s meeting was changed since.")
    set_at = [group.changed_at] if group.changed_at else []
    group.meeting = meeting.how
    group.touch(by=by, at=at)
    group.save(update_fields=["meeting", "version", "changed_by", "changed_at"])
    tell_undone("meeting_set", key="group", pks=[group.pk], done_at=set_at, by=by, at=at)
    return group


def remove_free_times(before: datetime) -> int:
    """Remove the times of groups that had a meeting or were closed by then, and of people who had left."""
    count = 0
    for group in Group.objects.exclude(free_times=None).select_related("cohort"):
        day, rows = group.cohort.today(before), group.free_times.all()
        is_set = group.regular_meeting and group.changed_at and group.changed_at < before
        if not (is_set or group.cohort.is_closed(day)):
            here = [*group.memberships.not_ended(day).values_list("enrolment__person", flat=True)]
            here += group.mentorships.not_ended(day).values_list("person", flat=True)
            rows = rows.exclude(person__in=here)
        count += rows.delete()[0]
    return count
