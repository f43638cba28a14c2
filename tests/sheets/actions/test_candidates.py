"""Names that are written otherwise than in Trefoil, or without an address, and who they may be."""

from typing import Any

import pytest

from groups.models import Membership, Mentorship
from people.models import User
from tests.conftest import Cast
from tests.sheets.importing import confirmed, previewed, roster, shown
from tests.sheets.workbooks import Rows, workbook

pytestmark = pytest.mark.django_db


def given(cast: Cast, tabs: dict[str, Rows], **options: Any) -> Any:
    files = ("sheets.xlsx", workbook(tabs))
    return previewed("sheet", files, by=cast.ines, cohort=cast.cohort, options=options)


def test_first_and_short_names_find_new_people_of_the_list_and_the_only_one_is_chosen(cast: Cast) -> None:
    """People of the list follow after a name of it that is asked about, too."""
    people = [
        ("Name", "E-mail", "Group", "Mentor"),
        ("Zoltan", "", "Fern", ""),
        ("Jo Almeida", "jo@example.com", "Fern", "Kim Park <kim@example.com>"),
        ("Rui Costa", "rui@example.com", "Fern", ""),
        ("Rui Sousa", "sousa@example.com", "Oak", ""),
    ]
    tracker = [("Group:", "Fern"), ("Name", "Mentor", "RAG"), ("Jo", "Kim", True), ("Rui", "Kim", True)]
    sheet_import = given(cast, {"People": people, "Tracker": tracker})
    asked = {question["key"]: question for question in sheet_import.understood["questions"]}
    assert {key: question["suggested"] for key, question in asked.items()} == {
        "student:zoltan": "",
        "student:jo": "jo@example.com",
        "student:rui": "rui@example.com",
        "mentor:kim": "kim@example.com",
    }
    answers = {key: question["suggested"] or "leave-out" for key, question in asked.items()}
    confirmed(given(cast, {"People": people, "Tracker": tracker}, answers=answers), cast.ines)
    stays = Membership.objects.filter(group__name="Fern").values_list("enrolment__person__name", flat=True)
    assert set(stays) == {"Jo Almeida", "Rui Costa"}
    assert list(Mentorship.objects.filter(group__name="Fern").values_list("person__name", flat=True)) == [
        "Kim Park"
    ]


def test_student_who_is_called_like_a_mentor_is_not_chosen_as_one(cast: Cast) -> None:
    tracker = [("Group:", "Fern"), ("Name", "Mentor", "RAG"), ("Gus <gus@example.com>", "Ana", True)]
    [asked] = given(cast, {"Tracker": tracker}).understood["questions"]
    assert (asked["choices"][0][0], asked["suggested"]) == ("ana@example.com", "")


def test_last_name_may_come_first(cast: Cast) -> None:
    rows = [('"Costa, Rui"', "rui@example.com"), ('"Lima, PhD"', "lima@example.com"), ('"Ruivo, Ana"', "")]
    sheet_import = roster(cast, ("Name", "E-mail"), *rows)
    assert [what for _, what, _ in shown(sheet_import, "new", "unchanged")] == [
        "Rui Costa <rui@example.com>", "Lima, PhD <lima@example.com>", "Ana Ruivo <ana@example.com>",
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["Inês Paz", "Ines Paz"])
def test_of_two_spellings_the_one_with_accents_wins(cast: Cast, first: str) -> None:
    second = "Ines Paz" if first == "Inês Paz" else "Inês Paz"
    header = ("Name", "E-mail")
    confirmed(roster(cast, header, (first, "paz@example.com")), cast.ines)
    again = roster(cast, header, (second, "paz@example.com"))
    is_better = second == "Inês Paz"
    assert shown(again, "changed", "both") == (
        [("changed", "Inês Paz <paz@example.com>", "name from Ines Paz to Inês Paz")] if is_better else []
    )
    confirmed(again, cast.ines)
    assert User.objects.get(email="paz@example.com").name == "Inês Paz"
    tabs = {
        "A": [("Group:", "Fern"), ("Name", "RAG"), (f"{first[:-3]}Sol <sol@example.com>", True)],
        "B": [("Group:", "Oak"), ("Name", "RAG"), (f"{second[:-3]}Sol <sol@example.com>", True)],
    }
    confirmed(given(cast, tabs), cast.ines)
    assert User.objects.get(email="sol@example.com").name == "Inês Sol"


def test_person_who_stands_in_two_groups_of_a_file_is_said(cast: Cast) -> None:
    tabs = {
        name: [("Group:", name), ("Name", "RAG"), ("Gus <gus@example.com>", True)] for name in ("Fern", "Oak")
    }
    assert shown(given(cast, tabs), "unchanged") == [
        ("unchanged", "Gus <gus@example.com>", "is in two groups of the file, Fern and Oak")
    ]
    rows = [("Gus", "gus@example.com", "Fern"), ("Gus", "gus@example.com", "Oak")]
    twice = roster(cast, ("Name", "E-mail", "Group"), *rows)
    assert [why for _, _, why in shown(twice, "duplicate")] == ["The same person is in row 2, in Fern."]


def test_names_that_are_too_long_are_refused_beside_their_rows_and_the_rest_comes_in(cast: Cast) -> None:
    tracker = [
        ("Squad", "Name", "RAG"),
        ("g" * 101, "Gus <gus@example.com>", True),
        ("Fern", "Ivo <ivo@example.com>", True),
        ("Fern", f"{'n' * 151} <n@example.com>", True),
    ]
    questions = [
        ("Date", "Student", "Question"),
        ("2026-09-10", "Ivo <ivo@example.com>", "Why?"),
    ]
    tabs = {"Tracker": [("Group", *tracker[0][1:]), *tracker[1:]], "Questions": questions}
    sheet_import = given(cast, tabs)
    assert [why for _, _, why in shown(sheet_import, "unreadable")] == [
        "The group's name has 101 characters; 100 at most are allowed.",
        "The name has 151 characters; 150 at most are allowed.",
    ]
    confirmed(sheet_import, cast.ines)
    stays = Membership.objects.filter(enrolment__person__name="Ivo")
    assert [stay.group.name for stay in stays] == ["Fern"]
