from collections.abc import Sequence
from dataclasses import dataclass
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
    action: str
    url: str


class SetUp:
    """The steps of the set-up. `is_new`: more than two are left, so the page shows them all; `is_short`: one line says
    what is left, as the cohort runs.
    """

    def __init__(self, steps: Sequence[SetUpStep], *, has_begun: bool = False) -> None:
        self.steps, self.has_begun = tuple(steps), has_begun
        self.left = [step for step in steps if not step.is_done]
        self.next = next(iter(self.left), None)
        self.is_new = len(self.left) > 2
        self.is_short = has_begun and not self.is_new


def course_set_up(course: Course, cohort: Cohort | None, now: datetime) -> SetUp:
    """Return the steps of a course, and of a cohort of it unless that is closed. Six queries."""
    materials = Material.objects.in_use().filter(milestone=OuterRef("pk"))
    counts = course.milestones.aggregate(
        all=Count("pk"),
        in_a_week=Count("pk", filter=Q(week__isnull=False)),
        with_materials=Count("pk", filter=Q(Exists(materials))),
    )
    milestones, is_dated, with_materials = counts["all"], bool(counts["in_a_week"]), counts["with_materials"]
    list_url = reverse("groups:milestone-list", args=[course.slug])
    if is_dated:
        text = f"{_number(milestones, 'milestone')}, {counts['in_a_week']} of them in a week of the calendar."
    elif milestones:
        text = "No milestone has a week yet, so the plan of a new group would be empty. Set their weeks."
    else:
        text = (
            "Import the README of the course, or add its milestones one by one, with weeks and planned hours."
        )
    step = SetUpStep("Milestones", is_dated, text, "Add milestones", list_url)
    if not milestones:
        readme_url = reverse("sheets:course-import-give", args=[course.slug, "outline"])
        step = SetUpStep("Milestones", False, text, "Import its README", readme_url)
    text = "Add what students read, watch and do in each milestone."
    if with_materials:
        text = f"{with_materials} of {_number(milestones, 'milestone')} have materials."
    steps = [step, SetUpStep("Materials", bool(with_materials), text, "Add materials", list_url)]
    runs = cohort is not None and not cohort.is_closed(cohort.today(now))
    text = f"{cohort}." if runs else "A cohort is one run of the course, with its own dates and people."
    new_url = reverse("groups:cohort-new", args=[course.slug])
    steps.append(SetUpStep("Cohort", runs, text, "New cohort", new_url))
    if cohort is None or not runs:
        return SetUp(steps)
    of_cohort = cohort_set_up(cohort, now)
    return SetUp([*steps, *of_cohort.steps], has_begun=of_cohort.has_begun)


def cohort_set_up(cohort: Cohort, now: datetime) -> SetUp:
    """Return the steps of a cohort, or no steps if it is closed. Five queries."""
    today = cohort.today(now)
    if cohort.is_closed(today):
        return SetUp([])
    stays = Membership.objects.not_ended(today).filter(enrolment=OuterRef("pk"))
    mentors = Mentorship.objects.not_ended(today).filter(group=OuterRef("pk"))
    counts = cohort.enrolments.not_ended(today).aggregate(
        all=Count("pk"), without=Count("pk", filter=~Q(Exists(stays)))
    )
    students, without = counts["all"], counts["without"]
    groups = cohort.groups.in_order()
    count = groups.count()
    without_mentor = list(groups.filter(~Exists(mentors)))
    without_plan = list(groups.filter(plan_items=None))
    not_invited = people_in(cohort, now).not_invited(now).count()

    def step(
        title: str, is_done: bool, text: str, action: str, page: str, of: int = cohort.pk, anchor: str = ""
    ) -> None:
        steps.append(SetUpStep(title, is_done, text, action, reverse(page, args=[of]) + anchor))

    steps: list[SetUpStep] = []
    if students:
        step("People", True, f"{_number(students, 'student')}.", "Enrol people", "groups:enrol")
    else:
        text = (
            "No one is enrolled yet. Import a list of people or the tracking sheets of the groups, or enrol people on"
            " the People page."
        )
        step("People", False, text, "Import people", "sheets:import-list")
    if without:
        text = f"{_number(without, 'student')} {'is' if without == 1 else 'are'} in no group."
        step("Groups", False, text, "Form groups", "groups:proposal")
    elif not count:
        text = f"Form groups of {cohort.course.group_size} from the people who are enrolled."
        step("Groups", False, text, "Form groups", "groups:proposal")
    else:
        step("Groups", True, f"{_number(count, 'group')}.", "See the groups", "tracker:cohort-groups")
    if without_mentor:
        first, text = without_mentor[0], f"{_have(without_mentor)} no mentor."
        step(
            "Mentors", False, text, f"Find a mentor for {first}", "groups:group-set-up", first.pk, "#mentors"
        )
    else:
        text = "Every group has a mentor." if count else "Once there are groups, assign each a mentor."
        step("Mentors", bool(count), text, "See the groups", "tracker:cohort-groups")
    # A new group starts with the calendar as its plan.
    if without_plan:
        first, text = without_plan[0], f"{_have(without_plan)} an empty plan, so nothing is due."
        step("Plans", False, text, f"Plan for {first}", "groups:plan-edit", first.pk)
    if not_invited:
        people = "1 person" if not_invited == 1 else f"{not_invited} people"
        text = f"{people} {'is' if not_invited == 1 else 'are'} not invited."
        step("Invitations", False, text, f"Invite {people}", "groups:invite-several")
    elif students:
        step("Invitations", True, "Everyone is invited.", "See the invitations", "groups:invite-several")
    return SetUp(steps, has_begun=cohort.starts_on <= today)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _have(groups: Sequence[Group]) -> str:
    """Name the first few groups and count the rest: "Clover, Fern, Juniper and 4 more have"."""
    if len(groups) == 1:
        return f"{groups[0]} has"
    *named, last = [str(group) for group in groups[:_NAMED]]
    if len(groups) > _NAMED:
        named, last = [*named, last], f"{len(groups) - _NAMED} more"
    return f"{', '.join(named)} and {last} have"
