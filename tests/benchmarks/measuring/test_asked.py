import pytest

from benchmarks.measuring.asked import Asked, UnreadableError, questions_of, rivals_of


def row(pk: str, **other: str) -> dict[str, str]:
    return {
        "id": pk,
        "course": "zoo",
        "module": "1",
        "question": "Who feeds the wombat?",
        "group": "",
    } | other


def test_questions_are_sorted_into_their_courses():
    courses = questions_of([row("3"), row("2", group=" 7 "), row("1", course="art")])

    assert list(courses) == ["art", "zoo"]
    assert courses["zoo"] == [
        Asked(2, "zoo", "1", "Who feeds the wombat?", "7"),
        Asked(3, "zoo", "1", "Who feeds the wombat?", ""),
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row("first")], "“first” is no id: ids are whole numbers."),
        ([row("1"), row("1")], "The question 1 stands there twice."),
        ([row("1", question="?!")], "The question 1 is empty."),
    ],
)
def test_a_row_that_cannot_be_used_is_named(rows, message):
    with pytest.raises(UnreadableError) as error:
        questions_of(rows)
    assert str(error.value) == message


def test_rivals_are_known_from_both_sides():
    courses = questions_of([row("1"), row("2"), row("3")])

    assert rivals_of([{"id_a": "1", "id_b": "2"}, {"id_a": "3", "id_b": "1"}], courses) == {
        1: frozenset({2, 3}),
        2: frozenset({1}),
        3: frozenset({1}),
    }


def test_a_rival_that_is_no_question_is_named():
    with pytest.raises(UnreadableError, match="names the question 9, which is not among the questions"):
        rivals_of([{"id_a": "1", "id_b": "9"}], questions_of([row("1")]))
