"""What is known of each student is declared once: it comes in with a list, people read and change it, it goes out."""

import csv
import io

import pytest
from django.urls import reverse

from groups.models.enrolment import STUDENT_COLUMNS, StudentColumn
from tests.conftest import TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory
from tests.sheets.importing import confirmed, roster

pytestmark = pytest.mark.django_db
OF_LISTS = [column for column in STUDENT_COLUMNS if not column.is_note]


def typed(column: StudentColumn) -> str:
    return "7" if column.is_hours else "some Python"


@pytest.mark.parametrize("column", OF_LISTS, ids=lambda column: column.name)
def test_column_of_a_list_is_read_by_people_and_goes_out(
    cast: Cast, as_: SignIn, column: StudentColumn
) -> None:
    rows = [("name", "email", column.label), ("Gus Lind", "gus@example.com", typed(column))]
    confirmed(roster(cast, *rows), cast.ines)
    gus = cast.cohort.enrolments.get(person__name="Gus Lind")
    assert str(column.value(gus)) == typed(column)
    [words] = gus.about
    assert typed(column) in words
    for url in (
        reverse("groups:cohort-people", args=[cast.cohort.pk]),
        reverse("tracker:enrolment-detail", args=[gus.pk]),
    ):
        assert f"· {words}" in as_("ines").get(url).text
    page = as_("ines").get(reverse("groups:mentor-note", args=[gus.pk]))
    assert str(page.context["form"][column.name].value()) == typed(column)
    content = b"".join(as_("ines").get(f"/cohorts/{cast.cohort.pk}/export/csv/people/")).decode("utf-8-sig")
    [out] = [row for row in csv.DictReader(io.StringIO(content)) if row["Name"] == "Gus Lind"]
    assert out[column.header] == typed(column)


def test_what_has_ended_shows_each_column_to_its_readers(cast: Cast, as_: SignIn) -> None:
    row = EnrolmentFactory.create(
        cohort=cast.cohort,
        person=cast.zoe,
        ended_on=TODAY,
        end_reason="dropped",
        level="python 3",
        hours_a_week=4,
    )
    page = " ".join(as_("ines").get(reverse("groups:mentor-note", args=[row.pk])).text.split())
    for header, value in (("Level", "python 3"), ("Hours a week", "4"), ("Note for the mentor", "none")):
        assert f"<dt>{header}</dt> <dd> {value} </dd>" in page
