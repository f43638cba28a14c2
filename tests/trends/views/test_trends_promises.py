"""Promises kept. It is Wednesday 16 September 2026, 11:00 in Lisbon; the weekend before was the 12th and 13th."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from courses.models import Course
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark

type SignIn = Callable[[str], Client]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = NOW - 5 * DAY


def asked(cast: Cast, at: datetime, answered_at: datetime | None = None, **fields: Any) -> None:
    status = "answered" if answered_at else "open"
    QuestionFactory.create(
        **{
            "membership": cast.ana,
            "asked_at": at,
            "first_answered_at": answered_at,
            "status": status,
            **fields,
        }
    )


def needed_help(cast: Cast, name: str, at: datetime, until: datetime | None = None) -> None:
    who = {"enrolment": cast.enrolment(name), "milestone": cast.milestones[0], "by": cast.person(name)}
    mark(**who, state="need_help", at=at)
    if until:
        mark(**who, state="working", at=until)


def reviewed(cast: Cast, at: datetime, until: datetime | None = None) -> None:
    review = CodeReviewFactory.create(
        group=cast.clover, milestone=cast.milestones[0], author=cast.enrolment("ana"), url=f"https://x.org/{at}",
        reviewer=cast.enrolment("bruno"),
    )  # fmt: skip
    review.history.update(history_date=at)
    if until:
        review.state = "changes_asked"
        review._history_date = until
        review.save()


@pytest.fixture
def told(cast: Cast) -> None:
    asked(cast, NOW - DAY, NOW - DAY + 5 * HOUR)
    asked(cast, FRIDAY, NOW - 2 * DAY - HOUR)
    asked(cast, FRIDAY, NOW - HOUR)
    asked(cast, NOW - 2 * DAY)
    asked(cast, NOW - HOUR)
    asked(cast, FRIDAY, NOW, is_answer_undated=True)
    needed_help(cast, "ana", NOW - DAY, NOW - DAY + HOUR)
    needed_help(cast, "bruno", FRIDAY, NOW - HOUR)
    needed_help(cast, "chidi", NOW - HOUR)
    reviewed(cast, FRIDAY, NOW - 2 * DAY)
    reviewed(cast, NOW - 9 * DAY, NOW - DAY)
    reviewed(cast, NOW - 10 * DAY)


def rows(browser: Client, **address: Any) -> list[list[str]]:
    content = browser.get("/courses/llm/trends/promises.csv", address).getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))[1:]


def test_shares_of_promises_kept(told: None, as_: SignIn) -> None:
    kept = [
        ["Questions", "1", "2", "4", "0.5", "1"],
        ["Cries for help", "1", "1", "2", "0.5", "1"],
        ["Code reviews", "3", "1", "3", "0.3333", "0"],
    ]
    assert rows(as_("ines")) == rows(as_("marta")) == kept
    assert [row[3] for row in rows(as_("tomas"))] == ["0", "0", "0"]
    html = as_("ines").get("/courses/llm/trends/promises/").text
    assert '<td class="number nowrap">33%</td>' in html
    # What began before this week; and of a category, which only questions have.
    assert [row[3] for row in rows(as_("ines"), until="2026-09-13")] == ["2", "1", "3"]
    assert [row[0] for row in rows(as_("ines"), category="setup")] == ["Questions"]


def test_promise_goes_by_the_course_and_its_pauses(cast: Cast, told: None, as_: SignIn) -> None:
    Course.objects.filter(pk=cast.course.pk).update(question_days=5)
    PauseFactory.create(cohort=cast.cohort, starts_on=FRIDAY.date(), ends_on=NOW.date() - DAY)
    assert [row[4] for row in rows(as_("ines"))] == ["1.0", "1.0", "0.3333"]


def test_former_mentor_learns_nothing_of_what_came_after(cast: Cast, told: None, as_: SignIn) -> None:
    cast.clover.mentorships.update(ended_on=NOW.date())
    assert [row[3] for row in rows(as_("marta"))][1:] == ["0", "0"]


def test_cry_for_help_ends_with_its_answer(cast: Cast, as_: SignIn) -> None:
    needed_help(cast, "bruno", NOW - 2 * DAY)
    answer_help(
        enrolment=cast.enrolment("bruno"), group=cast.clover, milestone=cast.milestones[0], body="So.",
        by=cast.marta, at=NOW - 2 * DAY + HOUR,
    )  # fmt: skip
    QuestionFactory.create(membership=cast.ana)
    assert rows(as_("ines"))[1] == ["Cries for help", "1", "1", "1", "1.0", "0"]
