"""Three days of a term, and the independence of the model that all of it is held against."""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from tests.term.deeds import moving
from tests.term.play import compare_day, do, follow_links, play, play_day
from tests.term.world import World, build

# Pages that are only compared: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover
MODEL = Path(__file__).parent / "model"


@pytest.fixture
def world(db: None, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    caplog.set_level("ERROR")
    with time_machine.travel(datetime(2026, 9, 1, 10, tzinfo=UTC), tick=False) as clock:
        yield build("three days", clock, groups=3)


def test_the_model_imports_nothing_of_trefoil():
    imported = set()
    for path in MODEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
    others = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in others if not name.startswith("tests.term.model")} == set()


def test_a_break_a_move_and_a_closing_are_told_alike_everywhere(world: World):
    before_the_break, in_the_break, at_the_end = date(2026, 10, 2), date(2026, 10, 6), date(2026, 11, 11)
    found = play(world, [before_the_break], links=20)
    do(world, moving.moves, "Inês")
    found += compare_day(world, before_the_break, everybody=True)
    play_day(world, in_the_break)
    found += compare_day(world, in_the_break, everybody=True)
    # The dice close the cohort on that day.
    play_day(world, at_the_end)
    found += compare_day(world, at_the_end, everybody=True)
    found += follow_links(world, most=20)
    assert not found, "".join(each.told(world) for each in found)
    assert world.counts["moves"] > 0
    assert world.counts["closes the cohort"] == 1
    assert world.refused == []
