from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from tests.conftest import Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CodeReviewFactory
from tests.refusals import outcome
from tracker.access.progress import oneself_to_mark
from tracker.access.reviews import (
    review_to_hand_in,
    review_to_judge,
    review_to_read,
    reviews_visible_to,
)
from tracker.models import CodeReview

EVERYBODY = ["ana", "bruno", "chidi", "dalia", "marta", "tomas", "ines", "zoe"]


@pytest.fixture
def review(cast: Cast) -> CodeReview:
    """Ana's code, read by Bruno; and one of Juniper that nobody of Clover may read."""
    CodeReviewFactory.create(
        group=cast.juniper,
        author=cast.enrolment("dalia"),
        reviewer=cast.enrolment("emre"),
        milestone=cast.milestones[0],
    )
    return CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
    )


def test_reviews_are_visible_to_the_group_and_who_leads_it(cast: Cast, review: CodeReview) -> None:
    readers = {who for who in EVERYBODY if review in reviews_visible_to(cast.person(who), timezone.now())}
    assert readers == {"ana", "bruno", "chidi", "marta", "ines"}
    assert list(reviews_visible_to(cast.person("ana"), timezone.now())) == [review]


def test_reviews_stay_visible_to_author_and_reviewer_who_left(cast: Cast, review: CodeReview) -> None:
    for stay in (cast.ana, cast.bruno, cast.chidi):
        stay.ended_on, stay.end_reason = date(2026, 9, 16), "moved"
        stay.save()
    readers = {who for who in EVERYBODY if review in reviews_visible_to(cast.person(who), timezone.now())}
    assert readers == {"ana", "bruno", "marta", "ines"}


@pytest.mark.parametrize(
    ("requested_at", "is_theirs"),
    [
        # The days of the mentorship are days in Lisbon, one hour ahead of UTC in September.
        (datetime(2026, 8, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 8, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 9, 7, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 9, 7, 23, 0, tzinfo=UTC), False),
    ],
)
def test_reviews_are_visible_to_who_mentored_when_they_were_asked_for(
    cast: Cast, review: CodeReview, requested_at: datetime, is_theirs: bool
) -> None:
    rui = UserFactory.create(name="Rui Alves")
    MentorshipFactory.create(
        group=cast.clover, person=rui, started_on=date(2026, 9, 1), ended_on=date(2026, 9, 8)
    )
    CodeReview.objects.filter(pk=review.pk).update(requested_at=requested_at)
    assert list(reviews_visible_to(rui, timezone.now())) == ([review] if is_theirs else [])


@pytest.mark.parametrize(
    ("fetch", "allowed"),
    [
        (review_to_read, {"ana", "bruno", "chidi", "marta", "ines"}),
        (review_to_judge, {"bruno"}),
        (review_to_hand_in, {"ana"}),
    ],
)
def test_a_review_is_fetched_for_whom_it_is(
    cast: Cast, review: CodeReview, fetch: object, allowed: set[str]
) -> None:
    outcomes = {who: outcome(fetch, cast.person(who), review.pk, timezone.now()) for who in EVERYBODY}
    expected = {who: "yes" if who in allowed else "403" for who in EVERYBODY} | {"zoe": "404"}
    assert outcomes == expected
    assert outcome(fetch, cast.person("ines"), 99, timezone.now()) == "404"


def test_a_review_is_asked_for_by_members(cast: Cast) -> None:
    outcomes = {
        who: outcome(oneself_to_mark, cast.person(who), cast.clover.pk, timezone.now()) for who in EVERYBODY
    }
    members = {"ana", "bruno", "chidi"}
    assert outcomes == {who: "yes" if who in members else "403" for who in EVERYBODY} | {"zoe": "404"}


@pytest.mark.parametrize(
    ("state", "deeds"),
    [
        ("requested", {"ana": "hand in", "bruno": "judge"}),
        ("changes_asked", {"ana": "hand in"}),
        ("approved", {}),
    ],
)
def test_author_and_reviewer_change_a_review_in_turn(
    cast: Cast, review: CodeReview, state: str, deeds: dict[str, str]
) -> None:
    CodeReview.objects.filter(pk=review.pk).update(state=state)
    found = {}
    for who in ("ana", "bruno", "chidi", "marta", "ines"):
        access = review_to_read(cast.person(who), review.pk, timezone.now())
        if access.may_judge or access.may_hand_in:
            found[who] = "judge" if access.may_judge else "hand in"
    assert found == deeds


def test_a_review_says_why_nothing_will_happen_any_more(cast: Cast, review: CodeReview) -> None:
    def notices() -> tuple[str, ...]:
        return review_to_read(cast.person("chidi"), review.pk, timezone.now()).notices

    assert notices() == ()
    bruno = cast.enrolment("bruno")
    bruno.ended_on, bruno.end_reason = date(2026, 9, 16), "dropped"
    bruno.save()
    assert notices() == ("Bruno Sá is no longer enrolled in Autumn 2026.",)
    assert not review_to_read(cast.person("bruno"), review.pk, timezone.now()).may_judge
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert notices() == ("Autumn 2026 is closed. You can read its reviews but not change them.",)
    CodeReview.objects.filter(pk=review.pk).update(state="approved")
    assert notices() == ()
