from dataclasses import dataclass

from groups.models import Group
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import ReviewRing


@dataclass(frozen=True, slots=True)
class RingLine:
    reviewer: str
    author: str


@dataclass(frozen=True, slots=True)
class ShownRing:
    """Who is suggested to review whom at the milestone that the group is at; no lines while nobody is."""

    milestone_id: int
    milestone: str
    lines: tuple[RingLine, ...]

    @property
    def is_of_two(self) -> bool:
        return len(self.lines) == 2


def ring_at(overview: GroupOverview) -> ShownRing | None:
    """The suggestion for the current milestone; None if there is nobody to review. One query."""
    milestone = next(
        (
            planned.milestone
            for planned in overview.plan
            if planned.milestone.id == overview.current_milestone_id
        ),
        None,
    )
    names = {member.enrolment_id: member.membership.enrolment.person.name for member in overview.members}
    if milestone is None or len(names) < 2:
        return None
    ring = ReviewRing.objects.filter(group=overview.group, milestone=milestone.id).first()
    order = ring.order if ring else []
    return ShownRing(
        milestone.id,
        milestone.title,
        tuple(
            RingLine(names.get(reviewer, "somebody who left"), names.get(author, "somebody who left"))
            for reviewer, author in zip(order, [*order[1:], *order[:1]], strict=True)
        ),
    )


def proposed_request(group: Group, author_id: int) -> dict[str, int]:
    """The milestone and the reviewer suggested last to the author, who has no review there yet. One query."""
    rings = ReviewRing.objects.filter(group=group).exclude(milestone__code_reviews__author=author_id)
    for ring in rings.order_by("-suggested_at", "-pk"):
        reviewer_id = ring.reviewer_of(author_id)
        if reviewer_id is not None:
            return {"milestone": ring.milestone_id, "reviewer": reviewer_id}
    return {}
