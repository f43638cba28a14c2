"""Warnings about a plan. They do not prevent saving."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from courses.models import Milestone
from lib.days import day_label
from lib.weeks import Period


def plan_warnings(
    milestones: Sequence[Milestone],
    plan: Mapping[int, date | None],
    pauses: Sequence[Period],
    today: date,
) -> tuple[str, ...]:
    if not plan:
        return ("The plan is empty, so nothing will be due.",)
    return (
        *_out_of_order(milestones, plan),
        *_without_date(milestones, plan),
        *_in_pauses(milestones, plan, pauses, today),
    )


def _out_of_order(milestones: Sequence[Milestone], plan: Mapping[int, date | None]) -> Iterator[str]:
    latest: tuple[date, Milestone] | None = None
    for milestone in milestones:
        day = plan.get(milestone.pk)
        if day is None:
            continue
        if latest is not None and day < latest[0]:
            yield f"“{milestone}” is due before “{latest[1]}”, which the course teaches first."
        else:
            latest = day, milestone


def _without_date(milestones: Sequence[Milestone], plan: Mapping[int, date | None]) -> Iterator[str]:
    bare = [f"“{row}”" for row in milestones if row.pk in plan and plan[row.pk] is None]
    if bare:
        verb, it = ("has", "it") if len(bare) == 1 else ("have", "them")
        yield f"{', '.join(bare)} {verb} no date, so no one can be behind on {it}."


def _in_pauses(
    milestones: Sequence[Milestone], plan: Mapping[int, date | None], pauses: Sequence[Period], today: date
) -> Iterator[str]:
    for milestone in milestones:
        day = plan.get(milestone.pk)
        if day is not None and any(pause.contains(day) for pause in pauses):
            yield f"“{milestone}” is due on {day_label(day, today)}, in a break of the cohort."


def plan_changes(
    milestones: Sequence[Milestone],
    before: Mapping[int, date | None],
    after: Mapping[int, date | None],
    today: date,
) -> list[str]:
    def day_or_none(day: date | None) -> str:
        return day_label(day, today) if day else "no date"

    changes = []
    for row in milestones:
        if row.pk in before and row.pk not in after:
            changes.append(f"“{row}” is removed from the plan; students' progress on it is kept.")
        elif row.pk in after and row.pk not in before:
            changes.append(f"“{row}” is added to the plan: {day_or_none(after[row.pk])}.")
        elif row.pk in after and before[row.pk] != after[row.pk]:
            changes.append(f"“{row}”: {day_or_none(before[row.pk])} → {day_or_none(after[row.pk])}.")
    return changes
