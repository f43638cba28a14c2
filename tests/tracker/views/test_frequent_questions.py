"""Frequent questions: the published questions asked most, once for each person and milestone."""

import re
from datetime import timedelta
from typing import Any

from questions.models import Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tracker.models import Progress


def known(cast: Cast, title: str, asks: int, number: int = 0, **given: Any) -> Question:
    """A question that Dalia asked, which was asked so often, answered by her mentor and published."""
    question: Question = QuestionFactory.create(
        membership=cast.dalia,
        title=title,
        milestone=cast.milestones[number],
        visibility="course",
        status="answered",
        first_answered_at=NOW,
        **{"published_at": NOW, "published_by": cast.ines, **given},
    )
    AnswerFactory.create(question=question, answered_by=cast.tomas, body=f"Answer to {title}")
    for hours in range(1, asks):
        AskFactory.create(
            question=question,
            group=cast.juniper,
            enrolment=cast.enrolment("emre"),
            asked_at=NOW - timedelta(hours=hours),
            logged_by=cast.tomas,
        )
    return question


def begin(cast: Cast, *names: str) -> None:
    """Let them come to the first milestone."""
    for name in names:
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[0], state="working")


def test_my_week_leads_to_those_of_its_milestone(cast: Cast, as_: SignIn) -> None:
    begin(cast, "ana")
    known(cast, "Why?", 2)
    known(cast, "How?", 1)
    known(cast, "Not published?", 5, published_at=None, published_by=None)
    known(cast, "Of the next?", 1, number=1)
    ana = as_("ana")

    def link() -> list[tuple[str, str]]:
        return re.findall(
            r'href="/milestones/(\d+)/questions/">\s*(\d frequent questions?)</a>', ana.get("/week/").text
        )

    first, second, *_ = cast.milestones
    assert link() == [(f"{first.pk}", "2 frequent questions")]
    Progress.objects.update(state="done", finished_on=NOW.date())
    assert link() == [(f"{second.pk}", "1 frequent question")]
