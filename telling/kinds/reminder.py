from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from groups.access import group_to_lead
from groups.models import Group
from people.models import Event, User
from telling.kinds.in_groups import mentors_of
from telling.kinds.kind import Kind
from telling.mails import Mail, Part
from tracker.actions.reminding import EVENT
from tracker.dashboards.group_overviews import group_overviews, group_statuses
from tracker.standing import CheckInState

_NOT_LOGGED = (CheckInState.LATE, CheckInState.MISSED)
# Weeks in a mail, the latest.
_MOST = 3


def _group(event: Event) -> Group | None:
    return Group.objects.select_related("cohort").filter(pk=event.ids["group"]).first()


def _hearers(event: Event, now: datetime) -> Iterable[User]:
    group = _group(event)
    return mentors_of(group, now) if group else []


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    group = group_to_lead(reader, event.ids["group"], now).group
    overviews = group_overviews(Group.objects.filter(pk=group.pk), now=now, reader=None)
    weeks = [each.week for each in group_statuses(overviews)[group.pk].weeks if each.state in _NOT_LOGGED][
        -_MOST:
    ]
    if not weeks:
        return None
    return Mail(
        subject=f"Not logged yet: the check-in of {group}",
        about=f"for {group}",
        parts=(
            Part(
                f"{event.by} asks for it. If you did not meet, say so: that is a click, and counts as logged."
            ),
            *(
                Part(week.label, path=reverse("tracker:check-in-log", args=[group.pk, week.iso]), look="row")
                for week in reversed(weeks)
            ),
        ),
        label="Log the check-in",
        path=reverse("tracker:check-in-log", args=[group.pk, weeks[-1].iso]),
        why=f"because you mentor {group}",
        reply_to=event.by,
        again="Nobody is reminded twice a day.",
    )


REMINDER = Kind(
    name="reminder",
    label="A course admin reminds me of a check-in",
    whom="the mentors of the group and its cover, but who is away",
    soon="at once",
    roles=("mentor",),
    events=(EVENT,),
    hearers=_hearers,
    write=_write,
)
