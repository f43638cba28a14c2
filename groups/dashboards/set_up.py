from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from courses.calendar import due_dates
from courses.models import Cohort, Course, Material, Milestone
from groups.access import people_counts
from groups.actions.inviting import people_in
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from groups.models.membership import has_group
from lib.days import day_label
from lib.text import joined

# How many names a sentence holds before it counts the rest.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """What is left to set up, in a sentence without its full stop; more about it; and the page that does it.

    `alone`: the one student whom it is about.
    """

    title: str
    text: str
    url: str
    action: str
    alone: Enrolment | None = None


def course_set_up(course: Course, cohort: Cohort | None, now: datetime) -> list[SetUpStep]:
    """Return what is left of a course, and of a cohort of it unless that is closed."""
    if cohort is not None and not cohort.is_closed(cohort.today(now)):
        return cohort_set_up(cohort, now)
    milestones = _milestones(course)
    text = "One run of the course, with its own dates and people."
    url = reverse("tracker:cohort-new", args=[course.slug])
    return [
        *_calendar(course, milestones),
        *_materials([(milestone, "") for milestone in milestones]),
        SetUpStep("No cohort runs", text, url, "New cohort"),
    ]


def cohort_set_up(cohort: Cohort, now: datetime) -> list[SetUpStep]:
    """Return what is left of a cohort and its course, the first thing first; nothing if it is closed."""
    today = cohort.today(now)
    if cohort.is_closed(today):
        return []
    milestones = _milestones(cohort.course)
    pauses = cohort.pause_periods
    due = due_dates(cohort.starts_on, pauses, {milestone.pk: milestone.week for milestone in milestones})
    ahead = [
        (milestone, f"due {day_label(day, today)}")
        for milestone in milestones
        if (day := due[milestone.pk]) and day >= today
    ]
    return [
        *_calendar(cohort.course, milestones),
        *_people(cohort, now),
        *_groups(cohort, now),
        *_materials(ahead),
    ]


def _milestones(course: Course) -> list[Any]:
    """Its milestones, each with whether it `has_materials`."""
    materials = Material.objects.in_use().filter(milestone=OuterRef("pk"))
    return list(course.milestones.in_order().annotate(has_materials=Exists(materials)))


def _calendar(course: Course, milestones: Sequence[Milestone]) -> Iterator[SetUpStep]:
    if not milestones:
        text = "Import its README, or add milestones one by one, with weeks and planned hours."
        url = reverse("sheets:course-import-give", args=[course.slug, "outline"])
        yield SetUpStep("The course has no milestones", text, url, "Import its README")
    elif all(milestone.week is None for milestone in milestones):
        text = "The plan of a new group would be empty."
        url = f"{course.get_absolute_url()}#milestones"
        yield SetUpStep("No milestone has a week", text, url, "Set their weeks")


def _people(cohort: Cohort, now: datetime) -> Iterator[SetUpStep]:
    today = cohort.today(now)
    student_count, without_count = people_counts(cohort, today)
    groups_url = reverse("tracker:proposal", args=[cohort.pk])
    if not student_count:
        text = "Import a list of people or the tracking sheets of the groups, or enrol people on the People page."
        url = reverse("sheets:import-list", args=[cohort.pk])
        yield SetUpStep("Nobody is enrolled", text, url, "Import people")
        text = f"They have {cohort.course.group_size} students each, and a mentor."
        yield SetUpStep("Nobody is in a group", text, groups_url, "Form groups")
    elif without_count:
        without = cohort.enrolments.not_ended(today).filter(~has_group(today)).order_by("person__name", "pk")
        first = without.select_related("person")[:_NAMED]
        names = joined([enrolment.person for enrolment in first], others=without_count - len(first))
        is_one = without_count == 1
        title = f"{names} is in no group" if is_one else f"{without_count} students are in no group"
        alone = first[0] if is_one else None
        yield SetUpStep(title, "" if is_one else names, groups_url, "Form groups", alone)
    if people := list(
        people_in(cohort, now).not_invited(now).order_by("name").values_list("name", flat=True)
    ):
        who = "1 person" if len(people) == 1 else f"{len(people)} people"
        title = f"{who} {'is' if len(people) == 1 else 'are'} not invited"
        url = reverse("groups:invite-several", args=[cohort.pk])
        yield SetUpStep(title, joined(people, _NAMED), url, f"Invite {who}")


def _groups(cohort: Cohort, now: datetime) -> Iterator[SetUpStep]:
    """What groups lack that have students."""
    today = cohort.today(now)
    own = {"group": OuterRef("pk")}
    has_mentor = Exists(Mentorship.objects.not_ended(today).filter(**own))
    has_plan = Exists(PlanItem.objects.filter(**own))
    groups: list[Any] = list(
        cohort.groups.filter(Exists(Membership.objects.not_ended(today).filter(**own)))
        .annotate(has_mentor=has_mentor, has_plan=has_plan)
        .filter(Q(has_mentor=False) | Q(meeting="") | Q(has_plan=False))
        .in_order()
    )

    def lack(bare: Sequence[Group], what: str, text: str, action: str, page: str) -> Iterator[SetUpStep]:
        if bare:
            title = f"{joined(bare, _NAMED)} {'has' if len(bare) == 1 else 'have'} {what}"
            yield SetUpStep(title, text, reverse(page, args=[bare[0].pk]), f"{action} {bare[0]}")

    bare = [group for group in groups if not group.has_mentor]
    yield from lack(bare, "no mentor", "", "Find a mentor for", "tracker:group-set-up")
    bare = [group for group in groups if not group.meeting]
    yield from lack(bare, "no meeting", "", "Set the meeting of", "groups:group-meeting")
    bare = [group for group in groups if not group.has_plan]
    yield from lack(bare, "an empty plan", "Nothing is due.", "Plan for", "groups:plan-edit")


def _materials(milestones: Sequence[tuple[Any, str]]) -> Iterator[SetUpStep]:
    """Of milestones, each with when it is due, those in a week without anything to read, watch or do."""
    bare = [
        (milestone, due)
        for milestone, due in milestones
        if milestone.week is not None and not milestone.has_materials
    ]
    if bare:
        titles, (first, due) = [milestone for milestone, _ in bare], bare[0]
        title = f"{joined(titles, _NAMED)} {'has' if len(bare) == 1 else 'have'} no material"
        yield SetUpStep(title, due, f"{first.get_absolute_url()}#add", f"Add material to {first}")
