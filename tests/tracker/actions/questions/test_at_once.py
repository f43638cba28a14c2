"""People who act on the same questions at the same moment, each in a connection of their own."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.conftest import NOW, make_cast
from tracker.actions.questions import QuestionError, answer, ask, ask_again, mark_duplicate
from tracker.models import Ask, Question


def at_once(*deeds: Callable[[], object]) -> list[Exception]:
    """Do all of it side by side; return what went wrong beside a refusal in words."""
    wrong: list[Exception] = []
    start = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except QuestionError:
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
    for _ in range(5):
        a, b, c, d = (ask(group=cast.clover, by=ana, at=NOW, title=title) for title in "ABCD")

        merges = [(a, b), (b, a), (b, c), (c, a), (d, a)]
        again = partial(ask_again, question=d, group=cast.juniper, by=emre, at=NOW)
        wrong = at_once(
            *(partial(mark_duplicate, question=x, original=y, by=cast.marta, at=NOW) for x, y in merges),
            partial(answer, question=a, by=cast.marta, at=NOW, body="So."),
            again,
            again,
        )
        assert wrong == []
        assert not Question.objects.filter(duplicate_of__duplicate_of__isnull=False).exists()
        assert not Question.objects.filter(status="answered", answers=None).exists()
        assert Ask.objects.filter(enrolment=cast.enrolment("emre"), question__in=[a, b, c, d]).count() == 1
