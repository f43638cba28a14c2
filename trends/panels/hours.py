from collections.abc import Iterator
from dataclasses import dataclass

from trends.counts import TrendCounts
from trends.counts.hours import HoursSpent
from trends.panels.panel import CsvRow, Panel


@dataclass(frozen=True, slots=True)
class MilestoneHours:
    title: str
    url: str
    spent: HoursSpent

    @property
    def planned_label(self) -> str:
        return f"{self.spent.planned.normalize():f} h" if self.spent.planned else "–"

    @property
    def median_label(self) -> str:
        return f"{hours_number(self.spent.median)} h"

    @property
    def quartiles_label(self) -> str:
        return f"{hours_number(self.spent.lower)} to {hours_number(self.spent.upper)} h"


def hours_number(hours: float) -> str:
    return f"{round(hours, 1):g}"


def milestones_hours(counts: TrendCounts) -> list[MilestoneHours]:
    """In the order of the course."""
    view = counts.view
    return [
        MilestoneHours(title, view.url("trends", milestone=pk), counts.hours[pk])
        for pk, title in view.milestones.items()
        if pk in counts.hours and view.filters.milestone in (None, pk)
    ]


def _finding(counts: TrendCounts) -> str:
    rows = milestones_hours(counts)
    if not rows:
        return ""
    longer = [row for row in rows if row.spent.takes_longer]
    if not longer:
        return "No milestone takes a quarter longer than planned."
    first = max(longer, key=lambda row: row.spent.median / float(row.spent.planned or 1))
    return f"{first.title} takes {first.median_label}, and {first.planned_label} were planned."


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in milestones_hours(counts):
        spent = row.spent
        figures = (round(each, 2) for each in (spent.lower, spent.median, spent.upper))
        yield row.title, spent.planned, *figures, spent.students, spent.takes_longer


PANEL = Panel(
    name="hours",
    position=11,
    title="Hours",
    template="trends/_trends_hours.html",
    finding=_finding,
    content=milestones_hours,
    csv_columns=("Milestone", "Planned", "Lower quartile", "Median", "Upper quartile", "Students", "Longer"),
    csv_rows=_csv_rows,
    needs_asks=False,
)
