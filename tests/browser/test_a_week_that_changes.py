"""Mid-course one drops out, one moves, the mentor is covered, a holiday is put in.

Last week stays as it was.
"""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from groups.models import Move
from lib.days import full_day
from lib.weeks import Week, monday_of
from tests.browser.clock import today
from tests.browser.conftest import PageAs
from tests.conftest import Cast
from tests.test_weeks_before_a_move import told, week_happens

pytestmark = pytest.mark.browser


# Readers are those of today, and so is the fate of a student since.
_READERS = re.compile(r"mentors \(.*?\)")
_SINCE = {"Left on", "Left the cohort on", "Why they left"}


def last_week(cast: Cast, sunday: date) -> dict[tuple[str, ...], Any]:
    """Every page, export and figure of the weeks until then, as everybody reads it who may."""
    return {key: _of_then(what) for key, what in told(cast, sunday)}


def _of_then(what: Any) -> Any:
    if isinstance(what, str):
        return _READERS.sub("", what)
    if not isinstance(what, list):
        return what
    return [_row_of_then(row) for row in what]


def _row_of_then(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: cell for name, cell in row.items() if name not in _SINCE}
    return [cell for cell in row if cell not in ("", "dropped out")] if isinstance(row, list) else row


def one_drops_out(page: Page, cast: Cast) -> None:
    page.goto(f"/enrolments/{cast.enrolment('bruno').pk}/")
    page.get_by_text("End the enrolment: finished").click()
    page.get_by_label("dropped out").check()
    page.get_by_label("Why").last.fill("No time beside work")
    page.locator("details[open]").get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bruno Sá: dropped out, from Clover")
    expect(page.locator("main")).to_contain_text("Earlier weeks stay with Clover")
    page.get_by_role("button", name="End the enrolment").click()
    expect(page.locator(".messages")).to_contain_text("dropped out, from Clover")


def one_moves(page: Page, cast: Cast) -> None:
    page.goto(f"/enrolments/{cast.enrolment('ana').pk}/")
    page.get_by_role("combobox", name="Group").select_option(label="Juniper (3 of 3)")
    page.get_by_label("Why").first.fill("Evenings suit her better")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator("main")).to_contain_text("Tomás Reis can read Ana’s history")
    page.get_by_role("button", name="Move").click()
    expect(page.locator(".messages")).to_contain_text("from Clover to Juniper")


def the_mentor_is_covered(page: Page, cast: Cast) -> None:
    page.goto(f"/groups/{cast.clover.pk}/set-up/")
    page.get_by_text("Find another mentor").click()
    page.get_by_label("Until").fill((today() + timedelta(days=6)).isoformat())
    page.get_by_role("searchbox", name="Name or e-mail").last.fill("Tomás")
    page.get_by_role("button", name="Stand-in : Tomás Reis").click()
    page.get_by_role("button", name="Assign the stand-in").click()
    expect(page.locator("#mentors")).to_contain_text("Tomás Reis")


def a_holiday_is_put_in(page: Page, cast: Cast, week: Week) -> None:
    page.goto(f"/cohorts/{cast.cohort.pk}/calendar/")
    page.get_by_label("Name").fill("The holiday")
    page.get_by_label("First day").fill(week.starts_on.isoformat())
    page.get_by_label("Last day").fill(week.ends_on.isoformat())
    page.get_by_role("button", name="Add break").click()
    expect(page.get_by_label("Clover: RAG")).to_be_checked()
    page.get_by_role("button", name="Add break").click()
    expect(page.locator(".messages")).to_contain_text("Added “The holiday”: the dates of 2 groups moved.")


def test_mid_course_changes_leave_last_week_as_it_was(cast: Cast, page_as: PageAs) -> None:
    this_week = Week(monday_of(today()))
    sunday = this_week.starts_on - timedelta(days=1)
    for n, weeks in enumerate((2, 1)):
        week_happens(cast, this_week.starts_on - timedelta(weeks=weeks), n)
    before = last_week(cast, sunday)
    ines = page_as("ines")
    one_drops_out(ines, cast)
    one_moves(ines, cast)
    the_mentor_is_covered(ines, cast)
    a_holiday_is_put_in(ines, cast, this_week.next())
    after = last_week(cast, sunday)
    assert {key: (before[key], after.get(key)) for key in before if before[key] != after.get(key)} == {}
    assert [move.label for move in Move.objects.order_by("pk")] == [
        "dropped out, from Clover", "from Clover to Juniper",
        f"Tomás Reis, until {full_day(today() + timedelta(days=6))}",
    ]  # fmt: skip
    ines.goto(f"/cohorts/{cast.cohort.pk}/moves/")
    expect(ines.locator("main")).to_contain_text("Evenings suit her better")
