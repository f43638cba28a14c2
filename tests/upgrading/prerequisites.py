"""The prerequisites are a section of the course now."""

from typing import Any

BEFORE = [("courses", "0011_break_of_a_cohort")]


def fill(apps: Any) -> None:
    courses = apps.get_model("courses", "Course").objects
    courses.update(prerequisites="")
    courses.filter(slug="as-it-was").update(prerequisites="- Python\n- What a model is")


def found(_: None) -> list[object]:
    from courses.models import CourseSection

    rows = CourseSection.objects.values_list("course__slug", "position", "title", "body", "imported_body")
    return list(rows)
