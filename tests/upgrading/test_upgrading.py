"""Databases of earlier versions, with the demo in them, upgrade to today's and lose nothing.

A dump is made by `tests.upgrading.make` at a commit that the changelog names, and never made again: what people run is
history. `<name>.sqlite3.xz` is a database, `<name>.postgresql.sql.xz` the statements that make one, `<name>.json` how
many rows of each model there were, and when it was made.
"""

import json
import lzma
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backup.conftest import IS_SQLITE, Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.databases import database
from tests.upgrading.schema import differences

HERE = Path(__file__).parent
DUMPS = sorted(HERE.glob("*.sqlite3.xz" if IS_SQLITE else "*.postgresql.sql.xz"))


@pytest.fixture(params=DUMPS, ids=lambda path: path.name)
def dump(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def old(dump: Path, tmp_path: Path) -> Iterator[Installation]:
    """The content of the dump."""
    if IS_SQLITE:
        (tmp_path / "old.sqlite3").write_bytes(lzma.decompress(dump.read_bytes()))
        yield Installation(f"sqlite:///{tmp_path}/old.sqlite3", tmp_path)
    else:
        with database(dump) as (_, address):
            yield Installation(address, tmp_path)


def test_dump_is_backed_up_restored_and_upgraded_and_loses_nothing(
    db: None, dump: Path, old: Installation, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    """The way there and back, with each story of `tests.upgrading.stories` in one upgrade; and every page opens."""
    was = json.loads((HERE / f"{dump.name.partition('.')[0]}.json").read_text())
    archive, new = tmp_path / "before.zip", empty("back")
    applied = old.read("SELECT app, name FROM django_migrations ORDER BY id")
    assert old.manage("backup", archive).startswith(f"{archive}: ")
    found = subprocess.run(
        [sys.executable, "-m", "tests.upgrading.stories", was["made_at"], archive],
        env=new.environment(DJANGO_SETTINGS_MODULE="config.test_settings"),
        cwd=HERE.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    stories = json.loads(found.stdout)
    assert differences(stories["schema"]) == {}
    assert {url: status for url, status in stories["answers"].items() if status != 200} == {}
    assert len(stories["answers"]) == 12
    # But for what the stories put in and took out.
    lost = {label: count for label, count in was["counts"].items() if stories["counts"].get(label) != count}
    assert lost == {}
    assert stories["found"] == was["found"] > 0
    assert_told_in_todays_words(stories)
    assert "Nothing is sent, told or fetched until" in stories["said"]
    assert new.read("SELECT count(*) FROM people_hold") == [(1,)]
    # The code of then goes on with what it had, which nothing has touched.
    assert old.read("SELECT app, name FROM django_migrations ORDER BY id") == applied


def assert_told_in_todays_words(stories: dict[str, Any]) -> None:
    # Waiting messages are in the one outbox once, and choices are merged.
    at = "2026-11-25 12:00:00+00:00"
    assert stories["outbox"] == {
        "posts": [
            [1, None, "post", "msg_tried", "sent", 1, None, at],
            [1, "dates_changed", "post", "msg_waits", "waiting", 2, at, None],
        ],
        # One mail a morning says both: the one that waits.
        "mails": [
            ["log", "due waits", "waiting"],
            ["log", "late still waits", "waiting"],
            ["group", "new dates", "waiting"],
        ],
        # The loudest of what was chosen; never only of who chose it for all that could reach them.
        "choices": [
            ["mentor", "group", "digest"],
            # A person who waits for Monday gets no summary of another morning.
            ["mentor", "news", "never"],
            ["other", "help", "always"],
            ["other", "log", "never"],
            ["student", "group", "never"],
        ],
    }
    # A course with other settings than those of all courses now is told once.
    ((recipient, address, kind, body),), kept = stories["thresholds"]
    assert (recipient, address, kind) == ("ines@demo.example", "ines@demo.example", "account")
    assert "\n- group too far apart at (milestones): 2, it was 4\n" in body
    assert "\n- question overdue after (days): the promise: 2 weekdays, it was 5\n" in body
    assert body.count("\n- ") == 2
    # Promised days stay.
    assert kept == [[9, 2], [7, 1]]
    assert_dates_are_in_the_plans(*stories["dates"])
    # The words before meetings are one answer and a note.
    (said, history), (notes, notes_before), draft = stories["what_was_said"]
    assert said == [
        ["stuck", "Blocked by: The key\nNext: Ask Inês"],
        ["well", "Next: RAG"],
        ["stuck", ""],
        ["so_so", "Blocked by: Exams"],
    ]
    assert history == said
    # Of a check-in, a pace of stuck and what blocks are the first line of the note.
    assert notes == [
        "Stuck. Blocked by: The key\nQuiet.",
        "Stuck.",
        "Blocked by: Exams\nBack on Monday.",
        "Well.",
    ]
    assert notes_before == notes
    assert draft == {"e1-note": ["Stuck. Blocked by: The key\nQuiet."], "summary": ["We met."]}
    # The first agreement is a note for the mentor.
    both, contact, goal = (
        "Goal: Read papers\nTo reach each other: Slack",
        "To reach each other: By phone",
        "Goal: Find work",
    )
    assert stories["first_agreements"] == [[both, contact, goal, ""], ["", goal, both, contact]]
    # The prerequisites are a section.
    assert stories["prerequisites"] == [["as-it-was", 1, "Prerequisites", "- Python\n- What a model is", ""]]


def assert_dates_are_in_the_plans(changes: list[Any], mails: list[Any]) -> None:
    # The group, why, what, who, the pause, who undid it, whether it is undone.
    days = {"1": ["2026-09-27", "2026-10-04"]}
    exams = "Exams (drafted, never applied: due dates from 16 September 2026 on, by 3 days)"
    assert changes == [
        ["Fern", "Holiday", days, "Inês", "Holiday", None, False],
        ["Heather", "Snow", days, "Inês", None, None, False],
        ["Fern", "Proposed, and dropped: at 2 h a week", days, "Ana", None, "Inês", True],
        ["Fern", "Proposed: at 2 h a week", days, "Ana", None, None, True],
        ["Fern", exams, {}, "Inês", None, None, True],
    ]
    assert mails == [["withdrawn", "Dates are no longer proposed."], ["sent", ""]]


def test_there_is_a_dump_of_each_kind_of_database() -> None:
    names = {path.name.partition(".")[0] for path in HERE.glob("*.json")}
    assert names
    for name in names:
        assert (HERE / f"{name}.sqlite3.xz").exists()
        assert (HERE / f"{name}.postgresql.sql.xz").exists()
