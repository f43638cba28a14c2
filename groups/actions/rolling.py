"""A new cohort from an old one. Nothing of its students comes along, and no pauses: the calendar begins anew."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError
from groups.actions.forming import note_willing
from groups.models import Enrolment
from lib.history import credit
from people.models import User


@transaction.atomic
def roll_over(*, cohort: Cohort, mentors: Mapping[User, int], by: User, at: datetime) -> Cohort:
    """Save the new cohort, and who would mentor in it.

    Args:
        mentors: those who stay, and how many groups each takes at most.
    """
    cohort.changed_by, cohort.changed_at = by, at
    cohort.save()
    for person, most_groups in mentors.items():
        note_willing(cohort=cohort, person=person, most_groups=most_groups, by=by, at=at)
    return cohort


def note_would_mentor(*, enrolment: Enrolment, would: bool, by: User, at: datetime) -> Enrolment:
    """Note that a student would mentor later cohorts of the course, or no longer would.

    Raises:
        EnrolmentError: they have not finished.
    """
    if would and enrolment.end_reason != Enrolment.EndReason.FINISHED:
        raise EnrolmentError("You can say so once you have finished the course.")
    enrolment.would_mentor_at = at if would else None
    credit(enrolment, by)
    enrolment.save(update_fields=["would_mentor_at"])
    return enrolment
