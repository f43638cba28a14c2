"""The database itself refuses imports that break a constraint."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from sheets.models import (
    ImportFile,
    ImportJob,
    ImportLine,
    SheetAddress,
    SheetImport,
    WorkbookArchive,
    WrittenBatch,
)
from tests.conftest import NOW, Cast

pytestmark = pytest.mark.django_db


def given(cast: Cast, **fields: object) -> SheetImport:
    return SheetImport(kind="roster", course=cast.course, uploaded_by=cast.ines, uploaded_at=NOW, **fields)


def saved(cast: Cast) -> SheetImport:
    sheet_import = given(cast)
    sheet_import.save()
    return sheet_import


def twice(cast: Cast, model: type[models.Model], **fields: object) -> models.Model:
    one = {"sheet_import": saved(cast), "position": 0, **fields}
    model._default_manager.create(**one)
    return model(**one)


def address_twice(cast: Cast) -> models.Model:
    of = {"cohort": cast.cohort, "person": cast.ines, "kind": "people", "made_at": NOW}
    SheetAddress.objects.create(digest="one", **of)
    return SheetAddress(digest="two", **of)


def archive(cast: Cast) -> WorkbookArchive:
    return WorkbookArchive(cohort=cast.cohort, person=cast.ines, asked_at=NOW)


def archive_twice(cast: Cast) -> models.Model:
    archive(cast).save()
    return archive(cast)


def job_of_two_things(cast: Cast) -> models.Model:
    made = archive(cast)
    made.save()
    return ImportJob(work="workbooks", archive=made, sheet_import=saved(cast), by=cast.ines, asked_at=NOW)


VIOLATIONS: dict[str, Callable[[Cast], models.Model]] = {
    "sheet_import_confirmed_at_and_by": lambda cast: given(cast, confirmed_at=NOW, state="confirmed"),
    "sheet_import_undone_at_and_by": lambda cast: given(
        cast, undone_at=NOW, state="undone", confirmed_at=NOW, confirmed_by=cast.ines
    ),
    "sheet_import_state_as_confirmed": lambda cast: given(cast, state="confirmed"),
    "import_file_position_once": lambda cast: twice(cast, ImportFile, size=0),
    "import_job_of_one_thing": job_of_two_things,
    "import_line_position_once": lambda cast: twice(cast, ImportLine),
    "sheet_address_once_a_kind": address_twice,
    "workbook_archive_once": archive_twice,
    "written_batch_position_once": lambda cast: twice(cast, WrittenBatch),
}


def test_every_constraint_has_its_violation_here() -> None:
    ours = {
        one.name for model in apps.get_app_config("sheets").get_models() for one in model._meta.constraints
    }
    assert ours == set(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(cast: Cast, name: str) -> None:
    violation = VIOLATIONS[name](cast)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        violation.save()
    told = str(refusal.value)
    assert name in told or (connection.vendor == "sqlite" and "UNIQUE constraint failed" in told)
