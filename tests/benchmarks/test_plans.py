"""No measured page scans progress, entries of check-ins, asks or questions for want of an index.

In so few rows a scan is cheapest, and so is a walk through the whole of some index, which is a scan too. Scans are
switched off, and rows made dear, as they are where there are many.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.cost import Browser
from benchmarks.learners import seed
from benchmarks.measured_pages import PAGES
from questions.models import Ask, Question
from tracker.models import CheckInEntry, Progress

GROWING = {model._meta.db_table for model in (Progress, Progress.history.model, CheckInEntry, Ask, Question)}
# Indexes of progress that hold few of its rows: they are walked.
FEW_ROWS = {"progress_undated", "progress_of_question"}
# Rows are also found in order to be changed; a long list is read through a cursor that is declared.
FINDING = ("SELECT", "DECLARE", "UPDATE", "DELETE")
SETTINGS = {
    "enable_seqscan": "off",
    "cpu_tuple_cost": "1",
    "cpu_index_tuple_cost": "1",
    "seq_page_cost": "0.01",
    "random_page_cost": "0.01",
}


def scanned(sql: str) -> set[str]:
    """Return which of the growing tables the plan of a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plans,) = cursor.fetchone()
    nodes = [node for plan in plans for node in nodes_of(plan["Plan"])]
    return {node["Relation Name"] for node in nodes if is_scan(node)} & GROWING


def is_scan(node: dict[str, Any]) -> bool:
    # A list of questions is cut from an index that has its order: walking that is as it should be.
    is_walk = (
        node["Node Type"] in {"Index Scan", "Index Only Scan"}
        and "Index Cond" not in node
        and node["Index Name"] not in FEW_ROWS
    )
    return node["Node Type"] == "Seq Scan" or (is_walk and node["Relation Name"] != Question._meta.db_table)


def nodes_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from nodes_of(below)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot be told to avoid scans")
@pytest.mark.django_db
@pytest.mark.urls("benchmarks.floor")
def test_no_page_scans_what_grows_with_learners() -> None:
    browser = Browser(seed(30, timezone.now()))
    found: set[tuple[str, str]] = set()
    for page in PAGES:
        with CaptureQueriesContext(connection) as queries:
            browser.weigh(page)
        asked = {query["sql"] for query in queries if query["sql"].startswith(FINDING)}
        assert asked, page.name
        found |= {(page.name, sql) for sql in asked}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for name, value in SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
    # Scans are found where there are any: nothing has an index by its hours.
    assert scanned("SELECT id FROM tracker_progress WHERE hours = 1") == {"tracker_progress"}
    assert scanned("SELECT id FROM tracker_progress WHERE hours = 1 ORDER BY id") == {"tracker_progress"}
    assert {(name, table, sql) for name, sql in found for table in scanned(sql)} == set()
