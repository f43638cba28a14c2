"""The mail about new due dates of a group: what moved since the reader's last one, from when to when, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from django.urls import reverse

from groups.models import Group, PlanChange
from people.models import Event, Message, User
from people.outbox import UNDONE
from telling.chat.wording import Post, write_post
from telling.kinds.in_groups import facts_in, group_of_today
from telling.mails import Mail, write_mail
from telling.models import Channel
from tracker.dashboards.facts import plans_of
from tracker.standing import work_of

# Dates in a mail; the page has all of them.
_MOST_DATES = 12


class Moved(NamedTuple):
    """A milestone and its days before and now, of a student their own; None without one."""

    title: str
    before: date | None
    now: date | None


def dates_thread(event: Event) -> str:
    return f"dates {event.ids['group']}"


def is_correction(event: Event, before: Event) -> bool:
    """Whether a change sets another day for a milestone than an earlier one, which was told."""
    changes = PlanChange.objects.in_bulk([each.ids.get("plan_change", 0) for each in (event, before)])
    days = [change.days.keys() for change in changes.values()]
    return len(days) == 2 and not days[0].isdisjoint(days[1])


def write_dates(reader: User, event: Event, now: datetime) -> Mail | None:
    """Also that a change is undone: from its days to those before."""
    access = group_of_today(reader, event.ids["group"], now)
    changes = _changes(reader, event)
    moved = [
        each
        for each in _moved(access.group, reader, changes, event, now)
        if max(filter(None, (each.before, each.now)), default=access.today) >= access.today
    ]
    if not moved:
        return None
    context = {
        "moved": moved[:_MOST_DATES],
        "titles": [each.title for each in moved],
        "more": len(moved[_MOST_DATES:]),
        "reason": "" if UNDONE in event.ids else next((c.reason for c in reversed(changes) if c.reason), ""),
        "by": event.by,
    }
    path = access.group.get_absolute_url()
    return write_mail("dates_changed", reader, now, context, path=path, group=access.group, reply_to=event.by)


def post_dates(channel: Channel, event: Event, now: datetime) -> Post | None:
    if PlanChange.objects.filter(pk=event.ids.get("plan_change"), undone_at__isnull=False).exists():
        return None
    path = reverse("tracker:group-detail", args=[event.ids["group"]])
    return write_post("dates_changed", {}, "plan.changed", path)


def _changes(reader: User, event: Event) -> Sequence[PlanChange]:
    """Return the changes that the reader has not been told of, up to this one; undone ones only as what is told."""
    if UNDONE in event.ids:
        return list(PlanChange.objects.filter(pk=event.ids["plan_change"]))
    messages = Message.objects.filter(recipient=reader, thread=dates_thread(event), event__lte=event.pk)
    told = messages.filter(state=Message.State.SENT).order_by("-event").values_list("event", flat=True)
    waited = messages.filter(looked_at=None, event__gt=next(iter(told[:1]), 0))
    pks = {event.ids.get("plan_change"), *waited.values_list("event__ids__plan_change", flat=True)}
    return list(PlanChange.objects.filter(pk__in=pks - {None}, undone_at=None).order_by("pk"))


def _days_told(changes: Sequence[PlanChange], event: Event) -> dict[int, date | None]:
    """Return the day that each milestone had before these changes; of an undone one, the day that it had by it."""
    days: dict[int, date | None] = {}
    for change in changes:
        for pk, (before, after) in change.days.items():
            if PlanChange.OUT not in (before, after):
                day = after if UNDONE in event.ids else before
                days.setdefault(int(pk), date.fromisoformat(day) if day else None)
    return days


def _moved(
    group: Group, reader: User, changes: Sequence[PlanChange], event: Event, now: datetime
) -> Iterator[Moved]:
    facts, told = facts_in(group, reader, now), _days_told(changes, event)
    plan = work_of(facts).expected if facts else plans_of([group])[group.pk]
    if facts:
        # By their own absences, and by the breaks but those that came with the change.
        new = {change.pause_id for change in changes}
        pauses = [pause.period for pause in group.cohort.pauses.all() if pause.pk not in new]
        then = [replace(each, due_on=told.get(each.id)) for each in facts.plan]
        own = work_of(replace(facts, plan=then, pauses=pauses)).days
        told = {pk: own.get(pk) for pk in told}
    for each in plan:
        if each.id in told and told[each.id] != each.due_on:
            yield Moved(each.title, told[each.id], each.due_on)
