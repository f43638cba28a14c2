"""A check-in that is to be logged: on the day of the meeting, once when it is late; and what a course admin asks for.

A course admin reminds of a check-in that is late, or of a student who needs somebody.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from groups.access import group_to_lead
from groups.actions.reminding import CHECK_IN, CHOICE, STUDENT, mentors_to_remind
from groups.models import Group, Mentorship
from lib.text import joined
from lib.weeks import Period, Week, after_pause
from people.models import Event, User
from telling.kinds.due import morning_of
from telling.kinds.in_groups import group_of
from telling.kinds.kind import MORNING, MailKind
from telling.mails import Mail, Part, write_mail
from tracker.access.students import student_to_lead
from tracker.dashboards.group_overviews import (
    GroupOverview,
    group_overview,
    group_overviews,
    group_statuses,
)
from tracker.dashboards.meetings import meetings_between, next_meeting
from tracker.models import CheckIn
from tracker.standing import CheckInState, ReasonCode, words_of

_DAY = timedelta(days=1)
_TUESDAY, _FRIDAY = 1, 4
_NOT_LOGGED = (CheckInState.LATE, CheckInState.MISSED)
# Groups that a subject names.
_NAMED = 2
# Weeks that a reminder names, the latest.
_MOST = 3


def _mentored(people: Collection[int], day: date) -> dict[int, list[int]]:
    """Return who mentors which group on this day and is not away, by group."""
    mentorships = Mentorship.objects.there(day).filter(
        person__in=people,
        group__cohort__archived_at=None,
        group__cohort__course__archived_at=None,
    )
    mentors: dict[int, list[int]] = {}
    for group_id, person_id in mentorships.values_list("group", "person"):
        mentors.setdefault(group_id, []).append(person_id)
    return mentors


def _not_logged(
    groups: Collection[int], week: Week, states: Collection[CheckInState], now: datetime
) -> Iterator[GroupOverview]:
    """Yield the groups without a check-in of the week’s meeting, and whose week is in one of these states."""
    logged = CheckIn.objects.filter(group=OuterRef("pk"), week_starts_on=week.starts_on, is_besides=False)
    is_over = Exists(logged.exclude(outcome=CheckIn.Outcome.MOVED))
    left = Group.objects.filter(~is_over, pk__in=groups).order_by("name", "pk")
    overviews = group_overviews(left.select_related("cohort__course"), now=now, reader=None)
    statuses = group_statuses(overviews)
    for overview in overviews:
        if any(each.week == week and each.state in states for each in statuses[overview.group.pk].weeks):
            yield overview


def groups_to_log(groups: Collection[int], day: date, now: datetime) -> Iterator[Group]:
    """Yield the groups that meet on this day. One that does not say when it meets is thought of on a Friday."""
    # A week is done by a check-in that was held besides its meeting, or reschedules it: the meeting is still to come.
    states = (CheckInState.DUE, CheckInState.DONE, CheckInState.STAND_IN)
    for overview in _not_logged(groups, Week.of(day), states, now):
        group = overview.group
        is_thought_of = group.regular_meeting is None and day.weekday() == _FRIDAY
        has_day = any(each.week == overview.week for each in group.check_ins.all())
        if meets_on(group, day) or (is_thought_of and not has_day):
            yield group


def meets_on(group: Group, day: date) -> bool:
    meetings = meetings_between(group, group.check_ins.all(), day, day + _DAY)
    return any(not meeting.is_off for meeting in meetings)


def _late(groups: Collection[int], day: date, now: datetime) -> Iterator[tuple[Group, Week]]:
    """Yield, on a Tuesday, the groups whose check-in of last week is late: on Monday the digest says it.

    In a break nothing is told: what was late before it is told on the first day from Tuesday to Friday after it.
    """
    rows = Group.objects.filter(pk__in=groups).select_related("cohort").prefetch_related("cohort__pauses")
    told: dict[Week, list[int]] = {}
    for group in rows if _TUESDAY <= day.weekday() <= _FRIDAY else ():
        pauses = group.cohort.pause_periods
        week = Week.of(day).previous()
        while _first_to_tell(week, pauses) == day:
            told.setdefault(week, []).append(group.pk)
            week = week.previous()
    for week, ids in told.items():
        for overview in _not_logged(ids, week, (CheckInState.LATE,), now):
            yield overview.group, week


def _first_to_tell(week: Week, pauses: Collection[Period]) -> date | None:
    """The day on which it is told that a week's check-in is late; None if a break never ends."""
    day: date | None = week.ends_on + 2 * _DAY
    while day and (day := after_pause(day, pauses)) and not _TUESDAY <= day.weekday() <= _FRIDAY:
        day += _DAY
    return day


