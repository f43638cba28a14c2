"""The filters of a view in words."""

from datetime import timedelta
from typing import Any

from lib.days import day_range_label
from trends.counts.view import TrendView


def filter_labels(view: TrendView) -> tuple[str, ...]:
    """The filters but the weeks, for print and screen readers: "RAG", "setup", "group Clover"."""
    form, chosen = view.form, view.filters
    values = (
        *(("cohort", pk) for pk in chosen.cohort),
        ("milestone", chosen.milestone),
        ("material", chosen.material),
        ("category", chosen.category),
    )
    labels = [_option_label(form.fields[name], value) for name, value in values if value not in (None, "")]
    return (*labels, *([f"group {chosen.group}"] if chosen.group else ()))


def _option_label(field: Any, value: object) -> str:
    for key, label in field.choices:
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for option, option_label in options:
            if str(option) == str(value):
                return str(option_label)
    return ""


def period_label(view: TrendView) -> str:
    span, today = view.span, view.latest_today
    if span.first and span.ends_before:
        return day_range_label(span.first, span.ends_before - timedelta(days=1), today)
    if span.first:
        return f"since {day_range_label(span.first, span.first, today)}"
    if span.ends_before:
        last = span.ends_before - timedelta(days=1)
        return f"until {day_range_label(last, last, today)}"
    return "all time"
