from dataclasses import dataclass

from groups.models import Group
from tracker.actions.review_rings import ring_of
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import ReviewRing


@dataclass(frozen=True, slots=True)
class RingLine:
    reviewer: str
    author: str


@dataclass(frozen=True, slots=True)
class ShownRing:
    """Who reviews whom at the milestone that the group is at. `ring` is None while it is only proposed."""

    milestone_id: int
    milestone: str
    ring: ReviewRing | None
    order: tuple[int, ...]
    lines: tuple[RingLine, ...]
    is_of_two: bool

    @property
    def key(self) -> str:
        return ",".join(map(str, self.order))


def ring_at(overview: GroupOverview) -> ShownRing | None:
    """The ring, or the proposal, for the current milestone; None if there is nobody to review. One query."""
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
    rings = list(ReviewRing.objects.filter(group=overview.group))
    ring = next((each for each in rings if each.milestone_id == milestone.id), None)
    order = ring.order if ring else ring_of(list(names), len(rings))
    return ShownRing(
        milestone.id,
        milestone.title,
        ring,
        tuple(order),
        tuple(
            RingLine(names.get(reviewer, "somebody who left"), names.get(author, "somebody who left"))
            for reviewer, author in zip(order, [*order[1:], order[0]], strict=True)
        ),
        is_of_two=len(order) == 2,
    )


def proposed_request(group: Group, author_id: int) -> dict[str, int]:
    """The milestone and the reviewer of the latest ring that the author is in. One query."""
    for ring in ReviewRing.objects.filter(group=group).order_by("-accepted_at", "-pk"):
        reviewer_id = ring.reviewer_of(author_id)
        if reviewer_id is not None:
            return {"milestone": ring.milestone_id, "reviewer": reviewer_id}
    return {}
