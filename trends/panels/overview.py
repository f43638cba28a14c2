"""What is seen first: when it is asked, and a finding a panel. For course admins: what to rewrite, what was changed."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from courses.models import Course
from questions.models import MaterialChange, MaterialNeed, Topic
from trends.access.topics import questions_to_count
from trends.counts import TrendCounts
from trends.dashboards.topic_rows import TopicRow, topic_rows
from trends.panels.panel import Panel
from trends.panels.weeks import run_weeks

# The topics asked about most in the view, of which those to rewrite are shown.
_MOST_ASKED = 6
REWRITTEN_NEXT = 3
CHANGES_SHOWN = 2
_WAITING = (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING)


def latest_changes(course: Course) -> tuple[MaterialChange, ...]:
    return tuple(course.material_changes.order_by("-changed_on", "-pk")[:CHANGES_SHOWN])


def overview(counts: TrendCounts, panels: Iterable[Panel]) -> dict[str, Any]:
    """`findings`: of each panel that is closed, with the sentence that it has, and its address."""
    view = counts.view
    found = ((panel, panel.finding(counts)) for panel in panels)
    shown: dict[str, Any] = {
        "weeks": run_weeks(counts),
        "weeks_url": view.url("trends-panel", "weeks"),
        "csv_url": view.url("trends-csv"),
        "findings": [
            (panel, sentence, view.url("trends-panel", panel.name)) for panel, sentence in found if sentence
        ],
    }
    if not view.access.is_course_admin:
        return shown
    topics, topic_count = topics_asked(counts)
    return shown | {
        "rewrite_next": [row for row in topics if _is_to_do(row)][:REWRITTEN_NEXT],
        "topic_count": topic_count,
        "changes": latest_changes(view.course),
        "change_count": view.course.material_changes.count(),
    }


def topics_asked(counts: TrendCounts) -> tuple[list[TopicRow], int]:
    """Return the topics asked about most, pinned ones first, and the number of all with an ask in the view."""
    view = counts.view
    asked: Counter[int] = Counter()
    for (topic, week), count in counts.asks.topics.items():
        if view.span.holds(week):
            asked[topic] += count
    # The rule of `topics_to_read`: a topic needs two questions.
    sized = Topic.objects.filter(pk__in=asked).with_size(questions_to_count(view.access))
    rows = sized.filter(Q(size__gte=2)).values_list("pk", "pinned_at")
    ranked = sorted(rows, key=lambda row: (row[1] is None, -asked[row[0]], row[0]))
    shown = topic_rows([pk for pk, _ in ranked[:_MOST_ASKED]], access=view.access, now=view.now)
    return [row for row in shown if row.size > 1], len(ranked)


def _is_to_do(row: TopicRow) -> bool:
    """Not if somebody decided to leave it as it is, or if nobody asked since the day it was last changed."""
    if row.need:
        return row.need.state in _WAITING
    changed_on = max((change.changed_on for change in row.changes), default=None)
    last_at = row.tally.last_at
    return changed_on is None or (last_at is not None and last_at.date() > changed_on)
