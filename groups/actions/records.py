"""Import stays, mentorships and plans from elsewhere in batches, including ended ones.

The rules of `enrolment` and `mentorship` apply, except that people who left may have a disabled account. The caller
checks that stays of one enrolment do not overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError
from groups.actions.mentorship import MentorshipError
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from people.models import User

_BATCH = 500


@dataclass(frozen=True, slots=True)
class RecordedEnrolment:
    """`ended_on` and `end_reason` are both set or both empty."""

    person: User
    started_on: date
    ended_on: date | None = None
    end_reason: str = ""
    level: str = ""
    last_active_at: datetime | None = None


@transaction.atomic
def bring_enrolments(
    *, cohort: Cohort, enrolments: Sequence[RecordedEnrolment], by: User, at: datetime
) -> list[Enrolment]:
    """Import enrolments.

    Raises:
        EnrolmentError: a person who has not left can no longer sign in, or is already enrolled.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    open_rows = {row.person.pk: row for row in enrolments if row.ended_on is None}
    enrolled = Enrolment.objects.filter(cohort=cohort, ended_on=None).values_list("person", flat=True)
    for pk in set(enrolled) & set(open_rows):
        raise EnrolmentError(f"{open_rows[pk].person} is enrolled already.")
    for row in open_rows.values():
        if not row.person.is_active:
            raise EnrolmentError(f"The account of {row.person} is disabled; ask an operator.")
    rows = [
        Enrolment(
            cohort=cohort,
            person=one.person,
            started_on=one.started_on,
            ended_on=one.ended_on,
            end_reason=one.end_reason,
            level=one.level,
            last_active_at=one.last_active_at,
            enrolled_by=by,
            enrolled_at=at,
        )
        for one in enrolments
    ]
    made: list[Enrolment] = bulk_create_with_history(
        rows, Enrolment, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


@dataclass(frozen=True, slots=True)
class RecordedStay:
    """A stay in a group. `ended_on` and `end_reason` are both set or both empty."""

    enrolment: Enrolment
    group: Group
    started_on: date
    ended_on: date | None = None
    end_reason: str = ""


@transaction.atomic
def bring_stays(*, stays: Sequence[RecordedStay], by: User, at: datetime) -> list[Membership]:
    """Import stays in groups.

    Raises:
        EnrolmentError: a group would exceed the group size by more than one.
    """
    rows = [
        Membership(
            enrolment=one.enrolment,
            group=one.group,
            started_on=one.started_on,
            ended_on=one.ended_on,
            end_reason=one.end_reason,
        )
        for one in stays
    ]
    made: list[Membership] = bulk_create_with_history(
        rows, Membership, batch_size=_BATCH, default_user=by, default_date=at, default_change_reason="import"
    )
    _check_room({one.group.pk: one.group for one in stays if one.ended_on is None})
    return made


def _check_room(groups: dict[int, Group]) -> None:
    if not groups:
        return
    cohorts = {group.cohort_id for group in groups.values()}
    sizes: dict[int, int] = {}
    for group_id in Membership.objects.filter(group__cohort__in=cohorts, ended_on=None).values_list(
        "group", flat=True
    ):
        sizes[group_id] = sizes.get(group_id, 0) + 1
    for pk, group in groups.items():
        most = group.cohort.course.group_size + 1
        if sizes.get(pk, 0) > most:
            raise EnrolmentError(
                f"{group} would have {sizes[pk]} students; {most} at most can be in a group."
            )


@dataclass(frozen=True, slots=True)
class RecordedMentorship:
    group: Group
    person: User
    role: str
    started_on: date
    ended_on: date | None = None


@transaction.atomic
def bring_mentorships(
    *, mentorships: Sequence[RecordedMentorship], by: User, at: datetime
) -> list[Mentorship]:
    """Import mentorships.

    Raises:
        MentorshipError: a current mentor studies in the group, or can no longer sign in.
    """
    cohorts = {one.group.cohort_id for one in mentorships}
    studying = set(
        Membership.objects.filter(group__cohort__in=cohorts, ended_on=None).values_list(
            "group", "enrolment__person"
        )
    )
    for one in mentorships:
        if one.ended_on is None and not one.person.is_active:
            raise MentorshipError(f"The account of {one.person} is disabled; ask an operator.")
        if one.ended_on is None and (one.group.pk, one.person.pk) in studying:
            raise MentorshipError(f"{one.person} studies in {one.group} and cannot mentor it.")
    rows = [
        Mentorship(
            group=one.group,
            person=one.person,
            role=one.role,
            started_on=one.started_on,
            ended_on=one.ended_on,
        )
        for one in mentorships
    ]
    made: list[Mentorship] = bulk_create_with_history(
        rows, Mentorship, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


def bring_plan_items(*, items: Sequence[tuple[Group, int, date | None]]) -> list[PlanItem]:
    return PlanItem.objects.bulk_create(
        (PlanItem(group=group, milestone_id=pk, due_on=due_on) for group, pk, due_on in items),
        batch_size=_BATCH,
    )


@transaction.atomic
def set_levels(
    *, levels: Sequence[tuple[Enrolment, str]], by: User, at: datetime
) -> list[tuple[Enrolment, dict[str, object]]]:
    """Set what students already know. Return each enrolment with its old values."""
    changed: list[tuple[Enrolment, dict[str, object]]] = []
    for enrolment, level in levels:
        changed.append((enrolment, {"level": enrolment.level}))
        enrolment.level = level
    bulk_update_with_history(
        [enrolment for enrolment, _ in changed],
        Enrolment,
        ["level"],
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return changed
