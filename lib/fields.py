"""What a page says beside a field, besides its label, help and errors. `templates/bootstrap5/field.html` shows it."""

from django import forms
from django.forms.renderers import TemplatesSetting


class ShownField(forms.BoundField):
    # Instead of the label, by which errors name the field.
    short_label = ""
    # Who reads what is written; with a lock where students do not.
    readers = ""
    is_private = False


class FieldsOfPages(TemplatesSetting):
    bound_field_class = ShownField


def say_beside(
    field: forms.BoundField, *, short_label: str = "", readers: str = "", is_private: bool = False
) -> None:
    assert isinstance(field, ShownField), "FORM_RENDERER says so"  # noqa: S101
    field.short_label, field.readers, field.is_private = short_label, readers, is_private
