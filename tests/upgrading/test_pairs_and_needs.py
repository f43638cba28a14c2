"""What was kept out of a topic differs from a question of it after an upgrade, and what was to do is open."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.kept import ARCHIVES, lay_down

pytestmark = pytest.mark.django_db
# Of a topic that has questions, a question that is in none.
KEEP_OUT = """
    INSERT INTO questions_notintopic (question_id, topic_id, said_by_id, said_at)
    SELECT MIN(alone.question_id), MIN(placed.topic_id), MIN(asked.asked_by_id), MIN(asked.asked_at)
    FROM questions_placement alone, questions_placement placed, questions_question asked
    WHERE alone.topic_id IS NULL AND placed.topic_id IS NOT NULL
"""
KEPT_OUT = """
    SELECT DISTINCT said.question_id FROM questions_notintopic said
    JOIN questions_placement placed ON placed.topic_id = said.topic_id AND placed.question_id != said.question_id
"""
IN_A_TOPIC = (
    "SELECT question_id, topic_id FROM questions_placement WHERE topic_id IS NOT NULL ORDER BY question_id"
)
STATES = "SELECT id, state FROM questions_materialneed ORDER BY id"


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_differences_topics_and_needs_stay(
    archive: Path, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    there = empty("old")
    lay_down(archive, there, tmp_path)
    with there.cursor() as cursor:
        cursor.execute(KEEP_OUT)
    kept_out, placed, states = (there.read(sql) for sql in (KEPT_OUT, IN_A_TOPIC, STATES))
    assert kept_out
    assert {state for _, state in states} >= {"to_do", "doing"}
    there.manage("migrate")
    pairs = there.read("SELECT question_id, other_id FROM questions_notthesame")
    assert {pk for (pk,) in kept_out} <= {pk for pair in pairs for pk in pair}
    assert there.read(IN_A_TOPIC) == placed
    opened = {"doing": "to_do"}
    assert there.read(STATES) == [(pk, opened.get(state, state)) for pk, state in states]
