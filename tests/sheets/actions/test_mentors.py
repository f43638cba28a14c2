"""Nobody mentors the group in which they study, and nobody mentors who may not sign in: the preview says so."""

import pytest

from people.models import User
from tests.conftest import Cast
from tests.sheets.actions.test_sheet import book, sheet
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.workbooks import workbook

pytestmark = pytest.mark.django_db
PEOPLE = ("Person", "E-mail", "Group", "Time zone", "Role", "From", "Until")


def test_student_of_a_group_who_stands_as_its_mentor_is_left_out(cast: Cast) -> None:
    sheet_import = sheet(cast, book([("Ana Ruivo", "Bruno Sá", True)]))
    assert "Bruno Sá is a student in Clover and cannot mentor it." in sheet_import.understood["notes"][-2]
    confirmed(sheet_import, cast.ines)
    assert list(cast.clover.mentorships.values_list("person__name", flat=True)) == ["Marta Pires"]


def test_mentor_who_may_not_sign_in_any_more_is_left_out(cast: Cast) -> None:
    User.objects.create(email="gone@example.com", name="Gone Guy", is_active=False)
    sheet_import = sheet(cast, book([("Ana Ruivo", "Gone Guy <gone@example.com>", True)]))
    assert "Gone Guy can no longer sign in" in sheet_import.understood["notes"][-2]
    confirmed(sheet_import, cast.ines)
    assert cast.clover.mentorships.count() == 1


def test_nobody_studies_in_the_group_that_the_same_tab_lets_them_mentor(cast: Cast) -> None:
    rows = [
        PEOPLE,
        ("Zita", "zita@example.com", "Clover", "", "mentor", "2026-09-07", None),
        ("Zita", "zita@example.com", "Clover", "", "mentor", "2026-09-08", None),
        ("Zita", "zita@example.com", "Clover", "", "student", "2026-09-07", None),
    ]
    sheet_import = previewed(
        "sheet", ("Clover.xlsx", workbook({"People": rows})), by=cast.ines, cohort=cast.cohort
    )
    [(_, _, why)] = shown(sheet_import, "unreadable")
    assert why == "Zita is a mentor of Clover and cannot be a student in it."
    confirmed(sheet_import, cast.ines)
    assert (cast.clover.mentorships.count(), cast.clover.memberships.count()) == (2, 3)
