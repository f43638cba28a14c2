from collections.abc import Iterable

import pytest

from lib.text import ended_once, folded, folded_with_signs, joined, percent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("  Why   RAG? ", "why rag"),
        ("Fátima, São João", "fatima sao joao"),
        ("Fátima", "fatima"),
        ("STRASSE Straße", "strasse strasse"),
        ("ISIK Işık İşik", "isik isik isik"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("chain-of-thought (CoT)", "chain of thought cot"),
        ("snake_case C++ 3.5", "snake case c 3 5"),
        ("ﬁne ² ①", "fine 2 1"),
        ("*\"'-:%()^\\/ 🙂", ""),
        ("注意力", "注意力"),
        ("a\x00b", "a b"),
    ],
)
def test_folded_keeps_words_only(text: str, words: str) -> None:
    assert folded(text) == words


def test_folded_cuts_a_word_that_no_index_takes() -> None:
    assert folded("x" * 5_000 + " y") == "x" * 100 + " y"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("Is C++ needed?", "is c + + needed"),
        ("is C ++ needed", "is c + + needed"),
        ("Is C# needed?", "is c # needed"),
        ("“Why – RAG?” `x` (a/b)", "why rag x a b"),
        ("Team 🐍", "team 🐍"),
        ("Fátima & São 100 %", "fatima & sao 100 %"),
        ("x ≤ y", "x ≤ y"),
        ("¨´^", ""),
        ("👍🏽", "👍 🏽"),
    ],
)
def test_signs_that_tell_things_apart_are_kept(text: str, words: str) -> None:
    assert folded_with_signs(text) == words


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (0.004, "0%"), (0.125, "13%"), (0.375, "38%"), (2 / 3, "67%"), (1, "100%")],
)
def test_percentages_are_whole_and_halves_go_up(share: float, shown: str) -> None:
    assert percent(share) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You are working on What is RAG?.", "You are working on What is RAG?"),
        (
            "You need help with What is RAG?. Your mentor sees it.",
            "You need help with What is RAG? Your mentor sees it.",
        ),
        ("You are working on RAG.", "You are working on RAG."),
        ("See example.org/?.x and wait …", "See example.org/?.x and wait …"),
    ],
)
def test_title_that_ends_in_a_mark_has_no_full_stop_after_it(text: str, shown: str) -> None:
    assert ended_once(text) == shown


@pytest.mark.parametrize(
    ("names", "most", "sentence"),
    [
        ([], None, ""),
        (["Ana"], None, "Ana"),
        (["Ana", "Bruno"], None, "Ana and Bruno"),
        (["Ana", "Bruno", "Chidi"], None, "Ana, Bruno and Chidi"),
        (["Ana", "Bruno"], 2, "Ana and Bruno"),
        (["Ana", "Bruno", "Chidi"], 2, "Ana, Bruno and 1 more"),
        (range(1, 25), 3, "1, 2, 3 and 21 more"),
    ],
)
def test_things_are_joined_to_a_sentence(names: Iterable[object], most: int | None, sentence: str) -> None:
    assert joined(names, most) == sentence


@pytest.mark.parametrize(("others", "sentence"), [(-1, "Ana"), (0, "Ana"), (2, "Ana and 2 more")])
def test_things_that_nobody_names_are_counted(others: int, sentence: str) -> None:
    assert joined(["Ana"], others=others) == sentence
