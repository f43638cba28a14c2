"""The field for a text with pictures: paste, drop or choose; without JavaScript they are sent along with the form.

A form that has it is sent as multipart/form-data, its view is `saved_with_pictures` and makes it by `with_pictures`,
its page has js/pictures.js.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from lib.markdown_pictures import keys_in
from lib.refusals import Refused
from people.access import signed_in
from people.saved_once import saved_once
from questions.actions.pictures import add_picture
from questions.models.picture import MOST_PICTURES

_TOO_MANY = f"At most {MOST_PICTURES} pictures. Remove one first."


class PicturesTextarea(forms.Textarea):
    template_name = "questions/pictures_textarea.html"


def check_pictures(text: str) -> None:
    """A validator."""
    if len(keys_in(text)) > MOST_PICTURES:
        raise ValidationError(_TOO_MANY)


def saved_with_pictures[View: Callable[..., HttpResponse]](name: str) -> Callable[[View], View]:
    """`saved_once` for a form with pictures: they are read before its transaction, for whose end others may wait."""

    def of(view: View) -> View:
        once = saved_once(view)

        @wraps(view)
        def read_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            sent: list[tuple[str, str]] = []
            for number, file in enumerate(request.FILES.getlist(f"{name}_pictures")[: MOST_PICTURES + 1]):
                try:
                    if number == MOST_PICTURES:
                        raise Refused(_TOO_MANY)
                    shows = request.POST.get(f"{name}_shows", "")
                    by, at = signed_in(request), timezone.now()
                    sent.append((add_picture(file=file, shows=shows, by=by, at=at), ""))
                except Refused as refused:
                    sent.append(("", f"{file.name}: {refused}"))
            request.sent_pictures = sent  # type: ignore[attr-defined]
            return once(request, *args, **kwargs)

        return read_first  # type: ignore[return-value]

    return of


def with_pictures[Form: forms.BaseForm](
    request: HttpRequest,
    name: str,
    form_of: Callable[[QueryDict | None], Form],
    sent: QueryDict | None = None,
) -> Form:
    """Make the form of what was sent, with the chosen pictures at the end of its text.

    They are kept before the form is checked: one that is shown again has them. Of those refused it says why.
    """
    posted, pictures = (sent or request.POST).copy(), getattr(request, "sent_pictures", [])
    for picture in filter(None, (picture for picture, _ in pictures)):
        posted[name] = f"{posted.get(name, '').rstrip()}\n\n{picture}".lstrip()
    form = form_of(posted or None)
    if refused := [why for _, why in pictures if why]:
        form.add_error(name, refused)
    return form
