from datetime import timedelta
from typing import Any

import pytest

from lib.refusals import Refused
from questions.actions import answer, ask, change_status, mark_duplicate, remove_answer, undo_duplicate
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory


def asked(cast: Cast, title: str, who: str = "ana", **given: Any) -> Question:
    stay = getattr(cast, who)
    asking: dict[str, Any] = {"group": stay.group, "by": cast.person(who), "at": NOW, "title": title}
    return ask(**asking | given)


def pointing(*questions: Question) -> list[int | None]:
    return [Question.objects.get(pk=question.pk).duplicate_of_id for question in questions]


def test_mark_duplicate_moves_the_count_not_the_asks(cast: Cast) -> None:
    original, duplicate = asked(cast, "A?"), asked(cast, "B?", "dalia")
    mark_duplicate(question=duplicate, original=original, by=cast.tomas, at=NOW)
    duplicate.refresh_from_db()
    assert (duplicate.status, duplicate.duplicate_of) == ("duplicate", original)
    assert duplicate.asks.get().group == cast.juniper
    assert vars(Question.objects.with_ask_count().get(pk=original.pk))["ask_count"] == 2
    newest = duplicate.history.order_by("-history_id")[0]
    assert (newest.history_user, newest.duplicate_of_id) == (cast.tomas, original.pk)


def test_mark_duplicate_makes_no_chains(cast: Cast) -> None:
    a, b, c, d = (asked(cast, title) for title in ("A?", "B?", "C?", "D?"))
    mark_duplicate(question=b, original=a, by=cast.marta, at=NOW)
    mark_duplicate(question=d, original=c, by=cast.marta, at=NOW)
    # B stands for A, and C brings D along.
    mark_duplicate(question=c, original=b, by=cast.marta, at=NOW)
    assert pointing(a, b, c, d) == [None, a.pk, a.pk, a.pk]
    assert not Question.objects.filter(duplicate_of__duplicate_of__isnull=False).exists()


def test_mark_duplicate_again_points_elsewhere(cast: Cast) -> None:
    a, b, c = (asked(cast, title) for title in ("A?", "B?", "C?"))
    mark_duplicate(question=c, original=a, by=cast.marta, at=NOW)
    mark_duplicate(question=c, original=b, by=cast.marta, at=NOW)
    assert pointing(c) == [b.pk]
    before = c.history.count()
    mark_duplicate(question=c, original=b, by=cast.marta, at=NOW)
    assert c.history.count() == before


def test_mark_duplicate_refuses_itself_by_any_way(cast: Cast) -> None:
    a, b = asked(cast, "A?"), asked(cast, "B?")
    with pytest.raises(Refused):
        mark_duplicate(question=a, original=a, by=cast.marta, at=NOW)
    mark_duplicate(question=b, original=a, by=cast.marta, at=NOW)
    with pytest.raises(Refused):
        mark_duplicate(question=a, original=b, by=cast.marta, at=NOW)
    assert pointing(a, b) == [None, a.pk]


def test_mark_duplicate_refuses_another_course(cast: Cast) -> None:
    foreign = QuestionFactory.create(membership=MembershipFactory.create(), visibility="course")
    with pytest.raises(Refused):
        mark_duplicate(question=asked(cast, "A?"), original=foreign, by=cast.marta, at=NOW)


