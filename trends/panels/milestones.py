from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trends.charts.bars import Bar, BarChart
from trends.charts.scale import rate_share
from trends.counts import TrendCounts
from trends.counts.students import left_out_label
from trends.figures import FEWEST_STUDENTS, rate, rate_label
from trends.panels.links import Number, count_label, students_label
from trends.panels.panel import CsvRow, Panel, rounded


@dataclass(frozen=True, slots=True)
class MilestoneRate:
    """Asks about a milestone per active student: enrolments that were at it in the period.

    `rate` is None with fewer than FEWEST_STUDENTS, and `rate_label` explains why.
    """

    milestone_id: int
    title: str
    asks: Number
    students: int
    undated: int
    rate: float | None
    rate_label: str


def milestone_rates(counts: TrendCounts) -> tuple[MilestoneRate, ...]:
    """Return the milestones that were asked about or worked on, in the order of the course."""
    view = counts.view
    asks: Counter[int | None] = Counter()
    active: Counter[int] = Counter()
    for run in view.chosen:
        asks.update(counts.asks.by_milestone(run.cohort_id, view.span))
    chosen = {run.cohort_id for run in view.chosen}
    undated: Counter[int] = Counter()
    for (_, milestone), count in counts.students.active.items():
        active[milestone] += count
    for (cohort, milestone), count in counts.students.undated.items():
        undated[milestone] += count if cohort in chosen else 0
    rates = []
    for milestone, title in view.milestones.items():
        if asks[milestone] or active[milestone] or undated[milestone]:
            value = rate(asks[milestone], active[milestone])
            rates.append(
                MilestoneRate(
                    milestone_id=milestone,
                    title=title,
                    asks=Number.of(asks[milestone], view, milestone=milestone),
                    students=active[milestone],
                    undated=undated[milestone],
                    rate=value,
                    rate_label=rate_label(value, active[milestone], undated[milestone]),
                )
            )
    return tuple(rates)


def most_asked_about(counts: TrendCounts) -> list[MilestoneRate]:
    """The milestones with a rate, highest first."""
    rates = [row for row in milestone_rates(counts) if row.rate]
    return sorted(rates, key=lambda row: -(row.rate or 0))


def _finding(counts: TrendCounts) -> str:
    rates = most_asked_about(counts)
    if not rates:
        return "There are too few students for a rate."
    return f"{rates[0].title} is asked about most: {rates[0].rate_label} asks per student."


def _chart(counts: TrendCounts) -> BarChart:
    rates = milestone_rates(counts)
    most = max((row.rate or 0 for row in rates), default=0)
    return BarChart(
        caption="Asks per active student, by milestone",
        head="Milestone",
        value_head="Asks per student",
        bars=tuple(
            Bar(
                label=row.title,
                value_label=row.rate_label,
                share=rate_share(row.rate, most),
                url=row.asks.url,
                label_url=counts.view.url("trends", milestone=row.milestone_id),
                note=f"{count_label(row.asks.count, 'ask')}, {students_label(row.students, row.undated)}",
            )
            for row in rates
        ),
        footnote=(
            f"Active students had begun the milestone. Under {FEWEST_STUDENTS} of them there is no rate: it would "
            "say more about these few than about the material. "
            + left_out_label(sum(row.undated for row in rates))
        ).strip(),
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in milestone_rates(counts):
        yield row.title, row.asks.count, row.students, rounded(row.rate), row.undated


PANEL = Panel(
    name="milestones",
    position=2,
    title="Milestones",
    template="trends/_trends_bars.html",
    finding=_finding,
    content=_chart,
    csv_columns=("Milestone", "Asks", "Active students", "Asks per active student", "Without a date"),
    csv_rows=_csv_rows,
)
