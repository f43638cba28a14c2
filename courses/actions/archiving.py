from datetime import datetime

from django.db import transaction

from courses.models import Cohort, Course
from people.models import User


@transaction.atomic
def archive(*, thing: Cohort | Course, by: User, at: datetime) -> None:
    """Take a cohort or course out of every list, figure and choice, as `Archivable` says. It stays as it is."""
    thing = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if not thing.is_archived:
        thing.archived_at, thing.archived_by = at, by
        thing.touch(by=by, at=at)
        thing.save()


@transaction.atomic
def restore(*, thing: Cohort | Course, by: User, at: datetime) -> None:
    thing = type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    if thing.is_archived:
        thing.archived_at = thing.archived_by = None
        thing.touch(by=by, at=at)
        thing.save()
