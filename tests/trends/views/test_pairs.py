"""Whether two questions ask the same: answered where it shows, and undone."""

import re
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from questions.models import NotTheSame, Placement, Question, Topic
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MilestoneFactory
from tests.factories.questions import AskFactory, TopicFactory
from tests.trends.actions.topics.gathering import asked
from trends.actions.needs import note_need

MARK = re.compile(r'aria-label="Yes: ([^"]*)"')


def like(question: Question, other: Question, likeness: float) -> None:
    Placement.objects.update_or_create(
        question=question, defaults={"likest": other, "likeness": likeness, "placed_at": NOW}
    )


def offered(html: str) -> list[str]:
    return MARK.findall(html)


@pytest.fixture
def pair(cast: Cast) -> tuple[Question, Question]:
    words, tokens = asked(cast.ana, "What is a word?", "What is a token?")
    like(words, tokens, 0.3)
    return words, tokens


def test_pair_is_offered_wherever_one_decides(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    words, tokens = pair
    milestone = MilestoneFactory.create(course=cast.course)
    Question.objects.filter(pk=words.pk).update(milestone=milestone)
    topic = TopicFactory.create(course=cast.course, questions=[tokens, *asked(cast.ana, "Tokens?")])
    need = note_need(course=cast.course, thing=topic, why="Asked again", by=cast.ines, at=NOW).need
    trends, improve = "/courses/llm/trends/", "/courses/llm/material/"
    pages = (topic.get_absolute_url(), need.get_absolute_url(), f"{trends}?milestone={milestone.pk}", improve)
    ines = as_("ines")
    assert [offered(ines.get(page).text) for page in pages] == [["What is a word?"]] * 4
    other = MilestoneFactory.create(course=cast.course)
    assert offered(ines.get(f"{trends}?milestone={other.pk}").text) == []
    for page, answered in zip(pages, ("no", "no", "no", "yes"), strict=True):
        address = f"/pairs/{words.pk}/{tokens.pk}/{answered}/"
        shown = ines.post(address, {"next": page}, follow=True)
        assert shown.redirect_chain == [(page, 302)]
        assert offered(shown.text) == []
        assert f"{address}undo/" in shown.text
        assert NotTheSame.objects.exists() is (answered == "no")
        assert topic.placements.filter(question=words).exists() is (answered == "yes")
        assert offered(ines.post(f"{address}undo/", {"next": page}, follow=True).text) == ["What is a word?"]
    assert not NotTheSame.objects.exists()
    assert not topic.placements.filter(question=words).exists()


def test_two_in_no_topic_are_one_afterwards(cast: Cast, as_: SignIn, pair: tuple[Question, Question]) -> None:
    words, tokens = pair
    as_("ines").post(f"/pairs/{words.pk}/{tokens.pk}/yes/")
    assert {row.question for row in Topic.objects.get().placements.all()} == {words, tokens}
    refused = as_("ines").post(f"/pairs/{words.pk}/{tokens.pk}/yes/", follow=True).text
    assert "“What is a word?” has been put into a topic." in refused


def test_likest_pairs_are_chosen_and_most_asked_stand_first(cast: Cast, as_: SignIn) -> None:
    questions = asked(cast.ana, *(f"Question {number}" for number in range(13)))
    for number, question in enumerate(questions[1:]):
        like(question, questions[0], 0.2 + number / 100)
    # Two are the likest of each other, and stand there once.
    like(questions[0], questions[12], 0.9)
    for question, times in ((questions[5], 2), (questions[1], 5)):
        AskFactory.create_batch(times, question=question, group=cast.clover, logged_by=cast.marta)
    html = as_("ines").get("/courses/llm/material/").text
    assert "10 more may ask the same" in html
    assert offered(html) == ["Question 5", "Question 0", "Question 11"]
    assert "3 times" in html


def test_mentor_answers_for_questions_of_their_groups_of_pairs_that_they_may_read(
    cast: Cast, as_: SignIn
) -> None:
    milestone = MilestoneFactory.create(course=cast.course)
    own, shared = asked(cast.ana, "Ana asks", "Ana asks the course", milestone=milestone)
    (hidden,) = asked(cast.dalia, "Dalia asks", visibility="group", milestone=milestone)
    (open_one,) = asked(cast.dalia, "Dalia asks the course", visibility="course", milestone=milestone)
    (far,) = asked(cast.dalia, "Dalia asks again", visibility="course", milestone=milestone)
    like(own, hidden, 0.3)
    like(open_one, shared, 0.25)
    like(far, open_one, 0.2)
    page = f"/courses/llm/trends/?milestone={milestone.pk}"
    assert offered(as_("marta").get(page).text) == ["Dalia asks the course"]
    assert set(offered(as_("ines").get(page).text)) == {own.title, open_one.title, far.title}
    answers = {
        (question.title, other.title): as_("marta").post(f"/pairs/{question.pk}/{other.pk}/no/").status_code
        for question, other in ((own, hidden), (far, open_one), (open_one, shared))
    }
    assert list(answers.values()) == [403, 403, 302]
    assert NotTheSame.objects.get().said_by == cast.marta


def test_second_of_two_who_disagree_is_refused(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    words, tokens = pair
    address = f"/pairs/{words.pk}/{tokens.pk}/"
    as_("ines").post(f"{address}yes/")
    refused = as_("marta").post(f"{address}no/", follow=True).text
    assert "Somebody has said that “What is a word?” asks the same as “What is a token?”." in refused
    assert not NotTheSame.objects.exists()
    as_("ines").post(f"{address}yes/undo/")
    as_("ines").post(f"{address}no/")
    refused = as_("marta").post(f"{address}yes/", follow=True).text
    assert "Somebody has said that “What is a word?” does not ask the same as “What is a token?”." in refused
    assert not Topic.objects.exists()


@pytest.mark.parametrize("answer", ["yes", "no", "yes/undo", "no/undo"])
def test_question_is_no_pair_with_itself(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question], answer: str
) -> None:
    words, _ = pair
    assert as_("ines").post(f"/pairs/{words.pk}/{words.pk}/{answer}/").status_code == 404
    assert not Topic.objects.exists()


@pytest.mark.parametrize("times", [1, 3])
def test_number_of_queries_does_not_grow(
    cast: Cast, as_: SignIn, times: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    milestone = MilestoneFactory.create(course=cast.course)
    for number in range(times):
        one, other, third, fourth = asked(
            cast.ana, *(f"{name} {number}" for name in "abcd"), milestone=milestone
        )
        like(one, other, 0.3)
        TopicFactory.create(course=cast.course, questions=[third, fourth])
    for name, queries in (("ines", 29), ("marta", 31)):
        browser = as_(name)
        with django_assert_num_queries(queries):
            browser.get(f"/courses/llm/trends/?milestone={milestone.pk}")


def test_mentor_undoes_only_their_own_answer(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    words, tokens = pair
    address = f"/pairs/{words.pk}/{tokens.pk}/"
    for answer in ("yes", "no"):
        as_("ines").post(f"{address}{answer}/")
        assert as_("marta").post(f"{address}{answer}/undo/").status_code == 403
        assert NotTheSame.objects.exists() or Topic.objects.exists()
        as_("ines").post(f"{address}{answer}/undo/")
        assert [NotTheSame.objects.count(), Topic.objects.count()] == [0, 0]
        as_("marta").post(f"{address}{answer}/")
        as_("marta").post(f"{address}{answer}/undo/")
        assert [NotTheSame.objects.count(), Topic.objects.count()] == [0, 0]


def test_undo_names_no_question_that_its_reader_may_not_read(
    cast: Cast, as_: SignIn, pair: tuple[Question, Question]
) -> None:
    words, tokens = pair
    (hidden,) = asked(cast.dalia, "Secret of Juniper", visibility="group")
    AskFactory.create_batch(9, question=hidden, group=cast.juniper, logged_by=cast.tomas)
    address = f"/pairs/{words.pk}/{tokens.pk}/yes/"
    as_("marta").post(address)
    topic = Topic.objects.get()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        as_("ines").post(f"/topics/{topic.pk}/questions/add/", {"chosen": hidden.pk})
        html = as_("marta").post(f"{address}undo/", follow=True).text
    topic.refresh_from_db()
    assert topic.representative == hidden
    assert "stays" in html
    assert "Secret of Juniper" not in html
