"""Days as people say them: "tomorrow", "Monday", "5 days ago". A tag of every template."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lib.days import full_day

register = template.Library()

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def relative_day(day: date, today: date) -> str:
    """Say the day as seen from today.

    Today, tomorrow, yesterday; a weekday up to 6 days ahead ("Monday"); up to 14 days back how many ("5 days ago");
    else the date ("7 Dec"), with its year where that is not today's.
    """
    ahead = (day - today).days
    if ahead in _NEAR:
        return _NEAR[ahead]
    if 0 < ahead <= 6:
        return f"{day:%A}"
    if -14 <= ahead < 0:
        return f"{-ahead} days ago"
    date_of_year = f"{day.day} {day:%b}"
    return date_of_year if day.year == today.year else f"{date_of_year} {day.year}"


@register.simple_tag
def day(value: date | datetime | None, today: date | None = None) -> str | SafeString:
    """Give `{% day question.asked_at %}` as `relative_day` in the reader's zone, with the whole date in a `<time>`.

    Args:
        today: as seen from this day: that of the cohort for its own days, such as a due day.
    """
    if not value:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    on = local.date() if isinstance(local, datetime) else local
    whole = f"{on:%A} {full_day(on)}"
    if isinstance(local, datetime):
        whole = f"{whole}, {local:%H:%M}"
    return _time(local, whole, relative_day(on, today or timezone.localdate()))


@register.simple_tag
def deadline(value: datetime) -> SafeString:
    """Say until when: "Monday 20:30"; at midnight, where a day ends that nobody would name, "the end of Monday"."""
    local = timezone.localtime(value)
    last = local - timedelta(microseconds=1)
    at_midnight = last.date() < local.date()
    said = relative_day(last.date() if at_midnight else local.date(), timezone.localdate())
    whole = f"{local:%A} {full_day(local.date())}, {local:%H:%M}"
    return _time(local, whole, f"the end of {said}" if at_midnight else f"{said} {local:%H:%M}")


def _time(moment: date, whole: str, said: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), whole, said)
