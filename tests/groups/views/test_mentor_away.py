from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Cohort
from groups.actions.mentorship import end_mentorship
from groups.models import MentorAway
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorshipFactory

URL = "/away/"


def away_rows() -> list[tuple[str, str, str, str]]:
    rows = MentorAway.objects.select_related("mentorship__group", "mentorship__person").order_by("pk")
    return [
        (row.mentorship.person.name, row.mentorship.group.name, f"{row.starts_on}", f"{row.ends_on}")
        for row in rows
    ]


def fields(cast: Cast, **more: Any) -> dict[str, Any]:
    mentorships = [mentorship.pk for mentorship in cast.marta.mentorships.order_by("pk")]
    return {"starts_on": "2026-09-21", "ends_on": "2026-09-25", "mentorships": mentorships, **more}


def test_away_is_told_for_every_group_and_says_whom_to_ask(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    browser = as_("marta")
    assert browser.get(URL).content.decode().count('type="checkbox"') == 2
    page = browser.post(URL, fields(cast), follow=True).content.decode()
    assert away_rows() == [
        ("Marta Pires", "Clover", "2026-09-21", "2026-09-25"),
        ("Marta Pires", "Juniper", "2026-09-21", "2026-09-25"),
    ]
    assert (
        "You are away Mon 21 to Fri 25 September. Your stand-in, or else a course admin, gets an e-mail."
        in page
    )
    assert '<a href="mailto:ines@example.com">Inês Duarte</a>' in page
    assert "you are away Mon 21 to Fri 25 September" in browser.get("/groups/").content.decode()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "groups"),
    [
        ("2026-09-18", "2026-09-21", ["Clover"]),
        ("2026-09-18", "2026-09-22", ["Clover", "Juniper"]),
        ("2026-09-24", "2026-09-30", ["Clover", "Juniper"]),
        ("2026-09-25", "2026-09-30", ["Clover"]),
    ],
)
def test_stand_in_is_away_too_on_the_days_on_which_they_stand_in(
    cast: Cast, as_: SignIn, starts_on: str, ends_on: str, groups: list[str]
) -> None:
    MentorshipFactory.create(
        group=cast.juniper, person=cast.marta, role="cover",
        started_on=date(2026, 9, 22), ended_on=date(2026, 9, 25),
    )  # fmt: skip
    browser = as_("marta")
    assert browser.get(URL).text.count('type="checkbox"') == 2
    browser.post(URL, fields(cast, starts_on=starts_on, ends_on=ends_on))
    assert away_rows() == [("Marta Pires", group, starts_on, ends_on) for group in groups]
    for away in MentorAway.objects.all():
        browser.post(reverse("groups:mentor-away-remove", args=[away.pk]))
    assert away_rows() == []


def test_days_away_are_removed_by_their_mentor(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(URL, fields(cast))
    remove = reverse("groups:mentor-away-remove", args=[MentorAway.objects.get().pk])
    told = {name: as_(name).post(remove).status_code for name in ("ana", "tomas", "zoe")}
    assert told == {"ana": 403, "tomas": 403, "zoe": 404}
    assert MentorAway.objects.exists()
    page = as_("marta").post(remove, follow=True).content.decode()
    assert "Removed your days away from Clover." in page
    assert not MentorAway.objects.exists()


def test_days_away_are_removed_in_a_closed_cohort_too(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(URL, fields(cast))
    Cohort.objects.update(closed_on=NOW.date())
    as_("marta").post(reverse("groups:mentor-away-remove", args=[MentorAway.objects.get().pk]))
    assert away_rows() == []
    assert "You mentor no group at the moment" in as_("marta").get(URL).text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"ends_on": "2026-09-20"}, "The last day is before the first day."),
        ({"starts_on": "2026-09-01", "ends_on": "2026-09-15"}, "The last day has passed already."),
        ({"mentorships": []}, "Choose at least one group."),
        (
            {"starts_on": "2026-09-30", "ends_on": "2026-10-02"},
            "Marta Pires is away from Clover from 1 October to 9 October 2026 already.",
        ),
        ({"starts_on": ""}, "This field is required."),
    ],
)
def test_away_that_cannot_be_is_refused(cast: Cast, as_: SignIn, changes: dict[str, Any], error: str) -> None:
    MentorAway.objects.create(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 9)
    )
    page = as_("marta").post(URL, fields(cast, **changes)).content.decode()
    assert error in page
    assert MentorAway.objects.count() == 1


def test_away_from_another_mentors_group_is_refused(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(URL, fields(cast, mentorships=[cast.juniper.mentorships.get().pk]))
    assert away_rows() == []


def test_away_of_who_mentors_nobody_has_no_form(cast: Cast, as_: SignIn) -> None:
    page = as_("ana").get(URL).content.decode()
    assert "You mentor no group at the moment" in page
    assert 'name="starts_on"' not in page


def test_away_of_a_mentorship_that_ended_is_left_as_it_was(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(URL, fields(cast))
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 16), by=cast.ines, at=NOW)
    remove = reverse("groups:mentor-away-remove", args=[MentorAway.objects.get().pk])
    assert as_("marta").post(remove).status_code == 403
    assert MentorAway.objects.exists()
