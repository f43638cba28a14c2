"""A cohort is closed."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from groups.models import Closing, Enrolment, Mentorship
from people.models import Event, User
from questions.models import Ask, Question
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part, cut, near_day

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
    of_it = Q(moves__closing=closing, ended_on__isnull=False) | Q(ended_on=None)
    return Enrolment.objects.filter(of_it, cohort=closing.cohort_id).select_related("person").distinct()


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    closing = _closing(event)
    mentorships = Mentorship.objects.open(closing.cohort.today(now)).filter(group__cohort=closing.cohort_id)
    mentors = User.objects.filter(pk__in=mentorships.values("person"))
    return [*(enrolment.person for enrolment in _enrolments(closing)), *mentors.order_by("pk")]


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    closing = _closing(event)
    cohort, day = closing.cohort, near_day(closing.on, closing.cohort.today(now))
    own = _enrolments(closing).filter(person=reader).order_by("-pk").first()
    is_read = cohort.archived is None
    still = " You can still read it." if is_read else ""
    parts = [Part(f"{cohort} of {cohort.course} is closed from {day} on.{still}")]
    if closing.word:
        parts.append(Part(cut(closing.word), label=str(closing.made_by), look="quote"))
    if own is None and is_read:
        parts.append(Part("You can still read your groups."))
    if own is not None:
        if own.end_reason == Enrolment.EndReason.FINISHED:
            parts.append(Part("You finished the course."))
        if own.ended_on is None:
            parts.append(Part("You stay enrolled in it."))
        if is_read:
            parts.append(
                Part("Milestones, materials, frequent questions and your own work stay there to read.")
            )
        parts += _unanswered(closing, own)
    return Mail(
        subject=f"{cohort} is closed",
        about=f"for {cohort.course}",
        parts=tuple(parts),
        label=("Open my week" if own else "Open my groups") if is_read else "Open Trefoil",
        path=reverse("tracker:my-week" if own else "tracker:my-groups") if is_read else "/",
        why=f"because you {'took part in' if own else 'mentored in'} {cohort}",
        reply_to=closing.made_by if closing.made_by.is_active and closing.made_by_id != reader.pk else None,
        again="",
    )


def _unanswered(closing: Closing, own: Enrolment) -> list[Part]:
    """The reader's own questions that this closing closed without an answer."""
    asked = Ask.objects.filter(enrolment=own).values("question")
    questions = Question.objects.filter(
        Q(pk__in=asked) | Q(duplicates__in=asked), status=Question.Status.CLOSED, cohort=closing.cohort_id
    )
    rows = [
        Part(question.title, path="" if closing.cohort.archived else question.get_absolute_url(), look="row")
        for question in questions.distinct().order_by("asked_at", "pk")
        if str(question.pk) in closing.questions
    ][:_MOST]
    return [Part("Closed without an answer", look="head"), *rows] if rows else []


CLOSED = MailKind(
    name="closed",
    label="My cohort is closed: whether I finished, and my open questions",
    roles=("student", "mentor"),
    events=("cohort_closed",),
    recipients=_recipients,
    write=_write,
)
