import pytest

from questions.similar import Text, profile
from questions.similar.words import COMMON, is_common, stem, words


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        ("install installs installed installing installation installer", "install"),
        ("deploy deploys deployed deploying deployment", "deploi"),
        ("query queries", "queri"),
        ("stop stopped stopping", "stop"),
        ("class classes", "class"),
        ("file files", "file"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms, expected):
    assert {stem(word) for word in forms.split()} == {expected}


@pytest.mark.parametrize("word", ["s3", "aws", "os", "py3", "status", "été"[:2], ""])
def test_names_and_short_words_are_left_as_they_are(word):
    assert stem(word) == word


def test_different_words_keep_different_stems():
    different = "cohort course container connection column commit compile compose".split()

    assert len({stem(word) for word in different}) == len(different)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ModuleNotFoundError: no module", "module not found error no module"),
        ("docker-compose up", "docker compose up"),
        ("my_file.py and readCSV", "my file py and read csv"),
        ("HTTPError in parseJSONBody", "http error in parse json body"),
        ("Où est l’ÉCOLE?", "ou est l ecole"),
        ("🎉🎉", ""),
        ("如何安装docker环境？", "如何 何安 安装 docker 环境"),
        ("ส่ง 1", "สง 1"),
        ("도커를 설치", "도커 커를 설치"),
    ],
)
def test_names_written_together_are_parted_and_folded(text, expected):
    assert " ".join(words(text)) == expected


def test_common_words_are_common_in_every_form():
    assert all(is_common(stem(word)) for word in COMMON)
    assert is_common(stem("needed"))
    assert not is_common(stem("notebook"))


def test_a_text_is_read_to_a_bound():
    assert len(words("word " * 10_000)) == 120


def test_a_picture_is_compared_by_what_it_shows() -> None:
    """Its address says nothing, and would make all questions with a picture alike."""
    shown = "Here: ![a terminal](/pictures/abcdefghijklmnopqrst_-/)"
    assert profile(Text(1, "Why?", shown)).detail == profile(Text(1, "Why?", "Here: a terminal")).detail
