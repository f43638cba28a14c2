from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from operator import attrgetter

from django.db.models import Count

from courses.models import Cohort
from groups.actions.reminding import remind_label
from groups.models import Group, Membership, Mentorship
from lib.marks import PersonMark
from lib.weeks import Week
from people.models import User
from tracker.dashboards.board.standings import CohortStandings
from tracker.models import CheckIn, CodeReview, GroupSnapshot, StudentSnapshot


@dataclass(frozen=True, slots=True)
class Mentors:
    """The mentors of a group on a day, and those of them who are there; the reader can remind all but themselves."""

    people: tuple[User, ...]
    there: tuple[User, ...]
    reader: User

    @classmethod
    def of(cls, mentorships: Iterable[Mentorship], reader: User, day: date) -> "Mentors":
        own = [row for row in mentorships if row.is_open(day)]
        there = tuple(row.person for row in own if row.is_there(day))
        return cls(tuple(row.person for row in own), there, reader)

    @property
    def to_remind(self) -> tuple[User, ...]:
        return tuple(person for person in self.there if person != self.reader)

    def __str__(self) -> str:
        return ", ".join(person.get_short_name() for person in self.people) or "no mentor"

    @property
    def remind_label(self) -> str:
        return remind_label(self.to_remind)


@dataclass(frozen=True, slots=True)
class BoardRow[Snapshot: (StudentSnapshot, GroupSnapshot)]:
    """A student or a group with a reason; `reminded` says what became of a reminder of the last day, if any.

    `absence` says why no mentor is there, of a group that has none; `mark` is that of a student.
    """

    row: Snapshot
    mentors: Mentors
    reminded: str = ""
    absence: str = ""
    mark: PersonMark | None = None

    @property
    def names_mentors(self) -> bool:
        """Whether its mentors are to be named: the button that reminds one does."""
        return bool(self.reminded) or len(self.mentors.to_remind) != 1


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


def mentorships_of(
    cohort: Cohort, day: date, groups: Collection[int] | None = None
) -> dict[int, list[Mentorship]]:
    """Return the mentorships of that day and of later ones by group id, the mentor first.

    Args:
        groups: only those of these.
    """
    mentorships: dict[int, list[Mentorship]] = defaultdict(list)
    rows = Mentorship.objects.not_ended(day).filter(group__cohort=cohort)
    if groups is not None:
        rows = rows.filter(group__in=groups)
    rows = rows.select_related("person", "group").prefetch_related("away")
    for row in sorted(rows, key=attrgetter("place")):
        mentorships[row.group_id].append(row)
    return mentorships


def mentor_rows(
    cohort: Cohort,
    mentorships: Mapping[int, list[Mentorship]],
    standings: CohortStandings,
    now: datetime,
) -> list[MentorRow]:
    """The mentors, most check-ins late or missed first."""
    today, week = cohort.today(now), Week.of(cohort.today(now))
    stays = Membership.objects.open(today).filter(group__cohort=cohort).order_by()
    students = dict(stays.values_list("group").annotate(count=Count("*")))
    logged = CheckIn.objects.filter(group__cohort=cohort, week_starts_on=week.starts_on)
    minutes = dict(logged.values_list("group", "minutes"))
    reviews = CodeReview.objects.filter(
        group__cohort=cohort,
        group__cohort__course__has_code_reviews=True,
        state=CodeReview.State.REQUESTED,
    ).of_enrolled(today)
    days = cohort.course.review_days
    # Those that wait for longer than promised, by group.
    stale = Counter(
        group
        for group, at in reviews.values_list("group", "changed_at")
        if cohort.wait(at, now, days=days).is_over
    )
    is_running = cohort.starts_on <= week.ends_on and not cohort.is_closed(today)
    is_on = is_running and not week.is_paused(cohort.pause_periods)
    budget = cohort.course.weekly_minutes if is_on else 0
    snapshots = {row.group_id: row for row in standings.every_group}
    people: dict[int, User] = {}
    groups: dict[int, list[Group]] = defaultdict(list)
    day = cohort.working_day(now)
    for row in (each for each in chain.from_iterable(mentorships.values()) if each.is_open(day)):
        people[row.person_id] = row.person
        groups[row.person_id].append(row.group)
    mentors = []
    for pk, person in people.items():
        ids, named = [group.pk for group in groups[pk]], standings.named
        if named is not None and named.isdisjoint(ids):
            continue
        # A group that was made after the snapshot was taken has none.
        counted = [snapshots[each] for each in ids if each in snapshots]
        mentors.append(
            MentorRow(
                person=person,
                groups=tuple(sorted(groups[pk], key=lambda group: group.sort_key)),
                student_count=sum(students.get(each, 0) for each in ids),
                minutes=sum(minutes.get(each) or 0 for each in ids),
                budget=budget * len(ids),
                late_count=sum(each.late_count for each in counted),
                missed_count=sum(each.missed_count for each in counted),
                open_question_count=sum(each.open_question_count for each in counted),
                stale_review_count=sum(stale[each] for each in ids),
            )
        )
    return sorted(
        mentors,
        key=lambda row: (-row.missed_count - row.late_count, -row.open_question_count, row.person.name),
    )
