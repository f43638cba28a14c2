"""The data of the check-in form for one group and week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from courses.models import Milestone
from groups.models import Enrolment, Group, Membership
from lib.days import full_day
from lib.rows import Rows, day, moment
from lib.weeks import Week, holds
from people.models import User
from tracker.models import AgreedStep, CheckIn, CheckInEntry

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ENTRY = ("id", "check_in_id", "enrolment_id", "attendance", "pace", "blocker", "note")
_STEP = ("id", "group_id", "enrolment_id", "check_in_id", "text", "due_on", "state", "agreed_at",
         "agreed_by_id", "closed_at", "closed_by_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeekMember:
    """A student who was in the group on at least one day of the week; `left_on` is the first day after."""

    enrolment: Enrolment
    joined_on: date
    left_on: date | None = None

    @property
    def enrolment_id(self) -> int:
        return self.enrolment.pk

    @property
    def name(self) -> str:
        return str(self.enrolment.person)

    def is_in(self, day: date) -> bool:
        return holds(day, self.joined_on, self.left_on)


@dataclass(frozen=True, slots=True)
class GroupWeek:
    """One group in one week. `steps` are those that can be closed in this week's check-in.

    `check_in` is None if nothing was logged yet; `entries` are its entries by the id of the enrolment.
    """

    group: Group
    week: Week
    members: tuple[WeekMember, ...]
    milestones: tuple[Milestone, ...]
    steps: tuple[AgreedStep, ...]
    check_in: CheckIn | None
    entries: Mapping[int, CheckInEntry]

    @property
    def version(self) -> int:
        return 0 if self.check_in is None else self.check_in.version

    def steps_of(self, enrolment_id: int | None) -> tuple[AgreedStep, ...]:
        """The steps of a student; with None, those of the whole group."""
        return tuple(step for step in self.steps if step.enrolment_id == enrolment_id)

    def refusal(self, today: date) -> str:
        """Return why nothing can be logged for this week; empty if it can."""
        cohort = self.group.cohort
        if self.check_in is not None:
            return ""
        if self.week.ends_on < cohort.starts_on or today < cohort.starts_on:
            begins = f"{cohort.starts_on:%A} {full_day(cohort.starts_on)}"
            return f"{cohort} begins on {begins}. Check-ins start that week."
        if cohort.closed_on is not None and cohort.is_closed(self.week.starts_on):
            closed = f"{cohort.closed_on:%A} {full_day(cohort.closed_on)}"
            return f"{cohort} was closed on {closed}. There are no check-ins after that."
        if not self.members:
            return f"No one was in {self.group} in the week {self.week.label}, so there is nothing to log."
        return ""


def with_week(groups: QuerySet[Group], week: Week) -> QuerySet[Group]:
    stays = Membership.objects.overlapping(week.starts_on, week.next().starts_on).filter(
        Q(ended_on=None) | Q(ended_on__gt=F("started_on"))
    )
    return groups.annotate(
        stay_rows_of_week=Rows(
            stays.filter(group=OuterRef("pk")).order_by(
                "enrolment__person__name", "enrolment_id", "started_on"
            ),
            "enrolment_id",
            "started_on",
            "ended_on",
            person_id="enrolment__person_id",
            name="enrolment__person__name",
            email="enrolment__person__email",
        ),
        milestone_rows=Rows(
            Milestone.objects.filter(course=OuterRef("cohort__course")).in_order(), "id", "course_id", "title"
        ),
        step_rows_of_week=Rows(_steps(stays, week), *_STEP),
    )


def _steps(stays: QuerySet[Membership], week: Week) -> QuerySet[AgreedStep]:
    """Steps agreed by this week that are open, or were closed after the previous check-in was last saved.

    Members keep the steps agreed in an earlier group.
    """
    own = {"group": OuterRef(OuterRef("pk"))}
    before = CheckIn.objects.filter(week_starts_on__lt=week.starts_on, **own).newest_first()
    last_saved_at = Subquery(before.values_list(Coalesce("changed_at", "logged_at"))[:1])
    return (
        AgreedStep.objects.filter(
            Q(enrolment=None, group=OuterRef("pk")) | Q(enrolment__in=stays.filter(**own).values("enrolment"))
        )
        .filter(Q(check_in=None) | Q(check_in__week_starts_on__lte=week.starts_on))
        .filter(Q(state=AgreedStep.State.OPEN) | Q(closed_at__gt=Coalesce(last_saved_at, Value(_LONG_AGO))))
        .order_by("agreed_at", "pk")
    )


def group_week(group: Any, week: Week) -> GroupWeek:
    """Return the week of a group annotated by `with_week`; one more query, for the check-in and its entries."""
    check_in: Any = (
        CheckIn.objects.filter(group=group, week_starts_on=week.starts_on)
        .select_related("changed_by", "logged_by")
        .annotate(
            entry_rows=Rows(
                CheckInEntry.objects.filter(check_in=OuterRef("pk")).order_by("enrolment__person__name"),
                *_ENTRY,
                person_id="enrolment__person_id",
                name="enrolment__person__name",
                email="enrolment__person__email",
            )
        )
        .first()
    )
    rows: list[dict[str, Any]] = [] if check_in is None else check_in.entry_rows
    return GroupWeek(
        group=group,
        week=week,
        members=_members(group.stay_rows_of_week, rows, week),
        milestones=tuple(
            _instance(Milestone, row, "id", "course_id", "title") for row in group.milestone_rows
        ),
        steps=tuple(_step(row) for row in group.step_rows_of_week),
        check_in=check_in,
        entries={row["enrolment_id"]: _instance(CheckInEntry, row, *_ENTRY) for row in rows},
    )


def _members(
    stays: list[dict[str, Any]], entries: list[dict[str, Any]], week: Week
) -> tuple[WeekMember, ...]:
    """The members of the week by name, then other students who have an entry in the check-in."""
    members = {
        row["enrolment_id"]: WeekMember(
            _enrolment(row), date.fromisoformat(row["started_on"]), day(row["ended_on"])
        )
        for row in stays
    }
    for row in entries:
        if row["enrolment_id"] not in members:
            members[row["enrolment_id"]] = WeekMember(_enrolment(row), week.starts_on, week.starts_on)
    return tuple(members.values())


def _instance[ModelRow: Model](model: type[ModelRow], row: dict[str, Any], *names: str) -> ModelRow:
    """Build a model instance from a row of a query; the other fields are deferred."""
    # `from_db` expects the values in the order of the model's fields.
    in_order = [field.attname for field in model._meta.concrete_fields if field.attname in names]
    return model.from_db("default", in_order, [row[name] for name in in_order])


def _enrolment(row: dict[str, Any]) -> Enrolment:
    enrolment = _instance(Enrolment, {**row, "id": row["enrolment_id"]}, "id", "person_id")
    enrolment.person = _instance(User, {**row, "id": row["person_id"]}, "id", "name", "email")
    return enrolment


def _step(row: dict[str, Any]) -> AgreedStep:
    moments = {name: moment(row[name]) for name in ("agreed_at", "closed_at")}
    return _instance(AgreedStep, {**row, **moments, "due_on": day(row["due_on"])}, *_STEP)
