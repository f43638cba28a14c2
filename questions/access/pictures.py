from datetime import datetime

from django.http import Http404

from people.models import User
from questions.access.questions import question_to_read
from questions.models import Picture


def picture_to_see(user: User, key: str, now: datetime) -> Picture:
    """Return the picture if the user may see its question; while no text shows it, to who added it only.

    403 to other insiders, 404 to strangers.
    """
    picture = Picture.objects.filter(key=key).first()
    if picture is None:
        raise Http404
    if picture.question_id is not None and picture.unused_since is None:
        question_to_read(user, picture.question_id, now)
    elif picture.added_by_id != user.pk:
        raise Http404
    return picture
