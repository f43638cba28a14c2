from datetime import date

from django.db import transaction

from courses.models import Cohort, Pause
from lib.days import full_day


class PauseError(Exception):
    """The pause overlaps another one. The message is shown to the user."""


@transaction.atomic
def add_pause(*, cohort: Cohort, title: str, starts_on: date, ends_on: date) -> Pause:
    """Add a pause. `starts_on` and `ends_on` are both included.

    Raises:
        PauseError: the pause overlaps another pause of the cohort.
    """
    cohort = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    check_overlap(cohort, starts_on, ends_on)
    return Pause.objects.create(cohort=cohort, title=title, starts_on=starts_on, ends_on=ends_on)


def check_overlap(cohort: Cohort, starts_on: date, ends_on: date) -> None:
    """Raises PauseError."""
    other = cohort.pauses.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other is not None:
        raise PauseError(
            f"This overlaps “{other}”, {other.starts_on:%-d %B} to {full_day(other.ends_on)}. Remove that one first."
        )
