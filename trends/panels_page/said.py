"""The filters of the trends in words."""

from typing import Any

from trends.panels.figures import Trends


def said(found: Trends) -> tuple[str, ...]:
    """The filters in words, for paper and for who reads them out: "RAG", "setup", "group Clover"."""
    form, chosen = found.form, found.filters
    words = [
        _label(form.fields[name], value)
        for name, value in (
            *(("cohort", pk) for pk in chosen.cohorts),
            ("milestone", chosen.milestone),
            ("material", chosen.material),
            ("category", chosen.category),
        )
        if value not in (None, "")
    ]
    return (*words, *([f"group {chosen.group_name}"] if chosen.group_name else ()))


def _label(field: Any, value: object) -> str:
    """What a select shows for a value, also below a heading."""
    for key, label in field.choices:
        choices = label if isinstance(label, list | tuple) else [(key, label)]
        for pk, words in choices:
            if str(pk) == str(value):
                return str(words)
    return ""
