"""Search in questions. The answers here are literal, and the suite runs on both databases: so both answer the same."""

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from lib.text import folded
from questions import search_index
from questions.actions import answer, ask
from questions.candidates import NOT_ASKED, FoldedTitle, alike
from questions.models import Question
from questions.search import matching, search_text
from questions.search_index import ensure_search_index
from questions.similar import Text
from tests.conftest import Cast
from tests.factories.questions import QuestionFactory

TITLES = {
    "root": "Why divide by the square root of the key’s size?",
    "coffee": "Pourquoi le café s’arrête après l’été?",
    "cot": "Does chain-of-thought help in GPT-4 and text-davinci-003?",
    "snake": "What is max_new_tokens, 1e5 or 2nd 10e?",
    "url": "Is https://example.com/rag?x=1#y down, or is it user@example.com?",
    "cjk": "注意力 是 什么?",
    "street": "Wo ist die STRASSE in der Groß-Stadt?",
    "long": "y" * 300,
}


@pytest.fixture
def asked(cast: Cast) -> dict[int, str]:
    now = timezone.now()
    questions = {
        key: ask(group=cast.clover, by=cast.person("ana"), at=now, title=title)
        for key, title in TITLES.items()
    }
    answer(
        question=questions["root"],
        by=cast.marta,
        at=now,
        body="The *dot products* grow, señor; see **softmax**.",
    )
    return {question.pk: key for key, question in questions.items()}


# A search, and the questions that it finds.
SEARCHES: list[tuple[str, set[str]]] = [
    ("square", {"root"}),
    ("SQUARE ROOT", {"root"}),
    ("roo squ", {"root"}),
    ("square café", set()),
    ("cafe", {"coffee"}),
    ("CAFÉ arrêt", {"coffee"}),
    ("été", {"coffee"}),
    ("ete", {"coffee"}),
    ("softmax", {"root"}),
    ("dot products grow", {"root"}),
    ("senor", {"root"}),
    ("chain of thought", {"cot"}),
    ("chain-of-thought", {"cot"}),
    ("gpt-4", {"cot"}),
    ("davinci-003", {"cot"}),
    ("gpt4", set()),
    ("max_new", {"snake"}),
    ("tokens 1e5", {"snake"}),
    ("1e", {"snake"}),
    ("2nd 10e", {"snake"}),
    ("10", {"snake"}),
    ("https example", {"url"}),
    ("example.com/rag", {"url"}),
    ("user@example.com", {"url"}),
    ("注意", {"cjk"}),
    ("straße", {"street"}),
    ("gross stadt", {"street"}),
    ("y" * 300, {"long"}),
    ("y" * 10_000, {"long"}),
    ("", set(TITLES)),
    ("   \n", set(TITLES)),
    ('"', set()),
    ("*", set()),
    ("-", set()),
    (":", set()),
    ("%", set()),
    ("_", set()),
    ("\\", set()),
    ("'; DROP TABLE questions_question; --", set()),
    ("\x00", set()),
    ('"square"', {"root"}),
    ("square*", {"root"}),
    ("-square", {"root"}),
    ("title:square", set()),
    ("squ%re", set()),
    ("square AND root", set()),
    ("square OR nothing", set()),
    ("NOT square", set()),
    ("square NEAR root", set()),
    ("NEAR(square root)", set()),
    ("square & root | !x", set()),
    ("(square", {"root"}),
    ("square <-> root", {"root"}),
    ("search_text", set()),
    ("square " * 1_500, {"root"}),
    (" ".join(f"w{n}" for n in range(3_000)), set()),
    ("(" * 10_000, set()),
    ("🙂", set()),
]


def test_matching_finds_words_and_their_beginnings(asked: dict[int, str]) -> None:
    wrong = {}
    for text, keys in SEARCHES:
        found = {asked[pk] for pk in matching(Question.objects.all(), text).values_list("pk", flat=True)}
        if found != keys:
            wrong[text[:60]] = found
    assert wrong == {}


def test_matching_joins_with_other_conditions(asked: dict[int, str], cast: Cast) -> None:
    in_clover = Question.objects.filter(group=cast.clover).with_ask_count()
    found = matching(in_clover, "root").order_by(F("ask_count").desc())
    assert [asked[question.pk] for question in found] == ["root"]
    assert not matching(Question.objects.filter(group=cast.juniper), "root").exists()


