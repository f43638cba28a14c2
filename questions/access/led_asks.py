from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate
from django.db.models.lookups import In

from lib.weeks import today_in
from questions.models import Ask, Question


def asks_led(person_id: int, groups: Collection[int], time_zone: str, now: datetime) -> QuerySet[Ask]:
    """Return the asks of students whom the person led on a day on which what they had asked was open.

    What was merged is open while its original is. Asks in another group than the question's are left out: if it is for
    its group alone, these students may not read it either.

    Args:
        groups: those that the person mentors or mentored, all of this time zone.
    """
    stay, mentorship = "enrolment__memberships", "enrolment__memberships__group__mentorships"
    zone, tomorrow = ZoneInfo(time_zone), Value(today_in(time_zone, now) + timedelta(days=1), DateField())
    ends = [
        Coalesce(ended_on, tomorrow)
        for ended_on in (f"{stay}__ended_on", "enrolment__ended_on", f"{mentorship}__ended_on")
    ]
    asked_on = TruncDate("asked_at", tzinfo=zone)
    asks = Ask.objects.filter(
        group=F("question__group"), **{f"{stay}__group__in": groups, f"{mentorship}__person": person_id}
    )
    led = asks.alias(
        led_from=Greatest(asked_on, f"{stay}__started_on", f"{mentorship}__started_on"),
        led_until=Least(tomorrow, *ends),
    )
    was_open = _was_open("question", zone) | _was_open("question__duplicate_of", zone)
    return led.filter(was_open, led_from__lt=F("led_until"))


def _was_open(question: str, zone: ZoneInfo) -> Q:
    """The condition that it was open when the first of these days began, or became so on one of them."""
    changes = Question.history.filter(id=OuterRef(question)).alias(on=TruncDate("history_date", tzinfo=zone))
    before = changes.filter(on__lt=OuterRef("led_from")).order_by("-history_date", "-history_id")
    since = changes.filter(
        on__gte=OuterRef("led_from"), on__lt=OuterRef("led_until"), status__in=Question.WAITING
    )
    return Q(In(Subquery(before.values("status")[:1]), Question.WAITING)) | Q(Exists(since))
