"""Addresses that no page of ours makes: answered as such before a library breaks at them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponseBase

from lib.ids import as_id

# As in an address of a host: "https://[::1" is no address at all.
_NEXT = "next"


class RefuseJunk:
    """400 to a `next` that is no address, 404 to ids of the Django admin that are no ids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

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
