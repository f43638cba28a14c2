from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from courses.models import Course
from groups.access import to_administer
from lib.ids import as_id
from lib.locking import lock_row
from people.models import User
from questions.access.needs import needs
from questions.models import MaterialChange, MaterialNeed


def changes() -> QuerySet[MaterialChange]:
    return MaterialChange.objects.select_related(
        "course", "material", "milestone", "made_by", "told_by", "changed_by"
    )


def change_to_administer(
    user: User, change_id: int, now: datetime, *, is_locked: bool = False
) -> MaterialChange:
    """Return the change for course admins. 403 for other insiders, 404 for strangers.

    Args:
        is_locked: lock it until the end of the transaction, to save a form of it.
    """
    if is_locked:
        lock_row(MaterialChange, change_id)
    return to_administer(user, changes(), change_id, now)


def need_to_meet(course: Course, need_id: str | None) -> MaterialNeed | None:
    """Return the need that a new change meets: None without an id, 404 if it is in another course."""
    if not need_id:
        return None
    return get_object_or_404(needs(), course=course, pk=as_id(need_id) or 0)
