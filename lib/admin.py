"""Base classes for the Django admin. Operators use it as a last resort and cannot change the past."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

# A plan has a row a milestone.
_MOST_ROWS = 300


def never(*args: Any, **kwargs: Any) -> bool:
    return False


class EditedAdmin(admin.ModelAdmin[Any]):
    """For rows with versions. A save by an operator is also a version, and causes a conflict for other editors."""

    readonly_fields = ["version", "changed_at", "changed_by"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Model], change: bool) -> None:
        if change:
            obj.touch(by=request.user, at=timezone.now())
        super().save_model(request, obj, form, change)


class Rows(admin.TabularInline[Any, Any]):
    """Rows of a page of the admin. Django would build 2,000 forms for whoever says that they send as many."""

    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS, **kwargs)


class WatchedAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """Read-only, with history. For rows that record every change."""

    has_add_permission = has_change_permission = has_delete_permission = never
