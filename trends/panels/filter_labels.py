from typing import Any

from trends.counts import TrendView


def filter_labels(view: TrendView) -> tuple[str, ...]:
    """The filters in words, for print and screen readers: "RAG", "setup", "group Clover"."""
    form, chosen = view.form, view.filters
    values = (
        *(("cohort", pk) for pk in chosen.cohorts),
        ("milestone", chosen.milestone),
        ("material", chosen.material),
        ("category", chosen.category),
    )
    labels = [_option_label(form.fields[name], value) for name, value in values if value not in (None, "")]
    return (*labels, *([f"group {chosen.group_name}"] if chosen.group_name else ()))


def _option_label(field: Any, value: object) -> str:
    for key, label in field.choices:
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for option, option_label in options:
            if str(option) == str(value):
                return str(option_label)
    return ""
