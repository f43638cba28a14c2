import json
from typing import Any

from people.actions.anonymise import anonymise
from people.models import User
from sheets.models import ImportFile, ImportLine, SheetImport, WrittenBatch
from tests.conftest import NOW, Cast
from tests.sheets.importing import confirmed, previewed, roster

HEADER = ("name", "email", "group")


def kept() -> str:
    """Everything that imports keep, as text."""
    rows: list[Any] = [
        *ImportLine.objects.values_list("what", "reason", "location", "cells"),
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
