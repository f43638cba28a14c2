from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.order import put_in_order
from courses.models import Course, CourseLink, CourseSection, Material, Milestone
from lib.refusals import Refused
from sheets.actions.correct import choose
from sheets.models import SheetImport
from tests.conftest import Cast, SignIn
from tests.factories.courses import CourseFactory, CourseLinkFactory, MaterialFactory
from tests.sheets.importing import confirmed, previewed, shown, undone
from tests.sheets.understanding.test_outline import WHOLE

pytestmark = pytest.mark.django_db


def outline(course: Course, text: str, cast: Cast, **options: Any) -> SheetImport:
    return previewed("outline", ("README.md", text.encode()), by=cast.ines, course=course, options=options)


def everything() -> dict[str, Any]:
    models: list[Any] = [Course, CourseLink, CourseSection, Milestone, Material]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def plan(course: Course) -> list[tuple[str, int | None, Decimal | None]]:
    return list(course.milestones.in_order().values_list("title", "week", "planned_hours"))


def test_readme_sets_an_empty_course_up_and_a_second_time_changes_nothing(cast: Cast) -> None:
    course = CourseFactory.create()
    before = everything()
    sheet_import = outline(course, WHOLE, cast)
    # Its weeks are the milestones.
    assert [(line.what, line.is_taken) for line in sheet_import.lines.filter(verdict="replaced")] == [
        ("Proposed calendar", False)
    ]
    confirmed(sheet_import, cast.ines)
    assert plan(course) == [
        ("Smoke and veil", 1, Decimal("3.5")), ("Honey", 2, 3), ("Winter", 3, 2),
    ]  # fmt: skip
    sections = course.sections.in_order()
    assert [(section.title, section.meant_for) for section in sections] == [
        ("Welcome", "everybody"),
        ("What is a hive?", "everybody"),
        ("How we learn", "everybody"),
        ("Expectations for students", "students"),
        ("Expectations: For mentors", "mentors"),
        ("Keeping track", "everybody"),
        ("Prerequisites", "everybody"),
    ]
    assert all(section.is_as_imported and section.changed_by == cast.ines for section in sections)
    links = course.links.order_by("position").values_list("position", "name", "url")
    assert list(links) == [
        (1, "Video: What is a hive?", "https://www.youtube.com/watch?v=hive"),
        (2, "Our repository", "https://github.com/bees/course"),
        (3, "our channel", "https://bees.slack.com/archives/C1"),
        (4, "The ledger of hives", "https://docs.example.com/ledger"),
    ]
    materials = Material.objects.filter(milestone__course=course).order_by("milestone__position", "position")
    assert list(materials.values_list("milestone__title", "title", "kind")) == [
        ("Smoke and veil", "How to light a smoker", "page"),
        ("Smoke and veil", "Video: Smoke and veil", "video"),
        ("Smoke and veil", "A list", "page"),
        ("Smoke and veil", "two", "page"),
        ("Smoke and veil", "To print: A list", "page"),
        ("Honey", "harvest", "page"),
        ("Honey", "jars", "page"),
        ("Winter", "the table of sugar", "page"),
    ]
    assert course.milestones.get(title="Smoke and veil").summary.endswith(
        "- Wear the veil before you light it."
    )
    left_out = ["Proposed calendar", "HTML: 9", "Links beside the file: 2"]
    assert [line[1] for line in shown(sheet_import, "unreadable")] == left_out

    again = outline(course, WHOLE, cast)
    assert {verdict for verdict, _, _ in shown(again)} == {"unchanged", "unreadable", "replaced"}
    set_up = everything()
    with pytest.raises(Refused, match="Nothing is ticked"):
        confirmed(again, cast.ines)
    assert everything() == set_up
    undone(sheet_import, cast.ines)
    assert everything() == before


def proposed(sheet_import: SheetImport) -> list[tuple[str, str, bool | None, list[str]]]:
    lines = sheet_import.lines.in_order().exclude(is_taken=None)
    return [(line.verdict, line.what, line.is_taken, line.versions) for line in lines]


def ticked(sheet_import: SheetImport, cast: Cast, *whats: str) -> SheetImport:
    """Import the proposals that are named so, and no other."""
    lines = sheet_import.lines.filter(what__in=whats)
    choose(sheet_import=sheet_import, taken={str(line.pk) for line in lines})
    return confirmed(sheet_import, cast.ines)


