"""Questions that may be the same. Answers are literal, and the suite runs on both databases: both answer the same."""

import csv
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from questions import candidates
from questions.access.sight import questions_visible_to
from questions.actions import answer, change_answer, mark_duplicate, remove_answer
from questions.candidates import NOT_ASKED, Alike, alike, text_of
from questions.models import Question
from questions.search import search_text
from questions.similar import Text
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory

TITLES = [
    "How do I install Docker on Windows?",
    "Docker does not start on Windows: what can I do?",
    "Installing Docker fails with a permission error",
    "Which chunk size is best for retrieval?",
    "Why do we divide by the square root of the key's size?",
    "What is the square root of attention?",
    "How large should chunks of a document be?",
    "Pourquoi le café s’arrête après l’été?",
    "Is kubernetes needed for the final project?",
    "docker-compose up says that the port is taken",
    "When is the deadline of the final project?",
    "注意力 是 什么?",
]


@pytest.fixture
def asked(cast: Cast) -> dict[int, str]:
    return {QuestionFactory.create(membership=cast.ana, title=title).pk: title for title in TITLES}


def typed(title: str) -> Text:
    return Text(id=NOT_ASKED, title=title)


def offered(title: str, asked: dict[int, str], **options: int) -> list[str]:
    return [asked[one.original] for one in alike(Question.objects.all(), typed(title), **options)]


LINES = [
    ("installing docker in windows", [0, 2, 1]),
    ("Why is it divided by a square root?", [4, 5]),
    ("best size of chunks", [3, 6]),
    ("CAFE arrete", [7]),
    ("deadline final project", [10, 8]),
    ("注意力", [11]),
    ("Is kubernetis needed?", [8]),
    ("dockercompose port", [9]),
    ("zzz", []),
    ("", []),
    ('" * - : %', []),
]


@pytest.mark.parametrize(("line", "places"), LINES)
def test_alike_answers_the_same_on_both_databases(
    asked: dict[int, str], line: str, places: list[int]
) -> None:
    # So many are asked for as are told here: where the ranking stops offering is for its own tests.
    expected = [TITLES[place] for place in places]
    assert offered(line, asked, limit=len(places) or 5) == expected


