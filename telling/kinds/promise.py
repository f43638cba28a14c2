"""Mails about late answers: to those who owe one, and to course admins after twice the promised time."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse

from courses.promises import Wait
from groups.models import Group
from people.models import Event, User
from questions.access.questions import question_to_read
from questions.models import Question
from telling.kinds.in_groups import (
    admins_of,
    answering_people,
    group_of,
    mentor_to_reply_to,
    names_of_mentors,
)
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail
from tracker.access.reviews import review_to_read
from tracker.access.students import student_to_read
from tracker.dashboards.help_lines import age_of
from tracker.models import CodeReview, Progress


def _thread(event: Event) -> str:
    ids = event.ids
    if "question" in ids:
        return f"question {ids['question']}"
    return f"help {ids['enrolment']}" if "enrolment" in ids else f"review {ids['review']}"


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    group = _group(event, now)
    if event.ids["times"] > 1:
        return admins_of(group)
    if "review" in event.ids:
        return [
            CodeReview.objects.select_related("reviewer__person").get(pk=event.ids["review"]).reviewer.person
        ]
    return answering_people(group, now)


def _group(event: Event, now: datetime) -> Group:
    """The group that owes the answer."""
    groups = Group.objects.select_related("cohort")
    if "question" in event.ids:
        return groups.get(questions=event.ids["question"])
    if "review" in event.ids:
        return groups.get(code_reviews=event.ids["review"])
    return group_of(event.ids["enrolment"], now)


def _is_in_digest(reader: User, event: Event, now: datetime) -> bool:
    """Who owes it finds it among what waits: a row of their group, the count of questions, a review."""
    if event.ids["times"] > 1:
        return False
    group = _group(event, now)
    return "review" in event.ids or group.mentors_on(group.cohort.today(now)).filter(person=reader).exists()


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    group = _group(event, now)
    if "question" in event.ids:
        return _of_question(reader, event, group, now)
    if "review" in event.ids:
        return _of_review(reader, event, group, now)
    return _of_help(reader, event, group, now)


def _of_question(reader: User, event: Event, group: Group, now: datetime) -> Mail | None:
    question = question_to_read(reader, event.ids["question"], now).question
    if question.status != Question.Status.OPEN:
        return None
    cohort = question.cohort
    wait = cohort.wait(question.asked_at, now, days=question.promised_days(cohort.course))
    path = f"{question.get_absolute_url()}#id_body"
    return _mail(reader, event, group, wait, now, {"question": question}, path)


def _of_help(reader: User, event: Event, group: Group, now: datetime) -> Mail | None:
    access = student_to_read(reader, event.ids["enrolment"], now)
    if not access.may_lead:
        return None
    cohort, name = access.enrolment.cohort, access.enrolment.person.get_short_name()
    needs = (
        Progress.objects.requests_for_help()
        .filter(enrolment=access.enrolment, state_since__isnull=False)
        .select_related("milestone")
    )
    waits = [
        (need, cohort.wait(need.state_since, now, days=cohort.course.help_days))
        for need in needs.order_by("state_since", "pk")
        if need.state_since
    ]
    # All that wait for too long: this mail may replace an earlier one that waited.
    over = [(need, age_of(need, cohort, now)) for need, wait in waits if wait.is_over]
    if not over:
        return None
    context = {"name": name, "milestones": [need.milestone.title for need, _ in over], "needs": over}
    path = reverse("tracker:help-answer", args=[access.enrolment.pk])
    longest = next(wait for _, wait in waits if wait.is_over)
    return _mail(reader, event, group, longest, now, context, path)


def _of_review(reader: User, event: Event, group: Group, now: datetime) -> Mail | None:
    access = review_to_read(reader, event.ids["review"], now)
    review = access.review
    if not review.is_handed_in or access.notices or not review.group.cohort.course.has_code_reviews:
        return None
    cohort = review.group.cohort
    wait = cohort.wait(review.changed_at, now, days=cohort.course.review_days)
    return _mail(reader, event, group, wait, now, {"review": review}, review.get_absolute_url())


def _mail(
    reader: User,
    event: Event,
    group: Group,
    wait: Wait,
    now: datetime,
    context: Mapping[str, object],
    path: str,
) -> Mail | None:
    """None if the wait is not over: the course has promised something else since, or a pause was added."""
    if not wait.is_over:
        return None
    is_for_admins = event.ids["times"] > 1
    mentors = names_of_mentors(group, now) if is_for_admins else ""
    context = {**context, "wait": wait, "is_for_admins": is_for_admins, "mentors": mentors}
    mentor = mentor_to_reply_to(group, now) if is_for_admins or "review" in event.ids else None
    return write_mail("promise", reader, now, context, path=path, group=group, reply_to=mentor)


PROMISE = MailKind(
    name="promise",
    topic="help",
    label="A question, a request for help or a review waits longer than promised",
    roles=("mentor", "reviewer", "course admin"),
    events=("promise_passed",),
    # Only of help that is late twice over nobody else has told the course admins.
    is_urgent=lambda reader, event, now: "enrolment" in event.ids and event.ids["times"] > 1,
    thread=_thread,
    recipients=_recipients,
    is_in_digest=_is_in_digest,
    write=_write,
)