OLD = "# Bees\n\n## Gloves\nWear them.\n\n## Veil\nLight.\n\n## Smoke\nMuch.\n\n## Honey\nSweet.\n"
NEW = (
    OLD.replace("Wear", "Wash")
    .replace("Light", "Dark")
    .replace("Much", "Little")
    .replace("## Honey\nSweet.", "")
)


def test_section_that_was_edited_here_is_overwritten_only_if_somebody_ticks_it(cast: Cast) -> None:
    course = cast.course
    confirmed(outline(course, OLD, cast), cast.ines)
    course.sections.filter(title="Veil").update(body="Of tulle.")
    course.sections.filter(title="Smoke").update(title="Smoking", body="Never.")
    again = outline(course, OLD, cast)
    kept = "a section. The file says what it said before; kept"
    assert shown(again, "both") == [("both", "Veil", kept), ("both", "Smoking", kept)]
    assert (proposed(again), {line[0] for line in shown(again)}) == ([], {"unchanged", "both"})
    edited = everything()
    newer = outline(course, NEW, cast)
    assert proposed(newer) == [
        ("changed", "Gloves", True, ["Wear them.", "Wash them."]),
        ("both", "Veil", False, ["Of tulle.", "Dark."]),
        ("both", "Smoke", False, ["Never.", "Little."]),
    ]
    assert shown(newer, "missing") == [("missing", "Honey", "in the course but not in the outline; kept")]
    newer = ticked(newer, cast, "Gloves", "Smoke")
    assert shown(newer, "unreadable") == [("unreadable", "Veil", "Left as it is, as you chose.")]
    assert newer.understood["counts"] == {"changed": 1, "both": 1, "unreadable": 1, "missing": 1}
    assert list(course.sections.in_order().values_list("title", "body")) == [
        ("Gloves", "Wash them."), ("Veil", "Of tulle."), ("Smoke", "Little."), ("Honey", "Sweet."),
    ]  # fmt: skip
    # The file's words were read once: it is not asked again until it says something else.
    assert proposed(outline(course, NEW, cast)) == []
    undone(newer, cast.ines)
    assert everything() == edited


def test_section_that_was_deleted_here_comes_back_only_if_somebody_ticks_it(cast: Cast, as_: SignIn) -> None:
    course, browser = cast.course, as_("ines")
    confirmed(outline(course, OLD, cast), cast.ines)
    for title in ("Veil", "Smoke"):
        browser.post(f"/sections/{course.sections.get(title=title).pk}/delete/")
    veil = ("both", "Veil", "a section that was deleted here. Tick it to have it again")
    # However often it is read, and whatever the file says by now.
    for text in (NEW, OLD):
        again = outline(course, text, cast)
        assert shown(again, "both")[0] == veil
        assert [line[1] for line in shown(confirmed(again, cast.ines), "unreadable")] == ["Veil", "Smoke"]
        assert "Veil" not in course.sections.in_order().values_list("title", flat=True)
    back = ticked(outline(course, OLD, cast), cast, "Veil")
    assert list(course.sections.in_order().values_list("title", "body")) == [
        ("Gloves", "Wear them."), ("Veil", "Light."), ("Honey", "Sweet."),
    ]  # fmt: skip
    assert {line[1] for line in shown(outline(course, OLD, cast), "unchanged")} == {"Gloves", "Veil", "Honey"}
    undone(back, cast.ines)
    assert course.sections.in_order().count() == 2
    # Nothing but its title is kept, and no page of it.
    assert not course.sections.exclude(imported_body="").filter(title="Veil").exists()
    assert browser.get(f"/sections/{course.sections.get(title='Veil').pk}/edit/").status_code == 404


def test_what_changed_since_the_preview_is_not_overwritten(cast: Cast) -> None:
    confirmed(outline(cast.course, OLD, cast), cast.ines)
    newer = outline(cast.course, NEW, cast)
    cast.course.sections.filter(title="Gloves").update(body="Of leather.")
    with pytest.raises(Refused, match="Something changed since this preview"):
        ticked(newer, cast, "Gloves")
    assert cast.course.sections.get(title="Gloves").body == "Of leather."


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_nobody_saves_a_section_between_comparing_and_writing(cast: Cast) -> None:
    confirmed(outline(cast.course, OLD, cast), cast.ines)
    newer = outline(cast.course, NEW, cast)
    with CaptureQueriesContext(connection) as asked:
        confirmed(newer, cast.ines)
    of_sections = [query["sql"] for query in asked if 'FROM "courses_coursesection"' in query["sql"]]
    assert "FOR NO KEY UPDATE" in of_sections[0]


