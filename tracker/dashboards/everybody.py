"""All students of a cohort, group by group: where everybody is. Constant queries."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Page
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.http import QueryDict

from courses.models import Cohort
from groups.access import without_group
from groups.models import Enrolment, Group, Membership, PlanItem
from groups.relations import relations_of
from lib.pages import uncut_page_of
from people.models import User
from tracker.dashboards.grid import GridColumn, Member, Sheet, columns_of, placed
from tracker.dashboards.group_overviews import GroupOverview, group_overviews
from tracker.dashboards.meetings import NextMeeting, next_meeting
from tracker.models import BoardSnapshot, CheckIn, Progress, StudentSnapshot
from tracker.standing import AttentionReader, PlannedMilestone

# People on a page, whose last group is not cut.
_PEOPLE = 50


@dataclass(frozen=True, slots=True)
class StudentsOfGroup:
    """A group with those of its students who are shown. `hides_why`: see `hidden_groups`."""

    overview: GroupOverview
    sheet: Sheet
    meeting: NextMeeting | None
    hides_why: bool

    @property
    def mentors(self) -> str:
        return ", ".join(each.person.get_short_name() for each in self.overview.mentors_now) or "no mentor"

    @property
    def anchor(self) -> str:
        return f"#group-{self.overview.group.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """One page of a cohort's students; those in no group come last.

    `heads` are columns, each with how many of all who were found have done it. `behind_count` is that of the cohort,
    whoever was looked for, as of `as_of`; None if it was counted now.
    """

    page: Page[tuple[int | None, int]]
    heads: list[tuple[GridColumn, str]]
    groups: list[StudentsOfGroup]
    without_group: list[Enrolment]
    behind_count: int
    as_of: datetime | None

    def member(self, enrolment_id: int) -> tuple[Member, GroupOverview] | None:
        """Return a student who is shown, and has begun."""
        rows = ((group.sheet.row_of(enrolment_id), group.overview) for group in self.groups)
        members = ((row.member, overview) for row, overview in rows if row)
        return next((each for each in members if each[0].membership.started_on <= each[1].today), None)


def hidden_groups(reader: User, now: datetime) -> frozenset[int]:
    """The groups in which the reader ever studied: why somebody there needs help is not for them."""
    return frozenset(row.group_id for row in relations_of(reader, now).stays if row.group_id is not None)


def everybody_page(
    *,
    cohort: Cohort,
    reader: User,
    now: datetime,
    address: QueryDict,
    group: Group | None = None,
    state: str | None = None,
    behind: bool | None = None,
) -> Everybody:
    """Return the page of the address, of those in a group, in a state now, behind, or of everybody.

    Nobody in a group that is hidden from the reader is called behind, and neither are they themselves.
    """
    on, hidden = cohort.working_day(now), hidden_groups(reader, now)
    stays = Membership.objects.current(on).filter(group__cohort=cohort)
    kept = BoardSnapshot.objects.readable().filter(cohort=cohort).first()
    if kept is None:
        overviews = _overviews(cohort.groups.in_order(), hidden, now)
        members = [member for overview in overviews.values() for member in overview.members]
        are_behind = {each.enrolment_id for each in members if each.standing.is_behind}
        states = {each.enrolment_id: each.state_now for each in members}
    else:
        rows = StudentSnapshot.objects.filter(cohort=cohort)
        are_behind = set(rows.filter(is_behind=True).values_list("enrolment", flat=True))
        states = dict(rows.values_list("enrolment", "state_now"))
    found, behind_count = [], 0
    in_order = stays.order_by("group__sort_key", "group", "enrolment__person__name", "pk")
    for group_id, pk, person_id in in_order.values_list("group", "enrolment", "enrolment__person"):
        is_behind = pk in are_behind and group_id not in hidden and person_id != reader.pk
        behind_count += is_behind
        is_in = group is None or group_id == group.pk
        if is_in and (not state or states.get(pk) == state) and (is_behind or not behind):
            found.append((group_id, pk))
    is_filtered = bool(group or state or behind)
    others = {} if is_filtered else {each.pk: each for each in without_group(cohort, now)}
    everybody = [*found, *((None, pk) for pk in others)]
    page = uncut_page_of(address, everybody, _PEOPLE, group_of=lambda row: row[0])
    shown = {pk for _, pk in page}
    group_ids = {group_id for group_id, _ in page if group_id is not None}
    if kept is not None:
        overviews = _overviews(cohort.groups.filter(pk__in=group_ids).in_order(), hidden, now)
    counted = stays.filter(enrolment__in=[pk for _, pk in found]) if is_filtered else stays
    heads = _heads(counted)
    on_page = [overview for pk, overview in overviews.items() if pk in group_ids]
    return Everybody(
        page=page,
        heads=heads,
        groups=list(_groups(on_page, [column for column, _ in heads], reader, hidden, shown)),
        without_group=[each for pk, each in others.items() if pk in shown],
        behind_count=behind_count,
        as_of=kept.taken_at if kept else None,
    )


def _overviews(groups: Iterable[Group], hidden: Collection[int], now: datetime) -> dict[int, GroupOverview]:
    """Return them by the id of their group, in the order of the groups."""
    groups = list(groups)
    readers = {True: None, False: AttentionReader.COURSE_ADMIN}
    found: dict[int, GroupOverview] = {}
    for is_hidden, reader in readers.items():
        if some := [group for group in groups if (group.pk in hidden) is is_hidden]:
            found |= {each.group.pk: each for each in group_overviews(some, now=now, reader=reader)}
    return {group.pk: found[group.pk] for group in groups}


def _heads(stays: QuerySet[Membership]) -> list[tuple[GridColumn, str]]:
    """Return the columns for the plans of these students, around the milestone that they are at.

    That is the first that less than half of them have done.
    """
    done = Progress.objects.filter(
        enrolment=OuterRef("group__memberships__enrolment"),
        milestone=OuterRef("milestone"),
        state=Progress.State.DONE,
    )
    rows = (
        PlanItem.objects.filter(group__memberships__in=stays)
        .values_list("milestone", "milestone__title", "milestone__position")
        .annotate(planned=Count("group__memberships"), done=Count("group__memberships", filter=Exists(done)))
        .order_by("milestone__position")
    )
    milestones, labels, at = [], {}, None
    for number, (pk, title, position, planned, done) in enumerate(rows):
        milestones.append(PlannedMilestone(pk, title, position))
        labels[pk] = f"{done} of {planned}" if done else "0"
        if at is None and done * 2 < planned:
            at = number
    at = len(milestones) - 1 if at is None else at
    beside = [each.id for each in milestones[max(at - 1, 0) : at + 2]]
    columns = placed(columns_of(milestones, beside), milestones[at].id if milestones else None)
    return [(column, "" if column.is_sum else labels[column.ids[0]]) for column in columns]


def _groups(
    overviews: Iterable[GroupOverview],
    columns: Iterable[GridColumn],
    reader: User,
    hidden: Collection[int],
    shown: Collection[int],
) -> Iterator[StudentsOfGroup]:
    overviews = list(overviews)
    check_ins = Prefetch("check_ins", CheckIn.objects.shared().newest_first())
    prefetch_related_objects([each.group for each in overviews], check_ins)
    far = [(column, "f" if "f" in (column.place or "") else "") for column in columns]
    for overview in overviews:
        group, now_id = overview.group, overview.current_milestone_id
        sheet = overview.sheet_of(
            [replace(each, place=("n" if now_id in each.ids else "") + place) for each, place in far]
        )
        yield StudentsOfGroup(
            overview=overview,
            sheet=replace(sheet, rows=tuple(row for row in sheet.rows if row.enrolment_id in shown)),
            meeting=next_meeting(group, group.check_ins.all(), overview.now, reader_zone=reader.time_zone),
            hides_why=group.pk in hidden,
        )
