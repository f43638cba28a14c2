"""The reviews that wait for a person, those they wait for, and all that they may read."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q

from groups.relations import Relation, RelationKind, relations_of
from lib.weeks import today_in
from people.models import User
from tracker.access.reviews import reviews_visible_to
from tracker.models import CodeReview

_PAGE = 30


@dataclass(frozen=True, slots=True)
class GroupToAsk:
    """A group in which the person may ask for a review."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ReviewList:
    """`to_give` and `to_get` are not approved yet, the longest waiting first; `page` has all, newest change first."""

    to_give: tuple[CodeReview, ...]
    to_get: tuple[CodeReview, ...]
    page: Page[CodeReview]
    groups: tuple[GroupToAsk, ...]
    studies: bool
    looks_on: bool


def review_list(*, person: User, now: datetime, page: str | None) -> ReviewList:
    """Return what concerns a person; three queries."""
    relations = relations_of(person, now)
    studies = relations.open(RelationKind.STUDIES)
    reviews = reviews_visible_to(person, now).select_related(
        "group__cohort", "milestone", "author__person", "reviewer__person"
    )
    mine = list(
        reviews.filter(Q(author__person=person) | Q(reviewer__person=person))
        .exclude(state=CodeReview.State.APPROVED)
        .order_by("changed_at", "pk")
    )
    return ReviewList(
        to_give=tuple(review for review in mine if review.reviewer.person_id == person.pk),
        to_get=tuple(review for review in mine if review.author.person_id == person.pk),
        page=Paginator(reviews.order_by("-changed_at", "-pk"), _PAGE).get_page(page),
        groups=tuple(
            GroupToAsk(row.group_id, row.group_name)
            for row in studies
            if row.group_id and not _is_closed(row, now)
        ),
        studies=bool(studies),
        looks_on=any(row.kind is not RelationKind.STUDIES for row in relations),
    )


def _is_closed(row: Relation, now: datetime) -> bool:
    return row.cohort_closed_on is not None and row.cohort_closed_on <= today_in(row.time_zone, now)