def test_matching_follows_what_is_changed_and_deleted(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Elephants?")
    question.title = "Giraffes?"
    question.search_text = search_text(question.title, "", ())
    question.save()
    assert list(matching(Question.objects.all(), "giraffe")) == [question]
    assert not matching(Question.objects.all(), "elephant").exists()
    Question.objects.filter(pk=question.pk).update(search_text="tigers")
    assert list(matching(Question.objects.all(), "tiger")) == [question]
    question.delete()
    assert not matching(Question.objects.all(), "tiger").exists()


def test_search_text_is_bounded() -> None:
    assert len(search_text("title", "word " * 100_000, ())) <= 100_000


def test_search_index_holds_the_longest_text(cast: Cast) -> None:
    words = " ".join(f"w{n}" for n in range(40_000))
    question = QuestionFactory.create(membership=cast.ana, title="Long", detail=words)
    assert list(matching(Question.objects.all(), "w9999")) == [question]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite keeps its index by triggers")
def test_search_index_comes_back_after_its_triggers_were_dropped(cast: Cast) -> None:
    with connection.cursor() as cursor:
        for name in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER questions_question_words_{name}")
    question = QuestionFactory.create(membership=cast.ana, title="Elephants?")
    assert not matching(Question.objects.all(), "elephant").exists()
    ensure_search_index(using="default")
    assert list(matching(Question.objects.all(), "elephant")) == [question]
    other = QuestionFactory.create(membership=cast.ana, title="More elephants?")
    assert set(matching(Question.objects.all(), "elephant")) == {question, other}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite copies a table to change it")
def test_search_index_survives_a_changed_table(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Elephants?")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE questions_question_words")
        for name in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER questions_question_words_{name}")
    ensure_search_index(using="default")
    assert list(matching(Question.objects.all(), "elephant")) == [question]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="SQLite keeps beginnings of words in lists of their own"
)
def test_search_index_made_by_an_earlier_version_is_made_anew(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Elephants?")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE questions_question_title_words")
        cursor.execute(
            "CREATE VIRTUAL TABLE questions_question_title_words USING fts5(search_text, content='', prefix='4')"
        )
        ensure_search_index(using="default")
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'questions_question_title_words'")
        assert "prefix='4 5 6" in cursor.fetchone()[0]
    other = QuestionFactory.create(membership=cast.ana, title="More elephants?")
    found = alike(Question.objects.all(), Text(NOT_ASKED, "Elephants, elephants"))
    assert {one.id for one in found} == {other.pk, question.pk}


def test_ensure_search_index_is_a_no_op_when_it_stands(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Elephants?")
    ensure_search_index(using="default")
    ensure_search_index(using="default")
    assert list(matching(Question.objects.all(), "elephant")) == [question]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="an extension of PostgreSQL")
def test_search_index_goes_on_without_pieces_where_their_extension_may_not_be_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("DROP INDEX questions_question_title_words")
    monkeypatch.setattr(search_index, "_EXTENSION", "SELECT 1 / 0")
    search_index.ensure_search_index(using="default")
    assert "pg_trgm could not be made" in caplog.text
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('questions_question_title_words'), to_regclass('questions_question_pieces')"
        )
        assert cursor.fetchone() == ("questions_question_title_words", None)
    monkeypatch.undo()
    search_index.ensure_search_index(using="default")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('questions_question_pieces')")
        assert cursor.fetchone() == ("questions_question_pieces",)


@pytest.mark.parametrize("title", ["Why so?", "???", "x" * 300, "\ufb03" * 300])
def test_title_is_read_back_from_the_search_text(cast: Cast, title: str) -> None:
    question = QuestionFactory.create(membership=cast.ana, title=title, detail="word " * 5_000)
    (words,) = Question.objects.filter(pk=question.pk).values_list(FoldedTitle(F("search_text")), flat=True)
    assert words == folded(title)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("embedded", {"What is an embedding?", "Is the image embedded?"}),
        ("embeddings", {"What is an embedding?", "Is the image embedded?"}),
        ("query", {"Which queries are slow?"}),
        ("queries", {"Which queries are slow?"}),
        ("is", {"Is the image embedded?", "What is an embedding?"}),
        ("images slowly", set()),
    ],
)
def test_search_finds_the_forms_of_a_word(cast: Cast, text: str, titles: set[str]) -> None:
    for title in ("What is an embedding?", "Is the image embedded?", "Which queries are slow?"):
        QuestionFactory.create(membership=cast.ana, title=title, search_text=search_text(title, "", ()))
    assert set(matching(Question.objects.all(), text).values_list("title", flat=True)) == titles


@pytest.mark.parametrize("text", ["安装", "装环", "安装环境", "docker 环境", "도커를"])
def test_search_finds_what_stands_anywhere_in_a_text_without_spaces(cast: Cast, text: str) -> None:
    question = QuestionFactory.create(
        membership=cast.ana, title="如何安装环境？", detail="Docker 도커를 설치"
    )
    QuestionFactory.create(membership=cast.ana, title="如何卸载？")
    assert list(matching(Question.objects.all(), text)) == [question]
    assert not matching(Question.objects.all(), "环装").exists()
