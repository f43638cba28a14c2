"""Tables side by side or below each other in one tab: each keeps its people and their ticks, or the tab is refused."""

from typing import Any

import pytest

from groups.models import Mentorship
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_layouts import done, given, groups_of_new
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.workbooks import Rows, workbook

pytestmark = pytest.mark.django_db

GUS, IVO = "Gus <gus@example.com>", "Ivo <ivo@example.com>"
HEADER = ["Name", "LLM basics", "RAG"]
SIDE_BY_SIDE: dict[str, Rows] = {
    "an empty column between": [
        ["Group: Fern", None, None, None, "Group: Willow"],
        [*HEADER, None, *HEADER],
        [GUS, True, False, None, IVO, True, True],
    ],
    "nothing between": [
        ["Group:", "Fern", None, "Group:", "Willow"],
        [*HEADER, *HEADER],
        [GUS, True, False, IVO, True, True],
    ],
    "names of groups alone, and a path for both": [
        ["Learning path: Everything"],
        ["Fern", None, None, None, "Willow"],
        [*HEADER, None, *HEADER],
        [GUS, True, False, None, IVO, True, True],
    ],
    "other headers": [
        ["Group: Fern", None, None, "Group: Willow"],
        ["Name", "LLM basics", "RAG", "Student", "LLM basics", "RAG"],
        [GUS, True, False, IVO, True, True],
    ],
    "the second one lower": [
        ["Gruppe: Fern", None, None, None, "Gruppe: Willow"],
        HEADER,
        [GUS, True, False, None, *HEADER],
        [None, None, None, None, IVO, True, True],
    ],
    "numbers before the names": [
        ["Group: Fern", None, None, None, "Group: Willow"],
        ["#", *HEADER, "#", *HEADER],
        [1, GUS, True, False, 1, IVO, True, True],
    ],
    "a column of groups in each": [
        ["Group", *HEADER, None, "Group", *HEADER],
        ["Fern", GUS, True, False, None, "Willow", IVO, True, True],
    ],
    "two of them below each other": [
        ["Group: Fern", None, None, None, "Group: Willow"],
        [*HEADER, None, *HEADER],
        [GUS, True, False, None, IVO, True, True],
        ["Group: Oak", None, None, None, "Group: Elm"],
        [*HEADER, None, *HEADER],
        ["Jun <jun@example.com>", False, False, None, "Kim <kim@example.com>", False, False],
    ],
}


@pytest.mark.parametrize("layout", SIDE_BY_SIDE)
def test_each_table_keeps_its_people_and_ticks(cast: Cast, layout: str) -> None:
    sheet_import = given(cast, {"Tracker": SIDE_BY_SIDE[layout]})
    assert shown(sheet_import, "unreadable") == []
    assert any("tables side by side" in note for note in notes_of(sheet_import))
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus", "Ivo") == {"Gus": "Fern", "Ivo": "Willow"}
    assert done() == {("Gus", "LLM basics"), ("Ivo", "LLM basics"), ("Ivo", "RAG")}


def notes_of(sheet_import: SheetImport) -> list[str]:
    notes: list[str] = sheet_import.understood["notes"]
    return notes


@pytest.mark.parametrize(
    "both",
    [
        [[*HEADER, None, *HEADER], [GUS, True, False, None, IVO, True, True]],
        [HEADER, [GUS, True, False], ["Kim <kim@example.com>"], [], HEADER, [IVO, True, True]],
        [["Group 1"], HEADER, [GUS, True, False], [], HEADER, [IVO, True, True]],
    ],
)
def test_groups_that_nobody_names_are_refused_with_their_tab(cast: Cast, both: Rows) -> None:
    tabs: dict[str, Rows] = {
        "Both": both,
        "Oak": [["Group: Oak"], HEADER, ["Jun <jun@example.com>", True, False]],
    }
    sheet_import = given(cast, tabs)
    assert any("nothing says which group" in note for note in notes_of(sheet_import))
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus", "Ivo", "Jun") == {"Jun": "Oak"}
    alone = given(cast, {"Both": tabs["Both"]})
    assert (shown(alone), {tab["kind"] for tab in alone.understood["tables"]}) == ([], {""})
    # The reason stays where the page is sent as it is.
    said = {"tabs": {tab["key"]: {"kind": tab["kind"]} for tab in alone.understood["tables"]}}
    file = ("sheets.xlsx", workbook({"Both": tabs["Both"]}))
    sent = previewed("sheet", file, by=cast.ines, cohort=cast.cohort, options=said)
    assert any("nothing says which group" in note for note in notes_of(sent))


def test_lists_of_people_side_by_side(cast: Cast) -> None:
    rows: Rows = [
        ["Fern", None, None, "Willow"],
        ["Name", "E-mail", None, "Name", "E-mail"],
        ["Gus", "gus@example.com", None, "Ivo", "ivo@example.com"],
    ]
    content = workbook({"People": rows})
    sheet_import = previewed("roster", ("people.xlsx", content), by=cast.ines, cohort=cast.cohort)
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus", "Ivo") == {"Gus": "Fern", "Ivo": "Willow"}


def test_two_columns_of_one_name_are_one_table(cast: Cast) -> None:
    rows: Rows = [["Nom", "Nom complet", "E-mail"], ["Petit", "Zoé Petit", "zoe@example.org"]]
    sheet_import = previewed(
        "roster", ("people.xlsx", workbook({"People": rows})), by=cast.ines, cohort=cast.cohort
    )
    assert [line[1] for line in shown(sheet_import, "new")] == ["Petit <zoe@example.org>"]


@pytest.mark.parametrize(
    "above", [["Mentor:", "Nadia <nadia@example.com>"], ["Betreuerin: Nadia <nadia@example.com>"]]
)
def test_mentor_above_a_table_is_the_mentor_of_its_group(cast: Cast, above: list[Any]) -> None:
    tabs: dict[str, Rows] = {"Tracker": [["Group:", "Fern"], above, HEADER, [GUS, True, False]]}
    confirmed(given(cast, tabs), cast.ines)
    mentorship = Mentorship.objects.get(group__name="Fern")
    assert (mentorship.person.name, done()) == ("Nadia", {("Gus", "LLM basics")})
