"""The field for a text with pictures: paste, drop or choose; without JavaScript they are sent along with the form.

A form that has it is sent as multipart/form-data, and its view reads what was sent by `with_pictures`.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from lib.markdown_pictures import keys_in, picture_named
from lib.pictures import MOST_BYTES
from people.models import User
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


def with_pictures(
    posted: QueryDict, files: MultiValueDict[str, UploadedFile[Any]], name: str, *, by: User, at: datetime
) -> tuple[QueryDict | None, list[str]]:
    """Return what was sent with the chosen pictures at the end of its text, and why others were refused.

    They are kept before the form is checked: so the form that is shown again has them. None: nothing was sent.
    """
    chosen = files.getlist(f"{name}_pictures")
    if not chosen:
        return posted or None, []
    posted, refused = posted.copy(), []
    text, shows = posted.get(name, "").rstrip(), posted.get(f"{name}_shows", "")
    for number, file in enumerate(chosen):
        if number == MOST_PICTURES:
            refused.append(_TOO_MANY)
            break
        try:
            picture = picture_of(file, by=by, at=at, shows=shows)
        except QuestionError as error:
            refused.append(f"{file.name}: {error}")
        else:
            text = f"{text}\n\n{picture}".lstrip()
    posted[name] = text
    return posted, refused


def picture_of(file: UploadedFile[Any], *, by: User, at: datetime, shows: str = "") -> str:
    """Keep the file as a picture, and return the Markdown that names it.

    Raises:
        QuestionError: as `add_picture`.
    """
    # One byte more than it may have says that it is too large; nothing is read of what follows.
    picture = add_picture(content=file.read(MOST_BYTES + 1), by=by, at=at)
    return picture_named(picture.key, shows)
