"""Permissions: course admins see and change the imports of their course; the readers of a sheet by its address."""

from datetime import datetime

from django.http import Http404

from courses.models import Cohort
from groups.access import refuse_if_closed, say_if_archived, to_administer
from lib.keys import digest_of
from people.audit import current_request
from people.models import User
from sheets.models import SheetAddress, SheetImport, WorkbookArchive
from sheets.models.workbook_archive import KEPT_FOR
from tracker.access.written_about import check_ins_about


def import_to_administer(user: User, import_id: int, now: datetime) -> SheetImport:
    """For course admins. A change is refused if its cohort is archived, not only if its course is."""
    rows = SheetImport.objects.select_related("cohort__course", "uploaded_by", "job")
    sheet_import = to_administer(user, rows, import_id, now)
    if sheet_import.cohort is not None:
        say_if_archived(user, sheet_import.cohort, now)
        if request := current_request():
            request.place = sheet_import.cohort.get_absolute_url()  # type: ignore[attr-defined]
    return sheet_import


def import_to_go_on_with(user: User, import_id: int, now: datetime) -> SheetImport:
    """Return what `import_to_administer` does; 403 if its cohort is closed."""
    sheet_import = import_to_administer(user, import_id, now)
    if sheet_import.cohort is not None:
        refuse_if_closed(user, sheet_import.cohort, now)
    return sheet_import


def sheet_address_to_read(key: str) -> SheetAddress:
    """For the bearer of the key, while it works. 404 otherwise, without saying why."""
    found = SheetAddress.objects.working().filter(digest=digest_of(key))
    address = found.select_related("cohort__course", "person").first()
    if address is None:
        raise Http404
    return address


def workbooks_of(user: User, cohort: Cohort, now: datetime) -> WorkbookArchive | None:
    """All workbooks of a cohort that the person administers, made or being made for them, for a day."""
    kept = WorkbookArchive.objects.filter(cohort=cohort, person=user, asked_at__gt=now - KEPT_FOR)
    return kept.select_related("job").first()


def may_read(archive: WorkbookArchive, now: datetime) -> bool:
    """Whether all that is masked for the person today was masked when it was made."""
    return archive.is_made and check_ins_about(archive.person, now) <= set(archive.masked)
