"""Who reviews whom in a group, milestone by milestone, and reminding a reviewer who lets somebody wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.moving import move_student
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import GroupFactory
from tests.factories.tracker import CodeReviewFactory
from tests.messages import said
from tests.racing import at_once
from tracker.actions.review_rings import accept_ring, nudge, ring_of
from tracker.actions.reviews import ReviewError
from tracker.models import CodeReview, ReviewRing


@pytest.mark.parametrize("size", [2, 3, 4])
def test_ring_lets_everybody_review_and_turns_round(size: int) -> None:
    first, second = ring_of(range(size, 0, -1), 0), ring_of(range(1, size + 1), 1)
    assert (first, second) == ([*range(1, size + 1)], [*range(size, 0, -1)])
    pairs = [{(order[n], order[(n + 1) % size]) for n in range(size)} for order in (first, second)]
    assert all(len(each) == size for each in pairs)
    assert pairs[1] == {(author, reviewer) for reviewer, author in pairs[0]}


def test_ring_of_the_milestone_is_proposed_accepted_and_preset(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    marta, page = as_("marta"), reverse("tracker:group-detail", args=[cast.clover.pk])
    ring = marta.get(page).context["page"].ring
    assert [(line.reviewer, line.author) for line in ring.lines] == [
        ("Ana Ruivo", "Bruno Sá"), ("Bruno Sá", "Chidi Okafor"), ("Chidi Okafor", "Ana Ruivo"),
    ]  # fmt: skip
    assert "Accept these reviewers" not in as_("ana").get(page).content.decode()
    fields = {"milestone": ring.milestone_id, "order": ring.key}
    answer = marta.post(reverse("tracker:ring-accept", args=[cast.clover.pk]), fields)
    assert f"The reviewers at {ring.milestone} are set." in said(answer)
    form = as_("ana").get(reverse("tracker:review-request", args=[cast.clover.pk])).context["form"]
    assert (form["milestone"].initial, form["reviewer"].initial) == (
        ring.milestone_id, cast.chidi.enrolment_id,
    )  # fmt: skip
    marta.post(reverse("tracker:ring-drop", args=[ReviewRing.objects.get().pk]))
    assert not ReviewRing.objects.exists()


def test_accept_refuses_what_is_no_ring_of_today(cast: Cast) -> None:
    group, milestone = cast.clover, cast.milestones[0]
    order = [cast.enrolment(name).pk for name in ("ana", "bruno", "chidi")]

    def accept() -> ReviewRing:
        return accept_ring(group=group, milestone=milestone, order=order, by=cast.marta, at=NOW)

    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    move_student(enrolment=cast.enrolment("chidi"), group=fern, on=TODAY, reason="", by=cast.ines, at=NOW)
    with pytest.raises(ReviewError, match="The members of the group have changed"):
        accept()
    order.pop()
    accept()
    with pytest.raises(ReviewError, match="set already"):
        accept()


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
def test_two_mentors_at_once_accept_one_ring() -> None:
    cast = make_cast()
    order = [cast.enrolment(name).pk for name in ("ana", "bruno", "chidi")]
    outcomes = at_once(
        *[
            lambda: accept_ring(
                group=cast.clover, milestone=cast.milestones[0], order=order, by=cast.marta, at=NOW
            )
        ]
        * 2
    )
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == [
        "The reviewers at LLM basics are set already."
    ]
