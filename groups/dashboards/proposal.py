"""The groups proposed for a cohort: what each shares, and whose wishes are met."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import QueryDict

from courses.models import Cohort
from groups.access import without_group
from groups.actions.forming import first_day, suiting, willing_mentors, wishes_of
from groups.actions.publishing import proposed_people
from groups.forming import (
    StudentTraits,
    Willing,
    Wishes,
    WishPoints,
    awake_together,
    level_of,
    offset_of,
)
from groups.models import (
    Enrolment,
    Group,
    Mentorship,
    Proposal,
    ProposedGroup,
    ProposedStay,
    WillingMentor,
    Wish,
)
from groups.sharing import group_sizes
from groups.ties import people_of
from lib.pages import page_of
from lib.text import counted, joined
from lib.time_zones import city_of
from people.models import User

# How many students without a place, and unmet wishes, are named. Search and the list of wishes have all.
_NAMED = 12
# Up to so many who are told are named.
_TOLD = 3
# Fewer hours a day in which all are awake are warned of.
_FEW_HOURS = 4


def forming_facts(cohort: Cohort, now: datetime) -> dict[str, Any]:
    """Return what there is to form groups of, and what is not known of the students."""
    shown = ("person", "level", "hours_a_week", "person__time_zone", "person__name")
    rows = list(without_group(cohort, now).only(*shown))
    willing = willing_mentors(cohort, now)
    unknown = (
        ("time zone", sum(not row.person.time_zone for row in rows)),
        ("hours a week", sum(row.hours_a_week is None for row in rows)),
        ("level", sum(level_of(row.level) is None for row in rows)),
    )
    sizes = group_sizes(len(rows), cohort.course.group_size)
    counts = sorted(Counter(sizes).items())
    return {
        "students": len(rows),
        "group_count": len(sizes),
        # "9 groups of 3 and 1 group of 4".
        "sizes_label": joined(f"{counted(count, 'group')} of {size}" for size, count in counts),
        "unknown": [f"{what} of {count}" for what, count in unknown if count],
        "wishes": Wish.objects.filter(one__cohort=cohort).count(),
        "mentors": len(willing),
        "places": sum(max(0, one.takes) for one in willing),
    }


def proposal_page(proposal: Proposal, address: QueryDict, now: datetime) -> dict[str, Any]:
    """Return a page of proposed groups, and what is told of them all.

    Each group has its `hue`, its `students` with the mark and place of each, what they share in `shares`, and what is
    not well in `warnings`.
    """
    cohort = proposal.cohort
    stays = ProposedStay.objects.select_related("enrolment__person").order_by("enrolment__person__name", "pk")
    groups = proposal.groups.select_related("mentor").prefetch_related(Prefetch("stays", stays))
    # All of them, with who mentors each.
    mentor_of = dict(proposal.groups.order_by("sort_key", "pk").values_list("pk", "mentor"))
    page = page_of(address, groups.order_by("sort_key", "pk"), count=len(mentor_of))
    group_of = dict(
        ProposedStay.objects.filter(group__proposal=proposal).values_list("enrolment_id", "group_id")
    )
    wishes = list(Wish.objects.filter(one__cohort=cohort).by_name())
    unmet = [wish for wish in wishes if not _is_met(wish, group_of)]
    waiting = without_group(cohort, now).filter(proposed_stay=None)
    on, points = first_day(cohort, now), wishes_of(cohort)
    # The hues that they get, as publishing leaves out groups without students.
    filled = set(group_of.values())
    hues = dict(zip((pk for pk in mentor_of if pk in filled), cohort.groups.next_hues(), strict=False))
    for group in page:
        group.hue = hues.get(group.pk, 0)
        _look_at(group, points, cohort, on)
    waiting_count = waiting.count()
    return {
        "groups": page,
        "group_count": len(mentor_of),
        "student_count": len(group_of),
        "without_mentor": sum(mentor is None for mentor in mentor_of.values()),
        # Mentors of the list, with the number of groups that they still take.
        "free_mentors": _free_mentors(proposal, now),
        "waiting": waiting[:_NAMED] if waiting_count else (),
        "waiting_count": waiting_count,
        "wish_count": len(wishes),
        "unmet": unmet[:_NAMED],
        "unmet_count": len(unmet),
    }


class PublishFacts(NamedTuple):
    """How many students and mentors have not been invited, wait with an invitation, or would be told by a mail.

    `told_label` names the latter if they are few.
    """

    students: int
    mentors: int
    invited: int
    told: int
    told_label: str


def publish_facts(proposal: Proposal, by: User, now: datetime) -> PublishFacts:
    """`by`: who would publish it."""
    people = proposed_people(proposal)
    told = [one.get_short_name() for one in people.all.mailable().exclude(pk=by.pk).order_by("name", "pk")]
    return PublishFacts(
        students=people.students.not_invited(now).count(),
        mentors=people.mentors.not_invited(now).count(),
        invited=people.all.invited(now).count(),
        told=len(told),
        told_label=joined(told) if len(told) <= _TOLD else f"{len(told)} people",
    )


def _free_mentors(proposal: Proposal, now: datetime) -> tuple[tuple[User, int], ...]:
    proposed = Counter(proposal.groups.values_list("mentor", flat=True))
    takes = {one.person: one.takes - proposed[one.person] for one in willing_mentors(proposal.cohort, now)}
    people = User.objects.filter(pk__in=[person for person, count in takes.items() if count > 0])
    return tuple((person, takes[person.pk]) for person in people.order_by("name", "pk")[:_NAMED])


def _is_met(wish: Wish, group_of: dict[int, int]) -> bool:
    """Whether a wish is met. Of somebody without a place nothing is said."""
    one, other = group_of.get(wish.one_id), group_of.get(wish.other_id)
    if one is None or other is None:
        return True
    return (one == other) == (wish.kind == Wish.Kind.TOGETHER)


def _look_at(group: Any, wishes: Wishes, cohort: Cohort, on: date) -> None:
    stays = group.stays.all()
    people = [suiting(stay.enrolment, on) for stay in stays]
    names = {stay.enrolment.person_id: stay.enrolment.person.get_short_name() for stay in stays}
    time_words, time_warnings = _time(people, cohort, on)
    marks = Group(hue=group.hue).marks(stay.enrolment.person for stay in stays)
    group.students = [
        (stay.enrolment, marks[stay.enrolment.person_id], _place(stay.enrolment.person)) for stay in stays
    ]
    group.shares = [
        *time_words,
        *_range([one.hours for one in people], "{} hours a week"),
        *_range([one.level for one in people], "level {}"),
        *_wished(names, wishes, WishPoints.TOGETHER, "wish to be together"),
    ]
    group.warnings = [
        *time_warnings,
        *_mentor(group, people, on),
        *_wished(names, wishes, WishPoints.APART, "should be apart"),
    ]
    if group.mentor is None:
        group.warnings.append("no mentor")


def _place(person: User) -> str:
    zone = person.time_zone
    return city_of(zone) or zone or "time zone not known"


def _time(people: Sequence[StudentTraits], cohort: Cohort, on: date) -> tuple[list[str], list[str]]:
    offsets = [one.offset for one in people if one.offset is not None]
    if len(offsets) < 2:
        return [], []
    begins, hours = awake_together(offsets)
    if not hours:
        return [], ["never all awake at once"]
    own = offset_of(cohort.time_zone, on) or 0
    first = datetime.combine(on, time(0)) + timedelta(minutes=begins + own)
    label = f"all awake {first:%H:%M} to {first + timedelta(hours=hours):%H:%M}"
    if hours < _FEW_HOURS:
        return [], [f"{label} only"]
    return [label], []


def _range(values: Sequence[float | None], words: str) -> list[str]:
    """ "4 to 6 hours a week"; nothing if less than two are known."""
    known = sorted(value for value in values if value is not None)
    if len(known) < 2:
        return []
    low, high = f"{known[0]:.3g}", f"{known[-1]:.3g}"
    return [words.format(low if low == high else f"{low} to {high}")]


def _wished(names: dict[int, str], wishes: Wishes, kind: WishPoints, words: str) -> list[str]:
    ids = sorted(names)
    return [
        f"{names[one]} and {names[other]} {words}"
        for n, other in enumerate(ids)
        for one in ids[:n]
        if wishes.get((one, other)) == kind
    ]


def _mentor(group: ProposedGroup, people: Sequence[StudentTraits], on: date) -> list[str]:
    """Warn of a mentor who is awake for few hours with all whose time zone is known."""
    offset = offset_of(group.mentor.time_zone, on) if group.mentor else None
    offsets = [one.offset for one in people if one.offset is not None]
    if offset is None or not offsets or group.mentor is None:
        return []
    hours = awake_together([offset, *offsets])[1]
    return [f"{group.mentor.get_short_name()} for {hours:g} hours only"] if hours < _FEW_HOURS else []


def with_loads(
    page: Iterable[WillingMentor], cohort: Cohort, now: datetime
) -> list[tuple[WillingMentor, int, int]]:
    """Return each with the groups that they mentor in the cohort, and in all running ones."""
    loads: dict[int, Willing] = {one.person: one for one in willing_mentors(cohort, now)}
    lines = []
    for row in page:
        load = loads.get(row.person_id)
        has = row.most_groups - load.takes if load else 0
        lines.append((row, has, load.has if load else 0))
    return lines


def mentors_to_ask(cohort: Cohort) -> list[User]:
    """Return who would mentor or mentored in the course, and is not on the list.

    Those who said that they would have `would_mentor` and come first.
    """
    mentored = Mentorship.objects.filter(group__cohort__course=cohort.course).values("person")
    would = Enrolment.objects.filter(cohort__course=cohort.course, would_mentor_at__isnull=False)
    people = people_of(cohort.course).filter(
        Q(pk__in=mentored) | Q(pk__in=would.values("person")), is_active=True
    )
    return list(
        people.exclude(willing_to_mentor__cohort=cohort)
        .annotate(would_mentor=Exists(would.filter(person=OuterRef("pk"))))
        .order_by("-would_mentor", "name", "pk")[:_NAMED]
    )
