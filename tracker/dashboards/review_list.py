from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Q, When, prefetch_related_objects
from django.http import QueryDict

from courses.models import Cohort
from courses.promises import Wait
from groups.models import marks_of
from groups.relations import RelationKind, relations_of
from lib.marks import PersonMark
from lib.pages import page_of
from people.models import User
from tracker.access.reviews import reviews_visible_to, why_stuck
from tracker.models import CodeReview


class Listed(NamedTuple):
    """`wait`: how long the reviewer has had it, against the promise of the course; None if it is not their turn."""

    review: CodeReview
    wait: Wait | None
    author: PersonMark
    reviewer: PersonMark


def review_list(*, person: User, now: datetime, address: QueryDict) -> dict[str, Any]:
    """Return the reviews of a person; the number of queries is constant.

    `to_review` and `own_code` are not approved yet, `all` is a page: the longest wait is first. `waiting_count` is of
    those that wait for the person: in a closed cohort, or a course without code reviews, nothing does, nor does what
    somebody asked who has left. `groups` are those in which the person may ask for one.
    """
    relations = relations_of(person, now)
    studies = relations.open(RelationKind.STUDIES)
    reviews = reviews_visible_to(person, now).select_related(
        "group__cohort__course", "milestone", "author__person", "reviewer__person"
    )
    enrolled = CodeReview.objects.of_enrolled(now.date()).values("pk")
    is_waiting = Q(
        state=CodeReview.State.REQUESTED, group__cohort__in=Cohort.objects.open(now.date()), pk__in=enrolled
    )
    waiting = Case(When(is_waiting, then="changed_at")).asc(nulls_last=True)
    mine = list(
        reviews.filter(Q(author__person=person) | Q(reviewer__person=person))
        .exclude(state=CodeReview.State.APPROVED)
        .order_by(waiting, "changed_at", "pk")
    )
    listed = page_of(address, reviews.order_by(waiting, "-changed_at", "-pk"))
    shown = [*mine, *listed]
    marks = marks_of((each.group, one.person) for each in shown for one in (each.author, each.reviewer))
    prefetch_related_objects(shown, "group__cohort__pauses")
    to_review = [
        _listed(each, marks, now)
        for each in mine
        if each.reviewer.person_id == person.pk and not each.author.has_ended(each.group.cohort.today(now))
    ]
    return {
        "to_review": to_review,
        "waiting_count": sum(each.wait is not None for each in to_review),
        "own_code": [_listed(each, marks, now) for each in mine if each.author.person_id == person.pk],
        "all": [_listed(each, marks, now) for each in listed],
        "page": listed,
        "groups": [
            row
            for row in studies
            if row.group_id and row.course.has_code_reviews and not row.is_in_closed_cohort(now)
        ],
        "studies": bool(studies),
        "looks_on": any(row.kind is not RelationKind.STUDIES for row in relations),
    }


def _listed(review: CodeReview, marks: Mapping[tuple[int, int], PersonMark], now: datetime) -> Listed:
    cohort = review.group.cohort
    is_waiting = (
        review.is_handed_in and cohort.course.has_code_reviews and not why_stuck(review, cohort.today(now))
    )
    wait = cohort.wait(review.changed_at, now, days=cohort.course.review_days) if is_waiting else None
    author, reviewer = (marks[review.group_id, one.person_id] for one in (review.author, review.reviewer))
    return Listed(review, wait, author, reviewer)
