from questions.similar.synonyms import LINES, is_known, lines_of
from questions.similar.words import stem


def lines(text: str) -> list[set[int]]:
    return lines_of([stem(word) for word in text.split()])


def test_every_line_names_two_things_at_least():
    assert [line for line in LINES if len(line) < 2] == []


def test_no_line_names_a_word_twice():
    assert [line for line in LINES if len(set(line)) < len(line)] == []


def test_words_for_the_same_thing_share_a_line():
    (short,), (long,) = lines("db"), lines("databases")

    assert short & long


def test_a_phrase_is_known_in_all_its_words_and_only_as_a_whole():
    both, (deadline,), (due, _) = lines("due date"), lines("deadline"), lines("due tomorrow")

    assert both[0] & both[1] & deadline
    assert not lines("virtual reality")[0]
    assert due & deadline


def test_a_word_that_stands_nowhere_is_not_known():
    assert is_known(stem("database"))
    assert not is_known(stem("giraffe"))