def test_import_can_be_undone_after_its_sections_moved_but_not_once_one_was_edited(cast: Cast) -> None:
    course = cast.course
    own = course.sections.create(title="Bees", body="They fly.", position=1)
    sheet_import = confirmed(outline(course, OLD, cast), cast.ines)
    *others, last = course.sections.in_order()
    put_in_order([last, *others])
    course.sections.filter(title="Veil").update(body="Of tulle.")
    with pytest.raises(Refused, match=r"\(section: Veil\)"):
        undone(sheet_import, cast.ines)
    course.sections.filter(title="Veil").update(body="Light.")
    undone(sheet_import, cast.ines)
    assert list(course.sections.all()) == [own]


def test_proposals_are_taken_one_by_one_and_materials_with_their_milestone(cast: Cast) -> None:
    course = CourseFactory.create()
    whats = ("What is a hive?", "Smoke and veil", "How to light a smoker", "harvest", "our channel")
    sheet_import = ticked(outline(course, WHOLE, cast), cast, *whats)
    assert plan(course) == [("Smoke and veil", 1, Decimal("3.5"))]
    assert list(course.sections.values_list("title", flat=True)) == ["What is a hive?"]
    assert list(course.links.values_list("position", "name")) == [(1, "our channel")]
    # That of a milestone that was left is left with it.
    assert list(Material.objects.values_list("title", flat=True)) == ["How to light a smoker"]
    assert {line[1] for line in shown(sheet_import, "new")} == {*whats} - {"harvest"}
    assert ("unreadable", "Winter", "Left as it is, as you chose.") in shown(sheet_import)
    undone(sheet_import, cast.ines)
    assert not course.milestones.exists()
    assert not course.links.exists()


def test_materials_and_links_that_the_course_has_are_not_doubled(cast: Cast) -> None:
    basics, rag = cast.milestones[0], cast.milestones[3]
    MaterialFactory.create(milestone=basics, title="My own title", url="https://example.com/v")
    MaterialFactory.create(
        milestone=basics, title="Retired", url="https://example.com/r", retired_on=cast.cohort.starts_on
    )
    for position in range(2, 7):
        CourseLinkFactory.create(course=cast.course, position=position, url=f"https://example.com/{position}")
    text = (
        "# A\n\nSee\n\n- [Two](https://example.com/2)\n- [New](https://example.com/new)\n- [Plain](http://e.example/)\n"
        "- [Newer](https://example.com/newer)\n- [Newest](https://example.com/newest)\n\n"
        "Week 1\n- LLM basics\n  - [V](https://example.com/v) [R](https://example.com/r)\n\n"
        "Week 4\n- RAG\n  - [V](https://example.com/v)\n  - [V again](https://example.com/v)\n"
    )
    sheet_import = confirmed(outline(cast.course, text, cast), cast.ines)
    full = "A course has 6 links"
    assert [line for line in shown(sheet_import) if line[1] not in ("Welcome", "LLM basics", "RAG")] == [
        ("unchanged", "Two", "a link of the course: https://example.com/2"),
        ("new", "New", "a link at the top of the page of the course: https://example.com/new"),
        ("unreadable", "Newer", f"{full} at the top of its page. This one stays in its section."),
        (
            "unreadable",
            "Newest",
            f"{full} at the top of its page. This one stays in its section.",
        ),
        ("unchanged", "V", "LLM basics: https://example.com/v"),
        ("unchanged", "R", "LLM basics: https://example.com/r"),
        ("new", "V", "RAG: https://example.com/v"),
        ("unchanged", "V again", "RAG: https://example.com/v"),
        ("missing", "Prompt engineering", "in the course but not in the outline; kept"),
        ("missing", "Indexation", "in the course but not in the outline; kept"),
    ]
    assert Material.objects.count() == 3
    assert rag.materials.get().title == "V"
    assert cast.course.links.get(position=1).name == "New"


