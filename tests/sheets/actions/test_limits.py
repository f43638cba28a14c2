"""The most that an import asks and takes: above it says so, and below it is quick."""

from dataclasses import replace

import pytest
from django.urls import reverse

from sheets.forms.tabs import TabsForm
from sheets.matching.near_names import NearNames
from sheets.models import SheetImport
from sheets.reading.limits import LIMITS
from sheets.understanding.outline import understand_outline
from tests.conftest import Cast, SignIn
from tests.sheets.importing import confirmed, previewed, roster
from tests.sheets.workbooks import workbook

pytestmark = pytest.mark.django_db
HEADER = ("Name", "E-mail", "Group", "Mentor")


def tracker(*names: str, module: str = "RAG") -> bytes:
    return workbook({"Tracker": [("Name", "Mentor", module), *((name, None, True) for name in names)]})


def of_clover(cast: Cast, *files: tuple[str, bytes]) -> SheetImport:
    return previewed("sheet", *files, by=cast.ines, cohort=cast.cohort)


def outline_of(cast: Cast, text: str) -> SheetImport:
    return previewed("outline", ("README.md", text.encode()), by=cast.ines, course=cast.course)


def test_name_that_stands_in_many_rows_is_asked_and_compared_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    near = NearNames.near

    def counted(self: NearNames, name: str) -> list[str]:
        compared.append(name)
        return near(self, name)

    monkeypatch.setattr(NearNames, "near", counted)
    names = ["Anna Ruiva"] * 40
    [question] = of_clover(cast, ("Clover.xlsx", tracker("Bruno Sá", *names))).understood["questions"]
    assert (len(question["places"]), question["more_places"]) == (5, 35)
    assert question["choices"][0] == ("ana@example.com", "Ana Ruivo <ana@example.com>")
    assert compared == ["anna ruiva"]


def allow(monkeypatch: pytest.MonkeyPatch, module: str, **limits: int) -> None:
    monkeypatch.setattr(f"sheets.{module}.LIMITS", replace(LIMITS, **limits))


def test_more_than_anybody_answers_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, "matching.clarifications", questions=3)
    names = [f"Nobody {letter}" for letter in "abcd"]
    refused = of_clover(cast, ("Clover.xlsx", tracker("Ana Ruivo", *names)))
    assert "More than 3 names or titles in it are unknown" in refused.understood["refusal"]
    assert of_clover(cast, ("Clover.xlsx", tracker("Ana Ruivo", *names[:3]))).state == "previewed"


def test_known_names_with_new_addresses_count_as_questions(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow(monkeypatch, "matching.clarifications", questions=1)
    rows = [("Ana Ruivo", "ana@new.example", "", ""), ("Bruno Sá", "bruno@new.example", "", "")]
    assert "More than 1 names" in roster(cast, HEADER, *rows).understood["refusal"]


def test_outline_is_refused_above_its_limits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, "actions.planning", topics=3)
    week = "Week 1\n\n" + "".join(f"- Topic {letter}\n" for letter in "abcd")
    assert "has 4 topics; the limit is 3" in outline_of(cast, week).understood["refusal"]
    allow(monkeypatch, "actions.planning", bytes_of_outlines=3_000)
    assert "the limit is 3 kB" in outline_of(cast, "word " * 1_000).understood["refusal"]


def test_brackets_without_end_are_passed_over(cast: Cast) -> None:
    """A parser of Markdown takes a minute for so many."""
    assert understand_outline("![" * 200_000).milestones == []


def test_tables_that_do_not_fit_into_one_page_stay_as_understood(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheets.forms.tabs.MOST_FIELDS", 20)
    files = [(f"Group {n}.xlsx", tracker("Ana Ruivo", module=f"RAG {n}")) for n in range(4)]
    sheet_import = of_clover(cast, *files)
    form = TabsForm(sheet_import)
    assert len(form.fields) <= 20
    assert (len(form.tabs) + len(form.left_out), bool(form.left_out)) == (4, True)
    client = as_("ines")
    url = reverse("sheets:import-tabs", args=[sheet_import.pk])
    page = client.get(url).text
    assert f"{len(form.left_out)} more tab" in page
    said = {name: form.fields[name].initial or "" for name in form.fields}
    assert client.post(url, said).status_code == 302
    sheet_import.refresh_from_db()
    assert (sheet_import.state, set(sheet_import.options["tabs"])) == (
        "previewed",
        {table["key"] for table in form.tabs},
    )
    confirmed(sheet_import, cast.ines)


def test_what_was_said_of_a_table_that_is_not_shown_stays_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [(f"Group {n}.xlsx", tracker("Ana Ruivo", module=f"RAG {n}")) for n in range(4)]
    sheet_import = of_clover(cast, *files)
    key = sheet_import.understood["tables"][-1]["key"]
    sheet_import.options["tabs"] = {key: {"columns": {"1": "mentor"}}}
    monkeypatch.setattr("sheets.forms.tabs.MOST_FIELDS", 20)
    form = TabsForm(sheet_import, {})
    assert form.is_valid()
    assert form.options()["tabs"][key] == {"columns": {"1": "mentor"}}


def test_near_names_are_those_of_the_same_letters() -> None:
    names = NearNames(["ana ruivo", "anna ruivo", "bruno sa", "chidi okafor"])
    assert names.near("ana ruiva") == ["ana ruivo", "anna ruivo"]
    assert names.near("") == []
