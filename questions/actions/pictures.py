"""Pictures come before the text that names them, and stay while one of their question does."""

from datetime import datetime
from secrets import token_urlsafe
from typing import IO

from django.db import transaction
from django.db.models import Q

from lib.markdown_pictures import keys_in, picture_named
from lib.pictures import PictureError, written_anew
from lib.refusals import Refused
from people.actions.limits import PICTURES, spend
from people.models import User
from questions.models import Picture, Question
from questions.models.picture import MOST_PICTURES


def add_picture(*, file: IO[bytes], shows: str = "", by: User, at: datetime) -> str:
    """Keep a picture for a text that is not sent yet, and return the Markdown that names it.

    An unreadable picture counts, too, since reading is work.

    Raises:
        Refused: it is no picture, too large, or broken; too many pictures within an hour.
    """
    with transaction.atomic():
        spend(PICTURES, by=by, at=at)
    try:
        content, width, height = written_anew(file)
    except PictureError as error:
        raise Refused(str(error)) from error
    picture = Picture(key=token_urlsafe(16), content=content, width=width, height=height)
    picture.added_by, picture.added_at, picture.unused_since = by, at, at
    picture.save()
    return picture_named(picture.key, shows)


def keep_pictures(question: Question, *, by: User, at: datetime) -> None:
    """Show the pictures that its texts name: its own, and those that `by` added for it. The others are used no more.

    So a picture is of one question, and nobody shows what somebody else has not sent yet.
    """
    texts = [question.detail, *question.answers.values_list("body", flat=True)]
    named = {key for text in texts for key in keys_in(text)[:MOST_PICTURES]}
    own = Q(question=question)
    if named:
        added = Picture.objects.filter(own | Q(question=None, added_by=by), key__in=named)
        added.update(question=question, unused_since=None)
    Picture.objects.used().filter(own).exclude(key__in=named).update(unused_since=at)
