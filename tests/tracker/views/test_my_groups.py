from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import Cast
from tests.tracker.dashboards.test_my_groups import fill
from tracker.actions.progress import mark
from tracker.models import Progress

type SignIn = Callable[[str], Client]


def url() -> str:
    return reverse("tracker:my-groups")


def mark_fields(cast: Cast, state: str) -> dict[str, Any]:
    return {
        "mark": f"{cast.bruno.enrolment_id}-{cast.milestones[1].pk}-{state}",
        "next": f"/groups/?open={cast.clover.pk}#group-{cast.clover.pk}",
    }


@pytest.mark.parametrize("groups", [1, 3, 30])
def test_my_groups_takes_constant_queries(
    cast: Cast, as_: SignIn, groups: int, django_assert_num_queries: Any
) -> None:
    fill(cast, groups)
    browser = as_("marta")
    with django_assert_num_queries(26):
        answer = browser.get(url())
    assert answer.content.decode().count('id="group-') == 2 * groups


def test_my_groups_shows_whom_one_mentors_and_nobody_else(cast: Cast, as_: SignIn) -> None:
    page = as_("marta").get(url()).content.decode()
    assert {name for name in ("Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad") if name in page} == {
        "Ana Ruivo",
        "Bruno Sá",
        "Chidi Okafor",
    }
    assert f'href="/groups/{cast.clover.pk}/check-ins/2026-W37/log/"' in page


@pytest.mark.parametrize("name", ["ana", "ines", "zoe"])
def test_my_groups_of_who_mentors_nobody_says_what_will_come(cast: Cast, as_: SignIn, name: str) -> None:
    page = as_(name).get(url()).content.decode()
    assert "You don’t mentor a group right now" in page
    assert 'class="group' not in page


def test_my_groups_asks_for_a_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(url()).headers["Location"] == f"/account/login/?next={url()}"


def test_click_on_a_cell_by_htmx_is_answered_with_the_card(cast: Cast, as_: SignIn) -> None:
    answer = as_("marta").post(
        reverse("tracker:progress-mark", args=[cast.clover.pk]),
        mark_fields(cast, "done"),
        headers={"HX-Request": "true", "HX-Target": f"group-{cast.clover.pk}"},
    )
    part = answer.content.decode()
    assert part.lstrip().startswith(f'<section class="group" id="group-{cast.clover.pk}"')
    assert part.count('id="needs" hx-swap-oob="true"') == 1
    assert "<html" not in part
    assert 'title="Bruno Sá, Prompt engineering: done"' in part
    assert part.count('id="messages"') == 1
    assert 'hx-swap-oob="innerHTML"' in part
    assert "Prompt engineering of Bruno is done." in part
    assert Progress.objects.get().state == "done"


def test_click_on_a_cell_without_javascript_comes_back_to_the_card(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    bruno = cast.enrolment("bruno")
    mark(
        enrolment=bruno,
        milestone=cast.milestones[1],
        state="working",
        by=bruno.person,
        at=timezone.now(),
    )
    answer = browser.post(reverse("tracker:progress-mark", args=[cast.clover.pk]), mark_fields(cast, "done"))
    assert answer.headers["Location"] == f"/groups/?open={cast.clover.pk}#group-{cast.clover.pk}"
    page = browser.get(url()).content.decode()
    assert 'title="Bruno Sá, Prompt engineering: done"' in page
    assert f'value="{cast.bruno.enrolment_id}-{cast.milestones[1].pk}-undo"' in page


def test_card_of_another_mentors_group_takes_no_click(cast: Cast, as_: SignIn) -> None:
    answer = as_("tomas").post(
        reverse("tracker:progress-mark", args=[cast.clover.pk]), mark_fields(cast, "done")
    )
    assert answer.status_code == 403
    assert not Progress.objects.exists()
