from collections.abc import Mapping, Sequence
from datetime import date

from courses.models import Milestone
from groups.models import PlanChange
from lib.days import day_label
from lib.weeks import Period


def plan_warnings(
    milestones: Sequence[Milestone],
    plan: Mapping[int, date | None],
    pauses: Sequence[Period],
    today: date,
) -> tuple[str, ...]:
    """Say what looks wrong in a plan. It can be saved all the same."""
    if not plan:
        return ("The plan is empty, so nothing will be due.",)
    too_early, undated, in_pauses = [], [], []
    latest: tuple[date, Milestone] | None = None
    for milestone in milestones:
        day = plan.get(milestone.pk)
        if day is None:
            if milestone.pk in plan:
                undated.append(f"“{milestone}”")
            continue
        if latest is None or day >= latest[0]:
            latest = day, milestone
        else:
            too_early.append(f"“{milestone}” is due before “{latest[1]}”, which the course teaches first.")
        if any(pause.contains(day) for pause in pauses):
            in_pauses.append(f"“{milestone}” is due on {day_label(day, today)}, in a break of the cohort.")
    if undated:
        verb, it = ("has", "it") if len(undated) == 1 else ("have", "them")
        undated = [f"{', '.join(undated)} {verb} no date, so no one can be behind on {it}."]
    return (*too_early, *undated, *in_pauses)


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


def kept_label(kept: str | None, today: date) -> str:
    if kept == PlanChange.OUT:
        return "not in the plan"
    return day_label(date.fromisoformat(kept), today) if kept else "no date"
