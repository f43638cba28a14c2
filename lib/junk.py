"""Addresses that no page of ours makes: answered as such before a library breaks at them."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils.deprecation import MiddlewareMixin

from lib.ids import as_id

# As in an address of a host: "https://[::1" is no address at all.
_NEXT = "next"
# The rows that an action of the Django admin is for.
_CHOSEN = ACTION_CHECKBOX_NAME


class RefuseJunk(MiddlewareMixin):
    """400 to a `next` that is no address. Of the Django admin, 404 to no ids, 400 to such foreign keys and fields."""

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], values: dict[str, Any]
    ) -> None:
        for fields in (request.GET, request.POST):
            for address in fields.getlist(_NEXT):
                try:
                    urlsplit(address)
                except ValueError as error:
                    raise BadRequest(f"no address: {address[:100]!r}") from error
        match = request.resolver_match
        if match is not None and match.app_name == "admin":
            ids = [
                *args,
                *(value for name, value in values.items() if name in ("object_id", "content_type_id", "id")),
            ]
            if any(as_id(unquote(str(each))) is None for each in ids):
                raise Http404
            _refuse_foreign_keys(request, getattr(view, "model_admin", None))


def _refuse_foreign_keys(request: HttpRequest, model_admin: ModelAdmin[Any] | None) -> None:
    """The fields with autocompletion, filters and actions look for whatever they are given."""
    models = [model_admin.model, *(inline.model for inline in model_admin.inlines)] if model_admin else []
    keys = {field.name for model in models for field in model._meta.fields if field.many_to_one}
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            # "person", "admins-0-person" of a line, "group__cohort__id__exact" of a filter.
            is_key = name.rpartition("-")[2] in keys or name.endswith("__id__exact") or name == _CHOSEN
            if is_key and any(value and as_id(value) is None for value in values):
                raise BadRequest(f"no id: {name[:100]!r}")
            # Django refuses other fields that it does not go by, and breaks at this one.
            if name == TO_FIELD_VAR and "" in values:
                raise BadRequest("no field")
