from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from courses.models import Cohort, Pause
from groups.models import WillingMentor
from lib.refusals import Refused
from people.models import User
from questions.actions.publishing import publish
from questions.models import Question


@transaction.atomic
def begin_cohort(
    *,
    cohort: Cohort,
    breaks: Iterable[Pause] = (),
    mentors: Iterable[tuple[User, int]] = (),
    answers: Iterable[Question] = (),
    by: User,
    at: datetime,
) -> Cohort:
    """Save a new cohort with what comes along from an earlier one. Nobody is told, and nobody is in it yet.

    Args:
        mentors: who stands as willing, with how many groups at most.
        answers: questions to publish as frequent ones.

    Raises:
        Refused: somebody has just used its title.
    """
    cohort.touch(by=by, at=at)
    try:
        with transaction.atomic():
            cohort.save()
    except IntegrityError as taken:
        raise Refused("Someone just used this name. Choose another.", field="title") from taken
    for row in breaks:
        cohort.pauses.create(title=row.title, starts_on=row.starts_on, ends_on=row.ends_on)
    WillingMentor.objects.bulk_create(
        WillingMentor(cohort=cohort, person=person, most_groups=most, noted_by=by, noted_at=at)
        for person, most in mentors
    )
    for question in answers:
        publish(question=question, by=by, at=at)
    return cohort
