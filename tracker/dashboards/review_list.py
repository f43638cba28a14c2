from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, When, prefetch_related_objects

from courses.models import Cohort
from courses.promises import Wait
from groups.relations import Relation, RelationKind, relations_of
from people.models import User
from tracker.access.reviews import reviews_visible_to
from tracker.models import CodeReview

_PAGE = 30

# A review, and how long the reviewer has had it, against the promise of the course; None if it is not their turn.
type Listed = tuple[CodeReview, Wait | None]


@dataclass(frozen=True, slots=True)
class ReviewList:
    """`to_review` and `own_code` are not approved yet; `all` is a page. The longest wait is first."""

    to_review: tuple[Listed, ...]
    own_code: tuple[Listed, ...]
    all: tuple[Listed, ...]
    page: Page[CodeReview]
    # Those in which the person may ask for one.
    groups: tuple[Relation, ...]
    studies: bool
    looks_on: bool

    @property
    def waiting_count(self) -> int:
        """Reviews that wait for the person; in a closed cohort, or a course without code reviews, nothing does."""
        return sum(wait is not None for _, wait in self.to_review)


def review_list(*, person: User, now: datetime, page: str | None) -> ReviewList:
    """Return the reviews of a person. The number of queries is constant."""
    relations = relations_of(person, now)
    studies = relations.open(RelationKind.STUDIES)
    reviews = reviews_visible_to(person, now).select_related(
        "group__cohort__course", "milestone", "author__person", "reviewer__person"
    )
    is_waiting = Q(state=CodeReview.State.REQUESTED, group__cohort__in=Cohort.objects.open(now.date()))
    waiting = Case(When(is_waiting, then="changed_at")).asc(nulls_last=True)
    mine = list(
        reviews.filter(Q(author__person=person) | Q(reviewer__person=person))
        .exclude(state=CodeReview.State.APPROVED)
        .order_by(waiting, "changed_at", "pk")
    )
    listed = Paginator(reviews.order_by(waiting, "-changed_at", "-pk"), _PAGE).get_page(page)
    prefetch_related_objects([*mine, *listed], "group__cohort__pauses")
    return ReviewList(
        to_review=tuple(_listed(each, now) for each in mine if each.reviewer.person_id == person.pk),
        own_code=tuple(_listed(each, now) for each in mine if each.author.person_id == person.pk),
        all=tuple(_listed(each, now) for each in listed),
        page=listed,
        groups=tuple(
            row
            for row in studies
            if row.group_id and row.has_code_reviews and not row.is_in_closed_cohort(now)
        ),
        studies=bool(studies),
        looks_on=any(row.kind is not RelationKind.STUDIES for row in relations),
    )


def _listed(review: CodeReview, now: datetime) -> Listed:
    cohort = review.group.cohort
    is_waiting = (
        review.is_handed_in and cohort.course.has_code_reviews and not cohort.is_closed(cohort.today(now))
    )
    wait = cohort.wait(review.changed_at, now, days=cohort.course.review_days) if is_waiting else None
    return review, wait
