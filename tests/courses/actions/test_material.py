from datetime import date

import pytest

from courses.actions.material import (
    MaterialError,
    add_material,
    bring_back_material,
    delete_material,
    move_material,
    retire_material,
)
from courses.models import Material, Milestone
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import QuestionFactory
from tracker.models import MaterialTick


def make(milestone: Milestone, *titles: str) -> list[Material]:
    return [
        MaterialFactory.create(milestone=milestone, title=title, position=n)
        for n, title in enumerate(titles, start=1)
    ]


def order(milestone: Milestone) -> list[str]:
    return [material.title for material in milestone.materials.in_order()]


def test_add_material_comes_last_in_its_milestone(cast: Cast) -> None:
    milestone = cast.milestones[0]
    make(cast.milestones[1], "elsewhere", "elsewhere too", "and again")
    make(milestone, "Tokens")
    added = add_material(material=Material(milestone=milestone, title="Attention"), by=cast.ines, at=NOW)
    assert (added.position, added.changed_by) == (2, cast.ines)
    assert order(milestone) == ["Tokens", "Attention"]


@pytest.mark.parametrize(
    ("moved", "places", "titles"),
    [(0, 1, "bacd"), (2, -1, "acbd"), (0, -1, "abcd"), (3, 1, "abcd"), (3, -9, "dabc")],
)
def test_move_material_by_places(cast: Cast, moved: int, places: int, titles: str) -> None:
    rows = make(cast.milestones[0], *"abcd")
    assert move_material(material=rows[moved], places=places) == (titles != "abcd")
    assert order(cast.milestones[0]) == list(titles)


def test_move_material_passes_over_retired_ones(cast: Cast) -> None:
    rows = make(cast.milestones[0], *"abcd")
    Material.objects.filter(pk=rows[1].pk).update(retired_on=TODAY)
    move_material(material=rows[2], places=-1)
    assert order(cast.milestones[0]) == ["c", "a", "d", "b"]


def test_retire_material_and_bring_it_back(cast: Cast) -> None:
    (material,) = make(cast.milestones[0], "Tokens")
    retired = retire_material(material=material, on=TODAY, by=cast.ines, at=NOW)
    assert (retired.retired_on, retired.version, retired.changed_by) == (date(2026, 9, 16), 2, cast.ines)
    assert list(Material.objects.in_use()) == []
    back = bring_back_material(material=material, by=cast.ines, at=NOW)
    assert (back.retired_on, back.version) == (None, 3)


def test_retire_material_twice_keeps_the_first_day(cast: Cast) -> None:
    (material,) = make(cast.milestones[0], "Tokens")
    retire_material(material=material, on=date(2026, 9, 1), by=cast.ines, at=NOW)
    again = retire_material(material=material, on=TODAY, by=cast.marta, at=NOW)
    assert (again.retired_on, again.version, again.changed_by) == (date(2026, 9, 1), 2, cast.ines)


def test_delete_material_that_nobody_used(cast: Cast) -> None:
    first, second = make(cast.milestones[0], "Tokens", "Attention")
    delete_material(material=first)
    assert list(Material.objects.all()) == [second]


def test_delete_material_refuses_while_somebody_asked_or_ticked(cast: Cast) -> None:
    (material,) = make(cast.milestones[0], "Tokens")
    QuestionFactory.create(membership=cast.ana, material=material)
    for who in ("ana", "bruno"):
        MaterialTick.objects.create(enrolment=cast.enrolment(who), material=material, ticked_at=NOW)
    with pytest.raises(MaterialError, match="“Tokens” is in use") as refused:
        delete_material(material=material)
    assert {str(reference) for reference in refused.value.references} == {"1 question", "2 material ticks"}
    assert Material.objects.count() == 1
