"""Requests for help of a kept version get words by an upgrade, and those that it makes while both run have none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.conftest import Installation
from tests.backup.conftest import empty as empty
from tests.upgrading.kept import ARCHIVES, lay_down

pytestmark = pytest.mark.django_db
ASKED = """
    SELECT person.name, milestone.title, question.title FROM tracker_progress progress
    JOIN groups_enrolment enrolment ON enrolment.id = progress.enrolment_id
    JOIN people_user person ON person.id = enrolment.person_id
    JOIN courses_milestone milestone ON milestone.id = progress.milestone_id
    LEFT JOIN questions_question question ON question.id = progress.question_id
    WHERE progress.state = 'need_help' ORDER BY 1, 2
"""


# What an older process writes: it does not know of the words.
MARKED = """
    INSERT INTO tracker_progress (enrolment_id, milestone_id, state, state_since, changed_at, changed_by_id)
    SELECT enrolment_id, {milestone}, 'need_help', state_since, changed_at, changed_by_id FROM tracker_progress
    WHERE question_id IS NOT NULL
"""


@pytest.mark.parametrize("archive", ARCHIVES, ids=lambda path: path.name)
def test_requests_keep_their_words_and_an_older_process_makes_some(
    archive: Path, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    there = empty("old")
    lay_down(archive, there, tmp_path)
    there.manage("migrate")
    bruno = ("Bruno Sá", "Prompt engineering", "How do I call the API from behind a company proxy?")
    asked = there.read(ASKED)
    assert [row for row in asked if row[2]] == [bruno]
    assert len(asked) > 1
    assert there.read(
        "SELECT DISTINCT state FROM tracker_historicalprogress WHERE question_id IS NOT NULL"
    ) == [("need_help",)]
    ((milestone, title),) = there.read("""
        SELECT later.id, later.title FROM tracker_progress progress
        JOIN courses_milestone milestone ON milestone.id = progress.milestone_id
        JOIN courses_milestone later ON later.course_id = milestone.course_id
        WHERE progress.question_id IS NOT NULL ORDER BY later.position DESC LIMIT 1
    """)
    with there.cursor() as cursor:
        cursor.execute(MARKED.format(milestone=milestone))
    assert [row for row in there.read(ASKED) if row[0] == "Bruno Sá"] == [("Bruno Sá", title, None), bruno]
