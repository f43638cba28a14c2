"""The page of a review, and the steps that its reviewer and its author take there."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import NOW, Cast, SignIn
from tests.messages import told
from tracker.access.reviews import ReviewAccess, review_to_hand_in
from tracker.actions.reviews import ask_for_changes, request_review
from tracker.models import CodeReview
from tracker.views import reviews


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


@pytest.mark.parametrize("count", [1, 4])
def test_review_detail_stays_within_its_queries(
    cast: Cast, as_: SignIn, review: CodeReview, count: int, django_assert_num_queries: Any
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
        ("ana", {"hand-in"}),
        ("bruno", {"approve", "ask-for-changes"}),
        ("chidi", set()),
        ("marta", set()),
        ("ines", set()),
    ],
)
def test_review_detail_offers_each_their_step(
    cast: Cast, as_: SignIn, review: CodeReview, who: str, offered: set[str]
) -> None:
    html = as_(who).get(url_of("detail", review)).content.decode()
    assert "Look at &lt;cell&gt; two." in html
    assert 'href="https://example.com/ana/rag"' in html
    names = ("approve", "ask-for-changes", "hand-in")
    assert {name for name in names if f'action="{url_of(name, review)}"' in html} == offered
    assert ("Withdraw your request" in html) is (who == "ana")


@pytest.mark.parametrize("who", ["ana", "bruno", "marta"])
def test_review_detail_offers_the_author_to_hand_in_again(
    cast: Cast, as_: SignIn, review: CodeReview, who: str
) -> None:
    want_changes(cast, review)
    html = as_(who).get(url_of("detail", review)).content.decode()
    assert "Name the loops." in html
    assert (f'action="{url_of("hand-in", review)}"' in html) is (who == "ana")
    assert url_of("approve", review) not in html


def steps_of(browser: Client, review: CodeReview) -> tuple[list[str], list[str]]:
    """The latest round, and what was before it."""
    story = browser.get(url_of("detail", review)).context["story"]
    said = [
        [": ".join(filter(None, (f"{one.who} {one.what}", one.note))) for one in steps]
        for steps in (story.latest, story.earlier)
    ]
    return said[0], said[1]


def test_review_detail_tells_the_latest_round_in_order_and_folds_earlier_ones(
    cast: Cast, as_: SignIn, review: CodeReview
) -> None:
    want_changes(cast, review)
    asked = ["Ana asked you for a review: Look at <cell> two.", "You asked for changes: Name the loops."]
    assert steps_of(as_("bruno"), review) == (asked, [])
    step(
        as_("ana"),
        "hand-in",
        review,
        state="changes_asked",
        url="https://example.com/ana/rag-2",
        note="Named.",
    )
    step(as_("bruno"), "approve", review, note="Clear now.")
    assert steps_of(as_("marta"), review) == (
        ["Ana changed it: Named.", "Bruno approved it: Clear now."],
        ["Ana asked Bruno for a review: Look at <cell> two.", "Bruno asked for changes: Name the loops."],
    )


def test_review_approve_approves(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    response = step(as_("bruno"), "approve", review, note="Clear.")
    assert response["Location"] == review.get_absolute_url()
    (message,) = told(response)
    assert message.startswith("Ana Ruivo’s RAG is approved.")
    assert f'action="{url_of("undo", review)}"' in message
    assert state_of(review) == ("approved", "Clear.")


def test_review_ask_for_changes_wants_words(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    response = step(as_("bruno"), "ask-for-changes", review)
    assert response.status_code == 422
    assert "Enter the changes needed." in response.content.decode()
    assert state_of(review)[0] == "requested"
    response = step(as_("bruno"), "ask-for-changes", review, note="Name the loops.")
    (message,) = told(response)
    assert message.startswith("You asked Ana Ruivo for changes to RAG.")
    assert f'action="{url_of("undo", review)}"' in message
    assert state_of(review) == ("changes_asked", "Name the loops.")


def test_review_hand_in_hands_in_again(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    want_changes(cast, review)
    response = step(as_("ana"), "hand-in", review, state="changes_asked", url="ftp://example.com/x")
    assert response.status_code == 422
    assert "Enter a URL that starts with https:// or http://." in response.content.decode()
    response = step(
        as_("ana"),
        "hand-in",
        review,
        state="changes_asked",
        url="https://example.com/ana/rag-2",
        note="Named.",
    )
    assert told(response) == ["RAG was resubmitted to Bruno Sá."]
    assert state_of(review) == ("requested", "Named.")


@pytest.mark.parametrize(
    ("name", "posted", "words"),
    [
        ("approve", {"note": ""}, "Ana Ruivo has not resubmitted it yet."),
        ("ask-for-changes", {"note": "More."}, "Ana Ruivo has not resubmitted it yet."),
    ],
)
def test_a_step_that_comes_too_late_is_refused_in_words(
    cast: Cast, as_: SignIn, review: CodeReview, name: str, posted: dict[str, str], words: str
) -> None:
    want_changes(cast, review)
    response = step(as_("bruno"), name, review, **posted)
    assert response["Location"] == review.get_absolute_url()
    assert told(response) == [words]
    assert state_of(review) == ("changes_asked", "Name the loops.")


@pytest.mark.parametrize(
    ("judge", "typed"), [("approve", {"note": "Clear."}), ("ask-for-changes", {"note": "Name the loops."})]
)
def test_review_undo_lets_the_code_wait_again(
    cast: Cast, as_: SignIn, review: CodeReview, judge: str, typed: dict[str, str]
) -> None:
    browser = as_("bruno")
    step(browser, judge, review, **typed)
    assert "Undo your review" in browser.get(url_of("detail", review)).content.decode()
    response = step(browser, "undo", review)
    assert told(response)[-1] == "Undone. Ana Ruivo’s RAG waits for your review."
    assert state_of(review) == ("requested", "Look at <cell> two.")
    asked = "Ana asked you for a review: Look at <cell> two."
    latest, earlier = steps_of(browser, review)
    assert latest == [asked]
    assert [step.partition(":")[0] for step in earlier][1:] == ["You undid the review"]
    # The words are in the field again, for the next try.
    form = browser.get(url_of("detail", review)).context["judge_form"]
    assert form["note"].value() == typed["note"]


def test_review_undo_comes_too_late_once_it_was_resubmitted(
    cast: Cast, as_: SignIn, review: CodeReview
) -> None:
    want_changes(cast, review)
    step(
        as_("ana"),
        "hand-in",
        review,
        state="changes_asked",
        url="https://example.com/ana/rag-2",
        note="Named.",
    )
    response = step(as_("bruno"), "undo", review)
    assert told(response) == ["There is nothing to undo: this code is waiting for a review."]
    assert state_of(review) == ("requested", "Named.")


def test_author_corrects_a_request_until_it_is_answered(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    browser, typed = as_("ana"), {"url": "https://example.com/ana/right", "note": "Look at cell three."}
    assert told(step(browser, "hand-in", review, state="requested", **typed)) == [
        "Your request to Bruno Sá is saved."
    ]
    review.refresh_from_db()
    assert (review.url, review.note, review.state) == (*typed.values(), "requested")
    assert steps_of(browser, review)[0][-1] == "You corrected the request: Look at cell three."
    want_changes(cast, review)
    response = step(browser, "hand-in", review, state="requested", **typed)
    assert told(response)[-1] == "Bruno Sá has answered already."


def test_author_withdraws_a_request_and_may_ask_again(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    browser = as_("ana")
    response = step(browser, "withdraw", review)
    assert response["Location"] == reverse("tracker:review-list")
    assert not CodeReview.objects.exists()
    assert CodeReview.history.filter(history_type="-", history_user=cast.person("ana")).count() == 1
    (message,) = told(response)
    assert message.startswith("Your request to Bruno Sá is withdrawn.")
    again = unescape(message.partition('href="')[2].partition('"')[0])
    html = browser.get(again).content.decode()
    assert 'value="https://example.com/ana/rag"' in html
    assert "Look at &lt;cell&gt; two." in html


def test_double_click_on_withdraw_withdraws_once(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    browser, key = as_("ana"), {"form_key": "a" * 32}
    assert f'action="{url_of("withdraw", review)}"' in browser.get(url_of("detail", review)).text
    answers = [step(browser, "withdraw", review, **key) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("tracker:review-list")] * 2
    assert told(answers[1])[-1] == "This was sent twice. It is saved once."


def test_withdrawing_on_two_pages_at_once_says_that_it_is_withdrawn(
    cast: Cast, as_: SignIn, review: CodeReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch_and_lose(*args: Any) -> ReviewAccess:
        access = review_to_hand_in(*args)
        CodeReview.objects.filter(pk=review.pk).delete()
        return access

    monkeypatch.setattr(reviews, "review_to_hand_in", fetch_and_lose)
    answer = step(as_("ana"), "withdraw", review)
    assert (answer.status_code, answer["Location"]) == (302, reverse("tracker:review-list"))
    assert told(answer) == ["This request was withdrawn."]


def test_author_cannot_withdraw_what_is_approved(cast: Cast, as_: SignIn, review: CodeReview) -> None:
    step(as_("bruno"), "approve", review)
    assert told(step(as_("ana"), "withdraw", review)) == ["This code is already approved."]
    assert CodeReview.objects.exists()
