from datetime import datetime

from django.db.models import Exists, OuterRef

from courses.models import Cohort
from groups.access import refuse_if_closed
from groups.models import Enrolment, Mentorship
from people.actions.accounts import invite_many
from people.models import Invitation, User
from people.models.user import UserQuerySet


def people_in(cohort: Cohort, now: datetime) -> UserQuerySet:
    """Return the students and mentors of a cohort who have not left."""
    today = cohort.today(now)
    people: UserQuerySet = User.objects.filter(
        Exists(Enrolment.objects.not_ended(today).filter(person=OuterRef("pk"), cohort=cohort))
        | Exists(Mentorship.objects.not_ended(today).filter(person=OuterRef("pk"), group__cohort=cohort))
    )
    return people


def invite_all(*, cohort: Cohort, is_failed: bool, by: User, at: datetime) -> int:
    """Invite the students and mentors of a cohort who are not invited, in the background. Return how many.

    403 in a closed cohort.

    Args:
        is_failed: only those whose invitation the mail server refused.
    """
    refuse_if_closed(by, cohort, at)
    people = people_in(cohort, at).not_invited(at)
    if is_failed:
        people = people.filter(pk__in=Invitation.objects.failed(at).values("person"))
    _, count = invite_many(people=list(people), by=by, at=at)
    return count
