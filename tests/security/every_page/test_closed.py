"""A closed cohort is only read: what is sent to it is refused, but for what stands here."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse

from courses.models import Cohort
from tests.conftest import NOW, Cast
from tests.places import PLACES
from tests.security.every_page.test_archived import OF_COHORTS
from tests.security.every_page.writes import written

pytestmark = pytest.mark.no_cover

OF_ROWS = {
    "absence_id",
    "answer_id",
    "ask_id",
    "key",
    "progress_id",
    "snooze_id",
    "question_id",
    "review_id",
}
TABLES = tuple(f'"{app}_' for app in ("courses", "groups", "questions", "tracker", "sheets"))

# All that is put in order afterwards, what is deleted, and what is said in confidence.
BOTH = {
    "groups:mentor-away-remove",
    "questions:answer-remove",
    "questions:question-duplicate",
    "questions:question-not-same",
    "tracker:check-in-draft",
    "tracker:check-in-draft-delete",
    "trends:pair-no",
    "trends:pair-no-undo",
    "trends:pair-yes",
}
ADMINS = BOTH | {
    "groups:cohort-archive",
    "groups:concern-answer",
    "tracker:move-undo",
    "tracker:proposal-delete",
    "sheets:export-workbooks",
    "sheets:import-cancel",
    "sheets:import-delete",
    "sheets:import-undo",
    "sheets:sheet-address-remove",
}
STUDENTS = {
    "groups:concern-new",
    "groups:would-not-mentor",
}


def changed(cast: Cast, who: str) -> set[str]:
    """The pages that write a row when that person sends them what the tests of roles send."""
    client = Client()
    client.force_login({"ines": cast.ines, "marta": cast.marta, "ana": cast.person("ana")}[who])
    found = set()
    for name, place in PLACES.items():
        with transaction.atomic():
            where = place(cast)
            Cohort.objects.update(closed_on=NOW.date())
            url = reverse(name, args=where.args)
            if (OF_COHORTS | OF_ROWS) & set(resolve(url).kwargs):
                with written() as changes:
                    client.post(url, where.fields)
                if any(table in sql[:40] for sql in changes for table in TABLES):
                    found.add(name)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(("who", "pages"), [("ines", ADMINS), ("marta", BOTH), ("ana", STUDENTS)])
def test_nothing_else_is_changed_in_a_closed_cohort(furnished: Cast, who: str, pages: set[str]) -> None:
    assert changed(furnished, who) == pages
