from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.factories.groups import GroupFactory, MembershipFactory

type As = Callable[[str], Client]
URL = "/week/"


def html_of(browser: Client) -> str:
    response = browser.get(URL)
    assert response.status_code == 200
    return response.content.decode()


def test_my_week_shows_the_one_group(cast: Cast, as_: As) -> None:
    assert reverse("tracker:my-week") == URL
    html = html_of(as_("ana"))
    assert "<h1>LLM basics</h1>" in html
    assert reverse("tracker:group-detail", args=[cast.clover.pk]) in html


def test_my_week_shows_the_group_joined_last(cast: Cast, as_: As) -> None:
    aspen = GroupFactory.create(name="Aspen", cohort__title="Spring")
    MembershipFactory.create(group=aspen, person=cast.person("ana"), started_on=date(2026, 9, 14))
    html = html_of(as_("ana"))
    assert reverse("tracker:group-detail", args=[aspen.pk]) in html
    assert reverse("tracker:week", args=[cast.clover.pk]) in html


@pytest.mark.parametrize("who", ["marta", "ines", "zoe"])
def test_my_week_of_who_is_in_no_group_says_so(cast: Cast, as_: As, who: str) -> None:
    assert "You are not in a group yet." in html_of(as_(who))


def test_my_week_of_who_joins_later_says_when(cast: Cast, as_: As) -> None:
    cast.ana.started_on = date(2026, 9, 17)
    cast.ana.save()
    assert "You join Clover on Thu 17 September. Your week begins then." in html_of(as_("ana"))


def test_my_week_of_who_has_left_says_when(cast: Cast, as_: As) -> None:
    cast.ana.ended_on, cast.ana.end_reason = date(2026, 9, 16), "dropped"
    cast.ana.save()
    assert "You left Clover on Wed 16 September. Your progress is kept." in html_of(as_("ana"))
