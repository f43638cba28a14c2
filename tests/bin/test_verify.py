"""bin/verify.py judges a step."""

import re
import sys
from pathlib import Path

import pytest
import verify


@pytest.mark.parametrize(
    "line",
    [
        "============================= 534 passed in 8.28s ==============================",
        "=== 3 failed, 12 passed, 1 skipped, 2 warnings in 65.05s (0:01:05) ===",
        "============================ no tests ran in 0.03s =============================",
        "!!!!!!!!!!!! Interrupted !!!!!!!!!!!!",
    ],
)
def test_run_keeps_the_closing_line_of_pytest(line: str) -> None:
    step = verify.Step("tests", [sys.executable, "-c", f"print({line!r})"], reads_pytest=True)
    verify.run(step)
    closed = line.startswith("=")
    assert (step.closing_line, step.result) == ((line, "ok") if closed else ("", "FAILED"))


@pytest.mark.parametrize(
    ("code", "result"),
    [(0, "ok"), (1, "FAILED"), pytest.param(5, "FAILED", id="pytest found no test"), (69, "NOT RUN")],
)
def test_run_tells_a_failure_from_what_could_not_run(code: int, result: str) -> None:
    step = verify.Step("step", [sys.executable, "-c", f"raise SystemExit({code})"])
    verify.run(step)
    assert step.result == result


def test_checks_run_side_by_side_and_say_in_order_what_failed(capfd: pytest.CaptureFixture[str]) -> None:
    steps = [
        verify.Step(f"step {code}", ["sh", "-c", f"echo says {code}; exit {code}"]) for code in (0, 1, 0)
    ]
    verify.run_side_by_side(steps)
    assert [step.result for step in steps] == ["ok", "FAILED", "ok"]
    assert re.findall(r"says \d", capfd.readouterr().out) == ["says 0", "says 1", "says 0"]


def test_what_is_alike_on_both_databases_is_there() -> None:
    names = {path.name for path in Path(__file__).parents[1].rglob("test_*.py")}
    assert names >= verify.ALIKE_ON_BOTH


@pytest.mark.parametrize(
    ("results", "ci", "is_good"),
    [
        (["ok", "ok"], "", True),
        (["ok", "FAILED"], "", False),
        (["ok", "NOT RUN"], "", True),
        (["ok", "NOT RUN"], "true", False),
    ],
)
def test_summary_is_good_unless_something_failed(
    results: list[str],
    ci: str,
    is_good: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CI", ci)
    steps = [
        verify.Step(f"step {n}", [], needs="Chromium", result=result) for n, result in enumerate(results)
    ]
    assert verify.summarise(steps) is is_good
    assert ("NOT RUN: step 1. It needs Chromium." in capsys.readouterr().out) is ("NOT RUN" in results)


def test_browser_journeys_stand_where_the_run_looks_for_them() -> None:
    tests = Path(__file__).parents[1]
    marked = [path for path in tests.rglob("test_*.py") if "pytest.mark.browser\n" in path.read_text()]
    assert {path.parent for path in marked} == {tests / "browser"}
    assert marked


def test_postgresql_runs_what_it_may_see_otherwise() -> None:
    found = verify.on_postgresql()
    parts = {part for path in found for part in Path(path).parts}
    assert parts >= set(verify.ON_POSTGRESQL)
    # Two people at once wait for each other there only.
    of_two = "tests/people/test_saved_once.py::test_form_that_is_sent_twice_at_once_is_saved_once"
    assert {of_two, verify.NASTY} <= set(found)
    assert not {"tests/people/test_saved_once.py", "tests/lib/test_weeks.py"} & set(found)


@pytest.mark.parametrize(("ci", "counts"), [("", False), ("true", True)])
def test_lines_are_counted_where_ci_is_set(ci: str, counts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", ci)
    steps = {step.name: step.command for step in verify.sqlite_tests()}
    assert ("--cov" in steps["tests on SQLite"], "coverage" in steps) == (counts, counts)
