from datetime import date

import pytest
from django.urls import reverse

from courses.models import Material
from tests.conftest import Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.messages import told
from tracker.models import MaterialTick


@pytest.fixture
def material(cast: Cast) -> Material:
    return MaterialFactory.create(milestone=cast.milestones[0], title="Tokens & <embeddings>")


def url_of(cast: Cast, material: Material) -> str:
    return reverse("tracker:material-tick", args=[cast.clover.pk, material.pk])


def ticked() -> list[tuple[str, str]]:
    ticks = MaterialTick.objects.select_related("enrolment__person", "material")
    return [(tick.enrolment.person.name, tick.material.title) for tick in ticks]


def test_material_tick_and_back(cast: Cast, as_: SignIn, material: Material) -> None:
    browser, url = as_("ana"), url_of(cast, material)
    response = browser.post(url, {"ticked": "yes", "next": "/week/"})
    assert response["Location"] == "/week/"
    assert ticked() == [("Ana Ruivo", "Tokens & <embeddings>")]
    assert told(response)[0].startswith("Tokens &amp; &lt;embeddings&gt; is ticked. \n<form")
    assert f'action="{url}"' in told(response)[0]
    assert 'name="ticked"' not in told(response)[0]
    response = browser.post(url, {"next": "/week/"})
    assert ticked() == []
    assert 'name="ticked" value="yes"' in told(response)[-1]


def test_material_tick_of_another_course_is_not_found(cast: Cast, as_: SignIn) -> None:
    assert as_("ana").post(url_of(cast, MaterialFactory.create()), {"ticked": "yes"}).status_code == 404


def test_material_tick_in_a_closed_cohort_says_why_not(cast: Cast, as_: SignIn, material: Material) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    response = as_("ana").post(url_of(cast, material), {"ticked": "yes"})
    assert told(response) == [
        "Autumn 2026 was closed on 16 September 2026. Progress can no longer be changed."
    ]
    assert ticked() == []
