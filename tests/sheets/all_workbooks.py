from urllib.parse import urlencode

from django.urls import reverse

from people.models import User
from sheets.actions.jobs import ask_for_workbooks
from sheets.actions.tabs import silent
from sheets.dashboards.workbook_archive import make_workbooks
from sheets.models import WorkbookArchive
from tests.conftest import NOW, Cast


def all_workbooks(cast: Cast, by: User | None = None, **asked: str) -> str:
    """The address of the ZIP of all groups, which the worker has made for a course admin."""
    person = by or cast.ines
    ask_for_workbooks(cohort=cast.cohort, has_private_notes="private_notes" in asked, by=person, at=NOW)
    make_workbooks(WorkbookArchive.objects.get(person=person), NOW, silent)
    return f"{reverse('sheets:export-workbooks', args=[cast.cohort.pk])}?{urlencode(asked)}"
