from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.tracker.dashboards.test_board import fill


@pytest.mark.parametrize("groups", [1, 3, 30])
def test_board_stays_within_its_queries(
    cast: Cast, as_: Callable[[str], Client], groups: int, django_assert_num_queries
) -> None:
    fill(cast, groups)
    browser = as_("ines")
    with django_assert_num_queries(22):
        answer = browser.get(reverse("tracker:board", args=[cast.cohort.pk]))
    assert f"{groups + 2} groups" in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("marta", 403), ("zoe", 404), ("ines", 200)])
def test_board_is_for_course_admins(cast: Cast, as_: Callable[[str], Client], who: str, status: int) -> None:
    assert as_(who).get(reverse("tracker:board", args=[cast.cohort.pk])).status_code == status


def test_board_gives_the_address_of_a_mentor(cast: Cast, as_: Callable[[str], Client]) -> None:
    page = as_("ines").get(reverse("tracker:board", args=[cast.cohort.pk])).content.decode()
    assert f'href="mailto:{cast.marta.email}"' in page
