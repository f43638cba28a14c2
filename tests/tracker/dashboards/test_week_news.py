"""What came of a student's questions lately: in their week, and in nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Enrolment, Group
from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.models import Ask, MaterialChange, Question
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AskFactory, QuestionFactory, TopicFactory
from tests.questions.known import known_question, stay_in_spring
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark
from tracker.dashboards.week import StudentWeek, student_week

BEFORE = NOW - timedelta(days=3)


def week_of(cast: Cast, name: str) -> StudentWeek:
    person = cast.person(name)
    if hasattr(person, "_relations"):
        del person._relations
    stay = getattr(cast, name)
    found = student_week(
        group=Group.objects.get(pk=stay.group_id), enrolment_id=stay.enrolment_id, person=person, now=NOW
    )
    assert found is not None
    return found


def answered(cast: Cast) -> dict[str, list[str]]:
    return {
        name: [line.title for line in week_of(cast, name).questions.answered]
        for name in ("ana", "bruno", "chidi", "dalia")
    }


@pytest.fixture
def question(cast: Cast) -> Question:
    """Asked by Ana and again by Dalia; Bruno asked the same in other words."""
    made = ask(group=cast.clover, by=cast.person("ana"), at=BEFORE, title="Why the root?")
    ask_again(question=made, group=cast.juniper, by=cast.person("dalia"), at=BEFORE)
    copy = ask(group=cast.clover, by=cast.person("bruno"), at=BEFORE, title="The root?")
    mark_duplicate(question=copy, original=made, by=cast.marta, at=BEFORE)
    return made


def test_who_asked_reads_that_it_was_answered(cast: Cast, question: Question) -> None:
    assert answered(cast) == {"ana": [], "bruno": [], "chidi": [], "dalia": []}
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    ask_again(question=question, group=cast.clover, by=cast.person("chidi"), at=NOW)
    root = ["Why the root?"]
    assert answered(cast) == {"ana": root, "bruno": root, "chidi": [], "dalia": root}


def test_for_fourteen_days_and_not_to_who_answered(cast: Cast, question: Question) -> None:
    answer(question=question, by=cast.person("ana"), at=NOW, body="So.")
    assert [name for name, titles in answered(cast).items() if titles] == ["bruno", "dalia"]
    Question.objects.update(first_answered_at=NOW - timedelta(days=14))
    Ask.objects.update(asked_at=NOW - timedelta(days=20))
    assert [name for name, titles in answered(cast).items() if titles] == []


def test_not_what_one_may_not_see_any_more(cast: Cast, question: Question) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    Question.objects.update(visibility="group")
    assert [name for name, titles in answered(cast).items() if titles] == ["ana", "bruno"]


@pytest.mark.parametrize("topic", [False, True])
def test_who_asked_reads_what_was_changed_once_they_are_told(
    cast: Cast, question: Question, topic: bool
) -> None:
    material = MaterialFactory.create(milestone=cast.milestones[0], url="https://example.com/m")
    change = MaterialChange.objects.create(
        course=cast.course, what="The root comes first.", material=material, changed_on=NOW.date(),
        made_by=cast.ines, recorded_at=NOW,
    )  # fmt: skip
    if topic:
        change.topics.add(TopicFactory.create(course=cast.course, questions=[question]))
    else:
        change.questions.add(question)

    def changed() -> dict[str, list[tuple[str, str]]]:
        names = ("ana", "bruno", "chidi", "dalia")
        return {
            name: [(each.what, each.url or (each.material.url if each.material else "")) for each in changes]
            for name, changes in ((name, week_of(cast, name).changed) for name in names)
        }

    assert set(map(str, changed().values())) == {"[]"}
    told = [("The root comes first.", "https://example.com/m")]
    for days, expected in ((13, told), (14, [])):
        MaterialChange.objects.update(told_at=NOW - timedelta(days=days), told_by=cast.ines)
        assert changed() == {"ana": expected, "bruno": expected, "chidi": [], "dalia": expected}


def test_a_milestone_says_how_many_questions_are_known(cast: Cast) -> None:
    stay = stay_in_spring(cast, "Olga Kask")
    for _ in range(2):
        known_question(stay, cast.marta, milestone=cast.milestones[0])
    known_question(stay, cast.marta, milestone=cast.milestones[0], published_at=None, published_by=None)
    known_question(stay, cast.marta, milestone=cast.milestones[1])
    week = week_of(cast, "ana")
    assert week.shown is not None
    assert week.known_count == 2


def test_the_page_leads_there_and_keeps_its_queries(
    cast: Cast, as_: Callable[[str], Client], django_assert_num_queries
) -> None:
    stay = stay_in_spring(cast, "Olga Kask")
    for n in range(3):
        known_question(stay, cast.marta, milestone=cast.milestones[0])
        mine = QuestionFactory.create(membership=cast.ana, title=f"Mine {n}", asked_at=BEFORE)
        AskFactory.create(question=mine, group=cast.juniper, logged_by=cast.tomas)
        answer(question=mine, by=cast.marta, at=NOW, body="So.")
        change = MaterialChange.objects.create(
            course=cast.course, what=f"Change {n}", changed_on=NOW.date(), made_by=cast.ines, recorded_at=NOW,
            told_at=NOW, told_by=cast.ines,
        )  # fmt: skip
        change.questions.add(mine)
    browser = as_("ana")
    with django_assert_num_queries(30):
        html = browser.get("/week/").content.decode()
    assert (
        f'<a href="{reverse("questions:milestone-questions", args=[cast.milestones[0].pk])}">3 known questions</a>'
        in html
    )
    assert html.count(">answered</span>") == html.count(">changed because you asked</span>") == 3
    assert "New for you: 3 answers, 3 changes of material</summary>" in html
    assert "New for you" not in as_("dalia").get("/week/").content.decode()


def test_closed_news_stays_away_and_what_comes_after_it_is_news(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    first = QuestionFactory.create(membership=cast.ana, title="The first", asked_at=BEFORE)
    answer(question=first, by=cast.marta, at=NOW - timedelta(hours=2), body="So.")
    browser = as_("ana")
    page = browser.get("/week/")
    latest = page.context["week"].latest_news_at
    # While the page was open.
    second = QuestionFactory.create(membership=cast.ana, title="The second", asked_at=BEFORE)
    answer(question=second, by=cast.marta, at=NOW - timedelta(hours=1), body="So too.")
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": latest.isoformat()})
    assert [one.title for one in browser.get("/week/").context["week"].questions.answered] == ["The second"]
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": "2999-01-01T00:00Z"})
    assert "New for you" not in browser.get("/week/").content.decode()
    # An old page says less: nothing comes back.
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": latest.isoformat()})
    assert browser.get("/week/").context["week"].news_count == 0


def test_all_news_is_shown_before_it_can_be_closed(cast: Cast) -> None:
    for n in range(6):
        mine = QuestionFactory.create(membership=cast.ana, title=f"Mine {n}", asked_at=BEFORE)
        answer(question=mine, by=cast.marta, at=NOW - timedelta(minutes=n), body="So.")
    assert len(week_of(cast, "ana").questions.answered) == 6


def test_what_a_mentor_settled_is_news_until_it_is_closed_or_needed_again(
    cast: Cast, as_: Callable[[str], Client]
) -> None:
    ana, browser = cast.enrolment("ana"), as_("ana")
    settle = partial(mark, enrolment=ana, milestone=cast.milestones[1], at=NOW)
    settle(state="need_help", by=cast.person("ana"))
    settle(state="working", by=cast.marta)
    page = " ".join(browser.get("/week/").text.split())
    assert "you needed help; Marta Pires marked it as working on it" in page
    assert "New for you: 1 mark where you needed help</summary>" in page
    browser.post(reverse("tracker:news-close", args=[cast.clover.pk]), {"until": NOW.isoformat()})
    assert "you needed help" not in browser.get("/week/").text
    Enrolment.objects.update(news_read_at=None)
    settle(state="need_help", by=cast.person("ana"))
    assert "you needed help" not in browser.get("/week/").text
    # What one settles oneself is no news.
    settle(state="done", by=cast.person("ana"))
    assert "you needed help" not in browser.get("/week/").text


def test_answer_to_a_cry_is_shown_until_the_student_marks_on(
    cast: Cast, as_: Callable[[str], Client], question: Question
) -> None:
    bruno, prompts = cast.enrolment("bruno"), cast.milestones[1]
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    # Answered before the cry: news as any other.
    old = ask(group=cast.clover, by=bruno.person, at=BEFORE, title="Which key?", milestone=prompts)
    answer(question=old, by=cast.marta, at=BEFORE + timedelta(hours=1), body="The first.")
    mark(enrolment=bruno, milestone=prompts, state="need_help", by=bruno.person, at=NOW - timedelta(hours=1))
    found = week_of(cast, "bruno")
    assert (found.help_answered, found.news_count) == ((), 2)
    given = answer_help(
        enrolment=bruno, group=cast.clover, milestone=prompts, body="Take two.", by=cast.marta, at=NOW
    )
    found = week_of(cast, "bruno")
    assert [(each.title, each.pk) for each in found.help_answered] == [
        ("Help with Prompt engineering", given.pk)
    ]
    assert found.news_count == 2
    page = as_("bruno").get(reverse("tracker:my-week"), follow=True).content.decode()
    link = f'Answered: <a href="{given.get_absolute_url()}">Help with Prompt engineering</a>'
    assert page.count(link) == 1
    assert page.index(link) < page.index('id="meeting"')
    mark(enrolment=bruno, milestone=prompts, state="working", by=bruno.person, at=NOW)
    found = week_of(cast, "bruno")
    assert (found.help_answered, found.news_label) == ((), "3 answers")
