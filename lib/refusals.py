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
    request: HttpRequest,
    form: forms.BaseForm | None = None,
    *,
    field: str = "",
    on_top: bool = True,
    before: str = "",
    after: str = "",
) -> Iterator[None]:
    """Show a refusal beside its field, on top of the form, or in a message. What follows in the block is left out.

    An action is atomic by itself, and some keep what they did before they refused: that a picture was read, the new
    preview of an import. So this opens no transaction. Where a block has two actions, `transaction.atomic()` stands
    after it in the same `with`.

    Args:
        field: of the form, for a refusal that names none.
        on_top: False shows in a message what belongs beside no field.
        before, after: what the message says besides.
    """
    try:
        yield
    except Refused as refused:
        beside = refused.field or field
        if form is not None and beside in form.fields:
            form.add_error(beside, str(refused))
        elif form is not None and on_top:
            form.add_error(None, str(refused))
        else:
            messages.error(request, f"{before}{refused}{after}")
