from typing import Any

import pytest

from courses.models import Material
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.factories.courses import MaterialFactory
from tests.sheets.actions.test_outline import everything, plan
from tests.sheets.importing import confirmed, csv_of, previewed, shown, undone

pytestmark = pytest.mark.django_db


def materials(cast: Cast, *rows: tuple[str, ...], **options: Any) -> SheetImport:
    return previewed("materials", ("m.csv", csv_of(rows)), by=cast.ines, course=cast.course, options=options)


HEADER = ("Módulo", "Título", "Tipo", "Link", "Minutos", "Opcional")


def test_materials_go_into_their_milestones(cast: Cast) -> None:
    MaterialFactory.create(
        milestone=cast.milestones[0], title="Old", url="https://example.com/old", kind="page"
    )
    MaterialFactory.create(milestone=cast.milestones[0], title="Gone", url="https://example.com/gone")
    before = everything()
    rows = (
        HEADER,
        ("LLM basics", "Neurons", "vídeo", "https://example.com/v", "12 min", "sim"),
        ("", "Renamed", "artigo", "https://example.com/old", "", ""),
        ("RAG", "Neurons", "video", "https://example.com/v", "", ""),
        ("RAG", "Neurons again", "video", "https://example.com/v", "", ""),
        ("RAG", "Bad", "video", "javascript:alert(1)", "", ""),
    )
    sheet_import = materials(cast, *rows)
    assert [line[:2] for line in shown(sheet_import)] == [
        ("unreadable", "Bad"),
        ("new", "Neurons"),
        ("changed", "Renamed"),
        ("new", "Neurons"),
        ("duplicate", "Neurons again"),
        ("missing", "Gone"),
    ]
    confirmed(sheet_import, cast.ines)
    made = Material.objects.filter(title="Neurons").values_list(
        "milestone__title", "kind", "minutes", "is_optional", "position"
    )
    assert set(made) == {("LLM basics", "video", 12, True, 1), ("RAG", "video", None, False, 1)}
    again = {line[0] for line in shown(materials(cast, *rows))}
    assert again == {"unchanged", "duplicate", "unreadable", "missing"}
    undone(sheet_import, cast.ines)
    assert everything() == before


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("2h", 120),
        ("1:30", 90),
        ("10 hours", 600),
        ("2.5 h", 150),
        ("1h05", 65),
        ("45", 45),
        ("a while", None),
    ],
)
def test_hours_of_a_material_are_minutes(cast: Cast, said: str, minutes: int | None) -> None:
    confirmed(materials(cast, HEADER, ("RAG", "Talk", "video", "", said, "")), cast.ines)
    assert Material.objects.get(title="Talk").minutes == minutes


def test_title_with_a_word_like_one_of_a_milestone_is_asked(cast: Cast) -> None:
    [question] = materials(cast, HEADER, ("Prompting", "Talk", "video", "", "", "")).understood["questions"]
    suggested = dict(question["choices"])[question["suggested"]]
    assert (question["text"], suggested) == ("Which milestone is “Prompting”?", "Prompt engineering")


@pytest.mark.parametrize(
    ("options", "is_optional", "note"),
    [
        ("Optional", True, ""),
        ("obrigatório", False, ""),
        ("perhaps", False, "; “perhaps” is not understood. It stays open whether it is optional"),
    ],
)
def test_optional_is_understood_in_words(cast: Cast, options: str, is_optional: bool, note: str) -> None:
    rows = (HEADER, ("RAG", "Neurons", "video", "https://example.com/v", "", options))
    sheet_import = materials(cast, *rows)
    assert shown(sheet_import) == [("new", "Neurons", f"RAG{note}")]
    confirmed(sheet_import, cast.ines)
    assert Material.objects.get().is_optional is is_optional


def test_materials_bring_the_milestones_that_they_name(cast: Cast) -> None:
    before = everything()
    rows = (
        ("Week", "Module", "Title", "URL"),
        ("5", "Fine-tuning", "LoRA", "https://example.com/l"),
        ("", "", "QLoRA", "https://example.com/q"),
        ("", "Agents", "ReAct", "https://example.com/r"),
        ("Week 2", "RAG", "Chunks", "https://example.com/c"),
        ("", "fine tuning", "Adapters", "https://example.com/a"),
    )
    sheet_import = materials(cast, *rows)
    assert sheet_import.understood["questions"] == []
    assert shown(sheet_import) == [
        ("new", "Fine-tuning", "a milestone that the materials name, in week 5"),
        ("new", "LoRA", "Fine-tuning"),
        ("new", "QLoRA", "Fine-tuning"),
        ("new", "Agents", "a milestone that the materials name, in no week"),
        ("new", "ReAct", "Agents"),
        ("new", "Chunks", "RAG"),
        ("new", "Adapters", "Fine-tuning"),
    ]
    confirmed(sheet_import, cast.ines)
    assert [row[:2] for row in plan(cast.course)][4:] == [("Fine-tuning", 5), ("Agents", None)]
    placed = Material.objects.order_by("pk").values_list("title", "milestone__title", "position")
    assert list(placed) == [
        ("LoRA", "Fine-tuning", 1),
        ("QLoRA", "Fine-tuning", 2),
        ("ReAct", "Agents", 1),
        ("Chunks", "RAG", 1),
        ("Adapters", "Fine-tuning", 3),
    ]
    assert {line[0] for line in shown(materials(cast, *rows))} == {"unchanged"}
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_milestone_with_a_similar_title_is_asked(cast: Cast) -> None:
    rows = (HEADER, ("Prompts engineering", "LoRA", "", "https://example.com/l", "", ""))
    sheet_import = materials(cast, *rows)
    (question,) = sheet_import.understood["questions"]
    assert question["text"] == "Which milestone is “Prompts engineering”?"
    confirmed(materials(cast, *rows, answers={question["key"]: "leave-out"}), cast.ines)
    assert not Material.objects.exists()
    confirmed(
        materials(cast, *rows, answers={question["key"]: f"milestone:{cast.milestones[2].pk}"}), cast.ines
    )
    assert Material.objects.get().milestone == cast.milestones[2]
    confirmed(materials(cast, *rows, answers={question["key"]: "new"}), cast.ines)
    assert cast.course.milestones.count() == 5
