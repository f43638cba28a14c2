from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.models import Milestone
from groups.models import Enrolment
from lib.refusals import Refused
from tests.conftest import Cast
from tests.factories.courses import MilestoneFactory
from tests.factories.tracker import CodeReviewFactory
from tests.moving import end_enrolment
from tracker.actions.reviews import approve, ask_for_changes, hand_in, request_review
from tracker.models import CodeReview

State = CodeReview.State
URL = "https://example.com/ana/rag"


def ask(cast: Cast, author: str, reviewer: str, **changed: Any) -> CodeReview:
    of: dict[str, Any] = {
        "group": cast.clover,
        "author": cast.enrolment(author),
        "reviewer": cast.enrolment(reviewer),
        "milestone": cast.milestones[3],
        "url": URL,
        "note": "Look at the second cell.",
        "by": cast.person(author),
        "at": timezone.now(),
    }
    return request_review(**(of | changed))


def refusal(cast: Cast, author: str, reviewer: str, **changed: Any) -> tuple[str, str]:
    """The field and the words with which a request is refused."""
    with pytest.raises(Refused) as refused:
        ask(cast, author, reviewer, **changed)
    assert not CodeReview.objects.filter(author=cast.enrolment(author)).exists()
    return refused.value.field, str(refused.value)


def make_group_of_two(cast: Cast) -> None:
    end_enrolment(
        enrolment=cast.enrolment("chidi"),
        on=date(2026, 9, 10),
        end_reason="dropped",
        by=cast.ines,
        at=timezone.now(),
    )


def kept(review: CodeReview) -> list[tuple[str, str, str]]:
    records = review.history.order_by("history_date", "history_id").select_related("history_user")
    return [(record.state, record.note, record.history_user.name) for record in records]


def last_active(enrolment: Enrolment) -> datetime | None:
    enrolment.refresh_from_db()
    return enrolment.last_active_at


def test_request_review_keeps_who_asked_whom(cast: Cast) -> None:
    review = ask(cast, "ana", "bruno")
    assert (review.group, review.author, review.reviewer, review.milestone, review.url) == (
        cast.clover, cast.enrolment("ana"), cast.enrolment("bruno"), cast.milestones[3], URL,
    )  # fmt: skip
    assert (review.state, review.requested_at, review.changed_at) == (
        State.REQUESTED,
        timezone.now(),
        timezone.now(),
    )
    assert kept(review) == [(State.REQUESTED, "Look at the second cell.", "Ana Ruivo")]
    assert last_active(cast.enrolment("ana")) == timezone.now()
    assert last_active(cast.enrolment("bruno")) is None


def test_request_review_refuses_oneself(cast: Cast) -> None:
    assert refusal(cast, "ana", "ana") == (
        "reviewer",
        "You cannot review your own code. Choose someone else in your group.",
    )


def test_request_review_refuses_who_is_in_another_group(cast: Cast) -> None:
    assert refusal(cast, "ana", "dalia") == (
        "reviewer",
        "Dalia Haddad is not in Clover. Choose someone who is.",
    )
    assert refusal(cast, "dalia", "ana") == ("", "Dalia Haddad is not in Clover.")


def test_request_review_refuses_who_has_left_the_group(cast: Cast) -> None:
    make_group_of_two(cast)
    assert refusal(cast, "ana", "chidi")[0] == "reviewer"


@pytest.mark.parametrize("url", ["ftp://example.com/code", "javascript:alert(1)", "https:/x", "code.py", ""])
def test_request_review_refuses_what_is_no_address_of_the_web(cast: Cast, url: str) -> None:
    assert refusal(cast, "ana", "bruno", url=url) == (
        "url",
        "Enter a URL that starts with https:// or http://.",
    )


def test_same_request_twice_is_one(cast: Cast) -> None:
    assert ask(cast, "ana", "bruno") == ask(cast, "ana", "bruno")
    assert CodeReview.objects.get().history.count() == 1


def test_request_review_refuses_the_same_code_once_it_was_answered(cast: Cast) -> None:
    ask(cast, "ana", "bruno")
    CodeReview.objects.update(state=State.APPROVED)
    with pytest.raises(Refused, match="Bruno Sá is already reviewing this code") as refused:
        ask(cast, "ana", "bruno")
    assert refused.value.field == "url"
    ask(cast, "ana", "chidi")
    ask(cast, "ana", "bruno", url=f"{URL}-2")
    assert CodeReview.objects.count() == 3


def test_request_review_refuses_a_milestone_of_another_course(cast: Cast) -> None:
    elsewhere: Milestone = MilestoneFactory.create(title="Variance")
    assert refusal(cast, "ana", "bruno", milestone=elsewhere)[0] == "milestone"


def test_request_review_refuses_a_closed_cohort(cast: Cast) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert refusal(cast, "ana", "bruno") == ("", "Autumn 2026 is closed. You can no longer ask for reviews.")


def test_request_review_refuses_each_others_code_in_a_group_of_three(cast: Cast) -> None:
    ask(cast, "bruno", "ana")
    field, words = refusal(cast, "ana", "bruno")
    assert field == "reviewer"
    assert words.startswith("You review Bruno Sá’s code for RAG. Choose someone else")


def test_request_review_takes_each_others_code_for_another_milestone(cast: Cast) -> None:
    ask(cast, "bruno", "ana", milestone=cast.milestones[0])
    ask(cast, "ana", "bruno")
    assert CodeReview.objects.count() == 2


def test_request_review_takes_each_others_code_in_a_group_of_two(cast: Cast) -> None:
    make_group_of_two(cast)
    ask(cast, "bruno", "ana")
    ask(cast, "ana", "bruno")
    assert CodeReview.objects.count() == 2


