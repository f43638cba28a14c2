from django.conf import settings
from django.db import models
from django.utils.safestring import SafeString
from simple_history.models import HistoricalRecords

from lib.markdown import to_html
from lib.texts import Personal
from people.models import Edited
from questions.models.question import Question


class AnswerQuerySet(models.QuerySet["Answer"]):
    def in_order(self) -> "AnswerQuerySet":
        """As given, those without a date first: they were imported, so they are older than what was written here."""
        return self.order_by(models.F("answered_at").asc(nulls_first=True), "pk")


class Answer(Edited):
    """An answer; `body` is Markdown."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    body = models.TextField("answer")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="answers_given"
    )
    # None: it was imported, and nobody knows when it was given.
    answered_at = models.DateTimeField(null=True, blank=True)

    texts = {"body": Personal(by=("answered_by",))}
    history = HistoricalRecords()
    objects = AnswerQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Answer of {self.answered_by} to {self.question}"

    @property
    def html(self) -> SafeString:
        return to_html(self.body, self.question.pictures_in(self.body))
