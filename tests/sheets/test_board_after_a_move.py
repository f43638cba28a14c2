"""The board on the day on which a course moves in with the sheet that it kept: who is flagged, and why."""

from collections import Counter

import pytest

from groups.models import Enrolment
from tests.conftest import NOW, Cast
from tests.sheets.importing import confirmed, previewed
from tests.sheets.workbooks import Rows, workbook
from tracker.dashboards.board.standings import live_snapshots
from tracker.models import Progress

TITLES = ("LLM basics", "Prompt engineering", "Indexation", "RAG")
# In each group one has begun with nothing, one has done what was due, one has done everything.
DONE = (0, 2, 4)


@pytest.mark.django_db
def test_who_is_behind_is_flagged_at_once_and_who_is_done_is_not(cast: Cast) -> None:
    rows: Rows = [
        (f"Group {n // 3}", f"Student {n}", f"s{n}@example.com", *(at < DONE[n % 3] for at in range(4)))
        for n in range(51)
    ]
    content = workbook({"Tracker": [("Group", "Name", "E-mail", *TITLES), *rows]})
    sheet_import = previewed("sheet", ("Tracker.xlsx", content), by=cast.ines, cohort=cast.cohort)
    confirmed(sheet_import, cast.ines)
    moved_in = Enrolment.objects.filter(cohort=cast.cohort, person__email__startswith="s")
    assert moved_in.count() == 51
    unticked = Progress.objects.filter(enrolment__in=moved_in, state="not_started")
    assert unticked.count() == 17 * (4 + 2)
    assert not unticked.exclude(state_since=None, started_on=None).exists()
    assert not moved_in.exclude(last_active_at=None).exists()
    students, _ = live_snapshots(cast.cohort, NOW)
    flagged = Counter(
        (DONE[int(email[1:].partition("@")[0]) % 3], tuple(reason.code for reason in row.read_reasons()))
        for row in students
        if (email := row.enrolment.person.email).startswith("s") and row.is_flagged
    )
    # A third, for what they have not done.
    assert flagged == {(0, ("behind", "spread")): 17}
