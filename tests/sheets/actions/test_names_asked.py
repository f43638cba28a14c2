"""Names of a sheet without addresses are asked for once, in one table, or answered by a list that is pasted."""

from collections.abc import Callable

import pytest

from people.models import User
from sheets.forms.tabs import name_of
from sheets.models import SheetImport
from tests.conftest import Cast, SignIn
from tests.sheets.actions.test_layouts import done, given, groups_of_new
from tests.sheets.choosing import Chooser, said
from tests.sheets.importing import confirmed
from tests.sheets.workbooks import Rows

pytestmark = pytest.mark.django_db


def test_sheet_without_addresses_waits_for_a_list_that_is_pasted(
    cast: Cast, chooser: Callable[[SheetImport], Chooser], as_: SignIn
) -> None:
    rows: Rows = [["Group:", "Fern"], ["Name", "Mentor", "RAG"], ["Gus Lind", "Nadia Rahal", True],
                  ["Hana", "Nadia Rahal", False], ["Ivo", "Nadia Rahal", True]]  # fmt: skip
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    page.choose()
    assert "4 questions are open" in as_("ines").get(sheet_import.get_absolute_url()).text
    lines = "Nadia Rahal <nadia@example.com>\nGus Lind, gus@example.com\nHana Mori; hana@example.com\n"
    fields = said(sheet_import, {}) | {"addresses": lines + "Ivo Petrov ivo@example.com\nZoë <zoe@x.example>"}
    assert page.client.post(page.url, fields)["Location"] == sheet_import.get_absolute_url()
    sheet_import.refresh_from_db()
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus Lind", "Hana Mori", "Ivo Petrov") == dict.fromkeys(
        ["Gus Lind", "Hana Mori", "Ivo Petrov"], "Fern"
    )
    assert not User.objects.filter(email="zoe@x.example").exists()


def test_names_stand_in_one_table_and_are_answered_from_a_list_or_with_an_address(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [
        ["Group:", "Clover"],
        ["Name", "RAG"],
        ["Anna Ruivo", True],
        ["Gus Lind", False],
        ["Hana", True],
    ]
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    text = page.client.get(page.url).text
    assert (text.count('class="table table-list import-names"'), text.count('<select name="answer-')) == (
        1,
        3,
    )
    asked = {question["key"]: name_of(question) for question in sheet_import.questions}
    gus, hana = asked["student:gus lind"], asked["student:hana"]
    fields = said(sheet_import, {}) | {f"email-{gus}": "gus@example.com", f"answer-{hana}": "leave-out"}
    page.client.post(page.url, fields)
    sheet_import.refresh_from_db()
    assert sheet_import.answers == {
        "student:anna ruivo": "ana@example.com", "student:gus lind": "gus@example.com", "student:hana": "leave-out",
    }  # fmt: skip
    confirmed(sheet_import, cast.ines)
    assert done() == {("Ana Ruivo", "RAG")}


def test_address_that_was_typed_for_two_names_is_asked_about(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Name", "RAG"], ["Gus Lind", True], ["Hana Mori", False]]
    sheet_import = given(cast, {"Tracker": rows})
    asked = [name_of(question) for question in sheet_import.understood["questions"]]
    fields = said(sheet_import, {}) | {f"email-{name}": "gus@example.com" for name in asked}
    page = chooser(sheet_import)
    assert 'name="is_same"' not in page.client.get(page.url).text
    answer = page.client.post(page.url, fields).text
    assert (
        "gus@example.com is given to “gus lind” and “hana mori”. Tick below whether that is one person."
        in answer
    )
    assert 'name="is_same"' in answer
    page.client.post(page.url, fields | {"is_same": "on"})
    # It is asked once.
    fields |= {f"answer-{name}": "by-email" for name in asked}
    assert page.client.post(page.url, fields).status_code == 302
    confirmed(SheetImport.objects.get(), cast.ines)
    assert User.objects.filter(email="gus@example.com").count() == 1


def test_pasted_lines_that_match_nobody_are_said_with_their_text(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Name", "RAG"], ["Gus", True], ["Gus Lind", True]]
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    lines = ["Gus Lind <gus@example.com>", "Kim Park <kim@example.com>", "Gus", "Ivo <ivo@>"]
    fields = said(sheet_import, {}) | {"addresses": "\n".join(lines)}
    # A line that two names may mean is asked about as an address that is typed twice is.
    assert "is given to “gus” and “gus lind”" in page.client.post(page.url, fields).text
    page.client.post(page.url, fields | {"is_same": "on"})
    notes = SheetImport.objects.get().understood["notes"]
    said_so = [note for note in notes if note.startswith("Pasted")]
    assert said_so == [f"Pasted with the addresses, but no name of the file: “{line}”." for line in lines[1:]]


def test_only_candidate_for_a_first_name_is_chosen_beforehand(cast: Cast) -> None:
    rows: Rows = [["Name", "RAG"], ["Anna Ruivo", True]]
    [asked] = given(cast, {"Tracker": rows}).understood["questions"]
    assert asked["suggested"] == "ana@example.com"
