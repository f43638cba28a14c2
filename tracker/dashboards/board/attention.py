"""Panels of the board: students and groups that somebody should act for or watch, worst first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.models import Cohort
from tracker.dashboards.pictures import GroupPicture, Member
from tracker.models import AttentionPutAside
from tracker.standing import Attention, Reason, Share, flagged_share


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """A student whom somebody should act for or watch, with the reasons in words and who mentors."""

    enrolment_id: int
    name: str
    group_id: int
    group_name: str
    mentors: str
    attention: Attention
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GroupAlert:
    """A group that somebody should act for or watch."""

    group_id: int
    group_name: str
    mentors: str
    attention: Attention
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PutAsideRow:
    """A student whose attention somebody put aside, until when and why."""

    enrolment_id: int
    name: str
    until_on: date
    reason: str
    by: str


def mentor_names(picture: GroupPicture) -> str:
    return ", ".join(mentor.name for mentor in picture.mentors_now) or "no mentor"


def attention_rows(pictures: list[GroupPicture]) -> tuple[AttentionRow, ...]:
    return tuple(
        AttentionRow(
            enrolment_id=member.enrolment_id,
            name=member.name,
            group_id=picture.group.pk,
            group_name=picture.group.name,
            mentors=mentor_names(picture),
            attention=member.standing.attention,
            reasons=member.standing.reasons,
        )
        for member, picture in _worst_members(pictures)
    )


def _worst_members(pictures: Iterable[GroupPicture]) -> list[tuple[Member, GroupPicture]]:
    flagged = [
        (member, picture)
        for picture in pictures
        for member in picture.members
        if member.standing.attention is not Attention.NONE
    ]
    return sorted(flagged, key=lambda pair: (pair[0].standing.severity, pair[0].name))


def group_alerts(pictures: list[GroupPicture]) -> tuple[GroupAlert, ...]:
    flagged = [picture for picture in pictures if picture.status.attention is not Attention.NONE]
    return tuple(
        GroupAlert(
            picture.group.pk,
            picture.group.name,
            mentor_names(picture),
            picture.status.attention,
            picture.status.reasons,
        )
        for picture in sorted(flagged, key=lambda picture: (picture.status.severity, picture.group.name))
    )


def share_of(pictures: list[GroupPicture]) -> Share:
    if not pictures:
        return Share(flagged=0, total=0, is_too_many=False)
    standings = [member.standing for picture in pictures for member in picture.members]
    return flagged_share(standings, pictures[0].thresholds)


def put_aside_rows(cohort: Cohort, today: date) -> tuple[PutAsideRow, ...]:
    rows = (
        AttentionPutAside.objects.in_force(today)
        .filter(enrolment__cohort=cohort, enrolment__ended_on=None)
        .select_related("enrolment__person", "put_aside_by")
        .order_by("until_on", "pk")
    )
    return tuple(
        PutAsideRow(
            row.enrolment_id, row.enrolment.person.name, row.until_on, row.reason, row.put_aside_by.name
        )
        for row in rows
    )
