from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.urls import reverse

from courses.models import Material
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.messages import told
from tests.tracker.dashboards.test_week import finish
from tracker.models import MaterialTick, Progress


@pytest.fixture
def material(cast: Cast) -> Material:
    material = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens & <embeddings>")
    MaterialTick.objects.create(enrolment=cast.enrolment("ana"), material=material, ticked_at=NOW)
    return material


def url_of(cast: Cast, material: Material, page: str = "material-opinion") -> str:
    return reverse(f"tracker:{page}", args=[cast.clover.pk, material.pk])


def said() -> list[Any]:
    return list(MaterialTick.objects.values_list("enrolment__person__name", "opinion", "group__name"))


def test_material_opinion_and_back(cast: Cast, as_: SignIn, material: Material) -> None:
    browser, url = as_("ana"), url_of(cast, material)
    for _ in ("a tap", "the same request again"):
        response = browser.post(url, {"opinion": "confusing", "next": "/week/"})
        assert response["Location"] == "/week/"
        assert said() == [("Ana Ruivo", "confusing", "Clover")]
    browser.post(url, {"opinion": "too_long"})
    response = browser.post(url, {"opinion": ""})
    assert said() == [("Ana Ruivo", "", None)]
    # The bar leads back to what it was before.
    assert told(response)[-1].startswith("You removed your opinion of Tokens &amp; &lt;embeddings&gt;.")
    assert 'name="opinion" value="too_long"' in told(response)[-1]
    assert browser.post(url, {"opinion": "boring"}).status_code == 404


def test_asked_once_the_milestone_is_done_of_what_was_ticked(
    cast: Cast, as_: SignIn, material: Material
) -> None:
    MaterialFactory.create(milestone=cast.milestones[0], title="Not read yet")
    MaterialTick.objects.update(opinion="useful", group=cast.clover, ticked_at=NOW - timedelta(days=2))
    browser, of_first = as_("ana"), f"/week/{cast.clover.pk}/?milestone={cast.milestones[0].pk}"
    assert '<button id="opinion-' not in browser.get(of_first).text
    finish(cast, 0)
    html = browser.get(of_first).text
    assert html.count('<button id="opinion-') == 3
    assert "Which material was not worth it?" in " ".join(html.split())
    # A second tap on the own one takes it back.
    pressed = f'id="opinion-{material.pk}-useful" name="opinion" value="" aria-pressed="true"'
    assert pressed in " ".join(html.split())
    assert html.count('aria-pressed="true">useful') == 1
    # For a day on the page of the next milestone, too; where none is left, of the last one.
    asked = "LLM basics is done: which material was not worth it?"

    def week() -> str:
        return " ".join(browser.get("/week/").text.split())

    for days in (1, 2):
        Progress.objects.update(state_since=NOW - timedelta(days=days))
        assert (asked in week()) == (days == 1)
    finish(cast, 1, 2, 3)
    Progress.objects.exclude(milestone=cast.milestones[0]).update(state_since=NOW - timedelta(days=3))
    assert asked in week()
    assert week().count('<button id="opinion-') == 3


def test_unticking_takes_the_opinion_with_it_and_undo_brings_both_back(
    cast: Cast, as_: SignIn, material: Material
) -> None:
    browser = as_("ana")
    browser.post(url_of(cast, material), {"opinion": "confusing"})
    response = browser.post(url_of(cast, material, "material-tick"), {})
    assert said() == []
    assert 'name="ticked" value="confusing"' in told(response)[-1]
    browser.post(url_of(cast, material, "material-tick"), {"ticked": "confusing"})
    assert said() == [("Ana Ruivo", "confusing", "Clover")]


def test_opinion_is_of_what_is_ticked_in_an_open_cohort(cast: Cast, as_: SignIn, material: Material) -> None:
    other = MaterialFactory.create(milestone=cast.milestones[0], title="Models")
    assert told(as_("ana").post(url_of(cast, other), {"opinion": "useful"})) == ["Tick Models first."]
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert told(as_("ana").post(url_of(cast, material), {"opinion": "useful"})) == [
        "Autumn 2026 was closed on 16 September 2026. Progress can no longer be changed."
    ]
    assert said() == [("Ana Ruivo", "", None)]
    assert 'name="opinion"' not in as_("ana").get(f"/week/{cast.clover.pk}/").content.decode()


def test_operators_do_not_read_who_said_it() -> None:
    assert not site.is_registered(MaterialTick)


def test_who_deletes_a_group_does_not_read_all_ticks(cast: Cast) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of a test is so small that reading all of it is quickest.
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = MaterialTick.objects.order_by().filter(group=cast.clover).explain()
    assert "material_tick_group" in plan
