"""Groups of a kept version get the hue of their place by an upgrade, and an older process can still make some."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.kept import ARCHIVES, lay_down

pytestmark = pytest.mark.django_db
# As an older process does: it does not know of hues.
MAKE = """
    INSERT INTO groups_group (cohort_id, name, sort_key, meeting, call, hello, version)
    SELECT MIN(cohort_id), '{name}', '{name}', '', '', '', 1 FROM groups_group
"""


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_groups_have_the_hue_of_their_place(
    archive: Path, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    there = empty("old")
    lay_down(archive, there, tmp_path)
    with there.cursor() as cursor:
        for n in range(7):
            cursor.execute(MAKE.format(name=f"More {n}"))
    there.manage("migrate")
    cohorts = there.read("SELECT cohort_id, COUNT(*) FROM groups_group GROUP BY cohort_id")
    assert len(cohorts) > 1
    for cohort, size in cohorts:
        hues = there.read(f"SELECT hue FROM groups_group WHERE cohort_id = {cohort} ORDER BY id")
        assert [hue for (hue,) in hues] == [n % 6 + 1 for n in range(size)]
    with there.cursor() as cursor:
        cursor.execute(MAKE.format(name="Later"))
    assert there.read("SELECT hue FROM groups_group WHERE name = 'Later'") == [(1,)]
