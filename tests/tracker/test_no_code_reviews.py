"""A course without code reviews: what has begun is read and finished, nothing is begun, reminded of or counted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import Course
from lib.refusals import Refused
from people.models import Event
from telling.actions.promises import tell_of_promises
from tests.conftest import NOW, Cast, SignIn
from tests.factories.tracker import CodeReviewFactory
from tests.mails import deliver
from tests.messages import said
from tests.tracker.dashboards.test_board import list_of
from tracker.actions.reviews import ask_for_changes, hand_in, request_review
from tracker.dashboards.board.places import BoardList
from tracker.dashboards.closing import open_in
from tracker.models import CodeReview


@pytest.fixture
def late(cast: Cast) -> CodeReview:
    """Bruno lets Ana wait for longer than promised, in a course whose code reviews are off by now."""
    at = NOW - timedelta(days=8)
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    review = request_review(
        group=cast.clover, author=ana, reviewer=bruno, milestone=cast.milestones[0], url="https://example.com/1",
        note="", by=ana.person, at=at,
    )  # fmt: skip
    deliver(at)
    Course.objects.update(has_code_reviews=False)
    return review


def test_what_has_begun_is_read_and_finished(cast: Cast, as_: SignIn, late: CodeReview) -> None:
    week = as_("bruno").get("/week/", follow=True).text
    assert late.get_absolute_url() in week
    assert "Ask for a review" not in week
    assert "Waiting for you" in week
    page = as_("bruno").get(late.get_absolute_url()).text
    assert "Ask for changes" in page
    ana, bruno = cast.person("ana"), cast.person("bruno")
    ask_for_changes(review=late, note="Tests", by=bruno, at=NOW)
    hand_in(review=late, seen="changes_asked", url=late.url, note="", by=ana, at=NOW)
    said(as_("bruno").post(reverse("tracker:review-approve", args=[late.pk]), {"note": ""}))
    late.refresh_from_db()
    assert late.state == "approved"
    assert late.get_absolute_url() in as_("ines").get(cast.clover.get_absolute_url()).text


def test_no_review_is_begun(cast: Cast, as_: SignIn) -> None:
    Course.objects.update(has_code_reviews=False)
    url = reverse("tracker:review-request", args=[cast.clover.pk])
    browser = as_("ana")
    assert "This course has no code reviews" in browser.get(url).text
    assert "Code reviews" not in browser.get("/week/", follow=True).text
    assert "code review" not in as_("marta").get(cast.clover.get_absolute_url(), follow=True).text.lower()
    for who in ("ana", "marta"):
        page = as_(who).get("/questions/").text
        assert reverse("tracker:review-list") not in page
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    with pytest.raises(Refused, match="has no code reviews"):
        request_review(
            group=cast.clover, author=ana, reviewer=bruno, milestone=cast.milestones[0], url="https://example.com/1",
            note="", by=ana.person, at=NOW,
        )  # fmt: skip
    assert not CodeReview.objects.exists()


def test_nobody_is_reminded(cast: Cast, late: CodeReview, mailoutbox: list[object]) -> None:
    mailoutbox.clear()
    at = timezone.now()
    tell_of_promises(NOW - timedelta(days=3))
    assert not Event.objects.filter(kind="promise_passed").exists()
    # A review that was told before the switch is not mailed after it.
    Course.objects.update(has_code_reviews=True)
    tell_of_promises(late.changed_at + timedelta(days=5))
    assert Event.objects.filter(kind="promise_passed").count() == 1
    Course.objects.update(has_code_reviews=False)
    deliver(at)
    assert mailoutbox == []


def test_none_is_counted(cast: Cast, as_: SignIn, late: CodeReview) -> None:
    CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[1], state="approved", author=cast.enrolment("ana"),
        reviewer=cast.enrolment("chidi"),
    )  # fmt: skip
    cast.cohort.course.refresh_from_db()
    mentors = list_of(cast, BoardList.MENTORS)
    page = as_("bruno").get(reverse("tracker:review-list")).text
    assert ("1 review waits for you" in page, late.get_absolute_url() in page) == (False, True)
    assert {row.stale_review_count for row in mentors["page"]} == {0}
    assert "review" not in open_in(cast.cohort, cast.ines, NOW).frozen_label


def test_new_course_is_asked_and_the_promise_belongs_to_reviews(cast: Cast, as_: SignIn) -> None:
    cast.ines.is_staff = True
    cast.ines.save()
    browser = as_("ines")
    assert 'name="has_code_reviews"' in browser.get(reverse("groups:course-new")).text
    fields = {"title": "Means", "group_size": "3", "weekly_minutes": "30"}
    browser.post(reverse("groups:course-new"), fields)
    course = Course.objects.get(title="Means")
    assert not course.has_code_reviews
    thresholds = reverse("groups:course-thresholds", args=[course.slug])
    assert "review_days" not in browser.get(thresholds).text
    assert "review_days" in browser.get(reverse("groups:course-thresholds", args=[cast.course.slug])).text
