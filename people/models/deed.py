from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import SHARED


class Deed(models.Model):
    """What somebody did in a course, for its course admins to read; a line of the log says the same.

    No reasons and no private message: `people.audit.record` takes neither.
    """

    class Kind(models.TextChoices):
        ROLE = "role", "Roles"
        STUDENT = "student", "Students"
        MOVE = "move", "Moves"
        IMPORT = "import", "Imports"
        EXPORT = "export", "Exports"
        CLOSING = "closing", "Closing"
        ADDRESS = "address", "Addresses"

    # The course is of an app above this one: here it is but a key.
    course = models.ForeignKey("courses.Course", on_delete=models.CASCADE, related_name="deeds")
    kind = models.CharField(max_length=20, choices=Kind)
    # "made {people} mentor of Clover": the names of people are read when it is shown.
    what = models.CharField(max_length=300)
    # None: a command.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="deeds"
    )
    at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    texts = {"what": SHARED}
    goes_along = {"course": ALL, "by": ALL}

    class Meta:
        indexes = [models.Index(fields=["course", "-at"], name="deed_of_course")]

    def __str__(self) -> str:
        return self.what


class DeedPerson(models.Model):
    """Somebody whom a deed concerns."""

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="concerned_by"
    )

    goes_along = {"deed": ALL, "person": ALL}

    def __str__(self) -> str:
        return f"{self.person} in {self.deed}"
