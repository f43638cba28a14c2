"""Standings of a cohort's students and groups: worked out now or, for large cohorts, as they were kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db.models import Count, Q, QuerySet, Sum

from courses.models import Cohort
from groups.group_search import found_by
from groups.relations import relations_of
from people.models import User
from tracker.dashboards.group_overviews import group_overviews, group_statuses
from tracker.models import BoardSnapshot, GroupSnapshot, StudentSnapshot
from tracker.models.snapshot import counts_of, reasons_of, severity_key
from tracker.standing import Attention, AttentionReader, CheckInState, check_ins_label

# Cohorts with more groups are not worked out when somebody looks, but every few minutes: see tracker.snapshots.
LARGE = 100
# Groups that are worked out together, so that memory does not grow with the cohort.
_BATCH = 250

type Rows[Row: (StudentSnapshot, GroupSnapshot)] = Sequence[Row] | QuerySet[Row]


@dataclass(frozen=True, slots=True)
class CohortStandings:
    """The flagged `students`, and all `groups`, the worst first; with a text those that match it.

    The counts, and `every_group`, are the same whatever the text. `named` are the groups that match the text; None
    without one. `as_of` is None if all was worked out now.
    """

    students: Rows[StudentSnapshot]
    groups: Rows[GroupSnapshot]
    every_group: Rows[GroupSnapshot]
    group_count: int
    flagged_count: int
    active_count: int
    named: frozenset[int] | None
    as_of: datetime | None

    def students_to(self, attention: Attention) -> Rows[StudentSnapshot]:
        """The flagged students who must be acted on, or who are only to be watched."""
        return _that(self.students, attention=attention.value)

    @property
    def late_groups(self) -> Rows[GroupSnapshot]:
        """Those whose check-in is late, or was missed without one since."""
        return _that(self.groups, is_late=True)

    @property
    def unattended_groups(self) -> Rows[GroupSnapshot]:
        return _that(self.groups, is_unattended=True)

    @property
    def groups_to_check(self) -> Rows[GroupSnapshot]:
        """Those with other reasons than the ones that have lists of their own."""
        return _that(self.groups, is_to_check=True)

    @property
    def to_check_count(self) -> int:
        rows = self.groups_to_check
        return rows.count() if isinstance(rows, QuerySet) else len(rows)

    @property
    def late_label(self) -> str:
        late = self.late_groups
        if isinstance(late, QuerySet):
            totals = late.aggregate(late=Sum("late_now", default=0), missed=Sum("missed_now", default=0))
            return check_ins_label(totals["late"], totals["missed"])
        return check_ins_label(sum(row.late_now for row in late), sum(row.missed_now for row in late))


def _that[Row: (StudentSnapshot, GroupSnapshot)](rows: Rows[Row], **wanted: object) -> Rows[Row]:
    if isinstance(rows, QuerySet):
        return rows.filter(**wanted)
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


def cohort_standings(cohort: Cohort, *, reader: User, text: str, now: datetime) -> CohortStandings:
    """Return where the cohort stands.

    Args:
        reader: they and the groups in which they study are neither listed nor counted among students: what is said in
            confidence is among the reasons (docs/decisions/0023).
        text: part of the name of a student, a mentor or a group; empty for everyone.
    """
    named = _groups_named(cohort, text, now) if text else None
    own_groups = relations_of(reader, now).study_groups
    kept = BoardSnapshot.objects.readable().filter(cohort=cohort).first()
    if kept is not None:
        rows = StudentSnapshot.objects.filter(cohort=cohort).exclude(enrolment__person=reader)
        return _kept(kept, rows.exclude(group__in=own_groups), text, named)
    students, groups = live_snapshots(cohort, now)
    others = [row for row in students if row.enrolment.person_id != reader.pk]
    return _live([row for row in others if row.group_id not in own_groups], groups, text, named)


def live_snapshots(cohort: Cohort, now: datetime) -> tuple[list[StudentSnapshot], list[GroupSnapshot]]:
    """Work out the rows of every student and group of the cohort; they are not saved."""
    students: list[StudentSnapshot] = []
    groups: list[GroupSnapshot] = []
    ids = cohort.groups.in_order().values_list("pk", flat=True)
    for batch in batched(ids, _BATCH):
        # Groups of one instance of the cohort.
        groups_of = cohort.groups.filter(pk__in=batch).in_order()
        overviews = group_overviews(groups_of, now=now, reader=AttentionReader.COURSE_ADMIN)
        statuses = group_statuses(overviews)
        for overview in overviews:
            students += [
                StudentSnapshot(
                    cohort=cohort,
                    enrolment=member.membership.enrolment,
                    group=overview.group,
                    attention=member.standing.attention.value,
                    severity=severity_key(member.standing.severity),
                    reasons=reasons_of(member.standing.reasons),
                    is_active=member.standing.is_active,
                    is_behind=member.standing.is_behind,
                    state_now=member.state_now,
                )
                for member in overview.members
            ]
            status = statuses[overview.group.pk]
            states = [week.state for week in status.weeks]
            groups.append(
                GroupSnapshot(
                    cohort=cohort,
                    group=overview.group,
                    attention=status.attention.value,
                    severity=severity_key(status.severity),
                    reasons=reasons_of(status.reasons),
                    **counts_of(status.reasons),
                    has_members=bool(overview.members),
                    weeks=[
                        [each.week.starts_on.isoformat(), each.state.value, each.outcome, each.minutes]
                        for each in status.weeks
                    ],
                    late_count=states.count(CheckInState.LATE),
                    missed_count=states.count(CheckInState.MISSED),
                    open_question_count=status.open_question_count,
                )
            )
    return students, groups


def _live(
    students: list[StudentSnapshot], groups: list[GroupSnapshot], text: str, named: frozenset[int] | None
) -> CohortStandings:
    flagged = [row for row in students if row.is_flagged]
    active = [row for row in students if row.is_active]
    every_group = list(groups)
    if named is not None:
        people = User.objects.named_like(text).filter(enrolments__in=[row.enrolment_id for row in flagged])
        person_ids = set(people.values_list("pk", flat=True))
        flagged = [row for row in flagged if row.group_id in named or row.enrolment.person_id in person_ids]
        groups = [row for row in groups if row.group_id in named]
    groups.sort(key=lambda row: (row.severity, row.group.sort_key))
    return CohortStandings(
        students=sorted(flagged, key=lambda row: (row.severity, row.enrolment.person.name)),
        groups=groups,
        every_group=every_group,
        group_count=len(every_group),
        flagged_count=sum(row.is_flagged for row in active),
        active_count=len(active),
        named=named,
        as_of=None,
    )


def _kept(
    kept: BoardSnapshot, rows: QuerySet[StudentSnapshot], text: str, named: frozenset[int] | None
) -> CohortStandings:
    students = rows.exclude(attention=Attention.NONE)
    groups = every_group = GroupSnapshot.objects.filter(cohort=kept.cohort_id)
    totals = rows.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        flagged=Count("pk", filter=Q(is_active=True) & ~Q(attention=Attention.NONE)),
    )
    if named is not None:
        people = User.objects.named_like(text)
        students = students.filter(Q(group__in=named) | Q(enrolment__person__in=people))
        groups = groups.filter(group__in=named)
    groups = groups.select_related("group").order_by("severity", "group__sort_key", "pk")
    return CohortStandings(
        students=students.select_related("enrolment__person", "group").order_by(
            "severity", "enrolment__person__name", "pk"
        ),
        groups=groups,
        every_group=every_group,
        group_count=every_group.count(),
        flagged_count=totals["flagged"],
        active_count=totals["active"],
        named=named,
        as_of=kept.taken_at,
    )


def _groups_named(cohort: Cohort, text: str, now: datetime) -> frozenset[int]:
    found = found_by(text, cohort.groups.all(), cohort.today(now))
    return frozenset(found.values_list("pk", flat=True))
