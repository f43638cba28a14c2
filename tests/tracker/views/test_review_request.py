from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import Cast, SignIn
from tests.factories.tracker import CodeReviewFactory
from tests.moving import end_enrolment, move_student
from tracker.models import CodeReview


def url_of(cast: Cast) -> str:
    return reverse("tracker:review-request", args=[cast.clover.pk])


def ask(browser: Client, cast: Cast, **changed: Any) -> Any:
    posted = {
        "milestone": cast.milestones[3].pk,
        "reviewer": cast.enrolment("bruno").pk,
        "url": "https://example.com/ana/rag",
        "note": "Look at the second cell.",
    }
    return browser.post(url_of(cast), posted | changed)


def end(cast: Cast, who: str) -> None:
    end_enrolment(
        enrolment=cast.enrolment(who),
        on=date(2026, 9, 10),
        end_reason="dropped",
        by=cast.ines,
        at=timezone.now(),
    )


def said(response: Any) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def test_review_request_offers_the_others_of_the_group(cast: Cast, as_: SignIn) -> None:
    response = as_("ana").get(url_of(cast), {"milestone": cast.milestones[2].pk})
    form = response.context["form"]
    assert [str(person) for person in form.fields["reviewer"].queryset.values_list("person__name", flat=True)] == [
        "Bruno Sá",
        "Chidi Okafor",
    ]  # fmt: skip
    assert f'value="{cast.milestones[2].pk}" selected' in response.content.decode()


def test_review_request_offers_who_is_in_the_group_today(cast: Cast, as_: SignIn) -> None:
    """Bruno goes to Juniper on Monday, and Dalia comes from there."""
    for who, to in (("bruno", cast.juniper), ("dalia", cast.clover)):
        move_student(
            enrolment=cast.enrolment(who), group=to, on=date(2026, 9, 21), by=cast.ines, at=timezone.now()
        )
    offered = as_("ana").get(url_of(cast)).context["form"].fields["reviewer"].queryset
    assert {row.person.name for row in offered} == {"Bruno Sá", "Chidi Okafor"}


def test_review_request_is_saved_and_told(cast: Cast, as_: SignIn) -> None:
    response = ask(as_("ana"), cast)
    review = CodeReview.objects.get()
    assert (review.author, review.reviewer, review.state, review.note) == (
        cast.enrolment("ana"), cast.enrolment("bruno"), "requested", "Look at the second cell.",
    )  # fmt: skip
    assert response["Location"] == review.get_absolute_url()
    assert said(response) == [("success", "Bruno Sá was asked to review your code for RAG.")]


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"url": "ftp://example.com/code"}, "url", "Enter a URL that starts with https:// or http://."),
        ({"url": "javascript:alert(1)"}, "url", "Enter a valid URL."),
        ({"url": ""}, "url", "This field is required."),
        ({"reviewer": ""}, "reviewer", "This field is required."),
    ],
)
def test_review_request_is_refused_beside_the_field(
    cast: Cast, as_: SignIn, changed: dict[str, str], field: str, words: str
) -> None:
    response = ask(as_("ana"), cast, **changed)
    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert words in response.content.decode()
    assert not CodeReview.objects.exists()


@pytest.mark.parametrize("reviewer", ["ana", "dalia"])
def test_review_request_of_oneself_or_a_stranger_is_no_choice(cast: Cast, as_: SignIn, reviewer: str) -> None:
    response = ask(as_("ana"), cast, reviewer=cast.enrolment(reviewer).pk)
    assert list(response.context["form"].errors) == ["reviewer"]
    assert not CodeReview.objects.exists()


def test_review_request_of_each_others_code_is_refused_in_a_group_of_three(cast: Cast, as_: SignIn) -> None:
    ask(as_("bruno"), cast, reviewer=cast.enrolment("ana").pk)
    response = ask(as_("ana"), cast)
    (words,) = response.context["form"].errors["reviewer"]
    assert words.startswith("You review Bruno Sá’s code for RAG. Choose someone else")
    assert CodeReview.objects.count() == 1


def test_review_request_of_each_others_code_is_taken_in_a_group_of_two(cast: Cast, as_: SignIn) -> None:
    end(cast, "chidi")
    assert [level for level, _ in said(ask(as_("bruno"), cast, reviewer=cast.enrolment("ana").pk))] == [
        "success"
    ]
    assert [level for level, _ in said(ask(as_("ana"), cast))] == ["success"]
    assert CodeReview.objects.count() == 2


def test_review_request_twice_is_refused(cast: Cast, as_: SignIn) -> None:
    CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[3],
        url="https://example.com/ana/rag",
    )
    errors = ask(as_("ana"), cast).context["form"].errors
    assert errors == {"url": ["Bruno Sá is already reviewing this code."]}


def test_review_request_in_a_closed_cohort_is_not_offered(cast: Cast, as_: SignIn) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    html = as_("ana").get(url_of(cast)).content.decode()
    assert "You can no longer ask for reviews." in html
    assert "https://" not in html
    ask(as_("ana"), cast)
    assert not CodeReview.objects.exists()


def test_review_request_of_who_is_alone_says_so(cast: Cast, as_: SignIn) -> None:
    end(cast, "bruno")
    end(cast, "chidi")
    assert "You are the only student in your group" in as_("ana").get(url_of(cast)).content.decode()


def test_who_was_asked_least_in_the_group_is_the_first_reviewer(cast: Cast, as_: SignIn) -> None:
    def reviewers() -> list[str]:
        return [label for _, label in as_("ana").get(url_of(cast)).context["form"]["reviewer"].field.choices]

    assert reviewers() == ["Bruno Sá", "Chidi Okafor"]
    CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[0], author=cast.enrolment("chidi"),
        reviewer=cast.enrolment("bruno"),
    )  # fmt: skip
    assert reviewers() == ["Chidi Okafor", "Bruno Sá"]
