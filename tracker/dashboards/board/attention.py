from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.models import Cohort
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import AttentionPutAside
from tracker.standing import Attention, FlaggedShare, GroupStatus, Reason, flagged_share


@dataclass(frozen=True, slots=True)
class AttentionRow:
    enrolment_id: int
    name: str
    group_id: int
    group_name: str
    mentors: str
    attention: Attention
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GroupAlert:
    group_id: int
    group_name: str
    mentors: str
    attention: Attention
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PutAsideRow:
    enrolment_id: int
    name: str
    until_on: date
    reason: str
    by: str


def mentor_names(overview: GroupOverview) -> str:
    return ", ".join(mentor.person.name for mentor in overview.mentors_now) or "no mentor"


def attention_rows(overviews: list[GroupOverview]) -> tuple[AttentionRow, ...]:
    return tuple(
        AttentionRow(
            enrolment_id=member.enrolment_id,
            name=member.name,
            group_id=overview.group.pk,
            group_name=overview.group.name,
            mentors=mentor_names(overview),
            attention=member.standing.attention,
            reasons=member.standing.reasons,
        )
        for member, overview in _worst_members(overviews)
    )


def _worst_members(overviews: Iterable[GroupOverview]) -> list[tuple[Member, GroupOverview]]:
    flagged = [
        (member, overview)
        for overview in overviews
        for member in overview.members
        if member.standing.attention is not Attention.NONE
    ]
    return sorted(flagged, key=lambda pair: (pair[0].standing.severity, pair[0].name))


def group_alerts(overviews: list[GroupOverview], statuses: dict[int, GroupStatus]) -> tuple[GroupAlert, ...]:
    alerts = [
        (status.severity, overview.group.name, overview, status)
        for overview in overviews
        if (status := statuses[overview.group.pk]).attention is not Attention.NONE
    ]
    return tuple(
        GroupAlert(overview.group.pk, name, mentor_names(overview), status.attention, status.reasons)
        for _, name, overview, status in sorted(alerts, key=lambda alert: alert[:2])
    )


def share_of(overviews: list[GroupOverview]) -> FlaggedShare:
    if not overviews:
        return FlaggedShare(flagged=0, total=0, is_too_many=False)
    standings = [member.standing for overview in overviews for member in overview.members]
    return flagged_share(standings, overviews[0].thresholds)


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
