import csv
from pathlib import Path

import pytest

from lib.text import folded
from questions.similar import Text, rank, words_to_look_for
from questions.similar.glosses import LINES, in_english
from questions.similar.synonyms import LINES as SYNONYMS
from questions.similar.words import COMMON, stem, words


def english_words() -> set[str]:
    with Path("benchmarks/languages.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["module"] == "English"]
    asked = {word for row in rows for word in folded(f"{row['question']} {row['answer']}").split()}
    # Words of programs and of courses that are spelt as Portuguese or Spanish ones.
    others = set("del dos em guard guards modulo persona personas rotation taller tempo usa valor".split())
    return others | COMMON | asked | {word for line in SYNONYMS for phrase in line for word in phrase}


def test_no_word_has_two_glosses():
    forms = [form for _, *forms in LINES for form in forms]
    assert len(set(forms)) == len(forms)


def test_forms_are_folded():
    forms = [form.removesuffix("-") for line in LINES for form in line]
    assert [form for form in forms if folded(form) != form] == []


def test_a_form_that_is_found_anyway_needs_no_entry():
    every = [(form, english) for english, *forms in LINES for form in forms]
    beginnings = [(form.removesuffix("-"), english) for form, english in every if form.endswith("-")]
    read_anyway = [
        form
        for form, english in every
        for start, its_english in beginnings
        if english == its_english and form != f"{start}-" and form.startswith(start)
    ]
    spelt_alike = [form for form, english in every if len(english) > 3 and form.startswith(english[:4])]
    assert read_anyway + spelt_alike == []


def test_no_english_word_is_read_as_another():
    assert [(word, in_english(word)) for word in english_words() if in_english(word) != word] == []


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Posso mudar de grupo?", "posso change de group"),
        ("¿Puedo cambiar de grupo?", "puedo change de group"),
        ("Até quando entregamos o relatório?", "ate quando submit o report"),
        ("When do I use the wombatizer?", "when do i use the wombatizer"),
    ],
)
def test_a_title_is_read_as_english(title, expected):
    assert " ".join(words(title)) == expected


def test_a_word_is_looked_for_in_both_languages():
    looked_for = words_to_look_for(Text(1, "Entregar o relatório", "Não consigo imprimir a pagina"))
    assert {stem("submit"), "entregar", "report", "relatorio", "page", "pagina"} <= set(looked_for)


def test_what_was_answered_in_another_language_counts_as_if_in_english():
    asked = Text(0, "How do I change my group?")
    answered = Text(1, "Mudança", said="mudanca \n para mudar de grupo escreve a administracao")
    assert [one.id for one in rank(asked, [answered, Text(2, "Where is the wombat?")])] == [1]
