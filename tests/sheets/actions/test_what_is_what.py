"""The importer says once what tabs, columns and marks are; the readers follow that and guess nothing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.comments import Comment

from groups.models import Enrolment, Mentorship
from people.models import User
from sheets.forms.tabs import name_of
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_layouts import done, given, groups_of_new
from tests.sheets.choosing import Chooser, said
from tests.sheets.importing import confirmed, roster, shown, undone
from tests.sheets.workbooks import Rows
from tracker.models import Progress

pytestmark = pytest.mark.django_db


def test_column_that_looks_like_names_is_still_to_choose(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Kurs 2026"], ["Wer", "LLM basics"], ["Ana Ruivo", "x"], ["Bruno Sá", "–"]]
    sheet_import = given(cast, {"Stand": rows})
    assert shown(sheet_import) == []
    page = chooser(sheet_import)
    [tab] = sheet_import.understood["tables"]
    basics = f"marks:{cast.milestones[0].pk}"
    assert (tab["kind"], tab["header"], tab["rows"][1]) == ("progress", 1, (1, "Row 2: Wer · LLM basics"))
    asked = ["name (A “Wer” looks like it)"]
    assert ([column["field"] for column in tab["columns"]], tab["missing"]) == (["?name", basics], asked)
    # Going on without a choice leaves it to choose, and nothing comes in.
    page.choose()
    assert (sheet_import.understood["tables"][0]["missing"], shown(sheet_import)) == (asked, [])
    # One button says so: sent with the choice that stood, it counts.
    [offered] = page.client.get(page.url).context["form"].shown_tabs()
    assert offered["settles"] == [(f"{tab['key']}-column-0", "name", "A is the name")]
    assert page.choose(column_0=["?name", "name"]) == sheet_import.get_absolute_url()
    confirmed(sheet_import, cast.ines)
    assert done() == {("Ana Ruivo", "LLM basics")}


def test_tab_that_was_not_recognised_shows_its_rows_and_asks(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    long = "Bring a laptop, a pen and all that you want to know about retrieval before we begin."
    rows: Rows = [["Hello all"], [None, "Ana", "<b>Bruno</b>"], ["12 Nov", "P", "A", long]]
    sheet_import = given(cast, {"Tracker": [["Name", "RAG"], ["Ana Ruivo", True]], "Thursdays": rows})
    page = chooser(sheet_import)
    response = page.client.get(page.url)
    asked, known = response.context["form"].shown_tabs()
    assert (asked["name"], asked["letters"]) == ("sheets.xlsx, Thursdays", ["A", "B", "C", "D"])
    assert asked["first"] == [
        (1, ["Hello all", "", "", ""]), (2, ["", "Ana", "<b>Bruno</b>", ""]), (3, ["12 Nov", "P", "A", long]),
    ]  # fmt: skip
    assert [column["cells"] for column in known["columns"]] == [["Ana Ruivo"], ["TRUE"]]
    assert ("<b>Bruno</b>" in response.text, "&lt;b&gt;Bruno&lt;/b&gt;" in response.text) == (False, True)
    assert f"<summary>{long[:49]}…</summary>" in response.text
    assert "What does this tab hold? Trefoil does not recognise it." in response.text
    assert "Next: the columns" in response.text
    # Beside one that is understood it may be left out without a word, or with one, which is kept.
    page.choose()
    assert sheet_import.options["tabs"].keys() == {known["key"]}
    page.choose(tab=1, kind="leave-out")
    assert sheet_import.options["tabs"][asked["key"]]["kind"] == ""
    assert "Next: the columns" not in page.client.get(page.url).text


def test_file_of_which_nothing_was_recognised_goes_on_only_with_an_answer(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    sheet_import = given(cast, {"Log": [["12 May: all met"], ["19 May: nobody"]]})
    page = chooser(sheet_import)
    response = page.client.post(page.url, said(sheet_import, {}))
    assert (response.status_code, "Choose what it holds, or leave it out." in response.text) == (200, True)
    assert page.choose(kind="leave-out") == sheet_import.get_absolute_url()
    assert "Every tab is left out" in page.client.get(sheet_import.get_absolute_url()).text


def test_columns_are_coloured_by_what_they_are_and_green_waits_until_all_is_chosen(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Group", "Name", "Discord", "RAG", "Agents"], ["Fern", "Ana Ruivo", "@ana", True, "x"]]
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    response = page.client.get(page.url)
    [tab] = response.context["form"].shown_tabs()
    hues = [column["hue"] for column in tab["columns"]]
    assert hues == ["group", "people", "out", "milestone", "open"]
    assert [words for _, words in tab["hues"]] == [
        "people",
        "group",
        "milestone",
        "still to choose",
        "left out",
    ]
    assert '<button class="btn" id="preview">Preview changes</button>' in response.text
    assert "1 still to choose." in " ".join(response.text.split())
    answer = page.look(column_4=f"marks:{cast.milestones[0].pk}")
    assert '<button class="btn btn-primary" id="preview">Preview changes</button>' in answer


def test_first_rows_of_a_wide_tab_are_cut(cast: Cast) -> None:
    people = [[f"Ana {n}", *("word " * 100 for _ in range(99))] for n in range(20)]
    rows: Rows = [["Name", *(f"Note {n}" for n in range(99))], *people]
    [tab] = roster(cast, *rows).understood["tables"]
    assert [number for number, _ in tab["first"]] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert {len(text) for _, texts in tab["first"] for text in texts[1:]} == {126}


def test_choice_shows_at_once_what_it_gives_and_is_kept(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows = [
        ("Wer", "Wohin", "Pod"),
        ("Gus Lind", "gus@example.com", "Fern"),
        ("Ivo", "ivo@example.com", "Oak"),
    ]
    sheet_import = roster(cast, *rows)
    page = chooser(sheet_import)
    assert "gives nothing" in page.look()
    assert "2 people, 2 groups" in page.look(column_0="name", column_2="group")
    sheet_import.refresh_from_db()
    assert "<h1>Not previewed yet</h1>" in page.client.get(sheet_import.get_absolute_url()).text
    listed = page.client.get(reverse("sheets:import-list", args=[cast.cohort.pk])).text
    assert ("not yet previewed" in listed, "2 new" in listed) == (True, False)
    # It was not said yet that all is as it should be.
    assert page.client.get(page.url).status_code == 200
    assert not sheet_import.options["is_checked"]
    assert page.choose() == sheet_import.get_absolute_url()
    # A choice that was under way beside the form takes its preview back no longer.
    page.look()
    assert "<h1>Not previewed yet</h1>" not in page.client.get(sheet_import.get_absolute_url()).text
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus Lind", "Ivo") == {"Gus Lind": "Fern", "Ivo": "Oak"}


def test_choice_shows_what_it_gives_of_files_whose_preview_the_worker_makes(
    cast: Cast, chooser: Callable[[SheetImport], Chooser], monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet_import = roster(cast, ("Wer", "Wohin"), *((f"Gus {n}", f"gus{n}@example.com") for n in range(3)))
    SheetImport.objects.update(is_long=True)
    page = chooser(sheet_import)
    # It is not compared with the cohort, which takes longest.
    monkeypatch.setattr("sheets.actions.planning.plan_people", lambda **_: 1 / 0)
    assert "2 people" in page.look(last=3)
    monkeypatch.setattr("sheets.models.sheet_import._ROWS_AT_ONCE", 1)
    assert "hx-post" not in page.client.get(page.url).text
    assert page.choose() == reverse("sheets:import-work", args=[sheet_import.pk])


def test_group_column_that_was_chosen_splits_the_tracker(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Squad", "Name", "LLM basics"], ["Fern", "Gus <gus@example.com>", True],
                  ["Oak", "Ivo <ivo@example.com>", False]]  # fmt: skip
    sheet_import = given(cast, {"Tracker": rows})
    page = chooser(sheet_import)
    assert "2 people, 2 groups, 2 marks" in page.look(column_0="group")
    page.choose(column_0="group")
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus", "Ivo") == {"Gus": "Fern", "Ivo": "Oak"}


def test_tabs_of_one_shape_are_one_question(cast: Cast, chooser: Callable[[SheetImport], Chooser]) -> None:
    tabs: dict[str, Rows] = {
        name: [["Group:", name], ["Squad mate", "RAG"], [f"{name} One <{name}@example.com>", True]]
        for name in ("Fern", "Oak", "Elm")
    }
    sheet_import = given(cast, tabs)
    page = chooser(sheet_import)
    [tab] = sheet_import.understood["tables"]
    assert tab["more"] == 2
    page.choose(kind="progress")
    page.choose(column_0="name")
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Fern One", "Oak One", "Elm One") == {f"{name} One": name for name in tabs}


def test_people_and_progress_of_one_file(cast: Cast) -> None:
    """The tracker has names alone: their addresses and groups are in the tab of people."""
    tabs: dict[str, Rows] = {
        "Members": [
            ["Name", "E-mail", "Mentor", "Group"],
            ["Gus Lind", "gus@example.com", "Nadia <nadia@example.com>", "Fern"],
        ],
        "Tracker": [["Name", "Mentor", "RAG"], ["Gus Lind", "Nadia", True]],
    }
    sheet_import = given(cast, tabs)
    assert [tab["kind"] for tab in sheet_import.understood["tables"]] == ["people", "progress"]
    assert sheet_import.understood["questions"] == []
    confirmed(sheet_import, cast.ines)
    assert groups_of_new("Gus Lind") == {"Gus Lind": "Fern"}
    assert done() == {("Gus Lind", "RAG")}
    assert Enrolment.objects.filter(person__email="gus@example.com").count() == 1
    assert Mentorship.objects.get(group__name="Fern").person.email == "nadia@example.com"


def test_what_is_left_out_stands_on_the_preview_with_its_count(cast: Cast) -> None:
    tabs: dict[str, Rows] = {
        "Tracker": [["Our autumn", "", "", "", "see Slack"], ["Mentor: Marta Pires"], ["Name", "Discord", "RAG"],
                    ["Ana Ruivo", "@ana_r", True], ["Bruno Sá", "@bruno", None], ["Chidi Okafor", "@chidi", True, "!"]],
        "Log": [["12 May: all met"], ["19 May: nobody"]],
        "Questions": [["Date", "Name", "Question"], ["2026-09-10", "Ana Ruivo", "Why?"], ["2026-09-11"]],
    }  # fmt: skip

    def comment(book: Workbook) -> None:
        for cell in ("A4", "C5"):
            book["Tracker"][cell].comment = Comment("Ask her again", "Marta")

    assert given(cast, tabs, comment).understood["notes"] == [
        "Tracker: 2 comments of cells are not imported.",
        "sheets.xlsx, Tracker: 1 row above the header (“Our autumn · see Slack”) is left out.",
        "sheets.xlsx, Tracker: columns left out: B “Discord” (3 cells), D (1 cell).",
        "sheets.xlsx, Log: left out with 2 rows.",
        "sheets.xlsx, Questions: 1 row without a question is left out.",
    ]


def test_marks_mean_what_was_said(cast: Cast, chooser: Callable[[SheetImport], Chooser]) -> None:
    rows: Rows = [["Name", "LLM basics", "RAG", "Prompting"], ["Ana Ruivo", "🟢", "12/9", "N/A"],
                  ["Bruno Sá", "🟢", "60 %", "à faire"], ["Chidi Okafor", "⏳", "100 %", "0"]]  # fmt: skip
    cast.course.milestones.exclude(title__in=["LLM basics", "RAG"]).update(title="Prompting")
    sheet_import = given(cast, {"Tracker": rows})
    [tab] = sheet_import.understood["tables"]
    marks = {mark["texts"][0]: (mark["count"], mark["state"]) for mark in tab["marks"]}
    assert marks == {
        "🟢": (2, ""), "⏳": (1, ""), "12/9": (1, "day"), "60 %": (1, "working"), "N/A": (1, "skipped"),
        "à faire": (1, "not_started"),
    }  # fmt: skip
    assert len(shown(sheet_import, "unreadable")) == 3
    page = chooser(sheet_import)
    assert (
        page.choose(
            **{f"mark_{name_of({'key': mark})}": state for mark, state in (("🟢", "done"), ("⏳", "working"))}
        )
        == sheet_import.get_absolute_url()
    )
    confirmed(sheet_import, cast.ines)
    states = {
        (one.enrolment.person.name.split()[0], one.milestone.title, one.state, one.finished_on)
        for one in Progress.objects.exclude(state="not_started")
    }
    assert states == {
        ("Ana", "LLM basics", "done", None), ("Ana", "RAG", "done", date(2026, 9, 12)),
        ("Ana", "Prompting", "skipped", None), ("Bruno", "LLM basics", "done", None),
        ("Bruno", "RAG", "working", None), ("Chidi", "LLM basics", "working", None),
        ("Chidi", "RAG", "done", None),
    }  # fmt: skip


def test_column_says_marks_hours_or_days_of_the_milestone_that_is_chosen(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    """The kind in its title is proposed; what no title says is to be chosen before anything is imported."""
    rows: Rows = [
        ["Name", "RAG", "Hours RAG", "Prompt engineering on", "Agents", "When", "Prompt engineering (hours)"],
        ["Ana Ruivo", "x", "2,5", "12/9", "x", "3/9", "4 h"],
        ["Bruno Sá", "", "3-5", "", "", "", 1.25],
        ["Chidi Okafor", "x", None, "n/a", "", "28/6", None],
    ]
    sheet_import = given(cast, {"Tracker": rows})
    basics, prompts, _, rag = (milestone.pk for milestone in cast.milestones)
    [tab] = sheet_import.understood["tables"]
    assert [column["field"] for column in tab["columns"]] == [
        "name", f"marks:{rag}", f"hours:{rag}", f"done:{prompts}", "marks", "", f"hours:{prompts}",
    ]  # fmt: skip
    assert tab["missing"] == ["the milestone of E “Agents”"]
    page = chooser(sheet_import)
    text = page.look()
    assert "Still to choose: the milestone of E “Agents”." in text
    assert f'<option value="hours:{basics}">hours at LLM basics</option>' in text
    assert page.choose(column_3="", column_4=f"marks:{basics}", column_5=f"done:{rag}")
    unread = {what: why for _, what, why in shown(sheet_import, "unreadable")}
    assert unread == {
        "Bruno Sá, Hours RAG": "“3-5” is not a number of hours.",
        "Chidi Okafor, When": "“28/6” has no year, and none fits the cohort. Write the year.",
    }
    confirmed(sheet_import, cast.ines)
    assert {
        (one.enrolment.person.name.split()[0], one.milestone.title, one.state, one.hours, one.finished_on)
        for one in Progress.objects.all()
    } == {
        ("Ana", "RAG", "done", Decimal("2.5"), date(2026, 9, 3)),
        ("Ana", "LLM basics", "done", None, None),
        ("Ana", "Prompt engineering", "not_started", 4, None),
        ("Bruno", "Prompt engineering", "not_started", Decimal("1.25"), None),
        ("Chidi", "RAG", "done", None, None),
    }
    again = given(cast, {"Tracker": rows})
    assert [column["field"] for column in again.understood["tables"][0]["columns"]][3:6] == [
        "", f"marks:{basics}", f"done:{rag}",
    ]  # fmt: skip
    assert {verdict for verdict, *_ in shown(again)} == {"unchanged", "unreadable"}
    undone(sheet_import, cast.ines)
    assert not Progress.objects.exists()


def test_rows_end_where_it_was_said(cast: Cast, chooser: Callable[[SheetImport], Chooser]) -> None:
    rows = [("Name", "E-mail"), ("Gus Lind", "gus@example.com"), ("Old list",), ("Ivo", "ivo@example.com")]
    sheet_import = roster(cast, *rows)
    page = chooser(sheet_import)
    assert "1 person" in page.look(last=2)
    sheet_import.refresh_from_db()
    assert page.choose() == sheet_import.get_absolute_url()
    assert [line[1] for line in shown(sheet_import, "new", "unreadable")] == ["Gus Lind <gus@example.com>"]
    assert "roster.csv: 2 rows below row 2 are left out." in sheet_import.understood["notes"]


def test_what_was_said_is_proposed_for_the_next_file_of_the_shape(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    header = ["Wer", "Wohin", "Pod"]
    first = roster(cast, header, ["Gus Lind", "gus@example.com", "Fern"])
    page = chooser(first)
    page.choose(column_0="name", column_2="group", last=2)
    confirmed(first, cast.ines)
    rows = [["Hana", "hana@example.com", "Oak"], ["Ivo", "ivo@example.com", "Fern"]]
    second = roster(cast, header, *rows)
    assert [column["field"] for column in second.understood["tables"][0]["columns"]] == [
        "name",
        "email",
        "group",
    ]
    assert second.understood["tables"][0]["gives"] == "2 people, 2 groups"


def test_hours_are_halves_and_of_a_range_one_says_which(cast: Cast) -> None:
    rows = (("Name", "E-mail", "Hours a week"), ("Gus", "gus@example.com", "2.5"),
            ("Hana", "hana@example.com", "3-5"), ("Ivo", "ivo@example.com", "2.3"))  # fmt: skip
    sheet_import = roster(cast, *rows)
    [asked] = sheet_import.understood["questions"]
    assert (asked["text"], [value for value, _ in asked["choices"]]) == (
        "How many hours a week are “3-5”?", ["3", "4", "5", "leave-out"]
    )  # fmt: skip
    assert "2.3 is not a number of halves" in shown(sheet_import, "new")[2][2]
    imported = confirmed(roster(cast, *rows, answers={asked["key"]: "4"}), cast.ines)
    hours = Enrolment.objects.filter(
        person__email__in=["gus@example.com", "hana@example.com", "ivo@example.com"]
    )
    assert dict(hours.values_list("person__name", "hours_a_week")) == {"Gus": 2.5, "Hana": 4, "Ivo": None}
    undone(imported, cast.ines)
    assert not User.objects.filter(email="gus@example.com").exists()


def test_marks_on_the_page_have_the_state_in_which_they_are_read(
    cast: Cast, chooser: Callable[[SheetImport], Chooser]
) -> None:
    rows: Rows = [["Name", "LLM basics", "RAG"], ["Ana Ruivo", "50%", 3], ["Bruno Sá", 2, 0.25],
                  ["Chidi Okafor", "N/A", "2/4"], ["Total", "3/3", "53 %"]]  # fmt: skip
    sheet_import = given(cast, {"Clover": rows})
    marks = {tuple(mark["texts"]): mark["state"] for mark in sheet_import.understood["tables"][0]["marks"]}
    assert marks == {("50%", "0.25"): "working", ("3",): "", ("2",): "", ("N/A",): "skipped", ("2/4",): ""}
    unread = {what for _, what, _ in shown(sheet_import, "unreadable")}
    assert unread == {"Ana Ruivo, RAG", "Bruno Sá, LLM basics", "Chidi Okafor, RAG"}
    chooser(sheet_import).choose(**{f"mark-{name_of({'key': 'a share'})}": ""})
    left = {what for _, what, why in shown(sheet_import, "unreadable") if "chosen to be left out" in why}
    assert left == {"Ana Ruivo, LLM basics", "Bruno Sá, RAG"}
