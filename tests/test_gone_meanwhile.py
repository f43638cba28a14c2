"""What somebody else removes between the page and the lock is not found: there is no error, and nothing is saved."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from groups.actions.correcting import correct_mentorship
from groups.actions.mentorship import end_mentorship, note_away, remove_away
from groups.models import MentorAway
from people.models import Event
from questions.actions.telling import tell_of_change
from questions.models import MaterialChange
from sheets.actions.correct import choose, correct
from sheets.actions.preview import look
from tests.conftest import NOW, TODAY, Cast
from tests.factories.tracker import AgreedStepFactory, CheckInFactory
from tests.sheets.importing import previewed
from tracker.actions.requests import settle_request
from tracker.actions.steps import close_step
from tracker.models import AgreedStep


def mentorship(cast: Cast) -> Any:
    return cast.clover.mentorships.get()


def away(cast: Cast) -> Any:
    return MentorAway.objects.create(mentorship=mentorship(cast), starts_on=TODAY, ends_on=TODAY)


def check_in(cast: Cast) -> Any:
    return CheckInFactory.create(group=cast.clover, logged_by=cast.marta, request="May the key last longer?")


def step(cast: Cast) -> Any:
    return AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"), agreed_by=cast.marta)


def change(cast: Cast) -> Any:
    return MaterialChange.objects.create(
        course=cast.course, what="A drawing", changed_on=date(2026, 9, 8), made_by=cast.ines, recorded_at=NOW
    )


def sheet_import(cast: Cast) -> Any:
    lines = b"Name,E-mail\nHana,hana@example.com\n"
    return previewed("roster", ("people.csv", lines), by=cast.ines, cohort=cast.cohort)


@pytest.mark.parametrize(
    ("make", "act", "fields"),
    [
        (mentorship, end_mentorship, {"on": TODAY}),
        (mentorship, correct_mentorship, {"days": (TODAY, None)}),
        (mentorship, note_away, {"starts_on": TODAY, "ends_on": TODAY}),
        (away, remove_away, {}),
        (check_in, settle_request, {"is_settled": True}),
        (step, close_step, {"state": AgreedStep.State.DONE}),
        (change, tell_of_change, {}),
        (sheet_import, correct, {"options": {}}),
        (sheet_import, choose, {"taken": {"all"}}),
        (sheet_import, look, {"options": {"sent": 1}}),
    ],
)
def test_row_that_somebody_removed(
    cast: Cast, make: Callable[[Cast], Any], act: Callable[..., object], fields: dict[str, Any]
) -> None:
    row = make(cast)
    if make is not sheet_import:
        fields = fields | {"by": cast.ines}
    if make is not sheet_import or act is look:
        fields = fields | {"at": NOW}
    type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(Http404):
        act(**{make.__name__: row}, **fields)


def test_two_who_remove_days_away_tell_it_once(cast: Cast) -> None:
    note_away(mentorship=mentorship(cast), starts_on=TODAY, ends_on=TODAY, by=cast.marta, at=NOW)
    first, second = MentorAway.objects.get(), MentorAway.objects.get()
    remove_away(away=first, by=cast.marta, at=NOW)
    with pytest.raises(Http404):
        remove_away(away=second, by=cast.ines, at=NOW)
    assert Event.objects.filter(kind="mentor_away").count() == 2
