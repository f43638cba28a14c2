"""Forms for rows that several people edit. The row is locked while it is saved."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.forms.placed import PlacedForm
from lib.editing import VersionedForm, status_of
from people.access import signed_in
from people.models import User


def versioned_form[Row: Model](
    request: HttpRequest, form_class: Callable[..., VersionedForm[Row]], row: Row, *, by: User, at: datetime
) -> tuple[VersionedForm[Row], Row | None]:
    """Return the form, and the saved row if this request saved it.

    An existing row is read again, so that `row` keeps its old values.
    """
    if request.method != "POST":
        return form_class(instance=row), None
    form = form_class(request.POST, instance=row)
    try:
        with transaction.atomic():
            if isinstance(form, PlacedForm):
                form.lock()
            if row.pk:
                rows = type(row)._default_manager.select_for_update(no_key=True)
                form = form_class(request.POST, instance=rows.get(pk=row.pk))
            return form, form.save_by(by=by, at=at) if form.is_valid() else None
    except IntegrityError:
        form.add_error(None, "Someone just used this name. Choose another.")
        return form, None


def edit_page[Row: Model](
    request: HttpRequest,
    form_class: type[VersionedForm[Row]],
    row: Row,
    template: str,
    context: dict[str, Any],
    *,
    said: str = "{} saved.",
) -> HttpResponse:
    """A page with the form of a row, new or not. Once saved, it leads to the page of the row."""
    form, saved = versioned_form(request, form_class, row, by=signed_in(request), at=timezone.now())
    if saved is None:
        return render(request, template, {**context, "form": form}, status=status_of(form))
    messages.success(request, said.format(saved))
    return redirect(saved)  # type: ignore[call-overload, no-any-return]
