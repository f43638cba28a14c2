"""The page of a review, and the steps that its reviewer and its author take there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import NOW, Cast
from tests.messages import told
from tracker.actions.reviews import ask_for_changes, request_review
from tracker.models import CodeReview

type As = Callable[[str], Client]


@pytest.fixture
def review(cast: Cast) -> CodeReview:
    ana = cast.enrolment("ana")
    return request_review(
        group=cast.clover,
        author=ana,
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[3],
        url="https://example.com/ana/rag",
        note="Look at <cell> two.",
        by=ana.person,
        at=NOW - timedelta(days=2),
    )


def want_changes(cast: Cast, review: CodeReview) -> None:
    ask_for_changes(
        review=review, note="Name the loops.", by=cast.person("bruno"), at=NOW - timedelta(days=1)
    )


def url_of(name: str, review: CodeReview) -> str:
    return reverse(f"tracker:review-{name}", args=[review.pk])


def step(browser: Client, name: str, review: CodeReview, **posted: str) -> Any:
    return browser.post(url_of(name, review), posted)


def state_of(review: CodeReview) -> tuple[str, str]:
    review.refresh_from_db()
    return review.state, review.note


@pytest.mark.parametrize("count", [1, 3, 30])
def test_review_detail_stays_within_its_queries(
    cast: Cast, as_: As, review: CodeReview, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        review.changed_at = timezone.now() + timedelta(minutes=number)
        review.save()
    browser = as_("marta")
    with django_assert_num_queries(7):
        assert browser.get(url_of("detail", review)).status_code == 200


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("ana", set()),
        ("bruno", {"approve", "ask-for-changes"}),
        ("chidi", set()),
        ("marta", set()),
        ("ines", set()),
    ],
)
def test_review_detail_offers_the_reviewer_to_judge(
    cast: Cast, as_: As, review: CodeReview, who: str, offered: set[str]
) -> None:
    html = as_(who).get(url_of("detail", review)).content.decode()
    assert "Look at &lt;cell&gt; two." in html
    assert 'href="https://example.com/ana/rag"' in html
    names = ("approve", "ask-for-changes", "hand-in")
    assert {name for name in names if f'action="{url_of(name, review)}"' in html} == offered


@pytest.mark.parametrize("who", ["ana", "bruno", "marta"])
def test_review_detail_offers_the_author_to_hand_in_again(
    cast: Cast, as_: As, review: CodeReview, who: str
) -> None:
    want_changes(cast, review)
    html = as_(who).get(url_of("detail", review)).content.decode()
    assert "Name the loops." in html
    assert (f'action="{url_of("hand-in", review)}"' in html) is (who == "ana")
    assert url_of("approve", review) not in html


@pytest.mark.parametrize(("who", "status"), [("dalia", 403), ("tomas", 403), ("zoe", 404)])
def test_review_detail_is_for_the_group(
    cast: Cast, as_: As, review: CodeReview, who: str, status: int
) -> None:
    assert as_(who).get(url_of("detail", review)).status_code == status


def test_review_detail_tells_what_happened_newest_first(cast: Cast, as_: As, review: CodeReview) -> None:
    want_changes(cast, review)
    step(as_("ana"), "hand-in", review, url="https://example.com/ana/rag-2", note="Named.")
    step(as_("bruno"), "approve", review, **{"approve-note": "Clear now."})
    events = as_("marta").get(url_of("detail", review)).context["events"]
    assert [(event.what, event.detail, event.tone) for event in events] == [
        ("Bruno Sá approved it", "Clear now.", "ok"),
        ("Ana Ruivo resubmitted it", "Named.\nhttps://example.com/ana/rag-2", "quiet"),
        ("Bruno Sá asked for changes", "Name the loops.", "watch"),
        (
            "Ana Ruivo asked Bruno Sá for a review",
            "Look at <cell> two.\nhttps://example.com/ana/rag",
            "quiet",
        ),
    ]


def test_review_approve_approves(cast: Cast, as_: As, review: CodeReview) -> None:
    response = step(as_("bruno"), "approve", review, **{"approve-note": "Clear."})
    assert response["Location"] == review.get_absolute_url()
    assert told(response) == ["RAG of Ana Ruivo is approved."]
    assert state_of(review) == ("approved", "Clear.")


def test_review_ask_for_changes_wants_words(cast: Cast, as_: As, review: CodeReview) -> None:
    response = step(as_("bruno"), "ask-for-changes", review)
    assert response.status_code == 422
    assert "This field is required." in response.content.decode()
    assert state_of(review)[0] == "requested"
    response = step(as_("bruno"), "ask-for-changes", review, **{"changes-note": "Name the loops."})
    assert told(response) == ["You asked Ana Ruivo for changes to RAG."]
    assert state_of(review) == ("changes_asked", "Name the loops.")


def test_review_hand_in_hands_in_again(cast: Cast, as_: As, review: CodeReview) -> None:
    want_changes(cast, review)
    response = step(as_("ana"), "hand-in", review, url="ftp://example.com/x")
    assert response.status_code == 422
    assert "Enter a URL that starts with https:// or http://." in response.content.decode()
    response = step(as_("ana"), "hand-in", review, url="https://example.com/ana/rag-2", note="Named.")
    assert told(response) == ["RAG was resubmitted to Bruno Sá."]
    assert state_of(review) == ("requested", "Named.")


@pytest.mark.parametrize(
    ("name", "posted", "words"),
    [
        ("approve", {"approve-note": ""}, "Ana Ruivo has not resubmitted it yet."),
        ("ask-for-changes", {"changes-note": "More."}, "Ana Ruivo has not resubmitted it yet."),
    ],
)
def test_a_step_that_comes_too_late_is_refused_in_words(
    cast: Cast, as_: As, review: CodeReview, name: str, posted: dict[str, str], words: str
) -> None:
    want_changes(cast, review)
    response = step(as_("bruno"), name, review, **posted)
    assert response["Location"] == review.get_absolute_url()
    assert told(response) == [words]
    assert state_of(review) == ("changes_asked", "Name the loops.")


@pytest.mark.parametrize(
    ("name", "who_may"), [("approve", "bruno"), ("ask-for-changes", "bruno"), ("hand-in", "ana")]
)
@pytest.mark.parametrize("who", ["ana", "bruno", "chidi", "dalia", "marta", "tomas", "ines", "zoe"])
def test_each_step_is_for_one_person(
    cast: Cast, as_: As, review: CodeReview, name: str, who_may: str, who: str
) -> None:
    status = step(as_(who), name, review).status_code
    if who == who_may:
        assert status in (302, 422)
    else:
        assert status == (404 if who == "zoe" else 403)
        assert state_of(review) == ("requested", "Look at <cell> two.")
