from pathlib import Path

import pytest

from benchmarks.likeness import main

QUESTIONS = """\
id,course,module,question,group,answer,fix
1,zoo,1,Who feeds the wombat?,a,The keeper does.,meals
2,zoo,1,Who feeds the giraffe?,,The keeper.,meals
3,zoo,2,Feeding the wombat,a,,meals
4,zoo,2,When is the essay due?,b,On Friday.,
5,zoo,3,"Deadline for essays, please",b,,
6,art,1,May we paint the fence?,a,,
7,art,2,Is painting the fence allowed?,a,,
"""
NEGATIVES = "id_a,id_b,course\n1,2,zoo\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    questions, negatives = tmp_path / "questions.csv", tmp_path / "negatives.csv"
    questions.write_text(QUESTIONS, encoding="utf-8-sig")
    negatives.write_text(NEGATIVES, encoding="utf-8")
    return questions, negatives


type Output = pytest.CaptureFixture[str]


def bench(capsys: Output, *arguments: Path | str) -> str:
    assert main([*map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_figures_are_told_by_course(files, capsys):
    said = bench(capsys, *files)

    assert "art: 2 questions, 2 have a twin" in said
    assert "zoo: 5 questions, 4 have a twin" in said
    assert "all courses: 7 questions, 6 have a twin" in said
    _, art, zoo, together = said.split("have a twin\n", 3)
    for course in (art, zoo, together):
        for name in ("Trefoil, no answers", "Trefoil, half answered", "Trefoil, with answers"):
            # Found; offered, above two thresholds, at most one, three and five; in topics, by group and by fix.
            assert course.count(name) == 1 + 2 * 3 + 2
        assert "First stage: 1.000 have a twin among what the words find" in course
    lines = {line[:24].strip(): line[24:].split() for line in zoo.split("First stage")[0].splitlines()}
    all_found = ["1.000", "[1.00", "1.00]"] * 3
    assert lines["Trefoil, with answers"] == [*all_found, "1.000", "0", "of", "1"]


@pytest.mark.parametrize(
    ("questions", "negatives", "message"),
    [
        (
            "id,course,module,question\n",
            NEGATIVES,
            "has no column group. Its first line must name id, course,",
        ),
        (QUESTIONS, "id_a,course\n", "has no column id_b. Its first line must name id_a, id_b, course."),
        (QUESTIONS, "id_a,id_b,course\n1\n", "Line 2 of "),
        ("", NEGATIVES, "has no column id, course, module, question, group."),
        ("id,course,module,question,group\n", NEGATIVES.splitlines()[0], "There is no question in "),
        (QUESTIONS + "x,zoo,1,Why?,\n", NEGATIVES, "“x” is no id: ids are whole numbers."),
        (QUESTIONS, NEGATIVES + "1,99,zoo\n", "names the question 99, which is not among the questions."),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(files, questions, negatives, message, capsys):
    files[0].write_text(questions, encoding="utf-8")
    files[1].write_text(negatives, encoding="utf-8")

    assert main([*map(str, files)]) == 1
    assert message in capsys.readouterr().err


def test_a_missing_file_and_one_that_is_no_text_are_refused_in_words(files, tmp_path, capsys):
    assert main([str(tmp_path / "nowhere.csv"), str(files[1])]) == 1
    assert "nowhere.csv cannot be read as CSV" in capsys.readouterr().err
    files[0].write_bytes(b"id,course,module,question,group\n1,zoo,1,\xff\xfe,a\n")
    assert main([*map(str, files)]) == 1
    assert "questions.csv cannot be read as CSV" in capsys.readouterr().err
