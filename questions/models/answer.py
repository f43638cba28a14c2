from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.safestring import SafeString

from lib.history import Records
from lib.markdown import to_html
from lib.texts import Personal
from people.models import Edited
from questions.models.question import Question


class AnswerQuerySet(models.QuerySet["Answer"]):
    def in_order(self) -> "AnswerQuerySet":
        """As given, those without a date first: they were imported, so they are older than what was written here."""
        return self.order_by(models.F("answered_at").asc(nulls_first=True), "pk")

    def that_helped(self, since: datetime) -> "AnswerQuerySet":
        """With the titles of their questions, the latest first."""
        helped = self.filter(helped_at__gt=since).select_related("question").order_by("-helped_at", "pk")
        return helped.only("helped_at", "question__title")


class Answer(Edited):
    """An answer; `body` is Markdown."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    body = models.TextField("answer")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers_given"
    )
    # None: it was imported, and nobody knows when it was given.
    answered_at = models.DateTimeField(null=True, blank=True)
    # When a student whose request for help it answers last said "That helps".
    helped_at = models.DateTimeField(null=True, blank=True, editable=False)

    texts = {"body": Personal(by=("answered_by",))}
    history = Records()
    objects = AnswerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Answer of {self.answered_by} to {self.question}"

    @property
    def html(self) -> SafeString:
        return to_html(self.body, self.question.pictures_in(self.body))
