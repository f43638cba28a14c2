"""What a page says beside a field, besides its label, help and errors. `templates/bootstrap5/field.html` shows it."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class ShownField(forms.BoundField):
    # Instead of the label, by which errors name the field.
    short_label = ""
    # Who reads what is written; with a lock where students do not.
    readers = ""
    is_private = False

    @property
    def options(self) -> list[tuple[object, str, bool, str]]:
        """Value, label, whether it is chosen, and id, of each choice."""
        return [
            (each.data["value"], each.data["label"], each.data["selected"], each.id_for_label)
            for each in self.subwidgets
        ]


class FieldsOfPages(TemplatesSetting):
    bound_field_class = ShownField


def say_beside(
    field: forms.BoundField, *, short_label: str = "", readers: str = "", is_private: bool = False
) -> None:
    assert isinstance(field, ShownField), "FORM_RENDERER says so"  # noqa: S101
    field.short_label, field.readers, field.is_private = short_label, readers, is_private


@register.filter
def attributes(attrs: dict[str, Any]) -> SafeString:
    """Write the attributes of a widget; Django's templates do it with a loop and two conditions for each."""
    written = (
        f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )
    return mark_safe("".join(written))  # noqa: S308


@register.filter
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """Write the choices of a select, in their named groups."""
    written = []
    for name, choices, _ in groups:
        rows = format_html_join(
            "",
            '\n  <option value="{}"{}>{}</option>',
            ((str(each["value"]), attributes(each["attrs"]), each["label"]) for each in choices),
        )
        written.append(
            format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, rows) if name else rows
        )
    return mark_safe("".join(written))  # noqa: S308
