"""Choices on *What is what* that contradict each other, come late, or are of rows instead of columns."""

from collections.abc import Callable

import pytest

from sheets.forms.tabs import name_of
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_layouts import done, given
from tests.sheets.choosing import Chooser, said
from tests.sheets.importing import confirmed, roster, shown
from tests.sheets.workbooks import Rows

pytestmark = pytest.mark.django_db


def test_late_look_at_a_choice_takes_nothing_back_that_was_sent_meanwhile(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    sheet_import = given(cast, {"Clover": [["Name", "RAG"], ["Ana R", True], ["Bruno", True]]})
    page = chooser(sheet_import)
    late = said(sheet_import, {})
    ana, bruno = (question["key"] for question in sheet_import.questions)
    answers = {f"answer-{name_of({'key': key})}": "leave-out" for key in (ana, bruno)}
    page.client.post(page.url, late | answers)
    response = page.client.post(page.url, late, headers={"HX-Request": "true"})
    assert (response.content, response["HX-Refresh"]) == (b"", "true")
    sheet_import.refresh_from_db()
    assert sheet_import.answers == {ana: "leave-out", bruno: "leave-out"}
    assert sheet_import.state == SheetImport.State.PREVIEWED


def test_choice_in_an_import_that_somebody_has_confirmed_leads_to_what_it_wrote(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    sheet_import = roster(cast, ("Name", "E-mail"), ("Gus Lind", "gus@example.com"))
    page, late = chooser(sheet_import), said(sheet_import, {})
    confirmed(sheet_import, cast.ines)
    response = page.client.post(page.url, late, headers={"HX-Request": "true"})
    # A script would follow a redirect, find no tab in that page, and take its own away.
    assert (response.status_code, response.headers.get("HX-Redirect")) == (
        200, sheet_import.get_absolute_url(),
    )  # fmt: skip
    assert page.client.post(page.url, late).headers["Location"] == sheet_import.get_absolute_url()


def test_column_of_addresses_stays_when_the_tab_is_said_to_be_of_another_kind(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    sheet_import = roster(cast, ("Wer", "Wohin"), ("Gus Lind", "gus@example.com"), ("Ivo", "ivo@example.com"))
    page = chooser(sheet_import)
    fields = {}
    for kind in ("progress", "questions", "people"):
        page.choose(kind=kind)
        fields[kind] = sheet_import.tabs[0]["columns"][1]["field"]
    assert fields == {"progress": "email", "questions": "student_email", "people": "email"}


def test_of_two_columns_that_contradict_each_other_one_has_to_go(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Name", "LLM basics", "RAG", "RAG"], ["Ana Ruivo", True, False, True],
                  ["Bruno Sá", True, True, True]]  # fmt: skip
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    response = page.client.get(page.url)
    [tab] = response.context["form"].shown_tabs()
    assert [(column["letters"], column["hue"]) for column in tab["columns"]] == [
        ("A", "people"), ("B", "milestone"), ("C", "open"), ("D", "open"),
    ]  # fmt: skip
    assert tab["missing"] == ["one of C “RAG” and D “RAG”, which differ in 1 row"]
    assert response.text.count('"column-note">conflict<') == 2
    assert [words for *_, words in tab["settles"]] == ["Leave out C", "Leave out D"]
    answer = page.look(column_3="")
    assert ("conflict" in answer, "Still to choose" in answer) == (False, False)


def test_row_of_the_names_is_chosen_where_people_stand_beside_each_other(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Name", "First", "Second"], ["Who", "Ana Ruivo", "Bruno Sá"], ["LLM basics", "x", None],
                  ["Ours", "Clover", "Clover"]]  # fmt: skip
    sheet_import = given(cast, {"Matrix": rows})
    page = chooser(sheet_import)
    page.choose(kind="across")
    page.choose(column_1="name")
    [tab] = sheet_import.understood["tables"]
    asked = ["one of 1 “Name” and 2 “Who” for the name", "the milestone of 4 “Ours”"]
    assert (tab["missing"], shown(sheet_import)) == (asked, [])
    assert page.choose(column_0="", column_1="name", column_3="group") == sheet_import.get_absolute_url()
    confirmed(sheet_import, cast.ines)
    assert done() == {("Ana Ruivo", "LLM basics")}
