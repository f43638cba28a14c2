"""The cost of pages that is the same on every machine: queries, calls, kB of HTML. The benchmark measures the rest."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import setup_test_environment, teardown_test_environment
from django.utils import timezone

from benchmarks import pages
from benchmarks.cost import Browser, PageWeight, as_published
from benchmarks.learners import do_background_work, seed
from benchmarks.measured_pages import FLOOR, PAGES
from benchmarks.pages import (
    NOW,
    QUICK_SIZES,
    RESULTS,
    SIZES,
    kept_calls,
    print_run,
    silence_log,
    tables,
    too_heavy,
)
from questions.models import Answer, Question
from tracker.models import CheckIn

PERFORMANCE = Path(__file__).resolve().parent.parent.parent / "docs/performance.md"
# Queries of the whole request, and the most kB that it may send with 30 learners: a tenth more than it does. The box,
# on each page, is 1.4 kB of them.
WEIGHTS = {
    "floor": (4, 14),
    "my week": (27, 35),
    "my groups, three": (23, 54),
    "course of a student": (18, 15),
    "course of a mentor": (15, 16),
    # Seven of them: what is left to set up.
    "course of an admin": (23, 19),
    "check-in form": (23, 28),
    "group page": (27, 29),
    "own history": (20, 34),
    "a student's history": (27, 36),
    "questions of a student": (14, 20),
    "questions of a mentor": (15, 28),
    "questions of an admin": (14, 27),
    "search of a student": (12, 13),
    "search of an admin": (12, 14),
    # One more than it was: questions are searched also where somebody sees few, which were read at once.
    "offers while typing": (11, 5),
    # Two of them, as on each page of a cohort: the cohorts of its menu, and their breaks.
    "board": (42, 17),
    "everybody": (26, 47),
    "people": (16, 22),
    "groups": (18, 16),
    "export page": (10, 16),
    # One of them: the export is noted for the course admins.
    "export of progress, CSV": (12, 12),
    "trends of a mentor": (28, 25),
    "trends of an admin": (28, 31),
    "topics": (13, 12),
    "mark a milestone": (26, 5),
    "save a check-in": (22, 0),
    # By the form itself, which looks first for what was asked before.
    "ask a question": (22, 0),
}
# Read most, or once a second: counted in each run of the tests.
COUNTED = {
    "floor",
    "my week",
    "my groups, three",
    "check-in form",
    "board",
    "questions of a student",
    "mark a milestone",
}


def weigh(learners: int) -> dict[str, PageWeight]:
    # SQLite is asked once a process whether it knows JSON.
    assert connection.features.supports_json_field
    browser = Browser(seed(learners, timezone.now()))
    _make_known()
    return {page.name: browser.weigh(page) for page in (FLOOR, *PAGES)}


def _make_known() -> None:
    """Publish a question of each milestone without one: pages offer what is known, and a small course knows little."""
    now = timezone.now()
    latest = {
        question.milestone_id: question for question in Question.objects.originals().order_by("asked_at")
    }
    for question in latest.values():
        if question.milestone is None or question.milestone.questions.known().exists():
            continue
        question.visibility, question.status, question.first_answered_at = "course", "answered", now
        question.published_at, question.published_by = now, question.asked_by
        question.save()
        Answer.objects.create(
            question=question, body="See above.", answered_by=question.asked_by, answered_at=now
        )


@pytest.mark.no_cover
@pytest.mark.django_db
@pytest.mark.urls("benchmarks.floor")
@pytest.mark.parametrize("learners", [30, 60])
def test_pages_take_the_same_queries_whatever_there_is(learners: int) -> None:
    weights = weigh(learners)
    assert {name: weight.queries for name, weight in weights.items()} == {
        name: queries for name, (queries, _) in WEIGHTS.items()
    }
    if learners == 30:
        heavy = {name: weight for name, weight in weights.items() if weight.kilobytes > WEIGHTS[name][1]}
        assert heavy == {}


@pytest.mark.django_db
@pytest.mark.urls("benchmarks.floor")
def test_what_a_measured_form_writes_is_undone() -> None:
    browser = Browser(seed(30, timezone.now()))
    before = CheckIn.objects.count()
    page = next(page for page in PAGES if page.name == "save a check-in")
    assert browser.weigh(page).queries == browser.weigh(page).queries
    assert CheckIn.objects.count() == before


@pytest.fixture
def outside_of_tests() -> Iterator[None]:
    """Templates as they are rendered for people: in tests each of them says that it was."""
    teardown_test_environment()
    yield
    setup_test_environment(debug=False)


@pytest.mark.no_cover
@pytest.mark.django_db
@pytest.mark.urls("benchmarks.floor")
@pytest.mark.usefixtures("outside_of_tests")
def test_pages_call_no_more_functions_than_they_did() -> None:
    """As `make bench-quick` counts them; who made a page lighter keeps its new number (docs/performance.md)."""
    with as_published():
        browser = Browser(seed(30, NOW))
        do_background_work(NOW)
        run = {
            "learners": 30,
            "pages": {
                page.name: {"calls": browser.weigh(page).calls}
                for page in (FLOOR, *PAGES)
                if page.name in COUNTED
            },
        }
    assert len(run["pages"]) == len(COUNTED)
    assert list(too_heavy(run, kept_calls(30))) == []


@pytest.fixture
def run() -> dict[str, Any]:
    page = {"queries": 7, "cpu_ms": 40.0, "wall_ms": 50.0, "kb": 42.0, "kb_compressed": 5.0}
    return {
        "database": "sqlite",
        "learners": 3_000,
        "seconds_to_make": 9,
        "pages": {"my week": {**page, "calls": 20_000}, "board": {**page, "calls": 10_500}},
    }


@pytest.mark.parametrize(("kept", "fails"), [(10_000, []), (9_999, ["board"])])
def test_page_fails_from_a_twentieth_more_calls_than_are_kept(run, kept, fails):
    heavy = too_heavy(run, {"my week": 20_000, "board": kept})
    assert [line.partition(":")[0] for line in heavy] == fails


def test_page_without_a_kept_number_fails(run):
    assert list(too_heavy(run, {"board": 10_500})) == ["my week: no number is kept for 3,000 learners."]


def test_figures_are_printed_beside_the_kept_numbers(run, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "KEPT", tmp_path / "kept.json")
    pages.KEPT.write_text('{"3000": {"board": 10400}}')
    print_run(run)
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "3,000 learners on sqlite, made in 9 s"
    assert [line.split() for line in lines[3:]] == [
        ["my", "week", "7", "20000", "–", "40.0", "50.0", "42.0", "5.0"],
        ["board", "7", "10500", "10400", "40.0", "50.0", "42.0", "5.0"],
    ]


def test_lines_of_the_log_are_made_and_not_shown_between_the_figures(monkeypatch):
    handler = logging.StreamHandler(shown := io.StringIO())
    made = Mock(return_value="")
    monkeypatch.setattr(handler, "format", made)
    monkeypatch.setattr(logging.getLogger(), "handlers", [handler])
    silence_log()
    logging.getLogger("trefoil.request").info("GET /week/ 200")
    handler.stream.close()
    assert (made.call_count, shown.getvalue()) == (1, "")


def test_every_page_has_a_kept_number_and_the_document_the_figures():
    results = json.loads(RESULTS.read_text())
    names = [page.name for page in (FLOOR, *PAGES)]
    measured = {(run["database"], run["learners"]): list(run["pages"]) for run in results["runs"]}
    assert measured == {
        (database, learners): names for database in ("sqlite", "postgresql") for learners in SIZES
    }
    assert [list(kept_calls(learners)) for learners in QUICK_SIZES] == [names, names]
    assert tables(results) in PERFORMANCE.read_text()
