from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from tests.conftest import Cast, SignIn
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.people import UserFactory


@pytest.mark.parametrize(
    ("who", "page"),
    [("ana", "tracker:my-week"), ("marta", "tracker:my-groups"), ("zoe", "groups:course-list")],
)
def test_home_leads_to_the_page_with_ones_question(cast: Cast, as_: SignIn, who: str, page: str) -> None:
    assert as_(who).get("/").headers["Location"] == reverse(page)


def test_home_leads_a_course_admin_to_the_board_of_the_cohort_that_began_last_and_names_the_others(
    cast: Cast, as_: SignIn
) -> None:
    dates = {"starts_on": date(2026, 1, 5), "closed_on": date(2026, 3, 1)}
    CohortFactory.create(course=cast.course, title="Spring 2026", **dates)
    CohortFactory.create(course=cast.course, title="Winter 2026", starts_on=date(2026, 9, 21))
    browser, board = as_("ines"), reverse("tracker:board", args=[cast.cohort.pk])
    assert browser.get("/").headers["Location"] == board
    shown = browser.get(board).context["running_cohorts"]
    assert [(str(cohort), cohort.when) for cohort in shown] == [
        ("Autumn 2026", "week 3 of 4"),
        ("Winter 2026", "from Monday"),
    ]
    means = CourseFactory.create(title="Means")
    means.admins.create(person=cast.ines)
    CohortFactory.create(course=means, title="Summer 2026", starts_on=date(2026, 6, 1))
    Cohort.objects.update(closed_on=None)
    assert browser.get("/").headers["Location"] == board
    page = " ".join(browser.get(board).text.split())
    shown = browser.get(board).context["running_cohorts"]
    assert [str(cohort) for cohort in shown] == ["Spring 2026", "Summer 2026", "Autumn 2026", "Winter 2026"]
    # In the menu of a wide window, and in that of a phone.
    assert page.count("Means,") == 2
    # Of those that are still to begin, the next.
    Cohort.objects.exclude(title="Winter 2026").update(starts_on=date(2026, 9, 28))
    winter = Cohort.objects.get(title="Winter 2026")
    assert browser.get("/").headers["Location"] == reverse("tracker:board", args=[winter.pk])


def test_home_says_what_comes_to_who_is_in_nothing_yet(client: Client, db: None) -> None:
    client.force_login(UserFactory.create())
    assert "You are not in a group yet" in client.get("/").content.decode()


def test_home_leads_an_operator_and_who_mentored_on(cast: Cast, as_: SignIn, client: Client) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get("/").headers["Location"] == reverse("groups:course-list")
    cast.clover.mentorships.update(ended_on=date(2026, 9, 14))
    assert as_("marta").get("/").headers["Location"] == reverse("tracker:my-groups")
