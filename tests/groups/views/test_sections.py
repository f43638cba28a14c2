"""Editing the course's own words: its sections and its links."""

from typing import Any

from courses.actions.course import add_course_admin
from courses.models import CourseSection
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CourseLinkFactory, CourseSectionFactory
from tests.messages import told

NEW, LINKS = "/courses/llm/sections/new/", "/courses/llm/links/"


def titles(cast: Cast) -> list[str]:
    return [str(section) for section in cast.course.sections.in_order()]


def test_a_section_is_added_where_one_wants_it(cast: Cast, as_: SignIn) -> None:
    for title in ("What it is", "How we learn"):
        CourseSectionFactory.create(course=cast.course, title=title, position=7)
    browser = as_("ines")
    assert browser.get(NEW).context["form"]["place"].value() == 3
    fields = {"title": "Expectations", "body": "- Come.", "meant_for": "students", "place": "2"}
    answer = browser.post(NEW, fields)
    section = CourseSection.objects.get(title="Expectations")
    assert answer["Location"] == f"/courses/llm/#section-{section.pk}"
    assert titles(cast) == ["What it is", "Expectations", "How we learn"]
    assert (section.meant_for, section.changed_by, section.is_as_imported) == ("students", cast.ines, False)
    browser.post(f"/sections/{section.pk}/edit/", fields | {"place": "3", "version": section.version})
    assert titles(cast) == ["What it is", "How we learn", "Expectations"]
    answer = browser.post(f"/sections/{section.pk}/delete/")
    assert told(answer)[-1] == "Deleted “Expectations”."
    assert titles(cast) == ["What it is", "How we learn"]


def test_a_section_without_words_is_refused_beside_the_field(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(NEW, {"title": "Soil", "body": " ", "meant_for": "nobody", "place": "2"})
    assert set(answer.context["form"].errors) == {"body", "meant_for", "place"}
    assert answer.status_code == 422
    assert 'value="Soil"' in answer.text


def test_two_who_edit_a_section_do_not_overwrite_each_other(cast: Cast, as_: SignIn) -> None:
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    section = CourseSectionFactory.create(course=cast.course, title="Aims")
    url = f"/sections/{section.pk}/edit/"
    fields = {"title": "Aims", "meant_for": "everybody", "place": "1", "version": section.version}
    as_("marta").post(url, fields | {"body": "Build a search."})
    second = as_("ines").post(url, fields | {"body": "Read papers."})
    assert second.status_code == 409
    assert "Build a search." in second.text
    assert "Read papers." in second.text
    section.refresh_from_db()
    assert section.body == "Build a search."


def test_an_import_knows_a_section_that_was_edited_here(cast: Cast, as_: SignIn) -> None:
    section = CourseSectionFactory.create(
        course=cast.course, title="Aims", body="Learn.", imported_title="Aims", imported_body="Learn."
    )
    assert section.is_as_imported
    fields = {"title": "Aims", "body": "Build.", "meant_for": "everybody", "place": "1", "version": "1"}
    as_("ines").post(f"/sections/{section.pk}/edit/", fields)
    section.refresh_from_db()
    assert (section.is_as_imported, section.imported_body) == (False, "Learn.")


def typed(*links: tuple[str, str], version: int = 1) -> dict[str, Any]:
    fields: dict[str, Any] = {"version": version}
    for n, (name, url) in enumerate(links, start=1):
        fields |= {f"name_{n}": name, f"url_{n}": url}
    return fields


def links(cast: Cast) -> list[tuple[int, str, str]]:
    return list(cast.course.links.order_by("position").values_list("position", "name", "url"))


def test_links_are_edited_together(cast: Cast, as_: SignIn) -> None:
    CourseLinkFactory.create(course=cast.course, name="Repository", url="https://git.example.com/llm")
    browser = as_("ines")
    form = browser.get(LINKS).context["form"]
    assert (form["name_1"].value(), form["url_6"].value()) == ("Repository", "")
    answer = browser.post(
        LINKS, typed(("", ""), ("Chat", "https://chat.example.com"), ("Video", "https://v.io"))
    )
    assert told(answer) == ["Links for LLM specialisation saved."]
    assert links(cast) == [(1, "Chat", "https://chat.example.com"), (2, "Video", "https://v.io")]


def test_a_link_needs_a_name_and_an_address_that_is_safe(cast: Cast, as_: SignIn) -> None:
    CourseLinkFactory.create(course=cast.course, name="Repository", url="https://git.example.com/llm")
    wrong = [
        ("Chat", ""),
        ("", "https://v.io"),
        ("Old", "http://old.example.com"),
        ("x", "javascript:alert(1)"),
    ]
    answer = as_("ines").post(LINKS, typed(*wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"url_1", "name_2", "url_3", "url_4"}
    assert links(cast) == [(1, "Repository", "https://git.example.com/llm")]


def test_two_who_edit_links_do_not_overwrite_each_other(cast: Cast, as_: SignIn) -> None:
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    as_("marta").post(LINKS, typed(("Chat", "https://chat.example.com")))
    second = as_("ines").post(LINKS, typed(("Wiki", "https://wiki.example.com")))
    assert second.status_code == 409
    assert "https://chat.example.com" in second.text
    assert links(cast) == [(1, "Chat", "https://chat.example.com")]
