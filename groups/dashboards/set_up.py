from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from courses.models import Cohort, Course, Material
from groups.actions.inviting import people_in
from groups.models import Group, Membership, Mentorship

# How many names a sentence holds before it counts the rest.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """A step of the set-up: whether it is done, a summary, and the page where it is done."""

    title: str
    is_done: bool
    text: str
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """The steps of the set-up. `is_short`: one line says what is left, as the cohort runs."""

    steps: tuple[SetUpStep, ...]
    has_begun: bool = False

    @property
    def left(self) -> tuple[SetUpStep, ...]:
        return tuple(step for step in self.steps if not step.is_done)

    @property
    def is_new(self) -> bool:
        """Whether more than two steps are left. The page then shows all steps."""
        return len(self.left) > 2

    @property
    def is_short(self) -> bool:
        return self.has_begun and not self.is_new

    @property
    def next(self) -> SetUpStep | None:
        return next(iter(self.left), None)


def course_set_up(course: Course, cohort: Cohort | None, now: datetime) -> SetUp:
    """Return the steps of a course, and of a cohort of it unless that is closed. Six queries."""
    running = [cohort] if cohort and not cohort.is_closed(cohort.today(now)) else []
    of_cohort = cohort_set_up(running[0], now) if running else SetUp(())
    steps = (*_content_steps(course), _cohort_step(course, running), *of_cohort.steps)
    return SetUp(steps, has_begun=of_cohort.has_begun)


def _content_steps(course: Course) -> tuple[SetUpStep, SetUpStep]:
    materials = Material.objects.in_use().filter(milestone=OuterRef("pk"))
    counts = course.milestones.aggregate(
        all=Count("pk"),
        in_a_week=Count("pk", filter=Q(week__isnull=False)),
        with_materials=Count("pk", filter=Q(Exists(materials))),
    )
    milestones_url = reverse("groups:milestone-list", args=[course.slug])
    if counts["in_a_week"]:
        text = (
            f"{_number(counts['all'], 'milestone')}, {counts['in_a_week']} of them in a week of the calendar."
        )
    elif counts["all"]:
        text = "No milestone has a week yet, so the plan of a new group would be empty. Set their weeks."
    else:
        text = (
            "Import the README of the course, or add its milestones one by one, with weeks and planned hours."
        )
    milestones = SetUpStep("Milestones", bool(counts["in_a_week"]), text, milestones_url, "Add milestones")
    if not counts["all"]:
        readme_url = reverse("sheets:course-import-give", args=[course.slug, "outline"])
        milestones = replace(milestones, url=readme_url, action="Import its README")
    if counts["with_materials"]:
        text = f"{counts['with_materials']} of {_number(counts['all'], 'milestone')} have materials."
    else:
        text = "Add what students read, watch and do in each milestone."
    return milestones, SetUpStep(
        "Materials", bool(counts["with_materials"]), text, milestones_url, "Add materials"
    )


def _cohort_step(course: Course, running: Sequence[Cohort]) -> SetUpStep:
    url = reverse("groups:cohort-new", args=[course.slug])
    if running:
        return SetUpStep(
            "Cohort", True, f"{_names([cohort.title for cohort in running])}.", url, "New cohort"
        )
    return SetUpStep(
        "Cohort",
        False,
        "A cohort is one run of the course, with its own dates and people.",
        url,
        "New cohort",
    )