def test_a_review_goes_from_request_by_way_of_changes_to_approval(cast: Cast) -> None:
    ana, bruno = cast.person("ana"), cast.person("bruno")
    review = ask(cast, "ana", "bruno")
    later = timezone.now() + timedelta(hours=1)
    ask_for_changes(review=review, note="Name the loops.", by=bruno, at=later)
    again = hand_in(
        seen=State.CHANGES_ASKED, review=review, url=f"{URL}-2", note="They have names now.", by=ana, at=later
    )
    assert (again.state, again.url, again.requested_at) == (State.REQUESTED, f"{URL}-2", timezone.now())
    approved = approve(review=review, note="", by=bruno, at=later)
    assert (approved.state, approved.changed_at) == (State.APPROVED, later)
    assert kept(review) == [
        (State.REQUESTED, "Look at the second cell.", "Ana Ruivo"),
        (State.CHANGES_ASKED, "Name the loops.", "Bruno Sá"),
        (State.REQUESTED, "They have names now.", "Ana Ruivo"),
        (State.APPROVED, "", "Bruno Sá"),
    ]
    assert last_active(cast.enrolment("bruno")) == later


@pytest.mark.parametrize("who", ["ana", "chidi", "marta", "ines"])
@pytest.mark.parametrize("judge", [approve, ask_for_changes])
def test_nobody_but_the_reviewer_judges(cast: Cast, judge: Any, who: str) -> None:
    review = ask(cast, "ana", "bruno")
    with pytest.raises(Refused, match="Only Bruno Sá can review this code"):
        judge(review=review, note="Fine.", by=cast.person(who), at=timezone.now())
    review.refresh_from_db()
    assert review.state == State.REQUESTED


@pytest.mark.parametrize("who", ["bruno", "chidi", "marta", "ines"])
def test_nobody_but_the_author_hands_in_again(cast: Cast, who: str) -> None:
    review = ask(cast, "ana", "bruno")
    ask_for_changes(review=review, note="Name the loops.", by=cast.person("bruno"), at=timezone.now())
    with pytest.raises(Refused, match="Only Ana Ruivo can change this request"):
        hand_in(
            seen=State.CHANGES_ASKED, review=review, url=URL, note="", by=cast.person(who), at=timezone.now()
        )
    review.refresh_from_db()
    assert review.state == State.CHANGES_ASKED


def test_ask_for_changes_needs_words(cast: Cast) -> None:
    review = ask(cast, "ana", "bruno")
    with pytest.raises(Refused, match="Enter the changes needed") as refused:
        ask_for_changes(review=review, note=" ", by=cast.person("bruno"), at=timezone.now())
    assert refused.value.field == "note"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.CHANGES_ASKED, "Ana Ruivo has not resubmitted it yet"),
        (State.APPROVED, "This code is already approved"),
    ],
)
@pytest.mark.parametrize("judge", [approve, ask_for_changes])
def test_judging_waits_for_the_code(cast: Cast, judge: Any, state: State, words: str) -> None:
    review = ask(cast, "ana", "bruno")
    CodeReview.objects.update(state=state)
    with pytest.raises(Refused, match=words):
        judge(review=review, note="Fine.", by=cast.person("bruno"), at=timezone.now())


@pytest.mark.parametrize("state", [State.REQUESTED, State.APPROVED])
def test_handing_in_again_waits_for_changes_being_asked(cast: Cast, state: State) -> None:
    review = ask(cast, "ana", "bruno")
    CodeReview.objects.update(state=state)
    with pytest.raises(Refused, match="Bruno Sá has not asked for changes"):
        hand_in(
            seen=State.CHANGES_ASKED,
            review=review,
            url=URL,
            note="",
            by=cast.person("ana"),
            at=timezone.now(),
        )


def test_handing_in_again_refuses_the_address_of_another_review(cast: Cast) -> None:
    review = ask(cast, "ana", "bruno")
    ask(cast, "ana", "bruno", url=f"{URL}-2")
    CodeReview.objects.update(state=State.CHANGES_ASKED)
    with pytest.raises(Refused, match="already in review") as refused:
        hand_in(
            seen=State.CHANGES_ASKED,
            review=review,
            url=f"{URL}-2",
            note="",
            by=cast.person("ana"),
            at=timezone.now(),
        )
    assert refused.value.field == "url"
    assert (
        hand_in(
            seen=State.CHANGES_ASKED,
            review=review,
            url=URL,
            note="",
            by=cast.person("ana"),
            at=timezone.now(),
        ).url
        == URL
    )


def test_nothing_is_changed_in_a_closed_cohort(cast: Cast) -> None:
    requested = ask(cast, "ana", "bruno")
    asked_for = CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("chidi"),
        milestone=cast.milestones[0],
        state=State.CHANGES_ASKED,
    )
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    now = timezone.now()
    for attempt in (
        lambda: approve(review=requested, note="", by=cast.person("bruno"), at=now),
        lambda: ask_for_changes(review=requested, note="More.", by=cast.person("bruno"), at=now),
        lambda: hand_in(
            seen=State.CHANGES_ASKED, review=asked_for, url=URL, note="", by=cast.person("ana"), at=now
        ),
    ):
        with pytest.raises(Refused, match="Autumn 2026 is closed"):
            attempt()


def test_who_has_left_the_cohort_judges_no_more(cast: Cast) -> None:
    review = ask(cast, "ana", "chidi")
    make_group_of_two(cast)
    with pytest.raises(Refused, match="Chidi Okafor is no longer enrolled in Autumn 2026"):
        approve(review=review, note="", by=cast.person("chidi"), at=timezone.now())
