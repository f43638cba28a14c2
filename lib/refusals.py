"""Actions refuse in one way, and pages say so in one way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.http import HttpRequest


class Refused(Exception):  # noqa: N818
    """What was asked cannot be done. People read the message, at `field` of the form if it names one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def acting(
    request: HttpRequest, form: forms.BaseForm | None = None, *, on_top: bool = True, before: str = ""
) -> Iterator[None]:
    """Show a refusal at its field, else on top of the form, else in a message. What follows in the block is left out.

    An action is atomic by itself, and some keep what they did before they refused: that a picture was read, the new
    preview of an import. So this opens no transaction. Where a block has two actions, `transaction.atomic()` stands
    after it in the same `with`.

    Args:
        on_top: False shows a refusal that names no field in a message although there is a form.
        before: the beginning of the message.
    """
    try:
        yield
    except Refused as refused:
        field = refused.field if form is not None and refused.field in form.fields else None
        if form is not None and (on_top or field):
            form.add_error(field, str(refused))
        else:
            messages.error(request, f"{before}{refused}")
