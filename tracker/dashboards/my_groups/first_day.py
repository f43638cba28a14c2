"""The first three things to do with a group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from groups.models import Group
from tracker.dashboards.grid import Member, first_names


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTask:
    """One of the first things to do with a group, at `url`; `deed` is its button.

    `heading` is what the page says of it if it is the next; `people` are those whom it is about: first name,
    name, page, and what they said.
    """

    what: str
    heading: str
    deed: str
    url: str
    is_done: bool
    detail: str = ""
    people: tuple[tuple[str, str, str, str], ...] = ()


def start_tasks(group: Group, members: Sequence[Member], meeting_label: str) -> Iterator[StartTask]:
    meeting = reverse("groups:group-meeting", args=[group.pk])
    yield StartTask(
        what="Set the meeting",
        heading=f"Set when {group} meets",
        deed="Find a time",
        url=reverse("groups:find-a-time", args=[group.pk]),
        is_done=bool(group.meeting),
        detail=meeting_label,
    )
    yield StartTask(
        what="Say hello",
        heading=f"Say hello to {group}",
        deed="Write",
        url=f"{meeting}#id_hello",
        is_done=bool(group.hello),
    )
    names = first_names(members)
    people = []
    for each in members:
        hours = each.membership.enrolment.hours_a_week
        note = reverse("groups:mentor-note", args=[each.enrolment_id])
        people.append((names[each.enrolment_id], each.name, note, "" if hours is None else f"{hours:g}"))
    without = [note for *_, note, hours in people if not hours]
    yield StartTask(
        what="Agree hours a week",
        heading=f"Agree on hours with {group}",
        deed="Hours",
        url=without[0] if without else "",
        is_done=bool(members) and not without,
        people=tuple(people),
    )