def _on_mornings(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    mentors = _mentored(people, day)
    for group in (*groups_to_log(mentors, day, now), *(group for group, _ in _late(mentors, day, now))):
        yield from mentors[group.pk]


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    """Of a reminder."""
    if event.kind == STUDENT:
        return mentors_to_remind(group_of(event.ids["enrolment"], now), now)
    return mentors_to_remind(Group.objects.select_related("cohort").get(pk=event.ids["group"]), now)


def _of_student(reader: User, event: Event, now: datetime) -> Mail | None:
    """None if nobody is needed any more, or somebody is already on it."""
    access = student_to_lead(reader, event.ids["enrolment"], now)
    members = group_overview(access.stay.group, now=now).members if access.stay else ()
    member = next((each for each in members if each.enrolment_id == access.enrolment.pk), None)
    if access.stay is None or member is None or member.standing.is_set_aside or not member.standing.reasons:
        return None
    name, reasons = access.enrolment.person.get_short_name(), member.standing.reasons
    asks = reasons[0].code is ReasonCode.NEEDS_HELP
    page = "tracker:help-answer" if asks else "tracker:student-detail"
    return write_mail(
        "student_reminded",
        reader,
        now,
        {
            "name": name,
            "needs": words_of(reasons[0]).full_about(name),
            "more": [words_of(reason).full for reason in reasons[1:]],
            "by": event.by,
            "asks": asks,
        },
        path=reverse(page, args=[access.enrolment.pk]),
        group=access.stay.group,
        reply_to=event.by,
        again="You get at most one reminder a day about a student.",
    )


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    if event.kind == STUDENT:
        return _of_student(reader, event, now)
    today: list[Part] = []
    calls: list[Part] = []
    if event.kind == CHECK_IN:
        group = group_to_lead(reader, event.ids["group"], now).group
        status = group_statuses(group_overviews(Group.objects.filter(pk=group.pk), now=now, reader=None))
        weeks = [each.week for each in status[group.pk].weeks if each.state in _NOT_LOGGED]
        late = [_row(group, week, week.label) for week in reversed(weeks[-_MOST:])]
        asks, why = f"{event.by} asks you to log it. ", f"because you mentor {group}"
    else:
        day = morning_of(event, reader)
        groups = _mentored([reader.pk], day)
        # In a summary of a later day it is no longer today.
        is_today = day == morning_of(Event(at=now), reader)
        for group in groups_to_log(groups, day, now) if is_today else ():
            today.append(_of_today(group, day, reader, now))
            calls += [Part(f"Join {group}’s call", path=group.call, look="row")] if group.call else []
        late = [_row(group, last, last.label) for group, last in _late(groups, day, now)]
        asks, why = "", "on the day of a meeting, and once when its check-in is late"
    names_today, names_late = (list(dict.fromkeys(row.text for row in rows)) for rows in (today, late))
    subjects = [f"Check-in today: {joined(names_today, _NAMED)}"] if today else []
    subjects += [f"Check-in not logged yet: {joined(names_late, _NAMED)}"] if late else []
    if not subjects:
        return None
    hint = Part(f"{asks}If you did not meet, one click says so and counts as logged.")
    is_one = len({*names_today, *names_late}) == 1
    return Mail(
        subject=" · ".join(subjects),
        parts=(*today, *calls, *([hint, *late] if late else [])),
        label="Log the check-in" if is_one else "Open my groups",
        path=(today + late)[0].path if is_one else reverse("tracker:my-groups"),
        why=why,
        reply_to=event.by,
        again="You get at most one reminder a day." if asks else "",
    )


def _of_today(group: Group, day: date, reader: User, now: datetime) -> Part:
    """When it meets; of a meeting that was rescheduled to today its own week and time."""
    meeting = next_meeting(group, group.check_ins.all(), now, reader_zone=reader.time_zone)
    if meeting and meeting.is_moved and meeting.on == day:
        return _row(group, meeting.week, meeting.short_label)
    return _row(group, Week.of(day), group.meeting or "today")


def _row(group: Group, week: Week, label: str) -> Part:
    path = reverse("tracker:check-in-log", args=[group.pk, week.iso])
    return Part(group.name, label=label, path=path, look="row")


LOG = MailKind(
    name=CHOICE,
    label="My group’s check-in is due today or late, or a course admin reminds me of it or of a student",
    roles=("mentor",),
    events=(CHECK_IN, STUDENT),
    recipients=_recipients,
    on_mornings=_on_mornings,
    is_in_digest=lambda reader, event, now: event.kind == MORNING,
    write=_write,
)
