from datetime import date

from django.db import models
from django.urls import reverse

from courses.models import Milestone
from groups.models import Enrolment, Group
from lib.history import Records
from lib.texts import SHARED, Personal


class CodeReviewQuerySet(models.QuerySet["CodeReview"]):
    def of_enrolled(self, on: date) -> "CodeReviewQuerySet":
        """Those whose author and reviewer are both enrolled on that day: nobody is asked about the others."""
        enrolled = Enrolment.objects.not_ended(on)
        return self.filter(author__in=enrolled, reviewer__in=enrolled)

    def with_names(self) -> "CodeReviewQuerySet":
        """With the names of milestone, author and reviewer, and nothing else of them, for lists."""
        return self.select_related("milestone", "author__person", "reviewer__person").only(
            "group",
            "state",
            "requested_at",
            "changed_at",
            "milestone__title",
            "author__person__name",
            "author__person__short_name",
            "reviewer__person__name",
            "reviewer__person__short_name",
        )


class CodeReview(models.Model):
    """A review of a student's code by another student of the group. Mentors can read it; only the reviewer approves."""

    class State(models.TextChoices):
        REQUESTED = "requested", "requested"
        CHANGES_ASKED = "changes_asked", "changes asked"
        APPROVED = "approved", "approved"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="code_reviews")
    author = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reviews_got")
    reviewer = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reviews_given")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="code_reviews")
    url = models.URLField("URL of the code", max_length=1000)
    state = models.CharField(max_length=20, choices=State, default=State.REQUESTED)
    note = models.TextField("what the author should know or change", blank=True)
    requested_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    texts = {"url": Personal(by=("author__person",)), "note": SHARED}
    history = Records()
    objects = CodeReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(author=models.F("reviewer")), name="code_review_not_of_oneself"
            ),
            models.UniqueConstraint(
                fields=["author", "reviewer", "milestone", "url"], name="code_review_once_a_reviewer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} of {self.author.person}, reviewed by {self.reviewer.person}"

    def get_absolute_url(self) -> str:
        return reverse("tracker:review-detail", args=[self.pk])

    @property
    def short_url(self) -> str:
        """ "code.example/ana/first-index"."""
        return self.url.partition("://")[2].rstrip("/")

    @property
    def is_handed_in(self) -> bool:
        """Whether it waits for the reviewer."""
        return self.state == CodeReview.State.REQUESTED
