"""Who reviews whom in a group, milestone by milestone, and reminding a reviewer who lets somebody wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Milestone
from people.models import Event
from tests.conftest import NOW, Cast, make_cast
from tests.factories.tracker import CodeReviewFactory
from tests.messages import said
from tests.racing import at_once
from tracker.actions.review_rings import nudge, ring_of, suggest_reviewers
from tracker.actions.reviews import ReviewError
from tracker.models import CodeReview, ReviewRing


@pytest.mark.parametrize("size", [2, 3, 4])
def test_ring_lets_everybody_review_and_turns_round(size: int) -> None:
    first, second = ring_of(range(size, 0, -1), set(), 0), ring_of(range(1, size + 1), set(), 1)
    assert (first, second) == ([*range(1, size + 1)], [*range(size, 0, -1)])
    pairs = [{(order[n], order[(n + 1) % size]) for n in range(size)} for order in (first, second)]
    assert all(len(each) == size for each in pairs)
    assert pairs[1] == {(author, reviewer) for reviewer, author in pairs[0]}


@pytest.mark.parametrize(
    ("reviews", "ring"),
    [
        # Reviewer and author.
        ({(2, 1)}, [2, 1, 3, 4]),
        ({(3, 1), (1, 2)}, [3, 1, 2, 4]),
        ({(4, 1), (3, 2)}, [3, 2, 4, 1]),
        ({(1, 2), (2, 3), (3, 4), (4, 1)}, [1, 2, 3, 4]),
        # Two by one, one by two, and two of each other.
        ({(1, 2), (1, 3)}, []),
        ({(1, 3), (2, 3)}, []),
        ({(1, 2), (2, 1)}, []),
    ],
)
def test_ring_has_the_reviews_that_exist(reviews: set[tuple[int, int]], ring: list[int]) -> None:
    assert ring_of([1, 2, 3, 4], reviews, 0) == ring


def test_reviewers_are_suggested_when_a_mentor_asks_and_preset(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    marta, page = as_("marta"), reverse("tracker:group-detail", args=[cast.clover.pk])
    shown = marta.get(page, follow=True)
    ring = shown.context["group_panel"].ring
    milestone = Milestone.objects.get(pk=ring.milestone_id)
    assert ring.lines == ()
    assert "Suggest reviewers" in shown.text
    assert "Suggest reviewers" not in as_("ana").get(page).text
    # Bruno reviews Ana's code already; the next to be asked is of Chidi.
    CodeReviewFactory.create(
        group=cast.clover, milestone=milestone, author=cast.enrolment("ana"), reviewer=cast.enrolment("bruno")
    )
    answer = marta.post(reverse("tracker:ring-suggest", args=[cast.clover.pk]), {"milestone": milestone.pk})
    assert f"Reviewers at {milestone} are suggested." in said(answer)
    shown = as_("ana").get(page)
    assert [(line.reviewer, line.author) for line in shown.context["page"].ring.lines] == [
        ("Bruno Sá", "Ana Ruivo"), ("Ana Ruivo", "Chidi Okafor"), ("Chidi Okafor", "Bruno Sá"),
    ]  # fmt: skip
    assert "Suggest reviewers" not in marta.get(page, follow=True).text
    url = reverse("tracker:review-request", args=[cast.clover.pk])
    form = as_("chidi").get(url).context["form"]
    assert (form["milestone"].initial, form["reviewer"].initial) == (milestone.pk, cast.ana.enrolment_id)
    # Ana's own code is in review there.
    assert as_("ana").get(url).context["form"]["reviewer"].initial is None
    marta.post(reverse("tracker:ring-drop", args=[ReviewRing.objects.get().pk]))
    assert not ReviewRing.objects.exists()


def test_no_reviewers_are_suggested_twice_or_against_the_reviews_that_exist(cast: Cast) -> None:
    first, second = cast.milestones[:2]

    def suggest(milestone: Milestone) -> ReviewRing:
        return suggest_reviewers(group=cast.clover, milestone=milestone, by=cast.marta, at=NOW)

    suggest(first)
    with pytest.raises(ReviewError, match="suggested at LLM basics already"):
        suggest(first)
    for author in ("bruno", "chidi"):
        CodeReviewFactory.create(
            group=cast.clover, milestone=second, author=cast.enrolment(author), reviewer=cast.enrolment("ana")
        )
    with pytest.raises(ReviewError, match="leave no order"):
        suggest(second)
    assert ReviewRing.objects.count() == 1


def test_author_and_mentor_remind_a_reviewer_once_a_day_and_only_when_it_is_late(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    review = CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[0], author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"), requested_at=NOW - timedelta(days=2), changed_at=NOW - timedelta(days=2),
    )  # fmt: skip
    with pytest.raises(ReviewError, match="does not wait for longer than promised"):
        nudge(review=review, by=cast.marta, at=NOW)
    CodeReview.objects.update(changed_at=NOW - timedelta(days=8))
    url = reverse("tracker:review-nudge", args=[review.pk])
    assert "Remind Bruno Sá" in as_("ana").get(review.get_absolute_url()).content.decode()
    assert "Remind Bruno Sá" not in as_("bruno").get(review.get_absolute_url()).content.decode()
    assert said(as_("marta").post(url)) == "Bruno Sá is reminded by e-mail."
    assert said(as_("ana").post(url)) == "Bruno Sá was reminded within the last day."
    assert as_("bruno").post(url).status_code == 403
    assert [(event.kind, event.by) for event in Event.objects.all()] == [("review_nudged", cast.marta)]


@pytest.mark.django_db(transaction=True)
def test_two_mentors_at_once_suggest_one_ring() -> None:
    cast = make_cast()
    outcomes = at_once(
        *[lambda: suggest_reviewers(group=cast.clover, milestone=cast.milestones[0], by=cast.marta, at=NOW)]
        * 2
    )
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == [
        "Reviewers are suggested at LLM basics already."
    ]
