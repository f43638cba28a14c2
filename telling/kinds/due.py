"""What is due soon, to a student together; a check-in on its day, and once when it is late, to a mentor."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.urls import reverse

from groups.models import Group, Membership, MentorAway, Mentorship, PlanItem
from lib.weeks import Week
from people.models import Event, User
from telling.kinds.kind import Kind
from telling.mails import Mail, Part, in_words, near_day, zone_of
from tracker.dashboards.group_overviews import GroupOverview, group_overviews, group_statuses
from tracker.dashboards.meetings import meetings_between
from tracker.models import AgreedStep, CheckIn, Progress
from tracker.standing import CheckInState

_DAY = timedelta(days=1)
_STEP_AHEAD, _MILESTONE_AHEAD = 1, 2
_FRIDAY, _TUESDAY = 4, 1


def days_told_on(day: date, ahead: int) -> tuple[date, ...]:
    """Return the days of which one is told this morning: `ahead` days before, or on the working day before that.

    On a Friday these are three, so that nothing is told at a weekend.
    """
    return tuple(day + (ahead + n) * _DAY for n in range(3 if day.weekday() == _FRIDAY else 1))


def morning_of(event: Event, reader: User) -> date:
    """Return the day that began where the reader lives; it begins for all of one time zone at once."""
    return event.at.astimezone(ZoneInfo(zone_of(reader))).date()


def _stays(people: Collection[int], day: date) -> Iterable[Membership]:
    stays = Membership.objects.open(day).filter(
        enrolment__person__in=people,
        enrolment__ended_on=None,
        group__cohort__archived_at=None,
        group__cohort__course__archived_at=None,
    )
    return [
        stay
        for stay in stays.select_related("enrolment", "group__cohort")
        if not stay.group.cohort.is_closed(day)
    ]


def _steps(stays: Iterable[Membership], day: date) -> Iterator[AgreedStep]:
    steps = AgreedStep.objects.open().filter(
        enrolment__in=[stay.enrolment_id for stay in stays], due_on__in=days_told_on(day, _STEP_AHEAD)
    )
    yield from steps.order_by("due_on", "pk")


def _milestones(stays: Iterable[Membership], day: date) -> Iterator[tuple[int, PlanItem]]:
    """Yield what is due in the plan of a group and not begun, by enrolment."""
    group_of = {stay.enrolment_id: stay.group_id for stay in stays}
    items = PlanItem.objects.filter(
        group__in=group_of.values(), due_on__in=days_told_on(day, _MILESTONE_AHEAD)
    ).select_related("milestone")
    items_of: dict[int, list[PlanItem]] = {}
    for item in items.in_order():
        items_of.setdefault(item.group_id, []).append(item)
    begun = Progress.objects.filter(enrolment__in=group_of).exclude(state=Progress.State.NOT_STARTED)
    is_begun = set(begun.values_list("enrolment", "milestone")) if items_of else set()
    for enrolment_id, group_id in group_of.items():
        for item in items_of.get(group_id, ()):
            if (enrolment_id, item.milestone_id) not in is_begun:
                yield enrolment_id, item


def _who_has_something_due(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    stays = _stays(people, day)
    person_of = {stay.enrolment_id: stay.enrolment.person_id for stay in stays}
    yield from (person_of[step.enrolment_id] for step in _steps(stays, day) if step.enrolment_id)
    yield from (person_of[enrolment_id] for enrolment_id, _ in _milestones(stays, day))


def _write_due(reader: User, event: Event, now: datetime) -> Mail | None:
    day = morning_of(event, reader)
    stays = list(_stays([reader.pk], day))
    if not stays:
        return None
    today = stays[0].group.cohort.today(now)
    rows = [
        Part(item.milestone.title, label=near_day(item.due_on, today), note="not begun yet", look="row")
        for _, item in _milestones(stays, day)
        if item.due_on
    ]
    rows += [
        Part(step.text, label=near_day(step.due_on, today), note="a step you agreed on", look="row")
        for step in _steps(stays, day)
        if step.due_on
    ]
    if not rows:
        return None
    first = rows[0]
    return Mail(
        subject=f"Due {first.label}: {first.text}" + (f", and {len(rows) - 1} more" if rows[1:] else ""),
        heading="Due soon" if rows[1:] else f"Due {first.label}",
        about=f"for {stays[0].group}",
        parts=tuple(rows),
        label="Open my week",
        path=reverse("tracker:week", args=[stays[0].group_id]),
        why="in the morning before something is due",
        again="",
    )


def _mentored(people: Collection[int], day: date) -> dict[int, list[int]]:
    """Return who mentors which group on this day and is not away, by group."""
    away = MentorAway.objects.filter(mentorship=OuterRef("pk"), starts_on__lte=day, ends_on__gte=day)
    mentorships = Mentorship.objects.open(day).filter(
        ~Exists(away),
        person__in=people,
        group__cohort__archived_at=None,
        group__cohort__course__archived_at=None,
    )
    mentors: dict[int, list[int]] = {}
    for group_id, person_id in mentorships.values_list("group", "person"):
        mentors.setdefault(group_id, []).append(person_id)
    return mentors


def _not_logged(
    group_ids: Iterable[int], week: Week, state: CheckInState, now: datetime
) -> Iterator[GroupOverview]:
    """Yield the groups whose check-in of the week was not logged and is due, or late."""
    logged = CheckIn.objects.filter(group=OuterRef("pk"), week_starts_on=week.starts_on)
    groups = Group.objects.filter(~Exists(logged), pk__in=list(group_ids)).order_by("name", "pk")
    overviews = group_overviews(groups, now=now, reader=None)
    statuses = group_statuses(overviews)
    for overview in overviews:
        if any(each.week == week and each.state is state for each in statuses[overview.group.pk].weeks):
            yield overview


def _meets(overview: GroupOverview, day: date) -> bool:
    """Whether the group meets on this day. One that does not say when it meets is thought of on a Friday."""
    if overview.group.regular_meeting is None:
        return day.weekday() == _FRIDAY
    meetings = meetings_between(
        overview.group, overview.group.check_ins.all(), overview.pauses, day, day + _DAY
    )
    return any(not meeting.is_off for meeting in meetings)


def _due(people: Collection[int], day: date, now: datetime) -> Iterator[tuple[GroupOverview, list[int]]]:
    mentors = _mentored(people, day)
    for overview in _not_logged(mentors, Week.of(day), CheckInState.DUE, now):
        if _meets(overview, day):
            yield overview, mentors[overview.group.pk]


def _late(people: Collection[int], day: date, now: datetime) -> Iterator[tuple[GroupOverview, list[int]]]:
    """Only on a Tuesday: on Monday the digest says it."""
    mentors = _mentored(people, day) if day.weekday() == _TUESDAY else {}
    for overview in _not_logged(mentors, Week.of(day - 7 * _DAY), CheckInState.LATE, now):
        yield overview, mentors[overview.group.pk]


def _write_check_in_due(reader: User, event: Event, now: datetime) -> Mail | None:
    day = morning_of(event, reader)
    groups = [overview.group for overview, _ in _due([reader.pk], day, now)]
    if not groups:
        return None
    week = Week.of(day)
    return Mail(
        subject=f"Today: {in_words([group.name for group in groups])}",
        heading="The check-in of today" if len(groups) == 1 else "The check-ins of today",
        about=week.label,
        parts=tuple(
            Part(group.name, label=group.meeting or "", path=_log_path(group, week), look="row")
            for group in groups
        ),
        label="Log the check-in" if len(groups) == 1 else "Open my groups",
        path=_log_path(groups[0], week) if len(groups) == 1 else reverse("tracker:my-groups"),
        why="on the day on which a group of yours meets",
        again="",
    )


def _write_check_in_late(reader: User, event: Event, now: datetime) -> Mail | None:
    day = morning_of(event, reader)
    groups = [overview.group for overview, _ in _late([reader.pk], day, now)]
    if not groups:
        return None
    week = Week.of(day - 7 * _DAY)
    return Mail(
        subject=f"Not logged yet: the check-in of {in_words([group.name for group in groups])}",
        about=week.label,
        parts=(
            Part("If you did not meet, say so: that is a click, and counts as logged."),
            *(Part(group.name, path=_log_path(group, week), look="row") for group in groups),
        ),
        label="Log the check-in",
        path=_log_path(groups[0], week),
        why="once, when a check-in is late",
        again="",
    )


def _log_path(group: Group, week: Week) -> str:
    return reverse("tracker:check-in-log", args=[group.pk, week.iso])


DUE = Kind(
    name="due",
    label="A step of mine is due tomorrow, or a milestone in two days that I have not begun",
    whom="the student",
    soon="in the morning, together; on a Friday for the weekend too",
    roles=("student",),
    on_mornings=_who_has_something_due,
    write=_write_due,
)
CHECK_IN_DUE = Kind(
    name="check-in-due",
    label="A group of mine meets today, and its check-in is not logged",
    whom="the mentors of the group and its cover, but who is away",
    soon="in the morning of the day; on a Friday where a group does not say when it meets",
    roles=("mentor",),
    on_mornings=lambda people, day, now: [one for _, mentors in _due(people, day, now) for one in mentors],
    write=_write_check_in_due,
)
CHECK_IN_LATE = Kind(
    name="check-in-late",
    label="The check-in of last week is not logged",
    whom="the mentors of the group and its cover, but who is away",
    soon="once, on Tuesday morning",
    roles=("mentor",),
    on_mornings=lambda people, day, now: [one for _, mentors in _late(people, day, now) for one in mentors],
    write=_write_check_in_late,
)
