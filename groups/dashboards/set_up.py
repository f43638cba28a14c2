from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.text import get_text_list

from courses.models import Cohort, Course, Material
from groups.actions.inviting import people_in
from groups.models import Membership, Mentorship
from lib.text import counted

# How many names a sentence holds before it counts the rest.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class SetUpStep:
    """A step of setting up that is left, and its page."""

    title: str
    text: str
    url: str
    action: str


def course_set_up(course: Course, cohort: Cohort | None, now: datetime) -> list[SetUpStep]:
    """Return what is left of a course, and of a cohort of it unless that is closed. Six queries."""
    materials = Material.objects.in_use().filter(milestone=OuterRef("pk"))
    counts = course.milestones.aggregate(
        all=Count("pk"),
        in_a_week=Count("pk", filter=Q(week__isnull=False)),
        with_materials=Count("pk", filter=Q(Exists(materials))),
    )
    milestones_url, steps = f"{course.get_absolute_url()}#milestones", []
    if not counts["all"]:
        text = (
            "Import the README of the course, or add its milestones one by one, with weeks and planned hours."
        )
        url = reverse("sheets:course-import-give", args=[course.slug, "outline"])
        steps.append(SetUpStep("Milestones", text, url, "Import its README"))
    elif not counts["in_a_week"]:
        text = "No milestone has a week yet, so the plan of a new group would be empty. Set their weeks."
        steps.append(SetUpStep("Milestones", text, milestones_url, "Add milestones"))
    if not counts["with_materials"]:
        text = "Add what students read, watch and do in each milestone."
        steps.append(SetUpStep("Materials", text, milestones_url, "Add materials"))
    if cohort is None or cohort.is_closed(cohort.today(now)):
        text = "A cohort is one run of the course, with its own dates and people."
        url = reverse("groups:cohort-new", args=[course.slug])
        return [*steps, SetUpStep("Cohort", text, url, "New cohort")]
    return steps + cohort_set_up(cohort, now)


def cohort_set_up(cohort: Cohort, now: datetime) -> list[SetUpStep]:
    """Return what is left of a cohort; nothing if it is closed. Five queries."""
    today = cohort.today(now)
    if cohort.is_closed(today):
        return []
    open_stay = Membership.objects.not_ended(today).filter(enrolment=OuterRef("pk"))
    counts = cohort.enrolments.not_ended(today).aggregate(
        all=Count("pk"), grouped=Count("pk", filter=Q(Exists(open_stay)))
    )
    without, groups = counts["all"] - counts["grouped"], cohort.groups.in_order()
    has_groups = groups.count() > 0
    steps = []

    def left(title: str, text: str, action: str, page: str, of: int = cohort.pk) -> None:
        steps.append(SetUpStep(title, text, reverse(page, args=[of]), action))

    if not counts["all"]:
        text = (
            "No one is enrolled yet. Import a list of people or the tracking sheets of the groups, or enrol people on"
            " the People page."
        )
        left("People", text, "Import people", "sheets:import-list")
    if without:
        text = f"{counted(without, 'student')} {'is' if without == 1 else 'are'} in no group."
        left("Groups", text, "Form groups", "groups:proposal")
    elif not has_groups:
        text = f"Form groups of {cohort.course.group_size} from the people who are enrolled."
        left("Groups", text, "Form groups", "groups:proposal")
    mentors = Mentorship.objects.not_ended(today).filter(group=OuterRef("pk"))
    if not has_groups:
        text = "Once there are groups, assign each a mentor."
        left("Mentors", text, "See the groups", "tracker:cohort-groups")
    elif bare := list(groups.filter(~Exists(mentors))):
        text = f"{_names(bare)} {'has' if len(bare) == 1 else 'have'} no mentor."
        left("Mentors", text, f"Find a mentor for {bare[0]}", "groups:group-set-up", bare[0].pk)
    if bare := list(groups.filter(plan_items=None)):
        text = f"{_names(bare)} {'has' if len(bare) == 1 else 'have'} an empty plan, so nothing is due."
        left("Plans", text, f"Plan for {bare[0]}", "groups:plan-edit", bare[0].pk)
    if count := people_in(cohort, now).not_invited(now).count():
        people = "1 person" if count == 1 else f"{count} people"
        text = f"{people} {'is' if count == 1 else 'are'} not invited."
        left("Invitations", text, f"Invite {people}", "groups:invite-several")
    return steps


def _names(groups: Sequence[object]) -> str:
    """List the first few names and count the rest: "Clover, Fern, Juniper and 4 more"."""
    more = [f"{len(groups) - _NAMED} more"] if len(groups) > _NAMED else []
    named = [*map(str, groups[:_NAMED]), *more]
    return get_text_list(named, "and")
