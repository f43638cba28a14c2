"""A dead link says so where people open it, and where somebody decides what to rewrite."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from courses.models import LinkCheck
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory
from tests.trends.views.test_trends import text_of


def test_a_dead_link_is_shown_at_the_material_in_needs_and_on_the_board(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    for title, is_dead in (("Tokens", True), ("Scaling", False), ("Attention", False)):
        material = MaterialFactory.create(
            milestone=cast.milestones[0], title=title, url=f"https://example.org/{title}"
        )
        if title == "Attention":
            continue
        LinkCheck.objects.create(
            material=material,
            address=material.url,
            check_at=NOW,
            gone_since=NOW - timedelta(days=1) if is_dead else None,
            is_dead=is_dead,
            found="It answers 404." if is_dead else "It answers 503.",
        )
    ines = as_("ines")
    pages = {
        "/week/": "Tokens dead link",
        f"/milestones/{cast.milestones[0].pk}/": "Tokens Dead link. It answers 404.",
        reverse(
            "trends:need-list", args=["llm"]
        ): "1 dead link Tokens LLM basics · It answers 404. Change : Tokens",
        f"/cohorts/{cast.cohort.pk}/": "Dead links Tokens LLM basics · It answers 404. Change : Tokens",
    }
    for page, words in pages.items():
        shown = text_of((as_("ana") if page == "/week/" else ines).get(page).content.decode())
        assert words in shown
        assert "503" not in shown
    # Corrected, it waits for the next look and is dead no longer.
    tokens = LinkCheck.objects.dead().get().material
    type(tokens).objects.filter(pk=tokens.pk).update(url="https://example.org/tokens")
    assert "dead link" not in as_("ana").get("/week/").content.decode()
    assert "Dead links" not in ines.get(f"/cohorts/{cast.cohort.pk}/").content.decode()
