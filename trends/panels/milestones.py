from trends.charts import Bar, BarChart, rate_share
from trends.counts import TrendCounts
from trends.figures import FEWEST_STUDENTS
from trends.panels.panel import Panel
from trends.panels.rates import AskRate, ask_rates, no_rate_label, others_label


def milestone_rates(counts: TrendCounts) -> dict[int, AskRate]:
    """Return the milestones that were asked about or worked on, in the order of the course."""
    rates = ask_rates(counts, dict.fromkeys(counts.view.chosen, counts.view.span))
    return {milestone: rate for milestone, rate in rates.items() if rate}


def _finding(counts: TrendCounts) -> str:
    rates = milestone_rates(counts)
    rated = {milestone: rate for milestone, rate in rates.items() if rate.rate is not None}
    if not rated:
        return f"{no_rate_label(rates.values()).capitalize()}."
    most = max(rated, key=lambda milestone: rated[milestone].rate or 0)
    if not rated[most].rate:
        return "Nobody asked about a milestone while they were at it."
    finding = f"{counts.view.milestones[most]} is asked about most"
    if any(rate.undated for milestone, rate in rates.items() if milestone not in rated):
        finding = f"Where there are dates, {finding}"
    finding += f": {rated[most].label} times per student"
    return f"{finding}; {rated[most].left_out}." if rated[most].left_out else f"{finding}."


def _chart(counts: TrendCounts) -> BarChart:
    rates = milestone_rates(counts)
    most = max((rate.rate or 0 for rate in rates.values()), default=0)
    return BarChart(
        caption="Times asked per active student, by milestone",
        head="Milestone",
        value_head="Times asked per student",
        bars=tuple(
            Bar(
                label=counts.view.milestones[milestone],
                value_label=rate.label,
                share=rate_share(rate.rate, most),
                url=rate.asks.url,
                label_url=counts.view.url("trends", milestone=milestone),
                note=rate.note,
            )
            for milestone, rate in rates.items()
        ),
        footnote=(
            "Times that students who had started the milestone asked, per student. Under "
            f"{FEWEST_STUDENTS} of them there is no rate: it would say more about these few than about the material. "
            + others_label(rates.values())
        ).strip(),
    )


PANEL = Panel(
    name="milestones",
    title="Milestones",
    template="trends/_trends_bars.html",
    finding=_finding,
    content=_chart,
)
