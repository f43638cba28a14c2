import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.models import Course, Material
from groups.models import Enrolment
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.sheets.actions.test_sheet import CLOVER, book
from tests.sheets.understanding.test_outline import README
from tracker.models import Progress

pytestmark = pytest.mark.django_db


def run(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, stderr=StringIO())
    return out.getvalue()


def write(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_roster_goes_in_by_command(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, "people.csv", "Name,E-mail,Group\nGus Lind,gus@example.com,Willow\nIvo,ivo@,\n")
    told = run("import_roster", file, "--cohort", "llm/Autumn 2026", "--dry-run")
    assert "new  Gus Lind <gus@example.com>: joins the cohort; into Willow (row 2)" in told
    assert "not imported  Ivo <ivo@>: “ivo@” is not an e-mail address. (row 3)" in told
    assert told.endswith("Nothing was written: 2 new, 6 missing in the file, 1 not imported.\n")
    assert not SheetImport.objects.exists()
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()
    told = run("import_roster", file, "--cohort", str(cast.cohort.pk), "--by", "INES@example.com")
    assert told.endswith("Imported: 2 new, 6 missing in the file, 1 not imported.\n")
    assert SheetImport.objects.get().confirmed_by == cast.ines
    assert Enrolment.objects.filter(person__email="gus@example.com").exists()


def test_day_from_which_people_take_part_is_read_or_refused(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, "people.csv", "Name,E-mail\nGus Lind,gus@example.com\n")
    with pytest.raises(CommandError, match="“soon” is not a date"):
        run("import_roster", file, "--cohort", "Autumn 2026", "--starts-on", "soon")
    run("import_roster", file, "--cohort", "Autumn 2026", "--starts-on", "2026-09-21")
    assert Enrolment.objects.get(person__email="gus@example.com").started_on == date(2026, 9, 21)


def test_json_tells_counts_lines_and_columns(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, "people.csv", "Wer,Wo\nGus Lind,gus@example.com\n")
    told = json.loads(run("import_roster", file, "--cohort", "Autumn 2026", "--dry-run", "--json"))
    assert (told["state"], told["tables"][0]["missing"]) == ("previewed", ["name"])
    key = told["tables"][0]["key"]
    columns = ["--column", f"{key}.0=name", "--column", f"{key}.1=email"]
    told = json.loads(run("import_roster", file, "--cohort", "Autumn 2026", "--json", *columns))
    assert told["counts"]["new"] == 1
    assert told["lines"][0] == {
        "verdict": "new",
        "what": "Gus Lind <gus@example.com>",
        "reason": "joins the cohort",
        "place": "row 2",
    }


def test_open_question_is_listed_and_nothing_written(cast: Cast, tmp_path: Path) -> None:
    file = write(
        tmp_path, "group.xlsx", book([*CLOVER, ("Nobody Known", "Marta Pires", True, True, False, False)])
    )
    out = StringIO()
    with pytest.raises(CommandError, match="Answer the open questions first"):
        call_command("import_sheet", file, cohort="Autumn 2026", stdout=out, stderr=StringIO())
    assert "--answer 'student:nobody known=leave-out'" in out.getvalue()
    assert not Progress.objects.exists()
    run("import_sheet", file, "--cohort", "Autumn 2026", "--leave-out-unsure")
    assert Progress.objects.filter(enrolment=cast.enrolment("ana")).count() == 2


def test_several_sheets_go_in_with_answers(cast: Cast, tmp_path: Path) -> None:
    files = [
        write(tmp_path, f"group_{n}.xlsx", book([(name, None, True, False, False, False)]))
        for n, name in enumerate(["Ana Ruivo", "Dalia"])
    ]
    told = run(
        "import_sheet", *files, "--cohort", "Autumn 2026", "--answer", "student:dalia=dalia@example.com"
    )
    assert "changed  Dalia Haddad <dalia@example.com>: LLM basics: done (group_1.xlsx, Sheet 2 row 5)" in told


def test_outline_and_materials_go_in_by_one_command(cast: Cast, tmp_path: Path) -> None:
    course = Course.objects.get(slug="statistics")
    readme = write(tmp_path, "README.md", README.replace("Week 9 of", "A week of"))
    run("import_outline", readme, "--course", "statistics")
    assert list(course.milestones.in_order().values_list("title", flat=True)) == [
        "Soil",
        "Seeds",
        "Watering well",
    ]
    materials = write(tmp_path, "m.csv", "Module;Title;URL\nSoil;Spades;https://example.com/s\n")
    run("import_outline", materials, "--course", "statistics")
    assert Material.objects.get().milestone.title == "Soil"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["missing.csv", "--cohort", "Autumn 2026"], "No such file"),
        (["{file}", "--cohort", "Winter"], "There is no cohort “Winter”"),
        (["{file}", "--cohort", "Autumn 2026", "--by", "zoe@example.com"], "is not a course admin"),
        (["{bad}", "--cohort", "Autumn 2026"], "is damaged"),
        (["{empty}", "--cohort", "Autumn 2026"], "is empty"),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, tmp_path: Path, args: list[str], words: str) -> None:
    names = {
        "file": write(tmp_path, "people.csv", "Name,E-mail\nGus,gus@example.com\n"),
        "bad": write(tmp_path, "bad.xlsx", b"PK\x03\x04 cut"),
        "empty": write(tmp_path, "empty.csv", b""),
    }
    with pytest.raises(CommandError, match=words):
        run("import_roster", *(arg.format(**names) for arg in args))
    assert not SheetImport.objects.exists()