def test_text_below_a_milestone_fills_what_is_empty_and_never_what_was_written_here(cast: Cast) -> None:
    basics, rag = cast.milestones[0], cast.milestones[3]
    rag.summary = "Written here."
    rag.save()
    text = "Week 1\n- LLM basics\n  - Read first.\n\nWeek 4\n- RAG\n  - Read last.\n"
    sheet_import = outline(cast.course, text, cast)
    assert [line for line in proposed(sheet_import) if line[3]] == [
        ("new", "LLM basics", True, ["- Read first."]),
        ("both", "RAG", False, ["Written here.", "- Read last."]),
    ]
    confirmed(sheet_import, cast.ines)
    basics.refresh_from_db()
    rag.refresh_from_db()
    assert (basics.summary, rag.summary) == ("- Read first.", "Written here.")


def test_section_that_is_too_long_to_show_is_told_of(cast: Cast) -> None:
    text = f"## Long\n{'bee ' * 10_001}\n"
    (line,) = shown(outline(cast.course, text, cast))
    assert line == ("unreadable", "Long", "It has 40,003 characters; a section has 40,000 at most.")


def test_newer_readme_shows_what_is_new_changed_moved_and_missing(cast: Cast) -> None:
    before = everything()
    text = (
        "Week 1 (3.5 hours)\n- LLM basics\n\nWeek 2 (2 hours)\n- Indexation\n\n"
        "Week 3 (3 hours)\n- Prompt engineering\n- Agents"
    )
    sheet_import = outline(cast.course, text, cast)
    assert shown(sheet_import) == [
        ("unchanged", "LLM basics", ""),
        ("changed", "Indexation", "week 2, 2 hours; before: week 3, 2.5 hours"),
        ("changed", "Prompt engineering", "week 3, 1.5 hours (shared among 2); before: week 2, 3 hours"),
        ("new", "Agents", "week 3, 1.5 hours (shared among 2)"),
        ("moved", "Indexation, Prompt engineering", "Tick it to have the order of the file"),
        ("missing", "RAG", "in the course but not in the outline; kept"),
    ]
    ticked(sheet_import, cast, *(line.what for line in sheet_import.lines.exclude(is_taken=None)))
    assert [title for title, _, _ in plan(cast.course)] == [
        "LLM basics",
        "Indexation",
        "RAG",
        "Prompt engineering",
        "Agents",
    ]
    undone(sheet_import, cast.ines)
    assert everything() == before


def test_milestones_stay_in_the_order_of_here_unless_somebody_ticks_that_of_the_file(cast: Cast) -> None:
    course = CourseFactory.create()
    confirmed(outline(course, WHOLE, cast), cast.ines)
    course.milestones.filter(title="Smoke and veil").update(position=9)
    again = outline(course, WHOLE.replace("What is a hive?", "What is a bee?"), cast)
    (order,) = again.lines.filter(verdict="moved")
    assert (order.is_taken, order.reason) == (False, "Tick it to have the order of the file")
    confirmed(again, cast.ines)
    assert [title for title, _, _ in plan(course)] == ["Honey", "Winter", "Smoke and veil"]


def test_title_that_is_nearly_known_is_asked(cast: Cast) -> None:
    text = "Week 4\n- RAG and retrieval"
    (question,) = outline(cast.course, text, cast).understood["questions"]
    rag = cast.milestones[3]
    assert question["suggested"] == f"milestone:{rag.pk}"
    confirmed(outline(cast.course, text, cast, answers={question["key"]: f"milestone:{rag.pk}"}), cast.ines)
    assert cast.course.milestones.count() == 4
    confirmed(outline(cast.course, text, cast, answers={question["key"]: "new"}), cast.ines)
    assert cast.course.milestones.count() == 5


def test_second_file_continues_no_section_of_the_first(cast: Cast) -> None:
    readme = "# A course\n\n## Calendar\n\nWeek 01\n\n- Basics\n\n## Pre-requisites\n\n- Python.\n"
    more = "Week 02\n\n- Advanced\n"
    course = CourseFactory.create()
    both = previewed(
        "outline", ("README.md", readme.encode()), ("more.md", more.encode()), by=cast.ines, course=course
    )
    assert [line[1:] for line in shown(both, "new")] == [
        ("Pre-requisites", "a section, for everybody"), ("Basics", "week 1"), ("Advanced", "week 2"),
    ]  # fmt: skip
    yaml = b"- module: basics\n  week: Week 01\n"
    refused = previewed(
        "outline", ("README.md", readme.encode()), ("materials.yaml", yaml), by=cast.ines, course=course
    )
    assert "materials.yaml has neither headings nor weeks" in str(refused.understood)
