from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import Cast
from tracker.actions.questions import ask
from tracker.models import Question

TITLE = "Why divide by the square root of the key size?"


def url_of(cast: Cast) -> str:
    return reverse("tracker:check-in-similar", args=[cast.clover.pk, "2026-W38"])


def asked(cast: Cast, name: str, title: str = TITLE, visibility: str = "cohort") -> Question:
    group = cast.clover if name in ("ana", "bruno", "chidi") else cast.juniper
    return ask(group=group, by=cast.person(name), at=timezone.now(), title=title, visibility=visibility)


def test_similar_offers_what_was_asked_before(cast: Cast, as_: Callable[[str], Client]) -> None:
    question = asked(cast, "ana")
    asked(cast, "ana", "How do I install the notebook?")
    page = as_("marta").get(url_of(cast), {"line": "q3", "q3-title": "divide by the square root"}).text
    assert page.count("<input") == 2
    assert f'name="q3-again" value="{question.pk}"' in page
    assert "open, asked once" in page


def test_similar_keeps_what_was_chosen_when_the_words_change(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    question = asked(cast, "ana")
    page = as_("marta").get(url_of(cast), {"line": "q0", "q0-title": "x", "q0-again": str(question.pk)}).text
    assert f'value="{question.pk}" checked' in page


def test_similar_offers_no_question_that_the_mentor_does_not_see(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    hidden = asked(cast, "dalia", visibility="group")
    for title, again in ((TITLE, ""), ("x", str(hidden.pk))):
        fields = {"line": "q0", "q0-title": title, "q0-again": again}
        assert as_("marta").get(url_of(cast), fields).text.strip() == ""


@pytest.mark.parametrize("again", ["x", "-1", "9" * 30, "²"])
def test_similar_takes_no_nonsense_for_a_question(
    cast: Cast, as_: Callable[[str], Client], again: str
) -> None:
    response = as_("marta").get(url_of(cast), {"line": "q0", "q0-title": "x", "q0-again": again})
    assert (response.status_code, response.text.strip()) == (200, "")


@pytest.mark.parametrize("line", ["", "q", "q100", "e1", "q0<b>"])
def test_similar_of_no_line_is_not_there(cast: Cast, as_: Callable[[str], Client], line: str) -> None:
    assert as_("marta").get(url_of(cast), {"line": line}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ines", 200), ("ana", 403), ("tomas", 403), ("zoe", 404)])
def test_similar_is_for_who_leads_the_group(
    cast: Cast, as_: Callable[[str], Client], who: str, status: int
) -> None:
    assert as_(who).get(url_of(cast), {"line": "q0"}).status_code == status
