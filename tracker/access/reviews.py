"""Permissions of code reviews.

A group's reviews are visible to its members and to those who lead it today, to those who mentored it on the day of the
request, and to former members if they were requested before they left. Author and reviewer always see their own. Only
the author resubmits, only the reviewer approves or asks for changes.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import Http404

from courses.models import Cohort
from groups.access import say_if_archived
from groups.models import Enrolment
from groups.relations import Relation, RelationKind, relations_of
from people.access import refuse
from people.models import User
from tracker.models import CodeReview


@dataclass(frozen=True, slots=True)
class ReviewAccess:
    review: CodeReview
    today: date
    is_author: bool
    is_reviewer: bool

    @property
    def may_judge(self) -> bool:
        review = self.review
        return (
            self.is_reviewer
            and review.state == CodeReview.State.REQUESTED
            and not reason_over(review, review.reviewer, self.today)
        )

    @property
    def may_undo(self) -> bool:
        review = self.review
        return (
            self.is_reviewer
            and not review.is_handed_in
            and not reason_over(review, review.reviewer, self.today)
        )

    @property
    def may_hand_in(self) -> bool:
        """Whether they may correct, resubmit or withdraw their request."""
        review = self.review
        return (
            self.is_author
            and review.state != CodeReview.State.APPROVED
            and not reason_over(review, review.author, self.today)
        )

    @property
    def notices(self) -> tuple[str, ...]:
        return why_stuck(self.review, self.today)


def why_stuck(review: CodeReview, on: date) -> tuple[str, ...]:
    """Say why an open review is stuck: the cohort is closed, or the author or reviewer has left."""
    if review.state == CodeReview.State.APPROVED:
        return ()
    reasons = (reason_over(review, actor, on) for actor in (review.author, review.reviewer))
    return tuple(dict.fromkeys(reason for reason in reasons if reason))


def reason_over(review: CodeReview, actor: Enrolment, on: date) -> str:
    """Return why this student can no longer change the review on that day; empty while they can."""
    cohort = review.group.cohort
    if cohort.is_closed(on):
        return f"{cohort} is closed. You can read its reviews but not change them."
    if actor.has_ended(on):
        return f"{actor.person} is no longer enrolled in {cohort}."
    return ""


def reviews_visible_to(user: User, now: datetime) -> QuerySet[CodeReview]:
    """Return the reviews that the user may read."""
    relations = relations_of(user, now)
    administered = {row.course_id for row in relations.open(RelationKind.ADMINISTERS)}
    groups = {
        row.group_id for kind in (RelationKind.STUDIES, RelationKind.MENTORS) for row in relations.open(kind)
    }
    visible = (
        Q(group__cohort__course_id__in=administered)
        | Q(group_id__in=groups)
        | Q(author__person=user)
        | Q(reviewer__person=user)
    )
    for row in relations:
        if row.group_id and row.ended_on and not row.is_open(relations.now):
            visible |= _requested_then(row)
    return CodeReview.objects.filter(visible, group__cohort__in=Cohort.objects.current())


def _requested_then(row: Relation) -> Q:
    """Reviews requested during a mentorship, or before a student left. Days are in the cohort's time zone."""
    zone = ZoneInfo(row.time_zone)
    since = row.started_on if row.kind is RelationKind.MENTORS else None
    begun, ended = (datetime.combine(on or date.min, time.min, zone) for on in (since, row.ended_on))
    return Q(group_id=row.group_id, requested_at__gte=begun, requested_at__lt=ended)


def is_review_to_read(user: User, now: datetime) -> Q:
    """Whether the user may open a review.

    No list shows those of an archived cohort; a link to one leads its course admins there.
    """
    is_administered = Q(group__cohort__course__in=relations_of(user, now).administered)
    return Q(pk__in=reviews_visible_to(user, now)) | is_administered


def review_to_read(user: User, review_id: int, now: datetime) -> ReviewAccess:
    """Return a review if the user may read it; 403 to other insiders of its course, 404 to strangers."""
    review = (
        CodeReview.objects.filter(is_review_to_read(user, now), pk=review_id)
        .select_related("group__cohort__course", "author__person", "reviewer__person", "milestone")
        .first()
    )
    if review is None:
        courses = CodeReview.objects.filter(pk=review_id).values_list("group__cohort__course", flat=True)
        if not courses:
            raise Http404
        is_insider = relations_of(user, now).is_insider(courses[0])
        refuse(user, f"read review {review_id}", is_insider=is_insider)
    say_if_archived(user, review.group.cohort, now)
    return ReviewAccess(
        review=review,
        today=review.group.cohort.today(now),
        is_author=review.author.person_id == user.pk,
        is_reviewer=review.reviewer.person_id == user.pk,
    )


def review_to_judge(user: User, review_id: int, now: datetime) -> ReviewAccess:
    """Return a review if the user is its reviewer; 403 to others who may read it."""
    access = review_to_read(user, review_id, now)
    if not access.is_reviewer:
        refuse(user, f"judge review {review_id}", is_insider=True)
    return access


def review_to_hand_in(user: User, review_id: int, now: datetime) -> ReviewAccess:
    """Return a review if the user is its author; 403 to others who may read it."""
    access = review_to_read(user, review_id, now)
    if not access.is_author:
        refuse(user, f"hand in review {review_id}", is_insider=True)
    return access
