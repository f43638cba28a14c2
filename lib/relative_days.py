"""Days as people say them, with the whole date behind them. Tags of every template."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lib.days import day_of_week, full_day, relative_day

register = template.Library()


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


@register.simple_tag(name="day_of_week")
def day_of_week_tag(value: date, today: date) -> SafeString:
    """Give `{% day_of_week event.day today %}` as `day_of_week`, with the whole date."""
    return _time(value, f"{value:%A} {full_day(value)}", day_of_week(value, today))


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
