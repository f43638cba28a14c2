from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from tests.conftest import Cast
from tests.factories.courses import CohortFactory
from tests.factories.people import UserFactory


@pytest.mark.parametrize(
    ("who", "page"),
    [("ana", "tracker:my-week"), ("marta", "tracker:my-groups"), ("zoe", "groups:course-list")],
)
def test_home_leads_to_the_page_with_ones_question(
    cast: Cast, as_: Callable[[str], Client], who: str, page: str
) -> None:
    assert as_(who).get("/").headers["Location"] == reverse(page)


def test_home_leads_a_course_admin_to_the_board_of_the_one_cohort_that_runs(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    CohortFactory.create(course=cast.course, starts_on=date(2026, 1, 5), closed_on=date(2026, 3, 1))
    CohortFactory.create(course=cast.course, starts_on=date(2026, 9, 21))
    assert as_("ines").get("/").headers["Location"] == reverse("tracker:board", args=[cast.cohort.pk])
    Cohort.objects.update(closed_on=None)
    assert as_("ines").get("/").headers["Location"] == reverse("groups:course-list")


def test_home_says_what_comes_to_who_is_in_nothing_yet(client: Client, db: None) -> None:
    client.force_login(UserFactory.create())
    assert "You are not in a group yet" in client.get("/").content.decode()


def test_home_leads_an_operator_and_who_mentored_on(
    cast: Cast, as_: Callable[[str], Client], client: Client
) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get("/").headers["Location"] == reverse("groups:course-list")
    cast.clover.mentorships.update(ended_on=date(2026, 9, 14))
    assert as_("marta").get("/").headers["Location"] == reverse("tracker:my-groups")
