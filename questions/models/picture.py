from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, prefetch_related_objects

from lib.markdown_pictures import address_of
from lib.texts import NO_NAMES

# Of a question, and of each of its answers.
MOST_PICTURES = 3


class PictureQuerySet(models.QuerySet["Picture"]):
    def used(self) -> "PictureQuerySet":
        """Named by a text of their question."""
        return self.filter(unused_since=None)


class Picture(models.Model):
    """A picture as WebP. The detail of its question, or an answer, names it by its key (`lib.markdown_pictures`).

    Its description is in that text, and so changed, searched, exported and forgotten with it. The key says neither
    whose it is nor when it came. One that no text names, since it was not sent yet or was removed, goes a day later.
    """

    key = models.CharField(max_length=22, unique=True)
    # None until the text that names it is sent.
    question = models.ForeignKey(
        "questions.Question", null=True, on_delete=models.CASCADE, related_name="pictures"
    )
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pictures_added"
    )
    added_at = models.DateTimeField()
    unused_since = models.DateTimeField(null=True, db_index=True)

    # Nobody can look through what is written in a picture: it goes with who added it.
    texts = {"key": NO_NAMES, "content": NO_NAMES}
    told = ("content",)
    goes_with = ("added_by",)

    objects = PictureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(question__isnull=False) | models.Q(unused_since__isnull=False),
                name="picture_used_in_a_question",
            )
        ]

    def __str__(self) -> str:
        return f"Picture of {self.width} × {self.height}"

    def get_absolute_url(self) -> str:
        return address_of(self.key)


def load_pictures(questions: Sequence[models.Model]) -> None:
    """Fetch those that texts of the questions name."""
    prefetch_related_objects(questions, Prefetch("pictures", Picture.objects.used().defer("content")))
