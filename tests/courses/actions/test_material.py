from datetime import date
from functools import partial

import pytest

from courses.actions.material import archive_material, delete_material
from courses.models import Material, Milestone
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import QuestionFactory
from tests.racing import at_once
from tracker.models import MaterialTick


def make(milestone: Milestone, *titles: str) -> list[Material]:
    return [
        MaterialFactory.create(milestone=milestone, title=title, position=n)
        for n, title in enumerate(titles, start=1)
    ]


def test_archive_material_and_restore_it(cast: Cast) -> None:
    (material,) = make(cast.milestones[0], "Tokens")
    archived = archive_material(material=material, on=TODAY, by=cast.ines, at=NOW)
    assert (archived.retired_on, archived.version, archived.changed_by) == (date(2026, 9, 16), 2, cast.ines)
    assert list(Material.objects.in_use()) == []
    back = archive_material(material=material, on=None, by=cast.ines, at=NOW)
    assert (back.retired_on, back.version) == (None, 3)


def test_archive_material_twice_keeps_the_first_day(cast: Cast) -> None:
    (material,) = make(cast.milestones[0], "Tokens")
    archive_material(material=material, on=date(2026, 9, 1), by=cast.ines, at=NOW)
    again = archive_material(material=material, on=TODAY, by=cast.marta, at=NOW)
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
    assert {str(reference) for reference in delete_material(material=material)} == {
        "1 question",
        "2 material ticks",
    }
    assert Material.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_material_that_two_delete_at_once_is_deleted() -> None:
    (material,) = make(make_cast().milestones[0], "Tokens")
    read_by_both = Material.objects.get(pk=material.pk), material
    assert at_once(*(partial(delete_material, material=each) for each in read_by_both)) == [(), ()]
    assert not Material.objects.exists()
