"""What Trefoil replaces is proposed without a tick."""

import pytest

from courses.models import Material
from tests.conftest import Cast
from tests.factories.courses import CourseFactory
from tests.sheets.actions.test_outline import outline, proposed, ticked
from tests.sheets.importing import confirmed

pytestmark = pytest.mark.django_db

TRACKED = """\
# Bees

## For mentors

Ask first.

### Progress of the groups and how to track it

- [The ledger of a group](https://docs.google.com/spreadsheets/d/ledger)
- [How to fill it in](https://example.com/how)
- [Ask us](https://bees.slack.com/archives/C1)

### Visits

Twice.

## Read

- [Temperatures of a hive](https://docs.google.com/spreadsheets/d/warm)

Week 1

- Smoke
  - [The tracking sheet](https://docs.google.com/spreadsheets/d/ledger)
  - [Smoke in numbers](https://docs.google.com/spreadsheets/d/smoke)
"""


def test_tracking_sheet_and_what_is_said_of_it_are_left_out_unless_somebody_ticks_them(cast: Cast) -> None:
    course = CourseFactory.create()
    sheet_import = outline(course, TRACKED, cast)
    assert [(line.what, line.is_taken, line.reason) for line in sheet_import.lines.in_order()] == [
        ("For mentors", True, "a section, for everybody"),
        (
            "Progress of the groups and how to track it",
            False,
            "a section for tracking, which Trefoil does. Tick it to have it",
        ),
        ("Read", True, "a section, for everybody"),
        (
            "Ask us",
            True,
            "a link at the top of the page of the course: https://bees.slack.com/archives/C1",
        ),
        (
            "Temperatures of a hive",
            True,
            "a link at the top of the page of the course: https://docs.google.com/spreadsheets/d/warm",
        ),
        (
            "The ledger of a group",
            False,
            "for tracking, which Trefoil does. Tick it to have it (a link at the top of the page of the course:"
            " https://docs.google.com/spreadsheets/d/ledger)",
        ),
        (
            "How to fill it in",
            False,
            "for tracking, which Trefoil does. Tick it to have it (a link at the top of the page of the course:"
            " https://example.com/how)",
        ),
        ("Smoke", True, "week 1"),
        (
            "The tracking sheet",
            False,
            "for tracking, which Trefoil does. Tick it to have it (Smoke: https://docs.google.com/spreadsheets/d/ledger)",
        ),
        ("Smoke in numbers", True, "Smoke: https://docs.google.com/spreadsheets/d/smoke"),
    ]
    confirmed(sheet_import, cast.ines)
    assert list(course.sections.in_order().values_list("title", "body")) == [
        ("For mentors", "Ask first.\n\n### Visits\n\nTwice."),
        ("Read", "- [Temperatures of a hive](https://docs.google.com/spreadsheets/d/warm)"),
    ]
    assert list(course.links.order_by("position").values_list("name", flat=True)) == [
        "Ask us", "Temperatures of a hive",
    ]  # fmt: skip
    assert list(Material.objects.values_list("title", flat=True)) == ["Smoke in numbers"]
    # Ticked, it comes in as everything else.
    ticked(outline(course, TRACKED, cast), cast, "Progress of the groups and how to track it")
    assert course.sections.in_order().last().is_as_imported
    ticks = [line[:3] for line in proposed(outline(course, TRACKED, cast))]
    assert ("replaced", "Progress of the groups and how to track it", False) not in ticks
