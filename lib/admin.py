"""What the Django admin of all apps does alike: operators come last, after the pages, and leave the past as it is."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin


def never(*args: Any, **kwargs: Any) -> bool:
    """Permit nobody; stands for has_add_permission and its like: `has_delete_permission = never`."""
    return False


class EditedAdmin(admin.ModelAdmin[Any]):
    """Of a row that counts its versions: what an operator saves is a version too, and shows as a conflict to others."""

    readonly_fields = ["version", "changed_at", "changed_by"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Model], change: bool) -> None:
        if change:
            obj.touch(by=request.user, at=timezone.now())
        super().save_model(request, obj, form, change)


class WatchedAdmin(SimpleHistoryAdmin):  # type: ignore[misc]
    """Of rows whose every change is kept: to read, with their history."""

    has_add_permission = has_change_permission = has_delete_permission = never
