"""Tell of what waits for longer than the course has promised: who owes it, and course admins after twice that time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from courses.models import Cohort
from courses.promises import Wait
from groups.models import Enrolment
from people.models import Event
from questions.models import Question
from telling.models import BrokenPromise
from tracker.models import CodeReview, Progress
from tracker.models.progress import waiting_by_themselves

_DAY = timedelta(days=1)
# Older rows are looked up one by one, if a break keeps a promise open for so long.
_LATELY = 30 * _DAY

# Late answers: name, primary keys of the event, and time waited.
type _Waiting = tuple[str, dict[str, int], Wait]


def tell_of_promises(now: datetime) -> str:
    """Write an event for each promise that has passed, once.

    A promise that passed over a weekday ago is not told any longer; one that passed before a break is told after it.
    """
    told = 0
    known = set(BrokenPromise.objects.filter(at__gt=now - _LATELY).values_list("wait", flat=True))
    for cohort in Cohort.objects.current().select_related("course").prefetch_related("pauses").order_by("pk"):
        today = cohort.today(now)
        if cohort.is_closed(today) or cohort.is_in_break(today):
            continue
        for name, ids, wait in (
            *_questions(cohort, now),
            *_requests_for_help(cohort, now),
            *_reviews(cohort, now),
        ):
            times = 2 if wait.is_twice_over else 1
            is_fresh = wait.is_over and wait.waited <= (times * wait.days + 1) * _DAY
            if is_fresh and f"{name}, {times}" not in known:
                told += _tell(f"{name}, {times}", {**ids, "times": times}, now)
    return f"{told} promises passed" if told else ""


@transaction.atomic
def _tell(name: str, ids: dict[str, int], now: datetime) -> bool:
    broken, is_new = BrokenPromise.objects.get_or_create(wait=name, defaults={"at": now})
    if is_new:
        broken.event = Event.objects.create(kind="promise_passed", ids=ids, at=now)
        broken.save(update_fields=["event"])
    return is_new


def _questions(cohort: Cohort, now: datetime) -> Iterator[_Waiting]:
    asked = waiting_by_themselves(Question.objects.filter(cohort=cohort, status=Question.Status.OPEN))
    days = min(cohort.course.question_days, cohort.course.help_days)
    asked = asked.filter(asked_at__lt=now - days * _DAY, is_undated=False)
    for each in asked.only("asked_at", "is_for_help"):
        wait = cohort.wait(each.asked_at, now, days=each.promised_days(cohort.course))
        yield f"question {each.pk}", {"question": each.pk}, wait


def _requests_for_help(cohort: Cohort, now: datetime) -> Iterator[_Waiting]:
    days = cohort.course.help_days
    enrolled = Enrolment.objects.not_ended(cohort.today(now)).filter(cohort=cohort)
    needed = Progress.objects.requests_for_help().filter(enrolment__in=enrolled)
    needed = needed.filter(state_since__lt=now - days * _DAY)
    for pk, enrolment, at in needed.values_list("pk", "enrolment", "state_since"):
        if at is None:
            continue
        ids = {"progress": pk, "enrolment": enrolment}
        # A milestone may need help again.
        yield f"help {pk} {at:%Y%m%d%H%M%S}", ids, cohort.wait(at, now, days=days)


def _reviews(cohort: Cohort, now: datetime) -> Iterator[_Waiting]:
    if not cohort.course.has_code_reviews:
        return
    days = cohort.course.review_days
    handed_in = CodeReview.objects.filter(group__cohort=cohort, state=CodeReview.State.REQUESTED)
    handed_in = handed_in.of_enrolled(cohort.today(now))
    for pk, at in handed_in.filter(changed_at__lt=now - days * _DAY).values_list("pk", "changed_at"):
        # Code may be handed in again.
        yield f"review {pk} {at:%Y%m%d%H%M%S}", {"review": pk}, cohort.wait(at, now, days=days)
