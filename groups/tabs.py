from dataclasses import dataclass

from django.urls import reverse

from courses.models import Cohort, Course


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int | None = None


def course_tabs(course: Course, current: str) -> tuple[Tab, ...]:
    names = {
        "Overview": "tracker:course-detail",
        "Milestones": "groups:milestone-list",
        "Cohorts": "groups:cohort-list",
        "Trends": "trends:trends",
        "Material": "trends:need-list",
        "Import": "sheets:course-import-list",
    }
    return tuple(
        Tab(label, reverse(name, args=[course.slug]), label == current) for label, name in names.items()
    )


def cohort_tabs(cohort: Cohort, current: str) -> tuple[Tab, ...]:
    names = {
        "Board": "tracker:board",
        "People": "groups:cohort-people",
        "Groups": "tracker:cohort-groups",
        "Calendar": "groups:cohort-calendar",
        "Import": "sheets:import-list",
        "Export": "sheets:export",
    }
    return tuple(
        Tab(label, reverse(name, args=[cohort.pk]), label == current) for label, name in names.items()
    )
