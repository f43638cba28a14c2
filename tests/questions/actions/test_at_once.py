"""People who act on the same questions at the same moment, each in a connection of their own."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from lib.refusals import Refused
from questions.actions import answer, ask, ask_again, asking_again, mark_duplicate
from questions.actions.keeping import stay_of
from questions.models import Ask, Question
from tests.conftest import NOW, Cast, make_cast
from tests.factories.questions import AskFactory, TopicFactory
from trends.actions.topics import merge_topics


def at_once(*deeds: Callable[[], object]) -> list[Exception]:
    """Do all of it side by side; return what went wrong beside a refusal in words."""
    wrong: list[Exception] = []
    start = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except Refused:
            pass
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_questions_keep_their_rules_when_people_act_at_once() -> None:
    cast = make_cast()
    ana, emre = cast.person("ana"), cast.person("emre")
    for turn in range(1, 6):
        a, b, c, d = (ask(group=cast.clover, by=ana, at=NOW, title=title) for title in "ABCD")

        merges = [(a, b), (b, a), (b, c), (c, a), (d, a)]
        again = partial(ask_again, question=d, group=cast.juniper, by=emre, at=NOW)
        typed = {"title": "E"}
        keep = partial(
            ask_again, question=d, group=cast.juniper, by=cast.person("fatima"), at=NOW, typed=typed
        )
        wrong = at_once(
            *(partial(mark_duplicate, question=x, original=y, by=cast.marta, at=NOW) for x, y in merges),
            partial(answer, question=a, by=cast.marta, at=NOW, body="So."),
            again,
            again,
            keep,
            keep,
        )
        assert wrong == []
        assert not Question.objects.filter(duplicate_of__duplicate_of__isnull=False).exists()
        assert not Question.objects.filter(status="answered", answers=None).exists()
        assert Ask.objects.filter(enrolment=cast.enrolment("emre"), question__in=[a, b, c, d]).count() == 1
        assert Ask.objects.filter(enrolment=cast.enrolment("fatima"), asked_at__gte=NOW).count() == turn


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_merging_an_original_waits_for_who_asks_its_duplicate_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    original, other, duplicate = (
        ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=title) for title in "ABC"
    )
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    holds = Event()

    def slowly(*args: Any, **given: Any) -> Any:
        holds.set()
        sleep(0.5)
        return stay_of(*args, **given)

    monkeypatch.setattr(asking_again, "stay_of", slowly)

    def merge() -> None:
        holds.wait()
        mark_duplicate(question=original, original=other, by=cast.marta, at=NOW)

    again = partial(ask_again, question=duplicate, group=cast.juniper, by=cast.person("emre"), at=NOW)
    assert at_once(again, merge) == []
    assert set(Question.objects.values_list("duplicate_of", flat=True)) == {None, other.pk}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
def test_moving_questions_between_topics_waits_for_who_asks_several_of_them() -> None:
    cast = make_cast()
    questions = [ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=title) for title in "ABCD"]
    topic, into = (
        TopicFactory.create(course=cast.course, questions=some) for some in (questions[1::-1], questions[2:])
    )
    holds = Event()

    def ask_both() -> None:
        with transaction.atomic():
            _ask_again(cast, questions[0])
            holds.set()
            sleep(0.5)
            _ask_again(cast, questions[1])

    def merge() -> None:
        holds.wait()
        merge_topics(topic=topic, into=into, by=cast.ines, at=NOW)

    assert at_once(ask_both, merge) == []
    assert into.placements.count() == 4


def _ask_again(cast: Cast, question: Question) -> None:
    AskFactory.create(
        question=question, group=cast.clover, enrolment=None, logged_by=cast.marta, asked_at=NOW
    )
