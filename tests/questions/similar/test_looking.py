import pytest

from lib.text import folded
from questions.similar import Text, words_to_look_for


def looked_for(title: str) -> tuple[str, ...]:
    return words_to_look_for(Text(1, title))


def test_names_that_nobody_knows_are_looked_for_first():
    assert looked_for("Where do I install wombatizer on Windows?") == ("wombatiz", "install", "window")


def test_words_of_the_detail_are_looked_for_after_those_of_the_title():
    text = Text(1, "It does not install", "KeyError: wombatizer\nin the notebook")
    assert words_to_look_for(text) == ("install", "wombatiz", "notebook", "error", "key")


def test_a_name_written_together_is_looked_for_whole_and_in_parts():
    assert set(looked_for("WombatNotReadyError")) == {"wombatnotreadyer", "wombat", "read", "error"}


def test_common_words_are_looked_for_only_where_there_are_no_others():
    assert looked_for("How can I do this?") == ("this", "do", "i", "how", "can")


@pytest.mark.parametrize(
    "title", ["queries", "copies of categories", "Größe der Datei", "parseJSONBody", "running"]
)
def test_what_is_looked_for_begins_a_word_of_the_text_or_a_part_of_one(title):
    parts = f" {folded(title)}"

    assert looked_for(title)
    assert all(beginning in parts for beginning in looked_for(title))


def test_at_most_sixteen_are_looked_for():
    assert len(looked_for(" ".join(f"wombat{number}" for number in range(100)))) == 16


@pytest.mark.parametrize("title", ["", "???", "🎉"])
def test_where_there_are_no_words_nothing_is_looked_for(title):
    assert looked_for(title) == ()
