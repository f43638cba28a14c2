from datetime import datetime

from django.db import transaction

from groups.concern_access import concern_readers
from groups.models import Concern, Enrolment
from lib.refusals import Refused
from people.actions.limits import ASKS, spend
from people.models import User
from people.outbox import tell


@transaction.atomic
def tell_concern(*, enrolment: Enrolment, wish: str, body: str, at: datetime) -> Concern:
    """Tell it to its readers, who hear by e-mail that there is something to read, and nothing of what.

    Raises:
        Refused: nobody may read it, or the student asked or told too much within an hour.
    """
    if not concern_readers(enrolment, at):
        raise Refused("Nobody outside your group can read it. Ask a site admin.")
    spend(ASKS, by=enrolment.person, at=at)
    concern = Concern.objects.create(enrolment=enrolment, wish=Concern.Wish(wish), body=body, told_at=at)
    # Not by its author: an event names nobody who told a concern.
    tell("concern_told", by=None, at=at, concern=concern.pk)
    return concern


@transaction.atomic
def answer_concern(*, concern: Concern, body: str, by: User, at: datetime) -> Concern:
    """Answer it. Its author hears by e-mail that it is answered, and nothing of how.

    Raises:
        Refused: somebody answered before.
    """
    locked = Concern.objects.select_for_update().get(pk=concern.pk)
    if locked.answered_at is not None:
        raise Refused(f"{locked.answered_by} has answered already.")
    locked.answer, locked.answered_by, locked.answered_at = body, by, at
    locked.save(update_fields=["answer", "answered_by", "answered_at"])
    tell("concern_answered", by=None, at=at, concern=locked.pk)
    return locked
