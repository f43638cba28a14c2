from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse

from courses.models import Cohort
from groups.meetings import RegularMeeting, read_meeting
from lib.marks import HUES, PersonMark, letters_of
from lib.names import OneLineField
from lib.natural_order import NaturalKeyField
from lib.texts import NO_NAMES, SHARED
from people.models import Edited, User

if TYPE_CHECKING:
    from groups.models.membership import MembershipQuerySet
    from groups.models.mentorship import MentorshipQuerySet


class GroupQuerySet(models.QuerySet["Group"]):
    def in_order(self) -> "GroupQuerySet":
        """Sort by name within a cohort: "Group 2" before "Group 10"."""
        return self.order_by("sort_key", "pk")

    def with_size(self) -> "GroupQuerySet":
        """Annotate with `size`, the number of students who are in it and stay, or come."""
        return self.annotate(size=models.Count("memberships", filter=models.Q(memberships__ended_on=None)))

    def next_hues(self) -> Iterator[int]:
        """Yield the hues of the next groups of a cohort, whose groups these are: they go round."""
        last = self.order_by("pk").values_list("hue", flat=True).last() or 0
        return (made % HUES + 1 for made in count(last))


def marks_of(seen: Iterable[tuple["Group", User]]) -> dict[tuple[int, int], PersonMark]:
    """Return the marks of students on a page by the ids of their group and person: letters tell apart who is on it."""
    people: dict[Group, list[User]] = {}
    for group, person in seen:
        people.setdefault(group, []).append(person)
    return {
        (group.pk, pk): mark
        for group, students in people.items()
        for pk, mark in group.marks(students).items()
    }


class Group(Edited):
    """Students of a cohort who learn together, with their mentor and their own plan."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="groups")
    name = OneLineField(max_length=100)
    # Sort by it wherever groups are listed: `order_by("group__sort_key")`.
    sort_key = NaturalKeyField(of="name", max_length=200, default="", editable=False)
    meeting = models.CharField(
        "when and where you meet",
        max_length=200,
        blank=True,
        help_text="For example: Tuesdays 17:00, by video.",
    )
    call = models.URLField(
        "link to the call",
        max_length=1000,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
    )
    # Its place among the groups of the cohort as they were made, modulo six; it never changes. An older version, which
    # does not know it, makes groups with the default.
    hue = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    # The first word of its mentors.
    hello = models.TextField("a word to the group", max_length=3_000, blank=True)

    texts = {"name": SHARED, "sort_key": NO_NAMES, "meeting": SHARED, "call": SHARED, "hello": SHARED}
    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name"], name="group_name_once_a_cohort"),
            models.CheckConstraint(condition=models.Q(hue__range=(1, HUES)), name="group_hue_is_one_of_six"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def regular_meeting(self) -> RegularMeeting | None:
        """The weekly meeting; None if the group has not said on which weekday."""
        return read_meeting(self.meeting)

    def marks(self, people: Iterable[User]) -> dict[int, PersonMark]:
        """Return the marks of its students by their id: all of a day at once, so that no two have the same letters."""
        students = {person.pk: person for person in people}
        letters = letters_of({pk: person.get_short_name() for pk, person in students.items()})
        return {pk: PersonMark(str(person), letters[pk], self.hue) for pk, person in students.items()}

    def members_on(self, day: date) -> "MembershipQuerySet":
        return self.memberships.open(day).by_name()

    def mentors_on(self, day: date) -> "MentorshipQuerySet":
        """Return those of mentors and stand-ins who are there on that day: who is away is not."""
        return self.mentorships.there(day).select_related("person")

    def get_absolute_url(self) -> str:
        return reverse("tracker:group-detail", args=[self.pk])

    @property
    def mentors_url(self) -> str:
        return f"{reverse('tracker:group-set-up', args=[self.pk])}#mentors"
