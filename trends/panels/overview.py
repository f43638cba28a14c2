"""What course admins see first: when it is asked, what to rewrite next, what was changed, and a finding a panel."""

from dataclasses import dataclass

from questions.models import MaterialChange, MaterialNeed
from trends.counts import TrendCounts
from trends.dashboards.latest_effects import latest_changes
from trends.dashboards.topic_rows import TopicRow
from trends.panels.panel import Panel
from trends.panels.topics import topics_asked
from trends.panels.weeks import RunWeeks, run_weeks

REWRITTEN_NEXT = 3
_WAITING = (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING)


@dataclass(frozen=True, slots=True)
class Finding:
    """A panel that is closed."""

    panel: Panel
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    weeks: RunWeeks | None
    weeks_url: str
    weeks_csv_url: str
    rewrite_next: tuple[TopicRow, ...]
    topic_count: int
    topics_url: str
    changes: tuple[MaterialChange, ...]
    change_count: int
    findings: tuple[Finding, ...]


def overview(counts: TrendCounts, panels: list[Panel]) -> Overview:
    view = counts.view
    topics = topics_asked(counts)
    found = ((panel, panel.finding(counts)) for panel in panels)
    return Overview(
        weeks=run_weeks(counts),
        weeks_url=view.url("trends-panel", "weeks"),
        weeks_csv_url=view.url("trends-csv", "weeks"),
        rewrite_next=tuple(row for row in topics.rows if _is_to_do(row))[:REWRITTEN_NEXT],
        topic_count=topics.count,
        topics_url=view.url("trends-panel", "topics"),
        changes=latest_changes(view.course),
        change_count=view.course.material_changes.count(),
        findings=tuple(
            Finding(panel, sentence, view.url("trends-panel", panel.name))
            for panel, sentence in found
            if sentence
        ),
    )


def _is_to_do(row: TopicRow) -> bool:
    """Not if somebody decided to leave it as it is, or if nobody asked since the day it was last changed."""
    if row.need:
        return row.need.state in _WAITING
    changed_on = max((change.changed_on for change in row.changes), default=None)
    last_at = row.tally.last_at
    return changed_on is None or (last_at is not None and last_at.date() > changed_on)
