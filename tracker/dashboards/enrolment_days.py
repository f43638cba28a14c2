"""What correcting the days of an enrolment would change: it is done, looked at, and rolled back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from groups.actions.correcting import StayDays, correct_days
from groups.models import Enrolment, Group, Membership, Mentorship
from lib.days import full_day
from people.models import User
from tracker.access.check_ins import day_of
from tracker.dashboards.group_overviews import group_overviews
from tracker.models import CheckIn, CheckInEntry
from tracker.standing import AttentionReader


@dataclass(frozen=True, slots=True)
class DayChange:
    """Something that correcting days changes."""

    what: str
    before: str
    after: str


def changes_of_days(
    *, enrolment: Enrolment, days: StayDays, stays: dict[int, StayDays], by: User, at: datetime
) -> list[DayChange]:
    """Return what would differ. Raises what `correct_days` raises."""
    before = _texts(enrolment, by, at)
    with transaction.atomic():
        corrected = correct_days(enrolment=enrolment, days=days, stays=stays, by=by, at=at)
        after = _texts(corrected, by, at)
        transaction.set_rollback(True)
    return [
        DayChange(what, before.get(what, "—"), after.get(what, "—"))
        for what in {**before, **after}
        if before.get(what) != after.get(what)
    ]


def _texts(enrolment: Enrolment, by: User, at: datetime) -> dict[str, str]:
    today = enrolment.cohort.today(at)
    stays = list(enrolment.memberships.select_related("group").order_by("started_on", "pk"))
    texts = {"Enrolment": days_label(enrolment)}
    for n, stay in enumerate(stays, start=1):
        texts[f"Stay {n}: {stay.group}"] = days_label(stay)
    current = next((stay for stay in stays if stay.is_open(today)), None)
    if current is not None:
        texts |= _standing(enrolment, current.group, by, at)
    zone = ZoneInfo(enrolment.cohort.time_zone)
    entries = CheckInEntry.objects.filter(enrolment=enrolment).select_related("check_in")
    outside = sum(not _is_in(stays, entry.check_in, zone) for entry in entries)
    texts["Check-ins with an entry about them, outside their stay"] = str(outside)
    check_ins = CheckIn.objects.filter(group__in={stay.group_id for stay in stays})
    texts["Check-ins of their group, in their stay"] = str(sum(_is_in(stays, row, zone) for row in check_ins))
    return texts


def _is_in(stays: Iterable[Membership], check_in: CheckIn, zone: ZoneInfo) -> bool:
    day = day_of(check_in, zone)
    return any(
        stay.group_id == check_in.group_id and stay.is_open(day) and stay.started_on <= check_in.week.ends_on
        for stay in stays
    )


def days_label(row: Enrolment | Membership | Mentorship) -> str:
    label = f"from {full_day(row.started_on)}"
    return f"{label} until {full_day(row.ended_on)}" if row.ended_on else label


def _standing(enrolment: Enrolment, group: Group, by: User, at: datetime) -> dict[str, str]:
    """Attention is for those who lead the group: never for the student themselves."""
    groups = Group.objects.filter(pk=group.pk).select_related("cohort__course")
    [overview] = group_overviews(groups, now=at, reader=AttentionReader.COURSE_ADMIN)
    member = next((each for each in overview.members if each.enrolment_id == enrolment.pk), None)
    if member is None:
        return {}
    titles = {planned.milestone.id: planned.milestone.title for planned in overview.plan}
    due = [titles[pk] for pk in member.standing.due if pk in titles]
    reasons = [reason.text for reason in member.standing.reasons]
    texts = {"Expected until today": ", ".join(due) or "nothing", "Standing": member.standing.headline}
    return texts if enrolment.person_id == by.pk else texts | {"Attention": "; ".join(reasons) or "none"}
