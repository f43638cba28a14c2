from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES


class MailChoice(models.Model):
    """A person's choice for one kind of mail; without a row, at once outside quiet hours."""

    class Soon(models.TextChoices):
        ALWAYS = "always", "at once, also at night and at weekends"
        AT_ONCE = "at_once", "at once"
        DIGEST = "digest", "in the next summary"
        NEVER = "never", "never"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices"
    )
    kind = models.CharField(max_length=40)
    soon = models.CharField(max_length=20, choices=Soon)

    texts = {"kind": NO_NAMES}
    told = ("kind",)
    goes_along = {"person": ALL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="mail_choice_once_a_kind")]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.get_soon_display()}"
