"""The field for a text with pictures: paste, drop or choose; without JavaScript they are sent along with the form.

A form that has it is sent as multipart/form-data, its view makes it by `with_pictures`, its page has js/pictures.js.
"""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from lib.markdown_pictures import keys_in
from people.access import signed_in
from questions.actions import QuestionError
from questions.actions.pictures import add_picture
from questions.models.picture import MOST_PICTURES

_TOO_MANY = f"At most {MOST_PICTURES} pictures. Remove one first."


class PicturesTextarea(forms.Textarea):
    template_name = "questions/pictures_textarea.html"


def check_pictures(text: str) -> None:
    """A validator."""
    if len(keys_in(text)) > MOST_PICTURES:
        raise ValidationError(_TOO_MANY)


def with_pictures[Form: forms.BaseForm](
    request: HttpRequest,
    name: str,
    form_of: Callable[[QueryDict | None], Form],
    sent: QueryDict | None = None,
) -> Form:
    """Make the form of what was sent, with the chosen pictures at the end of its text.

    They are kept before the form is checked: one that is shown again has them. Of those refused it says why.
    """
    posted, refused = (sent or request.POST).copy(), []
    for number, file in enumerate(request.FILES.getlist(f"{name}_pictures")[: MOST_PICTURES + 1]):
        try:
            if number == MOST_PICTURES:
                raise QuestionError(_TOO_MANY)
            shows = posted.get(f"{name}_shows", "")
            picture = add_picture(file=file, shows=shows, by=signed_in(request), at=timezone.now())
            posted[name] = f"{posted.get(name, '').rstrip()}\n\n{picture}".lstrip()
        except QuestionError as error:
            refused.append(f"{file.name}: {error}")
    form = form_of(posted or None)
    if refused:
        form.add_error(name, refused)
    return form
