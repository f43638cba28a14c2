from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast, SignIn
from tests.factories.courses import MilestoneFactory
from tests.messages import said
from tracker.models import Progress


def note(browser: Client, cast: Cast, hours: str, **headers: str) -> Any:
    url = reverse("tracker:progress-hours", args=[cast.clover.pk, cast.milestones[1].pk])
    return browser.post(url, {"hours": hours, "next": "/week/"}, headers=headers)


def noted() -> list[tuple[str, Decimal | None, str]]:
    return [(row.milestone.title, row.hours, row.state) for row in Progress.objects.all()]


def test_progress_hours_are_noted_and_can_be_undone(cast: Cast, as_: SignIn) -> None:
    response = note(as_("ana"), cast, "2.5")
    assert response["Location"] == "/week/"
    assert noted() == [("Prompt engineering", Decimal("2.5"), "not_started")]
    assert said(response).startswith("2.5 h on Prompt engineering noted. \n<form")
    assert "/undo/" in said(response)


@pytest.mark.parametrize("hours", ["3,5", "3.5", " 3,50 "])
def test_progress_hours_may_have_a_comma(cast: Cast, as_: SignIn, hours: str) -> None:
    note(as_("ana"), cast, hours)
    assert noted() == [("Prompt engineering", Decimal("3.5"), "not_started")]


def test_progress_hours_are_typed_as_text_so_that_nothing_is_erased(cast: Cast, as_: SignIn) -> None:
    html = as_("ana").get(reverse("tracker:week", args=[cast.clover.pk])).content.decode()
    assert '<input type="text" name="hours" inputmode="decimal"' in html


def test_progress_hours_left_empty_are_taken_away(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    note(browser, cast, "10")
    response = note(browser, cast, "")
    assert list(get_messages(response.wsgi_request))[-1].message.startswith(
        "No hours on Prompt engineering noted."
    )
    assert noted() == [("Prompt engineering", None, "not_started")]


@pytest.mark.parametrize(
    ("hours", "error"),
    [
        ("-1", "Hours cannot be negative."),
        ("501", "Enter hours between 0 and 500, such as 2.5."),
        ("two", "Enter hours between 0 and 500, such as 2.5."),
        ("1.234", "Enter hours between 0 and 500, such as 2.5."),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "week"}])
def test_progress_hours_that_are_none_are_told_beside_the_field(
    cast: Cast, as_: SignIn, hours: str, error: str, headers: dict[str, str]
) -> None:
    response = note(as_("ana"), cast, hours, **headers)
    html = response.content.decode()
    assert response.status_code == 422
    assert error in html
    assert f'name="hours" value="{hours}"' in html
    assert 'aria-describedby="id_hours_error"' in html
    assert "Prompt engineering</h1>" in html
    assert ("<html" in html) is not bool(headers)
    assert noted() == []


def test_progress_hours_on_a_milestone_of_another_course_are_not_found(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:progress-hours", args=[cast.clover.pk, MilestoneFactory.create().pk])
    assert as_("ana").post(url, {"hours": "1"}).status_code == 404


def test_progress_hours_in_a_closed_cohort_say_why_not(cast: Cast, as_: SignIn) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert said(note(as_("ana"), cast, "1")).startswith("Autumn 2026 was closed")
    assert noted() == []
