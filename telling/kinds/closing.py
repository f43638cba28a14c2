"""A cohort is closed."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from groups.models import Closing, Enrolment, Mentorship
from people.models import Event, User
from people.outbox import UNDONE_SOON
from questions.models import Ask, Question
from telling.kinds.kind import MailKind
from telling.kinds.undone import write_undone
from telling.mails import Mail, write_mail

# Questions in a mail; the list of one's own questions has all of them.
_MOST = 5


def _closing(event: Event) -> Closing:
    """Return the closing, unless the cohort was opened again.

    If it was archived since, those whose mail waits for their morning are told all the same: nothing else tells them.
    """
    closings = Closing.objects.select_related("cohort__course", "made_by")
    return closings.get(pk=event.ids["closing"], undone_at=None)


def _enrolments(closing: Closing) -> QuerySet[Enrolment]:
    """The enrolments that ended with the cohort and are still ended, and those that stay open in it."""
    enrolments = closing.cohort.enrolments.select_related("person")
    return (enrolments.filter(moves__closing=closing) | enrolments.without_end()).distinct()


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    closing = _closing(event)
    mentorships = Mentorship.objects.open(closing.cohort.today(now)).filter(group__cohort=closing.cohort_id)
    mentors = User.objects.filter(pk__in=mentorships.values("person"))
    return [*(enrolment.person for enrolment in _enrolments(closing)), *mentors.order_by("pk")]


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    closing = _closing(event)
    cohort, today = closing.cohort, closing.cohort.today(now)
    own = _enrolments(closing).filter(person=reader).order_by("-pk").first()
    page = reverse("tracker:my-week" if own else "tracker:my-groups")
    questions = _unanswered(closing, own) if own else []
    return write_mail(
        "closed",
        reader,
        now,
        {"closing": closing, "cohort": cohort, "own": own, "questions": questions, "today": today},
        path="/" if cohort.archived else page,
        about=cohort.course,
        reply_to=closing.made_by,
    )


def _unanswered(closing: Closing, own: Enrolment) -> list[Question]:
    """The reader's own questions that this closing closed without an answer."""
    asked = Ask.objects.filter(enrolment=own).values("question")
    questions = Question.objects.filter(
        Q(pk__in=asked) | Q(duplicates__in=asked), status=Question.Status.CLOSED, cohort=closing.cohort_id
    )
    return [
        question
        for question in questions.distinct().order_by("asked_at", "pk")
        if str(question.pk) in closing.questions
    ][:_MOST]


CLOSED = MailKind(
    name="closed",
    label="My cohort is closed: whether I finished, and my open questions",
    roles=("student", "mentor"),
    events=("cohort_closed",),
    waits=UNDONE_SOON,
    recipients=_recipients,
    write=_write,
    write_undone=write_undone,
)
