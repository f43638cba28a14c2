"""The migration that gives requests for help what the rule before said that they were about."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from questions.actions import answer, ask, mark_duplicate
from questions.models import Question
from tests.conftest import NOW, Cast
from tracker.actions.helping import ask_for_help
from tracker.actions.progress import mark
from tracker.models import Progress

HOUR = timedelta(hours=1)
type Story = Callable[[Cast], str]


def asks(cast: Cast, title: str, hours: float, name: str = "bruno") -> Question:
    who = cast.enrolment(name)
    return ask(
        group=cast.clover, by=who.person, enrolment=who, at=NOW + hours * HOUR, title=title,
        milestone=cast.milestones[1],
    )  # fmt: skip


def answers(cast: Cast, question: Question, hours: float) -> None:
    answer(question=question, by=cast.marta, at=NOW + hours * HOUR, body="So.")


def needs_help(cast: Cast, words: str = "") -> None:
    bruno = cast.enrolment("bruno")
    request = {"enrolment": bruno, "milestone": cast.milestones[1], "by": bruno.person, "at": NOW}
    ask_for_help(**request, group=cast.clover, words=words)


def never_asked(cast: Cast) -> str:
    asks(cast, "Of Ana", -1, name="ana")
    needs_help(cast)
    return ""


def with_words(cast: Cast) -> str:
    asks(cast, "Before", -1)
    needs_help(cast, "Which key?")
    asks(cast, "Since", 1)
    return "Which key?"


def asked_since(cast: Cast) -> str:
    needs_help(cast)
    asks(cast, "Since", 1)
    asks(cast, "Later", 2)
    return "Later"


def another_was_answered(cast: Cast) -> str:
    needs_help(cast, "Which key?")
    since = asks(cast, "Since", 1)
    answers(cast, since, 2)
    return "Since"


def open_before(cast: Cast) -> str:
    asks(cast, "Old", -3)
    asks(cast, "Open", -2)
    answers(cast, asks(cast, "Answered", -1), -0.5)
    needs_help(cast)
    return "Open"


def open_then_and_answered_since(cast: Cast) -> str:
    was_open = asks(cast, "Open", -2)
    needs_help(cast)
    answers(cast, was_open, 1)
    return "Open"


def merged_since(cast: Cast) -> str:
    known = asks(cast, "Known", -9, name="ana")
    answers(cast, known, -8)
    needs_help(cast)
    asks(cast, "Other", 1)
    same = asks(cast, "Same", 0.5)
    mark_duplicate(question=same, original=known, by=cast.marta, at=NOW + 2 * HOUR)
    return "Same"


@pytest.mark.parametrize(
    "story",
    [
        never_asked,
        with_words,
        asked_since,
        another_was_answered,
        open_before,
        open_then_and_answered_since,
        merged_since,
    ],
)
def test_requests_that_stand_get_what_the_rule_before_said(cast: Cast, story: Story) -> None:
    asked = story(cast)
    chidi = cast.enrolment("chidi")
    mark(enrolment=chidi, milestone=cast.milestones[1], state="working", by=chidi.person, at=NOW)
    Progress.objects.update(question=None)
    Progress.history.update(question=None)
    import_module("tracker.migrations.0034_what_help_is_about").keep_questions(apps, None)
    need = Progress.objects.get(state="need_help")
    assert (need.question.title if need.question else "") == asked
    assert need.history.get().question == need.question
    assert Progress.objects.get(state="working").question is None
