from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from groups.models import Enrolment
from tests.conftest import NOW, Cast, SignIn
from tests.factories.tracker import CodeReviewFactory
from tracker.dashboards.review_list import review_list

URL = "/reviews/"


def listed(html: str) -> int:
    """The number of lines in the list of all reviews."""
    _, _, after = html.partition('aria-label="All reviews"')
    return after.partition("</ul>")[0].count("<li>")


def furnish(cast: Cast, count: int) -> None:
    for number in range(count):
        for author, reviewer in (("ana", "bruno"), ("bruno", "chidi"), ("chidi", "ana")):
            CodeReviewFactory.create(
                group=cast.clover,
                author=cast.enrolment(author),
                reviewer=cast.enrolment(reviewer),
                milestone=cast.milestones[number % 4],
            )


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("who", ["ana", "marta", "ines"])
def test_review_list_stays_within_its_queries(
    cast: Cast, as_: SignIn, who: str, count: int, django_assert_num_queries: Any
) -> None:
    furnish(cast, count)
    browser = as_(who)
    with django_assert_num_queries(8):
        response = browser.get(URL)
    assert listed(response.text) == min(3 * count, 25)


def test_review_list_shows_what_to_review_what_own_code_and_all(cast: Cast) -> None:
    furnish(cast, 1)
    CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("chidi"),
        milestone=cast.milestones[3],
        state="approved",
    )
    reviews = review_list(person=cast.person("ana"), now=timezone.now(), address=QueryDict())
    assert [(str(each.author.person), wait is None) for each, wait, *_ in reviews["to_review"]] == [
        ("Chidi Okafor", False)
    ]
    assert [str(each.reviewer.person) for each, *_ in reviews["own_code"]] == ["Bruno Sá"]
    assert {
        (str(each.author.person), str(each.reviewer.person), each.state) for each, *_ in reviews["all"]
    } == {
        ("Ana Ruivo", "Bruno Sá", "requested"),
        ("Bruno Sá", "Chidi Okafor", "requested"),
        ("Chidi Okafor", "Ana Ruivo", "requested"),
        ("Ana Ruivo", "Chidi Okafor", "approved"),
    }
    assert [str(group.group) for group in reviews["groups"]] == ["Clover"]


def test_who_left_waits_for_no_review(cast: Cast) -> None:
    furnish(cast, 1)
    chidi = Enrolment.objects.filter(pk=cast.chidi.enrolment_id)
    for left_on, to_review in ((date(2026, 9, 17), ["Chidi Okafor"]), (date(2026, 9, 16), [])):
        chidi.update(ended_on=left_on, end_reason="dropped")
        reviews = review_list(person=cast.person("ana"), now=timezone.now(), address=QueryDict())
        assert [str(each.author.person) for each, *_ in reviews["to_review"]] == to_review
        assert reviews["waiting_count"] == len(to_review)
    # The others of all are still to be read, and what waits for somebody is first.
    assert [(str(each.author.person), wait is not None) for each, wait, *_ in reviews["all"]] == [
        ("Ana Ruivo", True), ("Chidi Okafor", False), ("Bruno Sá", False),
    ]  # fmt: skip


def test_review_list_of_a_mentor_looks_on(cast: Cast, as_: SignIn) -> None:
    furnish(cast, 1)
    html = as_("marta").get(URL).content.decode()
    assert listed(html) == 3
    assert "For me to review" not in html
    assert "Ask for a review" not in html
    assert listed(as_("tomas").get(URL).text) == 0


def test_review_list_offers_to_ask_for_a_review(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:review-request", args=[cast.clover.pk])
    assert url in as_("ana").get(URL).content.decode()


def test_review_list_comes_in_pages(cast: Cast, as_: SignIn) -> None:
    furnish(cast, 9)
    first, second = (as_("ana").get(URL, {"page": page}).content.decode() for page in (1, 2))
    assert (listed(first), listed(second)) == (25, 2)


def test_who_waits_longest_is_first_and_then_what_is_new(cast: Cast) -> None:
    hours_and_states = {0: (1, "requested"), 1: (90, "approved"), 2: (100, "requested"), 3: (2, "approved")}
    for milestone, (hours, state) in hours_and_states.items():
        CodeReviewFactory.create(
            group=cast.clover, milestone=cast.milestones[milestone], author=cast.enrolment("bruno"), state=state,
            reviewer=cast.enrolment("ana"), changed_at=NOW - timedelta(hours=hours),
        )  # fmt: skip
    reviews = review_list(person=cast.marta, now=timezone.now(), address=QueryDict())
    titles = [cast.milestones[n].title for n in (2, 0, 3, 1)]
    assert [review.milestone.title for review, *_ in reviews["all"]] == titles


@pytest.mark.parametrize("who", ["ana", "zoe"])
def test_review_list_without_any_says_so(cast: Cast, as_: SignIn, who: str) -> None:
    html = as_(who).get(URL).content.decode()
    assert "No code review yet" in html
    assert ("No reviews are waiting for you." in html) is (who == "ana")


@pytest.mark.parametrize(
    ("hours", "state", "told", "late"),
    [
        (5, "requested", "", 0),
        (24 * 7, "requested", ">2 days late</time>", 2),
        (24 * 7, "changes_asked", "", 0),
    ],
)
def test_review_shows_how_long_it_has_waited(
    cast: Cast, as_: SignIn, hours: int, state: str, told: str, late: int
) -> None:
    CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[0], author=cast.enrolment("bruno"), state=state,
        reviewer=cast.enrolment("ana"), changed_at=NOW - timedelta(hours=hours),
    )  # fmt: skip
    # Among those to review and among all.
    html = as_("ana").get(URL).text
    assert html.count(told or "promised") == (2 if told else 0)
    assert html.count('<time class="late"') == late
