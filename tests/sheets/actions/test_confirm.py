"""Two people at one import, and what can be previewed and not be written."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from groups.models import Enrolment
from lib.refusals import Refused
from people.models import User
from sheets.actions.cohort_writing import write_cohort
from sheets.actions.delete import delete_import
from sheets.actions.planning import plan_of
from sheets.actions.preview import keep_preview, preview
from sheets.actions.write_log import WriteLog
from sheets.matching.changes import CohortChanges
from sheets.models import ImportFile, ImportLine, SheetImport
from tests.conftest import NOW, Cast, SignIn, make_cast
from tests.messages import said
from tests.racing import held_up
from tests.sheets.actions.test_sheet import book, everything, sheet
from tests.sheets.importing import confirmed, roster, undone
from tracker.actions.progress import mark
from tracker.models import Progress

pytestmark = pytest.mark.django_db
HEADER = ("Name", "E-mail", "Group", "Mentor")
GUS = ("Gus Lind", "gus@example.com", "Willow", "")


def nearly_previewed(sheet_import: SheetImport) -> Callable[[], SheetImport]:
    """A preview that another person makes; call the result to keep it."""
    theirs = SheetImport.objects.get(pk=sheet_import.pk)
    plan = plan_of(theirs, NOW)

    def keep() -> SheetImport:
        keep_preview(theirs, plan)
        return theirs

    return keep


def test_preview_that_ends_late_leaves_what_was_confirmed(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    late = nearly_previewed(sheet_import)
    confirmed(sheet_import, cast.ines)
    assert late().state == "confirmed"
    undone(sheet_import, cast.ines)
    assert not Enrolment.objects.filter(person__email="gus@example.com").exists()


def test_preview_that_ends_late_restores_nothing_that_was_deleted(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    late = nearly_previewed(sheet_import)
    assert delete_import(sheet_import=SheetImport.objects.get(pk=sheet_import.pk))
    late()
    assert (SheetImport.objects.count(), ImportFile.objects.count(), ImportLine.objects.count()) == (0, 0, 0)


def test_preview_that_ends_late_leaves_what_others_corrected(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    late = nearly_previewed(sheet_import)
    SheetImport.objects.update(options=sheet_import.options | {"is_inviting": True}, digest="of theirs")
    late()
    kept = SheetImport.objects.get()
    assert (kept.digest, kept.options["is_inviting"]) == ("of theirs", True)


def test_refusal_that_comes_late_leaves_what_was_confirmed(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    # Its file is let go once it is confirmed, so it cannot be read any more.
    stale = SheetImport.objects.get()
    confirmed(sheet_import, cast.ines)
    assert preview(sheet_import=stale, at=NOW).state == "confirmed"
    assert SheetImport.objects.get().state == "confirmed"


def test_what_was_confirmed_meanwhile_is_not_deleted(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    stale = SheetImport.objects.get()
    confirmed(sheet_import, cast.ines)
    assert not delete_import(sheet_import=stale)
    assert SheetImport.objects.exists()


def test_what_was_deleted_is_not_confirmed(cast: Cast) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    SheetImport.objects.all().delete()
    with pytest.raises(Refused, match="deleted this import"):
        confirmed(sheet_import, cast.ines)


def test_file_that_cannot_be_read_any_more_is_not_confirmed(cast: Cast, as_: SignIn) -> None:
    sheet_import = roster(cast, HEADER, GUS)
    ImportFile.objects.update(content=b"PK\x03\x04", is_read=False)
    response = as_("ines").post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    assert "is damaged" in said(response)
    sheet_import.refresh_from_db()
    assert (sheet_import.state, bool(sheet_import.understood["refusal"])) == ("uploaded", True)


@pytest.fixture
def _unforeseen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The preview overlooks that a mentor can no longer sign in; only the writing finds out."""
    User.objects.create(email="gone@example.com", name="Gone Guy", is_active=False)
    monkeypatch.setattr("sheets.matching.ledger.Ledger.mentor_refusal", lambda *_: "")


@pytest.mark.usefixtures("_unforeseen")
def test_what_cannot_be_written_is_said_and_nothing_is(cast: Cast, as_: SignIn) -> None:
    sheet_import = sheet(cast, book([("Ana Ruivo", "Marta Pires; Gone Guy <gone@example.com>", True)]))
    client = as_("ines")
    before = everything()
    response = client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    assert said(response).startswith(
        "The account of Gone Guy is disabled; ask a site admin. Nothing was imported."
    )
    assert everything() == before


def test_what_the_database_refuses_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise IntegrityError("UNIQUE constraint failed")

    monkeypatch.setattr("sheets.actions.cohort_writing.enrol_many", refuse)
    with pytest.raises(Refused, match="conflict with what is in Trefoil"):
        confirmed(roster(cast, HEADER, GUS), cast.ines)
    assert not User.objects.filter(email="gus@example.com").exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_who_marks_while_an_import_writes_the_same_waits_for_it() -> None:
    cast = make_cast()
    ana, basics = cast.enrolment("ana"), cast.milestones[0]
    changes = CohortChanges(marks={(ana.pk, basics.pk): (ana, basics.pk, "done", None, None)})

    def write() -> None:
        write_cohort(
            cohort=cast.cohort, changes=changes, is_inviting=False, log=WriteLog(), by=cast.ines, at=NOW
        )

    (marked,) = held_up(
        write, lambda: mark(enrolment=ana, milestone=basics, state="working", by=ana.person, at=NOW)
    )
    assert isinstance(marked, Progress)
    assert Progress.objects.get().state == "working"
