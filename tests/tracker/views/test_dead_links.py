"""A dead link says so where people open it, where somebody decides what to rewrite, and where it is changed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.actions.links import LinkFound, check_next_link
from courses.models import LinkCheck, Material
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.messages import told
from tests.trends.views.test_trends import text_of


def looked_at(cast: Cast, title: str, *, is_dead: bool = True) -> Material:
    """A material, gone or out of order; when it is looked at again is days ahead."""
    material = MaterialFactory.create(
        milestone=cast.milestones[0], title=title, url=f"https://example.org/{title}"
    )
    LinkCheck.objects.create(
        material=material,
        address=material.url,
        check_at=NOW + timedelta(days=6),
        checked_at=NOW - timedelta(days=1),
        gone_since=NOW - timedelta(days=2) if is_dead else None,
        is_dead=is_dead,
        found="It answers 404." if is_dead else "It answers 503.",
    )
    return material


def test_a_dead_link_is_shown_at_the_material_in_needs_and_on_the_board(cast: Cast, as_: SignIn) -> None:
    tokens = looked_at(cast, "Tokens")
    looked_at(cast, "Scaling", is_dead=False)
    MaterialFactory.create(
        milestone=cast.milestones[0], title="Attention", url="https://example.org/Attention"
    )
    ines = as_("ines")
    pages = {
        "/week/": "Tokens page gone",
        reverse("tracker:as-student", args=[cast.enrolment("ana").pk]): "Tokens page gone",
        f"/milestones/{cast.milestones[0].pk}/": "Tokens Dead link. It answers 404.",
        reverse(
            "trends:need-list", args=["llm"]
        ): "1 dead link Tokens LLM basics · It answers 404. Change : Tokens",
        f"/cohorts/{cast.cohort.pk}/": "Dead links 1",
    }
    for page, words in pages.items():
        shown = text_of((as_("ana") if page == "/week/" else ines).get(page).content.decode())
        assert words in shown
        assert "503" not in shown
        assert "All dead links" not in shown
    # Corrected, it waits for the next look and is dead no longer.
    Material.objects.filter(pk=tokens.pk).update(url="https://example.org/tokens")
    assert "dead link" not in as_("ana").get("/week/").content.decode()
    assert "Dead links" not in ines.get(f"/cohorts/{cast.cohort.pk}/").content.decode()


def test_the_page_of_a_material_says_what_is_wrong_with_its_link(cast: Cast, as_: SignIn) -> None:
    tokens, scaling = looked_at(cast, "Tokens"), looked_at(cast, "Scaling", is_dead=False)
    edit = reverse("groups:material-edit", args=[tokens.pk])
    says = (
        "Dead link. It answers 404. Gone since 14 September 2026, last checked on 15 September 2026. "
        "Save a new link, or, if the page is back, save the same one: "
        "it is checked again within minutes."
    )
    assert says in text_of(as_("ines").get(edit).text)
    # Also where what was typed is wrong.
    wrong = as_("ines").post(edit, {"title": "", "url": "https://example.org/new", "kind": "page"})
    assert wrong.status_code == 422
    assert says in text_of(wrong.text)
    other = as_("ines").get(reverse("groups:material-edit", args=[scaling.pk])).text
    assert "Dead link" not in other
    unchecked = "It answers 503. That alone does not make it a dead link."
    assert unchecked in text_of(other)
    assert "could not be checked" not in as_("ines").get(edit).text


@pytest.mark.parametrize(
    ("url", "found", "message"),
    [
        ("https://example.org/new", "", " Its link will be checked again within minutes."),
        (
            "https://example.org/Tokens",
            "It answers 404.",
            " Its link will be checked again within minutes.",
        ),
        ("", "", ""),
    ],
)
def test_saved_anew_a_dead_link_is_looked_at_again(
    cast: Cast,
    as_: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    found: str,
    message: str,
) -> None:
    tokens = looked_at(cast, "Tokens")
    asked: list[str] = []

    def look(address: str) -> LinkFound:
        asked.append(address)
        return LinkFound(False, "")

    monkeypatch.setattr("courses.actions.links.look", look)
    assert check_next_link(timezone.now()) is None
    answer = as_("ines").post(
        reverse("groups:material-edit", args=[tokens.pk]), {"title": "Tokens", "url": url, "kind": "page"}
    )
    assert told(answer) == [f"“Tokens” saved.{message}"]

    def says() -> str:
        return Material.objects.select_related("link_check").get().dead_link

    assert says() == found
    assert check_next_link(timezone.now()) == ("fine" if url else None)
    assert asked == ([url] if url else [])
    assert says() == ""
