"""A form of one row that several people edit: shown on GET, saved on POST while the row is locked."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest

from lib.editing import VersionedForm
from people.models import User


def versioned_form[Row: Model](
    request: HttpRequest, form_class: type[VersionedForm[Row]], row: Row, *, by: User, at: datetime
) -> tuple[VersionedForm[Row], Row | None]:
    """Return the form, and the row as it was saved if this request saved it.

    A row that is new is saved for the first time; one that exists is read anew, so that `row` keeps its old values.
    """
    if request.method != "POST":
        return form_class(instance=row), None
    with transaction.atomic():
        rows = type(row)._default_manager.select_for_update()
        form = form_class(request.POST, instance=rows.get(pk=row.pk) if row.pk else row)
        return form, form.save_by(by=by, at=at) if form.is_valid() else None