@pytest.mark.parametrize("language", ["German", "Portuguese", "Chinese", "Japanese", "Korean"])
def test_a_twin_with_other_endings_is_a_candidate_in_other_languages(cast: Cast, language: str) -> None:
    with Path("benchmarks/languages.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["course"] == language]
    # The first of each pair is asked, the others were asked before.
    new = {row["group"]: row["question"] for row in reversed(rows) if row["group"]}
    before = [row for row in rows if row["question"] != new.get(row["group"])]
    kept = Question.objects.bulk_create(
        QuestionFactory.build(
            membership=cast.ana, title=row["question"], search_text=search_text(row["question"], "", [])
        )
        for row in before
    )
    twins = {row["group"]: question.pk for row, question in zip(before, kept, strict=True)}
    found = {
        group: [one.id for one in alike(Question.objects.all(), typed(title), limit=5, least=0)]
        for group, title in new.items()
    }
    assert [group for group in new if twins[group] not in found[group]] == []


@pytest.mark.parametrize(
    ("course", "language", "twins", "shown", "new"),
    [
        ("Across", "Portuguese", 24, 22, 12),
        ("Across", "Spanish", 24, 21, 14),
        ("Across", "German", 12, 8, 2),
        ("Across gardening", "Portuguese", 20, 13, 5),
        ("Across gardening", "Spanish", 20, 13, 7),
        ("Across law", "Portuguese", 20, 12, 1),
        ("Across law", "Spanish", 20, 12, 4),
        ("Across nursing", "Portuguese", 24, 14, 5),
        ("Across nursing", "Spanish", 24, 17, 4),
        ("Across photography", "Portuguese", 24, 18, 4),
        ("Across photography", "Spanish", 24, 17, 4),
        ("Across statistics", "Portuguese", 24, 24, 5),
        ("Across statistics", "Spanish", 24, 24, 6),
        ("Across web", "Portuguese", 24, 24, 5),
        ("Across web", "Spanish", 24, 24, 6),
    ],
)
def test_what_was_answered_in_english_is_shown_to_who_asks_in_another_language(
    cast: Cast,
    course: str,
    language: str,
    twins: int,
    shown: int,
    new: int,
) -> None:
    with Path("benchmarks/languages.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["course"] == course]
    answered = [row for row in rows if row["module"] == "English"]
    kept = Question.objects.bulk_create(
        QuestionFactory.build(
            membership=cast.ana,
            title=row["question"],
            search_text=search_text(row["question"], "", [row["answer"]]),
        )
        for row in answered
    )
    groups = {question.pk: row["group"] for row, question in zip(answered, kept, strict=True)}
    asked = [row for row in rows if row["module"] == language]
    offers = {
        row["id"]: [
            groups[one.id] == row["group"] for one in alike(Question.objects.all(), typed(row["question"]))
        ]
        for row in asked
    }
    of_twins = [offers[row["id"]] for row in asked if row["group"]]

    assert len(of_twins) == twins
    assert sum(map(any, of_twins)) == shown
    assert sum(len(offers[row["id"]]) for row in asked if not row["group"]) == new


@pytest.mark.parametrize(
    ("line", "places"),
    [("docker windows", [0, 1]), ("install docker windows", [0, 1, 2])],
)
def test_alike_finds_common_words_that_stand_together(
    asked: dict[int, str], monkeypatch: pytest.MonkeyPatch, line: str, places: list[int]
) -> None:
    monkeypatch.setattr(candidates, "_RARE", 1)
    assert offered(line, asked, limit=len(places)) == [TITLES[place] for place in places]
    assert set(offered("docker", asked, limit=4)) == {TITLES[place] for place in (0, 1, 2, 9)}


def test_alike_takes_the_newest_where_too_many_hold_the_same_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_RARE", 3)
    monkeypatch.setattr(candidates, "_TOGETHER", 4)
    monkeypatch.setattr(candidates, "_IN_TEXT", 3)
    many = [
        QuestionFactory.create(membership=cast.ana, title=f"Vectors of words, part {n}") for n in range(9)
    ]
    twin = QuestionFactory.create(membership=cast.ana, title="Vectors of letters")
    found = [one.id for one in alike(Question.objects.all(), typed("Vectors of words"), limit=10)]
    assert found == [question.pk for question in many[5:]]
    assert [one.id for one in alike(Question.objects.all(), typed("Vectors of letters"), limit=1)] == [
        twin.pk
    ]


def test_alike_compares_those_that_share_most(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_COMPARED", 2)
    for n in range(5):
        QuestionFactory.create(membership=cast.ana, title=f"Vectors number {n}")
    twin = QuestionFactory.create(membership=cast.ana, title="Vectors of rare words")
    last = QuestionFactory.create(membership=cast.ana, title="Vectors number 5")
    found = alike(Question.objects.all(), typed("rare words in vectors"))
    assert {one.id for one in found} == {twin.pk, last.pk}
    assert found[0].id == twin.pk


def test_alike_offers_the_original_of_a_duplicate_once(cast: Cast) -> None:
    original = QuestionFactory.create(membership=cast.ana, title="What are embeddings?")
    duplicate = QuestionFactory.create(membership=cast.bruno, title="How do vectors of words work?")
    mark_duplicate(question=duplicate, original=original, by=cast.marta, at=NOW)
    (found,) = alike(Question.objects.all(), typed("How do vectors of words work?"))
    assert (found.id, found.original) == (duplicate.pk, original.pk)
    both = alike(Question.objects.all(), typed("Embeddings: vectors of words?"))
    assert [one.original for one in both] == [original.pk]
    for left_out in (original, duplicate):
        found_without = alike(
            Question.objects.all(), typed("How do vectors of words work?"), leave_out={left_out.pk}
        )
        assert found_without == []


def test_alike_keeps_to_the_questions_given_and_the_limit(cast: Cast) -> None:
    questions = [QuestionFactory.create(membership=cast.ana, title=f"Vectors, part {n}") for n in range(5)]
    assert len(alike(Question.objects.all(), typed("Vectors"), limit=3)) == 3
    only = Question.objects.filter(pk=questions[0].pk)
    assert [one.id for one in alike(only, typed("Vectors"))] == [questions[0].pk]
    assert alike(Question.objects.none(), typed("Vectors")) == []


def test_alike_leaves_out_the_question_itself(cast: Cast) -> None:
    question, other = (
        QuestionFactory.create(membership=cast.ana, title="What are vectors?") for _ in range(2)
    )
    assert [one.id for one in alike(Question.objects.all(), text_of(question))] == [other.pk]


def test_alike_reads_what_was_answered_as_long_as_it_stands_there(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="My cluster won't start")
    assert offered("Kubernetes refuses the password", {}) == []
    first = answer(question=question, by=cast.marta, at=NOW, body="Kubernetes wants a password: renew it.")
    titles = {question.pk: question.title}
    assert offered("Kubernetes refuses the password", titles) == [question.title]
    first.body = "Restart it."
    change_answer(answer=first, by=cast.marta, at=NOW)
    assert offered("Kubernetes refuses the password", {}) == []
    second = answer(question=question, by=cast.marta, at=NOW, body="Kubernetes wants a password: renew it.")
    assert offered("Kubernetes refuses the password", titles) == [question.title]
    remove_answer(answer=second, by=cast.marta, at=NOW)
    assert offered("Kubernetes refuses the password", {}) == []


def test_what_a_reader_may_not_see_neither_raises_nor_lowers_what_they_are_offered(cast: Cast) -> None:
    ours = [QuestionFactory.create(membership=cast.ana, title=title) for title in TITLES]
    answer(question=ours[0], by=cast.marta, at=NOW, body="Docker wants Windows 11, and the Linux subsystem.")
    reader = cast.person("ana")
    lines = ["Docker and the Linux subsystem", "square root", "subsystem of Windows", "deadline"]

    def seen() -> list[list[Alike]]:
        return [alike(questions_visible_to(reader, NOW), typed(line)) for line in lines]

    before = seen()
    assert all(before)
    theirs = [
        QuestionFactory.create(membership=cast.dalia, title=title, visibility="group")
        for title in (*lines, *TITLES)
    ]
    for question in theirs:
        answer(question=question, by=cast.tomas, at=NOW, body=f"{' '.join(lines)} {' '.join(TITLES)}")
    assert seen() == before
    # They would be offered to those who may see them.
    reader = cast.person("dalia")
    assert seen() != before


def test_what_a_reader_may_not_see_takes_no_place_among_those_that_are_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_READ", 3)
    ours = QuestionFactory.create(membership=cast.ana, title="My cluster won't start")
    answer(question=ours, by=cast.marta, at=NOW, body="Kubernetes wants a password: renew it.")
    for n in range(4):
        QuestionFactory.create(membership=cast.dalia, title=f"Kubernetes {n}", visibility="group")
    visible = questions_visible_to(cast.person("ana"), NOW)
    assert [one.id for one in alike(visible, typed("Kubernetes refuses the password"))] == [ours.pk]


def test_alike_finds_the_parts_of_names(cast: Cast) -> None:
    for title in ("What does DictVectorizer return?", "Is train_test_split random?"):
        QuestionFactory.create(membership=cast.ana, title=title)
    titles = dict(Question.objects.values_list("pk", "title"))
    assert offered("vectorizer", titles) == ["What does DictVectorizer return?"]
    assert offered("test split", titles) == ["Is train_test_split random?"]


@pytest.mark.parametrize("count", [1, 4])
def test_alike_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for n in range(count):
        QuestionFactory.create(membership=cast.ana, title=f"Vectors of words {n}")
    with django_assert_num_queries(4):
        alike(Question.objects.all(), typed("Vectors of words"))
    # One more for the halves of a word that no title holds.
    with django_assert_num_queries(5):
        alike(Question.objects.all(), typed("Vectors of wurdes"))
    # Words of many titles are in many texts, too: these are not searched for them.
    monkeypatch.setattr(candidates, "_IN_TEXT", 0)
    with django_assert_num_queries(3):
        alike(Question.objects.all(), typed("Vectors of words"))


@pytest.mark.parametrize(
    "line",
    ["x" * 10_000, "a b c d e f g h i j k l m n o p q r s t", "\x00", "'; DROP TABLE x; --", "ﬁ" * 300, "🙂"],
)
def test_alike_takes_whatever_is_typed(
    asked: dict[int, str], django_assert_max_num_queries: DjangoAssertNumQueries, line: str
) -> None:
    with django_assert_max_num_queries(6):
        assert offered(line, asked) == []


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="pieces of words are an extension of PostgreSQL"
)
def test_alike_finds_misspelt_words_without_the_index_of_pieces(
    asked: dict[int, str],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX questions_question_pieces")
    assert offered("Is kubernetis needed?", asked) == [TITLES[8]]


@pytest.mark.parametrize("title", ["Docker on Windows?", "Docker?"])
def test_newer_questions_of_another_course_crowd_nothing_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    own = QuestionFactory.create(membership=cast.ana, title=title)
    other = MembershipFactory.create(group=GroupFactory.create(cohort=CohortFactory.create()))
    QuestionFactory.create_batch(8, membership=other, title=title)
    monkeypatch.setattr(candidates, "_RARE", 5)
    monkeypatch.setattr(candidates, "_TOGETHER", 4)
    mine = Question.objects.filter(cohort__course=cast.course)
    assert [one.id for one in alike(mine, typed(title))] == [own.pk]
    assert alike(mine, typed(title), leave_out=[own.pk]) == []
