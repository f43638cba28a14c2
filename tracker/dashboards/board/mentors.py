from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Count

from courses.models import Cohort
from groups.models import Group, Membership, Mentorship
from lib.weeks import Week
from people.models import User
from tracker.dashboards.board.standings import GroupCounters
from tracker.models import CheckIn, CodeReview

# Of a group that was made after the snapshot was taken.
_NOTHING = GroupCounters()


@dataclass(frozen=True, slots=True)
class Mentors:
    """The mentors of a group today; `to_remind` are those of them whom the reader can remind: not themselves."""

    people: tuple[User, ...]
    to_remind: tuple[User, ...]

    @classmethod
    def of(cls, mentorships: Iterable[Mentorship], reader: User) -> "Mentors":
        people = tuple(row.person for row in mentorships)
        return cls(people, tuple(person for person in people if person != reader))

    def __str__(self) -> str:
        return ", ".join(person.get_short_name() for person in self.people) or "no mentor"

    @property
    def remind_label(self) -> str:
        """ "Remind Marta", "Remind both", "Remind all 3"."""
        count = len(self.to_remind)
        if count == 1:
            return f"Remind {self.to_remind[0].get_short_name()}"
        return "Remind both" if count == 2 else f"Remind all {count}"


@dataclass(frozen=True, slots=True)
class MentorRow:
    """A mentor of today; `minutes` and `budget` are for this week, over all their groups; 0 where none are planned.

    `stale_review_count` are code reviews that wait for longer than promised.
    """

    person: User
    groups: tuple[Group, ...]
    student_count: int
    minutes: int
    budget: int
    late_count: int
    missed_count: int
    open_question_count: int
    stale_review_count: int


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """What of a group its mentors carry: students of today, minutes of this week, code reviews that wait too long."""

    students: int = 0
    minutes: int = 0
    stale_reviews: int = 0


_NO_LOAD = GroupLoad()


def mentorships_of(cohort: Cohort, today: date) -> dict[int, list[Mentorship]]:
    """Return the mentorships of today by group id, the mentor first."""
    mentorships: dict[int, list[Mentorship]] = defaultdict(list)
    rows = Mentorship.objects.open(today).filter(group__cohort=cohort).select_related("person", "group")
    for row in sorted(rows, key=attrgetter("place")):
        mentorships[row.group_id].append(row)
    return mentorships


def mentor_rows(
    mentorships: Mapping[int, list[Mentorship]],
    counters: Mapping[int, GroupCounters],
    loads: Mapping[int, GroupLoad],
    *,
    budget: int,
    named: Collection[int] | None,
) -> list[MentorRow]:
    """The mentors, most check-ins late or missed first.

    Args:
        named: the groups whose mentors are wanted; None for all.
    """
    people: dict[int, User] = {}
    groups: dict[int, list[Group]] = defaultdict(list)
    for rows in mentorships.values():
        for row in rows:
            people[row.person_id] = row.person
            groups[row.person_id].append(row.group)
    mentors = [
        MentorRow(
            person=person,
            groups=tuple(sorted(groups[pk], key=lambda group: group.sort_key)),
            student_count=sum(loads.get(group.pk, _NO_LOAD).students for group in groups[pk]),
            minutes=sum(loads.get(group.pk, _NO_LOAD).minutes for group in groups[pk]),
            budget=budget * len(groups[pk]),
            late_count=sum(counters.get(group.pk, _NOTHING).late for group in groups[pk]),
            missed_count=sum(counters.get(group.pk, _NOTHING).missed for group in groups[pk]),
            open_question_count=sum(counters.get(group.pk, _NOTHING).open_questions for group in groups[pk]),
            stale_review_count=sum(loads.get(group.pk, _NO_LOAD).stale_reviews for group in groups[pk]),
        )
        for pk, person in people.items()
        if named is None or any(group.pk in named for group in groups[pk])
    ]
    return sorted(
        mentors,
        key=lambda row: (-row.missed_count - row.late_count, -row.open_question_count, row.person.name),
    )


def loads_by_group(cohort: Cohort, week: Week, today: date, now: datetime) -> dict[int, GroupLoad]:
    """Three queries; the pauses of the cohort have been fetched."""
    stays = Membership.objects.open(today).filter(group__cohort=cohort).order_by()
    students = dict(stays.values_list("group").annotate(count=Count("*")))
    rows = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=week.starts_on)
    minutes = dict(rows.values_list("group", "minutes"))
    reviews = CodeReview.objects.filter(group__cohort=cohort, state=CodeReview.State.REQUESTED)
    days = cohort.course.review_days
    if not cohort.course.has_code_reviews:
        reviews = reviews.none()
    stale = Counter(
        group
        for group, at in reviews.values_list("group", "changed_at")
        if cohort.wait(at, now, days=days).is_over
    )
    return {
        group: GroupLoad(students.get(group, 0), minutes.get(group) or 0, stale[group])
        for group in students.keys() | minutes.keys() | stale.keys()
    }
