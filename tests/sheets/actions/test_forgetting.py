import io
import json
import zipfile
from typing import Any

from people.actions.anonymise import anonymise
from people.forgetting import Names, passages_about
from people.models import User
from sheets.models import ImportFile, ImportLine, SheetImport, WrittenBatch
from sheets.reading.words import words_of_file
from tests.conftest import NOW, Cast
from tests.sheets.importing import confirmed, previewed, roster

HEADER = ("name", "email", "group")


def kept() -> str:
    """Everything that imports keep, as text."""
    rows: list[Any] = [
        *ImportLine.objects.values_list("what", "reason", "location"),
        *ImportFile.objects.values_list("name"),
        *SheetImport.objects.values_list("understood", "options"),
        *WrittenBatch.objects.values_list("rows"),
    ]
    return json.dumps(rows, ensure_ascii=False)


def test_who_is_anonymised_is_forgotten_by_imports(cast: Cast) -> None:
    rows = [
        ("Zoë Quist", "zoe.quist@example.com", ""),
        ("Zoë Quist", "zoe.quist@example", ""),
        ("Gus Lind", "gus@example.com", ""),
    ]
    confirmed(roster(cast, HEADER, *rows), cast.ines)
    assert "Zoë Quist" in kept()
    anonymise(person=User.objects.get(email="zoe.quist@example.com"), at=NOW)
    assert [word for word in ("Zoë", "Quist", "zoe.quist@example.com") if word in kept()] == []
    assert "Gus Lind <gus@example.com>" in kept()


def test_names_of_files_and_places_forget_too(cast: Cast) -> None:
    """People write names in capitals, and call a file after who it is of."""
    files = [
        (f"{name}.csv", b"name,email\nGus Lind,gus@example.com\nGus Lind,gus@example.com\n")
        for name in ("Progress of FÁTIMA NUNES", "Others")
    ]
    confirmed(previewed("roster", *files, by=cast.ines, cohort=cast.cohort), cast.ines)
    assert "FÁTIMA NUNES.csv" in kept()
    anonymise(person=cast.person("fatima"), at=NOW)
    assert "FÁTIMA" not in kept()
    assert "Others.csv" in kept()


def test_import_that_was_not_confirmed_goes_with_who_it_names(cast: Cast) -> None:
    """Its file is there still, with the name in it."""
    roster(cast, HEADER, ("Ana Ruivo", "ana@example.com", "Clover"), ("Gus Lind", "gus@example.com", ""))
    other = previewed("outline", ("readme.md", b"## Week 1: Basics\n"), by=cast.ines, course=cast.course)
    anonymise(person=cast.person("ana"), at=NOW)
    assert list(SheetImport.objects.all()) == [other]


def test_a_file_that_may_name_somebody_is_offered_and_its_import_goes_if_it_was_ticked(cast: Cast) -> None:
    person = cast.person("ana")
    lines = b"name,email\nGus Lind,gus@example.com\nFriend of Ana,hana@example.com\n"
    waiting = previewed("roster", ("people.csv", lines), by=cast.ines, cohort=cast.cohort)
    found = {passage.text: passage for passage in passages_about(person, Names(person))}
    offered = found["Friend of Ana"]
    anonymise(person=person, at=NOW, keys=[offered.key])
    assert not SheetImport.objects.filter(pk=waiting.pk).exists()


def test_a_workbook_is_read_with_its_cells_in_parts_and_its_properties() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(
            "xl/sharedStrings.xml", "<si><r><t>An</t></r><r><t>a R&amp;D</t></r></si><si><t>b</t></si>"
        )
        parts.writestr("docProps/core.xml", "<dc:creator>Ana Ruivo</dc:creator>")
    words = words_of_file(file.getvalue()).split("\n")
    assert {"Ana R&D", "b", "Ana Ruivo"} <= set(words)
    assert words_of_file("Inês;1".encode("cp1252")) == "Inês;1"
    damaged = bytearray(file.getvalue())
    damaged[60:80] = b"\xff" * 20
    assert words_of_file(bytes(damaged)) == words_of_file(b"PK\x03\x04\0broken") == ""
