"""Permissions: course admins see and change the imports of their course; readers of exports, and the names in them."""

from datetime import datetime

from django.http import Http404

from groups.access import refuse_if_closed, say_if_archived
from groups.relations import RelationKind, relations_of
from lib.keys import digest_of
from people.access import refuse
from people.models import User
from sheets.models import SheetAddress, SheetImport


def import_to_administer(user: User, import_id: int, now: datetime) -> SheetImport:
    """Return the import for admins of its course; 403 for other insiders, 404 for strangers."""
    sheet_import = (
        SheetImport.objects.select_related("course", "cohort__course", "uploaded_by", "job")
        .filter(pk=import_id)
        .first()
    )
    if sheet_import is None:
        raise Http404
    relations = relations_of(user, now)
    course_id = sheet_import.course_id
    if not relations.administers(course_id):
        refuse(user, f"administer import {import_id}", is_insider=relations.is_insider(course_id))
    say_if_archived(user, sheet_import.cohort or sheet_import.course, now)
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


def groups_led(user: User, now: datetime) -> frozenset[int]:
    """Ids of the groups the person mentors now. Exports hide who asked in other groups."""
    mentorships = relations_of(user, now).open(RelationKind.MENTORS)
    return frozenset(row.group_id for row in mentorships if row.group_id is not None)
