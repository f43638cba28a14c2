from collections.abc import Mapping

from trends.charts import Bar, BarChart, rate_share
from trends.counts import TrendCounts
from trends.counts.asks import asks_left_out_label
from trends.figures import FEWEST_STUDENTS
from trends.panels.panel import Panel
from trends.panels.rates import AskRate, ask_rates, no_rate_label, others_label


def milestone_rates(counts: TrendCounts) -> dict[int, AskRate]:
    """Return the milestones that were asked about or worked on, in the order of the course."""
    rates = ask_rates(counts, dict.fromkeys(counts.view.chosen, counts.view.span))
    return {milestone: rate for milestone, rate in rates.items() if rate}


def most_asked(rates: Mapping[int, AskRate]) -> int | None:
    """Per student; by times where there are too few students for a rate."""
    asked = [milestone for milestone, rate in rates.items() if rate.asks.count]
    return max(
        asked, key=lambda milestone: (rates[milestone].rate or 0, rates[milestone].asks.count), default=None
    )


def rate_bars(counts: TrendCounts, rates: Mapping[int, AskRate]) -> tuple[Bar, ...]:
    most = max((rate.rate or 0 for rate in rates.values()), default=0)
    return tuple(
        Bar(
            label=counts.view.milestones[milestone],
            value_label=rate.label,
            share=rate_share(rate.rate, most),
            url=rate.asks.url,
            label_url=counts.view.url("trends", milestone=milestone),
            note=rate.note,
        )
        for milestone, rate in rates.items()
    )


def _left_out(counts: TrendCounts) -> int:
    return counts.asks.without_week({run.cohort_id: counts.view.span for run in counts.view.chosen})


def _finding(counts: TrendCounts) -> str:
    rates, left_out = milestone_rates(counts), _left_out(counts)
    rated = {milestone: rate for milestone, rate in rates.items() if rate.rate is not None}
    if not rated:
        return f"{no_rate_label(rates.values(), left_out).capitalize()}."
    most = max(rated, key=lambda milestone: rated[milestone].rate or 0)
    is_asked = bool(rated[most].rate)
    # What is left out of the one that is asked about most is said behind it.
    undated = [at for at, rate in rates.items() if rate.undated and not (is_asked and at == most)]
    opening = "Where there are dates, " if left_out or undated else ""
    if not is_asked:
        return f"{opening}{'n' if opening else 'N'}obody asked about a milestone while they were at it."
    finding = (
        f"{opening}{counts.view.milestones[most]} is asked about most: {rated[most].label} times per student"
    )
    return f"{finding}; {rated[most].left_out}." if rated[most].left_out else f"{finding}."


def _chart(counts: TrendCounts) -> BarChart:
    rates = milestone_rates(counts)
    return BarChart(
        caption="Times asked per active student, by milestone",
        head="Milestone",
        value_head="Times asked per student",
        bars=rate_bars(counts, rates),
        footnote=(
            "Times that students who had started the milestone asked, per student. Under "
            f"{FEWEST_STUDENTS} of them there is no rate: it would say more about these few than about the material. "
            + f"{others_label(rates.values())} {asks_left_out_label(_left_out(counts))}"
        ).strip(),
    )


PANEL = Panel(
    name="milestones",
    title="Milestones",
    template="trends/_trends_bars.html",
    finding=_finding,
    content=_chart,
)