@pytest.mark.parametrize(
    ("visibility", "of_original", "beside", "is_fine"),
    [
        ("group", "group", "clover", True),
        ("group", "group", "juniper", False),
        ("group", "cohort", "juniper", True),
        ("group", "course", "elsewhere", True),
        ("group", "cohort", "elsewhere", False),
        ("cohort", "group", "clover", False),
        ("cohort", "cohort", "juniper", True),
        ("cohort", "cohort", "elsewhere", False),
        ("cohort", "course", "elsewhere", True),
        ("course", "cohort", "clover", False),
        ("course", "course", "elsewhere", True),
    ],
)
def test_mark_duplicate_only_of_what_its_readers_may_see(
    cast: Cast, visibility: str, of_original: str, beside: str, is_fine: bool
) -> None:
    spring = CohortFactory.create(course=cast.course, title="Spring 2026")
    stay = {
        "clover": cast.bruno,
        "juniper": cast.dalia,
        "elsewhere": MembershipFactory.create(group=GroupFactory.create(cohort=spring)),
    }[beside]
    question = asked(cast, "A?", visibility=visibility)
    original = QuestionFactory.create(membership=stay, visibility=of_original)
    if is_fine:
        mark_duplicate(question=question, original=original, by=cast.ines, at=NOW)
    else:
        with pytest.raises(Refused):
            mark_duplicate(question=question, original=original, by=cast.ines, at=NOW)
    assert pointing(question) == [original.pk if is_fine else None]


def test_undo_duplicate_gives_the_status_back(cast: Cast) -> None:
    original = asked(cast, "A?")
    was_open, was_answered, was_follow_up = (asked(cast, title) for title in ("B?", "C?", "D?"))
    answer(question=was_answered, by=cast.marta, at=NOW, body="So.")
    change_status(question=was_follow_up, status="follow_up", by=cast.marta, at=NOW)
    for question in (was_open, was_answered, was_follow_up):
        mark_duplicate(question=question, original=original, by=cast.marta, at=NOW)
        undo_duplicate(question=question, by=cast.marta, at=NOW)
    rows = [Question.objects.get(pk=row.pk) for row in (was_open, was_answered, was_follow_up)]
    assert [(row.status, row.duplicate_of) for row in rows] == [
        ("open", None),
        ("answered", None),
        ("follow_up", None),
    ]


def test_undo_duplicate_without_its_answer_is_open(cast: Cast) -> None:
    original, question = asked(cast, "A?"), asked(cast, "B?")
    given = answer(question=question, by=cast.marta, at=NOW, body="So.")
    mark_duplicate(question=question, original=original, by=cast.marta, at=NOW)
    remove_answer(answer=given, by=cast.marta, at=NOW)
    undo_duplicate(question=question, by=cast.marta, at=NOW)
    assert Question.objects.get(pk=question.pk).status == "open"


def test_undo_duplicate_undoes_what_came_along(cast: Cast) -> None:
    a, b, c, own = (asked(cast, title) for title in ("A?", "B?", "C?", "D?"))
    mark_duplicate(question=b, original=a, by=cast.marta, at=NOW)
    mark_duplicate(question=own, original=c, by=cast.marta, at=NOW)
    mark_duplicate(question=a, original=c, by=cast.marta, at=NOW)
    assert pointing(a, b, own) == [c.pk, c.pk, c.pk]
    undo_duplicate(question=a, by=cast.marta, at=NOW)
    assert pointing(a, b, own) == [None, a.pk, c.pk]
    # B was A's, and stays so when A is merged and parted once more.
    mark_duplicate(question=a, original=c, by=cast.marta, at=NOW + timedelta(hours=1))
    undo_duplicate(question=b, by=cast.marta, at=NOW + timedelta(hours=2))
    mark_duplicate(question=b, original=c, by=cast.marta, at=NOW + timedelta(hours=3))
    undo_duplicate(question=a, by=cast.marta, at=NOW + timedelta(hours=4))
    assert pointing(a, b) == [None, c.pk]


def test_undo_duplicate_refuses_what_is_none(cast: Cast) -> None:
    with pytest.raises(Refused):
        undo_duplicate(question=asked(cast, "A?"), by=cast.marta, at=NOW)


def test_merge_with_what_was_removed_meanwhile_says_so(cast: Cast) -> None:
    a, b = asked(cast, "A?"), asked(cast, "B?")
    Question.objects.get(pk=b.pk).delete()
    for one, other in ((a, b), (b, a)):
        with pytest.raises(Refused, match="“B"):
            mark_duplicate(question=one, original=other, by=cast.marta, at=NOW)