def cohort_set_up(cohort: Cohort, now: datetime) -> SetUp:
    """Return the steps of a cohort, or no steps if it is closed. Five queries."""
    today = cohort.today(now)
    if cohort.is_closed(today):
        return SetUp(())
    open_stay = Membership.objects.not_ended(today).filter(enrolment=OuterRef("pk"))
    mentors = Mentorship.objects.not_ended(today).filter(group=OuterRef("pk"))
    counts = cohort.enrolments.not_ended(today).aggregate(
        all=Count("pk"), grouped=Count("pk", filter=Q(Exists(open_stay)))
    )
    groups = cohort.groups.in_order()
    count = groups.count()
    return SetUp(
        (
            _people_step(cohort, counts["all"]),
            _groups_step(cohort, count, counts["all"], counts["all"] - counts["grouped"]),
            _mentors_step(cohort, count, list(groups.filter(~Exists(mentors)))),
            *_plans_step(list(groups.filter(plan_items=None))),
            *_invitations_step(cohort, people_in(cohort, now).not_invited(now).count(), counts["all"]),
        ),
        has_begun=cohort.starts_on <= today,
    )


def _people_step(cohort: Cohort, students: int) -> SetUpStep:
    if students:
        url = reverse("groups:enrol", args=[cohort.pk])
        return SetUpStep("People", True, f"{_number(students, 'student')}.", url, "Enrol people")
    return SetUpStep(
        "People",
        False,
        "No one is enrolled yet. Import a list of people or the tracking sheets of the groups, or enrol people on the"
        " People page.",
        reverse("sheets:import-list", args=[cohort.pk]),
        "Import people",
    )


def _groups_step(cohort: Cohort, groups: int, students: int, without: int) -> SetUpStep:
    if not groups or without:
        url = reverse("groups:proposal", args=[cohort.pk])
        if without:
            text = f"{_number(without, 'student')} {'is' if without == 1 else 'are'} in no group."
        else:
            text = f"Form groups of {cohort.course.group_size} from the people who are enrolled."
        return SetUpStep("Groups", False, text, url, "Form groups")
    url = reverse("tracker:cohort-groups", args=[cohort.pk])
    return SetUpStep("Groups", True, f"{_number(groups, 'group')}.", url, "See the groups")


def _mentors_step(cohort: Cohort, groups: int, bare: Sequence[Group]) -> SetUpStep:
    if groups and not bare:
        url = reverse("tracker:cohort-groups", args=[cohort.pk])
        return SetUpStep("Mentors", True, "Every group has a mentor.", url, "See the groups")
    if not groups:
        url = reverse("tracker:cohort-groups", args=[cohort.pk])
        return SetUpStep(
            "Mentors", False, "Once there are groups, assign each a mentor.", url, "See the groups"
        )
    url = reverse("groups:group-set-up", args=[bare[0].pk])
    names = _names([group.name for group in bare])
    text = f"{names} {'has' if len(bare) == 1 else 'have'} no mentor."
    return SetUpStep("Mentors", False, text, f"{url}#mentors", f"Find a mentor for {bare[0]}")


def _plans_step(bare: Sequence[Group]) -> tuple[SetUpStep, ...]:
    """Return a step only if a plan is empty, because a new group starts with the calendar as its plan."""
    if not bare:
        return ()
    names = _names([group.name for group in bare])
    text = f"{names} {'has' if len(bare) == 1 else 'have'} an empty plan, so nothing is due."
    url = reverse("groups:plan-edit", args=[bare[0].pk])
    return (SetUpStep("Plans", False, text, url, f"Plan for {bare[0]}"),)


def _invitations_step(cohort: Cohort, not_invited: int, students: int) -> tuple[SetUpStep, ...]:
    """Return a step once there are people."""
    url = reverse("groups:invite-several", args=[cohort.pk])
    if not_invited:
        people = "1 person" if not_invited == 1 else f"{not_invited} people"
        text = f"{people} {'is' if not_invited == 1 else 'are'} not invited."
        return (SetUpStep("Invitations", False, text, url, f"Invite {people}"),)
    if students:
        return (SetUpStep("Invitations", True, "Everyone is invited.", url, "See the invitations"),)
    return ()


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _names(names: Sequence[str]) -> str:
    """List the first few names and count the rest: "Clover, Fern, Juniper and 4 more"."""
    named = [*names[:_NAMED], *([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
