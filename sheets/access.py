"""Who may see and do, with imports: the course admins of their course. And of whom an export may tell a mentor."""

from datetime import datetime

from django.http import Http404

from groups.relations import RelationKind, relations_of
from people.access import refuse
from people.models import User
from sheets.models import SheetImport


def import_to_administer(user: User, import_id: int, now: datetime) -> SheetImport:
    """Return the import for the admins of its course; 403 to other insiders, 404 to strangers."""
    sheet_import = (
        SheetImport.objects.select_related("course", "cohort__course", "uploaded_by")
        .filter(pk=import_id)
        .first()
    )
    if sheet_import is None:
        raise Http404
    relations = relations_of(user, now)
    course_id = sheet_import.course_id
    if not relations.administers(course_id):
        refuse(user, f"administer import {import_id}", is_insider=relations.is_insider(course_id))
    return sheet_import


def groups_led(user: User, now: datetime) -> frozenset[int]:
    """The groups that the person mentors now: of asks in others a mentor is told the group, and nobody's name."""
    mentorships = relations_of(user, now).open(RelationKind.MENTORS)
    return frozenset(row.group_id for row in mentorships if row.group_id is not None)
