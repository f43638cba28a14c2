from decimal import Decimal
from typing import Any

import pytest

from courses.models import Course, CourseSection, Material, Milestone
from sheets.models import SheetImport
from tests.conftest import Cast
from tests.factories.courses import CourseFactory, MaterialFactory
from tests.sheets.importing import confirmed, csv_of, previewed, shown, undone
from tests.sheets.understanding.test_outline import README

pytestmark = pytest.mark.django_db


def outline(course: Course, text: str, cast: Cast, **options: Any) -> SheetImport:
    return previewed("outline", ("README.md", text.encode()), by=cast.ines, course=course, options=options)


def materials(cast: Cast, *rows: tuple[str, ...], **options: Any) -> SheetImport:
    return previewed("materials", ("m.csv", csv_of(rows)), by=cast.ines, course=cast.course, options=options)


def everything() -> dict[str, Any]:
    models: list[Any] = [Course, CourseSection, Milestone, Material]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def plan(course: Course) -> list[tuple[str, int | None, Decimal | None]]:
    return list(course.milestones.in_order().values_list("title", "week", "planned_hours"))


def test_readme_sets_an_empty_course_up_and_a_second_time_changes_nothing(cast: Cast) -> None:
    course = CourseFactory.create(group_size=4)
    before = everything()
    text = README.replace("Week 9 of", "A week of")
    sheet_import = confirmed(outline(course, text, cast), cast.ines)
    assert plan(course) == [("Soil", 1, Decimal("3.5")), ("Seeds", 2, 1), ("Watering well", 2, 1)]
    course.refresh_from_db()
    assert (course.group_size, course.weekly_minutes, course.changed_by) == (3, 45, cast.ines)
    assert course.sections.get().body.endswith("- plants")
    assert course.sections.get().is_as_imported
    again = outline(course, text, cast)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged"}
    set_up = everything()
    confirmed(again, cast.ines)
    assert everything() == set_up
    undone(SheetImport.objects.latest("uploaded_at", "pk"), cast.ines)
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_newer_readme_shows_what_is_new_changed_moved_and_missing(cast: Cast) -> None:
    before = everything()
    text = (
        "Week 1 (3.5 hours)\n- LLM basics\n\nWeek 2 (2 hours)\n- Indexation\n\n"
        "Week 3 (3 hours)\n- Prompt engineering\n- Agents"
    )
    sheet_import = outline(cast.course, text, cast)
    assert shown(sheet_import) == [
        ("unchanged", "LLM basics", ""),
        ("changed", "Indexation", "week 2, 2 hours; before: week 3, 2.50 hours"),
        ("changed", "Prompt engineering", "week 3, 1.5 hours (shared among 2); before: week 2, 3.00 hours"),
        ("new", "Agents", "week 3, 1.5 hours (shared among 2)"),
        ("moved", "Indexation, Prompt engineering", "in the order of the outline"),
        ("missing", "RAG", "in the course but not in the outline; kept"),
    ]
    confirmed(sheet_import, cast.ines)
    assert [title for title, _, _ in plan(cast.course)] == [
        "LLM basics",
        "Indexation",
        "RAG",
        "Prompt engineering",
        "Agents",
    ]
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_title_that_is_nearly_known_is_asked(cast: Cast) -> None:
    text = "Week 4\n- RAG and retrieval"
    (question,) = outline(cast.course, text, cast).understood["questions"]
    rag = cast.milestones[3]
    assert question["suggested"] == f"milestone:{rag.pk}"
    confirmed(outline(cast.course, text, cast, answers={question["key"]: f"milestone:{rag.pk}"}), cast.ines)
    assert cast.course.milestones.count() == 4
    confirmed(outline(cast.course, text, cast, answers={question["key"]: "new"}), cast.ines)
    assert cast.course.milestones.count() == 5


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


def test_second_file_continues_no_section_of_the_first(cast: Cast) -> None:
    readme = "# A course\n\n## Calendar\n\nWeek 01\n\n- Basics\n\n## Pre-requisites\n\n- Python.\n"
    more = "Week 02\n\n- Advanced\n"
    course = CourseFactory.create()
    both = previewed(
        "outline", ("README.md", readme.encode()), ("more.md", more.encode()), by=cast.ines, course=course
    )
    assert [line[1:] for line in shown(both, "new")] == [
        ("Prerequisites", "- Python."), ("Basics", "week 1"), ("Advanced", "week 2"),
    ]  # fmt: skip
    yaml = b"- module: basics\n  week: Week 01\n"
    refused = previewed(
        "outline", ("README.md", readme.encode()), ("materials.yaml", yaml), by=cast.ines, course=course
    )
    assert "materials.yaml says nothing of weeks" in str(refused.understood)
